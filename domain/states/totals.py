"""What adds up in a deal by a day: what was delivered, paid, returned, lost, passed on and discharged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.beliefs.occurrence import NEVER, Occurrence
from armsledger.domain.events import delivery, industry, payment
from armsledger.domain.events.statement import Statement
from armsledger.domain.states.deal import DELIVERING, Deal, stage_of
from armsledger.domain.states.industry import with_discharged
from armsledger.domain.states.order import end_of, is_in_full
from armsledger.domain.states.replace import replace
from armsledger.domain.states.tallies import Sum, all_sums, lines_at, money_at, with_one_more
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line
from armsledger.domain.values.when import When

NO_SUMS: list[Sum] = []


GONE: Final[Mapping[str, type[Statement]]] = {
    "returned": delivery.Returned,
    "lost": delivery.Lost,
    "transferred_onward": delivery.TransferredOnward,
}
"""What takes goods out of the buyer's service, by the field of the state that sums it."""
ADDED: Final[Mapping[str, type[Statement]]] = {
    "delivered": delivery.Delivered,
    "paid": payment.TranchePaid,
    "refunded": payment.PaymentRefunded,
    **GONE,
}
"""What adds up, by the field of the state that sums it."""


class Sums:
    """What was delivered, paid, refunded, returned and lost, over all days."""

    def __init__(
        self,
        occurrences: Sequence[Occurrence],
        belief: Belief,
        known: dict[type[Statement], list[Sum]] | None = None,
    ) -> None:
        """``known`` are the sums of each event, if they are."""
        self._sums = all_sums(occurrences, belief) if known is None else known
        self.gone = [(name, event) for name, event in GONE.items() if event in self._sums]
        """What takes goods out of service, of those events that there are."""

    def with_one_more(self, occurrences: Sequence[Occurrence], belief: Belief) -> Sums:
        """The sums of occurrences, of which these are those of all but the last."""
        return Sums(occurrences, belief, with_one_more(self._sums, len(occurrences) - 1, occurrences[-1], belief))

    def of(self, event: type[Statement]) -> list[Sum]:
        """The sums of one event, by item and unit or by currency."""
        return self._sums.get(event, NO_SUMS)

    def are_certain(self, day: int) -> bool:
        """Whether by a day nothing more is possible than is certain."""
        return all(one.certain(day) == one.possible(day) for sums in self._sums.values() for one in sums)

    def differ_from(self, earlier: Sums) -> int:
        """The first day on which a sum can be another than it was (a proleptic ordinal); after all days if none can."""
        mine, theirs = ({one.line: one for sums in each._sums.values() for one in sums} for each in (self, earlier))
        if [line for line in mine if line in theirs] != [line for line in theirs if line in mine]:
            return min(one.begins for one in (*mine.values(), *theirs.values()))
        days = [one.differs_from(theirs[line]) if line in theirs else one.begins for line, one in mine.items()]
        return min([*days, *(theirs[line].begins for line in theirs.keys() - mine.keys())], default=NEVER)

    @property
    def change_days(self) -> list[int]:
        """The days from which on a sum can be another."""
        return [day for sums in self._sums.values() for one in sums for day in one.change_days]

    def lines(self, event: type[Statement], day: int, *, possible: bool) -> tuple[Line, ...]:
        """The counts of one event by a day."""
        return lines_at(self._sums[event], day, possible=possible) if event in self._sums else ()

    def money(self, event: type[Statement], day: int, *, possible: bool) -> tuple[Money, ...]:
        """The amounts of one event by a day."""
        return money_at(self._sums[event], day, possible=possible) if event in self._sums else ()

    def money_of(self, event: type[Statement], day: int, *, possible: bool) -> dict[str, tuple[Money, ...]]:
        """The amounts of one event by a day, for each of what they are counted of."""
        sums = self.of(event)
        names = dict.fromkeys(one.item for one in sums if one.item is not None)
        return {name: money_at([one for one in sums if one.item == name], day, possible=possible) for name in names}


def at(deal: Deal, sums: Sums, day: int, *, stages: Sequence[Deal] = (), possible: bool = False) -> Deal:
    """The state with what adds up by a day, in one of the two bounds; ``stages`` are the states that lead to it."""
    delivered = sums.lines(delivery.Delivered, day, possible=possible)
    changes: dict[str, Any] = {}
    if deal.lines:
        changes["ordered"] = tuple(end for one in deal.lines if (end := end_of(one, possible=possible)).most > 0)
    if delivered:
        changes["delivered"] = delivered
        changes["in_service"] = in_service(sums, delivered, day, possible=possible)
        changes["rung"] = max(deal.rung, DELIVERING)
        counted_from = deal.counted_from if possible else deal.surely_counted_from
        changes["delivery_begun"] = _earlier(deal.delivery_begun, counted_from)
        changes["is_in_full"] = is_in_full(deal.lines, delivered)
    for name, event in sums.gone:
        if gone := sums.lines(event, day, possible=possible):
            changes[name] = gone
    if deal.industry:
        discharged = sums.money_of(industry.IndustrialArrangementDischarged, day, possible=possible)
        changes["industry"] = with_discharged(deal.industry, discharged)
    if paid := sums.money(payment.TranchePaid, day, possible=possible):
        changes["paid"] = paid
    if refunded := sums.money(payment.PaymentRefunded, day, possible=possible):
        changes["refunded"] = refunded
    if len(stages) < 2:
        stage = stage_of(deal.ended, deal.suspended, changes.get("rung", deal.rung), changes.get("is_in_full", False))
        return replace(
            deal, **changes, stages=(stage,) if not stages else tuple(dict.fromkeys((stages[0].stage, stage)))
        )
    deal = replace(deal, **changes)
    passed = [
        replace(
            state,
            rung=DELIVERING if state.rung < DELIVERING and delivered and state.counted_from else state.rung,
            is_in_full=bool(state.rung >= DELIVERING or state.counted_from) and is_in_full(state.lines, delivered),
        )
        for state in stages[1:]
    ]
    return replace(deal, stages=tuple(dict.fromkeys(state.stage for state in (*stages[:1], *passed, deal))))


def _earlier(one: When | None, other: When | None) -> When | None:
    """Of two beginnings the one that is certain first."""
    if one is None or other is None:
        return one or other
    return other if (other.last, other.first) < (one.last, one.first) else one


def is_settled(deal: Deal, sums: Sums, day: int) -> bool:
    """Whether the two bounds of a state are one: there is no range in the order, the sums are certain, and what is gone
    is known by its item."""
    if any(one.count_high is not None for one in deal.lines) or not sums.are_certain(day):
        return False
    if not sums.gone:
        return True
    delivered = sums.lines(delivery.Delivered, day, possible=False)
    least, most = (in_service(sums, delivered, day, possible=possible) for possible in (False, True))
    return least == most


def in_service(sums: Sums, delivered: Sequence[Line], day: int, *, possible: bool) -> tuple[Line, ...]:
    """What was delivered less what was returned or lost: at least, and at most."""
    gone: dict[tuple[str | None, str], float] = {}
    for _, event in sums.gone:
        for one in sums.lines(event, day, possible=not possible):
            gone[one.key] = gone.get(one.key, 0) + one.most
    if not gone:
        return tuple(delivered)
    left: dict[tuple[str | None, str], Any] = {line.key: line.count for line in delivered}
    for key, count in gone.items():
        same = [key] if key in left else [other for other in left if other[1] == key[1] and None in (other[0], key[0])]
        if len(same) == 1 or not possible:  # what names no item is of the only line of its unit, or of any of them
            for line_key in same:
                left[line_key] = max(0, left[line_key] - count)
    lines = (replace(line, count=left[line.key]) for line in delivered)
    return tuple(line for line in lines if line.most > 0)
