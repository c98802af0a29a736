"""A deal: its state, and what each event changes in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast, get_args

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.beliefs.occurrence import Contest, Occurrence
from armsledger.domain.events import contract, delivery, licence, payment, register, sanction
from armsledger.domain.events.statement import Statement
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.lapse import Lapsed
from armsledger.domain.states.replace import blank, replace
from armsledger.domain.states.sanction import Sanction, evolve_sanctions, lapsed_waiver, the_only
from armsledger.domain.states.tallies import Sum, all_sums, line, lines_at, money_at
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Line, Quantity
from armsledger.domain.values.when import When

Stage = Literal[
    "prospective",
    "pledged",
    "approved",
    "agreed",
    "signed",
    "delivering",
    "delivered",
    "completed",
    "suspended",
    "cancelled",
    "terminated",
]
Ending = Literal["completed", "cancelled", "terminated"]
LADDER: tuple[Stage, ...] = ("prospective", "pledged", "approved", "agreed", "signed", "delivering", "delivered")
"""The stages a deal climbs; a later event never takes it down a rung."""
OPEN: tuple[Stage, ...] = ("signed", "delivering")
"""The stages of an open order."""


@dataclass(frozen=True)
class Licence:
    """Where an authority stands on one export licence."""

    authority: str
    reference: str | None
    status: str
    until: When | None = None
    scope: str | None = None


@dataclass(frozen=True)
class Option:
    """What the buyer may order beside the contract, and what became of it."""

    option: str | None
    item: str | None
    quantity: Quantity | None
    value: Money | None
    status: Literal["agreed", "exercised", "lapsed"]
    until: When | None = None


@dataclass(frozen=True)
class Listing:
    """What a register says of the deal beside its statements. Volumes are millions of trend-indicator values (TIV)."""

    listed_in: str
    reference: str | None
    comment: str | None
    volume_per_unit: str | None
    volume_ordered: str | None
    volume_delivered: str | None


@dataclass(frozen=True)
class Deal:
    """The state of a deal: one of the two bounds at a date.

    ``ordered``, ``delivered`` and ``in_service`` have one sum per item and unit, ``paid`` and ``refunded`` per
    currency; ``paid_undisclosed`` counts payments whose amount no source gives; ``legislation`` holds binding acts.
    ``until`` is when a lease ends, ``lapsed`` whether it has.
    ``lines`` is the order with its ranges, of which ``ordered`` is the end that belongs to the bound. ``stages`` are
    all the stages that the deal can be in; in the certain bound, the one that it is in.
    """

    began: bool = False
    rung: int = 0
    is_in_full: bool = False
    suspended: bool = False
    suspended_until: When | None = None
    stages: tuple[Stage, ...] = ()
    lines: tuple[Line, ...] = ()
    deliveries_suspended: bool = False
    ended: Ending | None = None
    ended_on: When | None = None
    title: str | None = None
    supplier: Party | None = None
    buyer: Party | None = None
    end_user: Party | None = None
    prime: str | None = None
    items: tuple[Item, ...] = ()
    reference: str | None = None
    mode: str | None = None
    until: When | None = None
    lapsed: bool = False
    value: Money | None = None
    value_contested: bool = False
    ordered: tuple[Line, ...] = ()
    options: tuple[Option, ...] = ()
    signed_on: When | None = None
    approvals: tuple[str, ...] = ()
    paid: tuple[Money, ...] = ()
    paid_undisclosed: int = 0
    refunded: tuple[Money, ...] = ()
    payment_mechanism: str | None = None
    financing: tuple[str, ...] = ()
    delivered: tuple[Line, ...] = ()
    in_service: tuple[Line, ...] = ()
    delivery_begun: When | None = None
    counted_from: When | None = None
    surely_counted_from: When | None = None
    reaffirmed_by: tuple[Party, ...] = ()
    licences: tuple[Licence, ...] = ()
    sanctions: tuple[Sanction, ...] = ()
    legislation: tuple[str, ...] = ()
    listings: tuple[Listing, ...] = ()
    expectations: tuple[Judgement, ...] = ()

    @property
    def stage(self) -> Stage:
        """Where the deal stands in its life."""
        return stage_of(self.ended, self.suspended, self.rung, self.is_in_full)

    @property
    def is_open(self) -> bool:
        """Whether the order is open: signed or delivering."""
        return self.stage in OPEN


Contests = Sequence[Contest]


def stage_of(ended: Ending | None, suspended: bool, rung: int, is_in_full: bool) -> Stage:
    """Where a deal stands: its ending, a suspension, or the furthest that was reached."""
    if ended is not None:
        return ended
    if suspended:
        return "suspended"
    return LADDER[DELIVERED if is_in_full else rung]


NO_DEAL = blank(Deal)
PLEDGED = LADDER.index("pledged")
APPROVED = LADDER.index("approved")
AGREED = LADDER.index("agreed")
SIGNED = LADDER.index("signed")
DELIVERING = LADDER.index("delivering")
DELIVERED = LADDER.index("delivered")


NO_SUMS: list[Sum] = []


class Sums:
    """What was delivered, paid, refunded, returned and lost, over all days."""

    def __init__(self, occurrences: Sequence[Occurrence], belief: Belief) -> None:
        self._sums = all_sums(occurrences, belief)

    def of(self, event: type[Statement]) -> list[Sum]:
        """The sums of one event, by item and unit or by currency."""
        return self._sums.get(event, NO_SUMS)

    def are_certain(self, day: int) -> bool:
        """Whether by a day nothing more is possible than is certain."""
        return all(one.certain(day) == one.possible(day) for sums in self._sums.values() for one in sums)

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


def at(deal: Deal, sums: Sums, day: int, *, stages: Sequence[Deal] = (), possible: bool = False) -> Deal:
    """The state with what adds up by a day, in one of the two bounds; ``stages`` are the states that lead to it."""
    delivered = sums.lines(delivery.Delivered, day, possible=possible)
    changes: dict[str, Any] = {}
    if deal.lines:
        changes["ordered"] = tuple(end for one in deal.lines if (end := _end_of(one, possible=possible)).most > 0)
    if delivered:
        changes["delivered"] = delivered
        changes["in_service"] = in_service(sums, delivered, day, possible=possible)
        changes["rung"] = max(deal.rung, DELIVERING)
        counted_from = deal.counted_from if possible else deal.surely_counted_from
        changes["delivery_begun"] = _earlier(deal.delivery_begun, counted_from)
        changes["is_in_full"] = is_in_full(deal.lines, delivered)
    if paid := sums.money(payment.TranchePaid, day, possible=possible):
        changes["paid"] = paid
    if refunded := sums.money(payment.PaymentRefunded, day, possible=possible):
        changes["refunded"] = refunded
    if len(stages) < 2:
        stage = stage_of(deal.ended, deal.suspended, changes.get("rung", deal.rung), changes.get("is_in_full", False))
        return replace(deal, **changes, stages=(stage,))
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
    """Whether the two bounds of a state are one: there is no range in the order, and the sums are certain."""
    return all(one.count_high is None for one in deal.lines) and sums.are_certain(day)


def _end_of(line: Line, *, possible: bool) -> Line:
    """The end of a range that belongs to a bound."""
    if line.count_high is None or (possible and line.count_high == "open"):
        return line
    return line.model_copy(update={"count": line.count_high if possible else line.count, "count_high": None})


def is_in_full(lines: Sequence[Line], delivered: Sequence[Line]) -> bool:
    """Whether the upper end of each line of the order is delivered; an order of nothing never is."""
    is_order = False
    for one in lines:
        if delivered_of(one, delivered) < one.most:
            return False
        is_order = is_order or one.most > 0
    return is_order


def delivered_of(line: Line, delivered: Sequence[Line]) -> float:
    """What is delivered of a line: of its item and unit, or of its unit where one of the two names no item."""
    if len(delivered) == 1 and delivered[0].item is None is line.item:
        return delivered[0].count if delivered[0].measure == line.measure else 0
    same = [one for one in delivered if one.measure == line.measure]
    exact = [one for one in same if one.key == line.key]
    if exact or line.item is not None:
        return sum(one.count for one in exact or [one for one in same if one.item is None])
    return sum(one.count for one in same)


def in_service(sums: Sums, delivered: Sequence[Line], day: int, *, possible: bool) -> tuple[Line, ...]:
    """What was delivered less what was returned or lost: at least, and at most."""
    gone: dict[tuple[str | None, str], float] = {}
    for event in (delivery.Returned, delivery.Lost):
        for one in sums.lines(event, day, possible=not possible):
            gone[one.key] = gone.get(one.key, 0) + one.most
    if not gone:
        return tuple(delivered)
    left: dict[tuple[str | None, str], float] = {line.key: line.count for line in delivered}
    for key, count in gone.items():
        same = [key] if key in left else [other for other in left if other[1] == key[1] and None in (other[0], key[0])]
        if len(same) == 1:  # what names no item is of the only line of its unit
            left[same[0]] = max(0, left[same[0]] - count)
    lines = (line.model_copy(update={"count": left[line.key]}) for line in delivered)
    return tuple(line for line in lines if line.most > 0)


def evolve(deal: Deal, occurrence: Occurrence) -> Deal:
    """The state after one occurrence; never refuses. What adds up is not folded: see `at`."""
    step = STEPS.get(type(occurrence.event))
    return deal if step is None else step(deal, occurrence.event, occurrence.contests)


def _opened(deal: Deal, event: contract.Opened, _: Contests) -> Deal:
    return replace(
        deal,
        began=True,
        title=event.title,
        supplier=event.supplier,
        buyer=event.buyer,
        items=event.items,
        end_user=event.end_user,
        prime=event.prime,
    )


def _signed(deal: Deal, event: contract.ContractSigned, contests: Contests) -> Deal:
    return replace(
        deal,
        began=True,
        rung=max(deal.rung, SIGNED),
        reference=event.reference,
        mode=event.mode,
        until=event.until,
        value=event.value,
        value_contested=_is_contested("value", contests),
        lines=_lines_of(event.items) or (() if event.quantity is None else (_line(event.quantity),)),
        signed_on=event.on,
    )


def _line(quantity: Quantity, item: str | None = None) -> Line:
    if quantity.count_high is None:
        return line(quantity.count, False, quantity.unit, quantity.approximate, item)
    return Line.model_construct(**{**dict(quantity), "item": item})


def _lines_of(items: Iterable[Item]) -> tuple[Line, ...]:
    """The lines that items with quantities are."""
    return tuple(_line(item.quantity, item.designation) for item in items if item.quantity is not None)


def _amended(deal: Deal, event: contract.Amended, contests: Contests) -> Deal:
    if event.value is not None:
        deal = replace(deal, value=event.value, value_contested=_is_contested("value", contests))
    if event.until is not None:
        deal = replace(deal, until=event.until)
    return replace(deal, lines=amended_lines(deal.lines, event))


def amended_lines(lines: tuple[Line, ...], event: contract.Amended) -> tuple[Line, ...]:
    """The order after an amendment: its lines replace those of the items that they name, and a bare quantity of their
    unit; a bare quantity replaces the line of its unit, of which it keeps the item, or the whole order where that has
    no lines."""
    if named := _lines_of(event.items):
        items, measures = {line.key[0] for line in named}, {line.measure for line in named}
        others = (
            line
            for line in lines
            if line.key[0] not in items and (line.item is not None or line.measure not in measures)
        )
        return (*others, *named)
    if event.quantity is None:
        return lines
    named = tuple(line for line in lines if line.item is not None)
    same = [line for line in named if line.measure == event.quantity.measure]
    item = same[0].item if len(same) == 1 else None
    return (*(line for line in named if line not in same), _line(event.quantity, item))


def _option(event: contract.OptionAgreed) -> Option:
    item = None if event.item is None else event.item.designation
    return Option(event.option, item, event.quantity, event.value, "agreed", event.until)


def _option_ended(deal: Deal, event: contract.OptionExercised | contract.OptionLapsed, _: Contests) -> Deal:
    """What is exercised is added to the order and its value: what was agreed, if the event says nothing else.

    An option that has lapsed by itself can be the one meant: the buyer may have been in time, or was given more time.
    """
    is_taken = isinstance(event, contract.OptionExercised)
    meant = [option for option in deal.options if event.option in (None, option.option)]
    waiting = [option for option in meant if option.status == "agreed"] or [
        option for option in meant if option.status == "lapsed"
    ]
    option = waiting[0] if waiting else Option(event.option, None, None, None, "agreed")
    ended = replace(option, status="exercised" if is_taken else "lapsed")
    options = tuple(ended if one is option else one for one in deal.options) if waiting else (*deal.options, ended)
    deal = replace(deal, options=options)
    if not is_taken:
        return deal
    quantity, value = event.quantity or option.quantity, event.value or option.value
    if quantity is not None:
        deal = replace(deal, lines=_with_more(deal.lines, _line(quantity, option.item)))
    if value is not None and deal.value is not None:
        deal = replace(deal, value=deal.value.plus(value) or deal.value)
    return deal


def _with_more(lines: tuple[Line, ...], more: Line) -> tuple[Line, ...]:
    """An order with more: added to the line of its item and unit, or the only one of its unit."""
    same = [line for line in lines if line.key == more.key] or (
        [line for line in lines if line.measure == more.measure] if more.item is None else []
    )
    if len(same) != 1:
        return (*lines, more)
    both = same[0].plus(more)
    return lines if both is None else tuple(_line(both, line.item) if line is same[0] else line for line in lines)


def _lapsed(deal: Deal, event: Lapsed, _: Contests) -> Deal:
    """The state after a term has run out, unless something else has taken its place."""
    term = event.term
    match term:
        case contract.OptionAgreed():
            return replace(deal, options=tuple(_lapsed_option(option, term) for option in deal.options))
        case contract.ContractSigned() | contract.Amended():
            return replace(deal, lapsed=True) if deal.until == term.until else deal
        case contract.Suspended():
            return replace(deal, suspended=False) if deal.suspended_until == term.until else deal
        case licence.LicenceGranted():
            return replace(deal, licences=tuple(_lapsed_licence(line, term) for line in deal.licences))
        case sanction.WaiverGranted():
            return replace(deal, sanctions=lapsed_waiver(deal.sanctions, term))
        case _:
            return deal


def _lapsed_option(option: Option, term: contract.OptionAgreed) -> Option:
    is_same = option.status == "agreed" and option == _option(term)
    return replace(option, status="lapsed") if is_same else option


def _lapsed_licence(line: Licence, term: licence.LicenceGranted) -> Licence:
    is_same = line.authority == term.authority and line.status in ("granted", "suspended") and line.until == term.until
    return replace(line, status="lapsed") if is_same else line


def _is_contested(field: str, contests: Contests) -> bool:
    return any(contest.field == field for contest in contests)


def _delivered(deal: Deal, event: delivery.Delivered, _: Contests) -> Deal:
    if event.quantity is None:
        return _delivering(deal, event, suspended=deal.suspended and bool(event.so_far))
    if event.quantity.most == 0:  # none so far
        return deal
    return replace(
        deal,
        began=True,
        suspended=deal.suspended and bool(event.so_far),
        counted_from=event.on if deal.counted_from is None else deal.counted_from,
        surely_counted_from=deal.surely_counted_from or (event.on if event.quantity.least > 0 else None),
    )


def _delivering(deal: Deal, event: Statement, *, suspended: bool = False) -> Deal:
    """A beginning of deliveries; it ends a suspension."""
    return replace(
        deal,
        began=True,
        rung=max(deal.rung, DELIVERING),
        suspended=suspended,
        delivery_begun=event.on if deal.delivery_begun is None else deal.delivery_begun,
    )


def _financing(event: payment.FinancingAgreed) -> str:
    share = "" if event.share is None else f"{event.share} per cent"
    amount = "" if event.amount is None else str(event.amount)
    return ", ".join(part for part in (str(event.lender), amount, share) if part)


def _listed(listings: tuple[Listing, ...], event: register.Listed) -> tuple[Listing, ...]:
    """One line per register."""
    line = Listing(
        event.listed_in,
        event.reference,
        event.comment,
        event.volume_per_unit,
        event.volume_ordered,
        event.volume_delivered,
    )
    return (*(known for known in listings if known.listed_in != event.listed_in), line)


def _with_licence(licences: tuple[Licence, ...], event: licence.LicenceEvent) -> tuple[Licence, ...]:
    """One line per authority, reference and scope; an event that names fewer speaks of the only one it can mean."""
    status = event.name.removeprefix("licence-")
    meant = the_only(
        [(line.authority, line.reference, line.scope) for line in licences],
        (event.authority, event.reference, event.scope),
    )
    if meant is None:
        return (*licences, Licence(event.authority, event.reference, status, event.until, event.scope))
    line = licences[meant]
    until = event.until if status == "granted" else line.until
    changed = replace(
        line, reference=line.reference or event.reference, scope=line.scope or event.scope, status=status, until=until
    )
    return (*licences[:meant], changed, *licences[meant + 1 :])


def _paid(deal: Deal, event: payment.TranchePaid, _: Contests) -> Deal:
    if event.amount is None and not event.so_far:
        return replace(deal, paid_undisclosed=deal.paid_undisclosed + 1)
    return deal


def _completed(deal: Deal, event: delivery.DeliveryCompleted, _: Contests) -> Deal:
    done = _delivering(deal, event)
    return done if event.tranche is not None else replace(done, rung=DELIVERED)


def _ended(deal: Deal, event: contract.Cancelled | contract.Terminated | contract.Completed, _: Contests) -> Deal:
    if deal.ended is not None:
        return deal
    return replace(deal, began=True, ended=cast("Ending", event.name), ended_on=event.on)


def _reaffirmed(deal: Deal, event: contract.CommitmentReaffirmed, _: Contests) -> Deal:
    fresh = tuple(party for party in event.by if party not in deal.reaffirmed_by)
    return replace(deal, reaffirmed_by=(*deal.reaffirmed_by, *fresh))


def _mechanism(deal: Deal, event: payment.PaymentMechanismAgreed, _: Contests) -> Deal:
    words = " by ".join(part for part in (event.currency, event.route) if part)
    return replace(deal, payment_mechanism=words or "agreed")


def _legislated(deal: Deal, event: sanction.LegislativeAction, _: Contests) -> Deal:
    if not event.binding:
        return deal
    act = ": ".join(part for part in (event.by, event.instrument or event.stage) if part)
    return replace(deal, legislation=(*deal.legislation, act))


def _approved(deal: Deal, event: contract.ApprovalGranted, _: Contests) -> Deal:
    return replace(deal, began=True, rung=max(deal.rung, APPROVED), approvals=(*deal.approvals, event.authority))


def _suspended(deal: Deal, event: contract.Suspended, _: Contests) -> Deal:
    return replace(deal, began=True, suspended=True, suspended_until=event.until)


def _sanctioned(deal: Deal, event: Any, _: Contests) -> Deal:
    return replace(deal, sanctions=evolve_sanctions(deal.sanctions, event))


def _licensed(deal: Deal, event: licence.LicenceEvent, _: Contests) -> Deal:
    return replace(deal, licences=_with_licence(deal.licences, event))


def _option_agreed(deal: Deal, event: contract.OptionAgreed, _: Contests) -> Deal:
    return replace(deal, options=(*deal.options, _option(event)))


def _financed(deal: Deal, event: payment.FinancingAgreed, _: Contests) -> Deal:
    return replace(deal, financing=(*deal.financing, _financing(event)))


STEPS: Final[Mapping[type[Statement], Callable[[Deal, Any, Contests], Deal]]] = {
    contract.Opened: _opened,
    contract.Pledged: lambda deal, _, __: replace(deal, began=True, rung=max(deal.rung, PLEDGED)),
    contract.ApprovalGranted: _approved,
    contract.AgreementSigned: lambda deal, _, __: replace(deal, began=True, rung=max(deal.rung, AGREED)),
    contract.ContractSigned: _signed,
    contract.Amended: _amended,
    contract.OptionAgreed: _option_agreed,
    contract.OptionExercised: _option_ended,
    contract.OptionLapsed: _option_ended,
    contract.Suspended: _suspended,
    contract.Resumed: lambda deal, _, __: replace(deal, suspended=False),
    contract.Cancelled: _ended,
    contract.Terminated: _ended,
    contract.Completed: _ended,
    contract.CommitmentReaffirmed: _reaffirmed,
    Lapsed: _lapsed,
    payment.TranchePaid: _paid,
    payment.PaymentMechanismAgreed: _mechanism,
    payment.FinancingAgreed: _financed,
    delivery.Delivered: _delivered,
    delivery.DeliveryBegun: lambda deal, event, _: _delivering(deal, event),
    delivery.DeliveryCompleted: _completed,
    delivery.DeliverySuspended: lambda deal, _, __: replace(deal, deliveries_suspended=True),
    delivery.DeliveryResumed: lambda deal, _, __: replace(deal, deliveries_suspended=False),
    register.Listed: lambda deal, event, _: replace(deal, listings=_listed(deal.listings, event)),
    sanction.LegislativeAction: _legislated,
    **dict.fromkeys(get_args(licence.LicenceEvent), _licensed),
    **dict.fromkeys(get_args(sanction.SanctionEvent), _sanctioned),
}
"""What an event changes in the state, by its class; an event that is not here changes nothing."""

ADDING: Final = (payment.TranchePaid, delivery.Delivered, delivery.DeliveryBegun, register.Listed)
"""Events that leave the same state in whatever order they come."""


KEYS: Final = (
    (get_args(licence.LicenceEvent), ("authority", "reference", "scope")),
    (get_args(sanction.SanctionEvent), ("by", "against", "basis")),
    ((contract.OptionAgreed, contract.OptionExercised, contract.OptionLapsed), ("option",)),
)
"""Events that come to something for each thing of which they speak, and how that is known."""


def can_turn(one: Occurrence, other: Occurrence) -> bool:
    """Whether the order of two can decide what holds: both change the state of the same, and not by being added."""
    kinds = type(one.event), type(other.event)
    if any(kind not in STEPS or kind is Lapsed for kind in kinds) or all(kind in ADDING for kind in kinds):
        return False
    keys = next((keys for family, keys in KEYS if kinds[0] in family and kinds[1] in family), ())
    for key in keys:
        mine, theirs = getattr(one.sure, key, None), getattr(other.sure, key, None)
        if mine is not None and theirs is not None and mine != theirs:
            return False
    return True


def settled_by(deal: Deal) -> tuple[object, ...]:
    """What of a state the last word decides: the stage, the order, licences, sanctions and options."""
    return (
        deal.stage,
        deal.ended,
        deal.deliveries_suspended,
        deal.value,
        deal.until,
        frozenset(map(str, deal.lines)),
        frozenset((line.authority, line.reference, line.scope, line.status) for line in deal.licences),
        frozenset((line.by, line.against, line.basis, line.status) for line in deal.sanctions),
        frozenset((option.option, option.item, option.status) for option in deal.options),
    )
