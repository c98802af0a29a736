"""What was delivered, paid, refunded, returned or lost: the sums of a belief, drawn from its occurrences.

One place makes the tallies of `domain.sums`, for the state, the expectations, the tables, the findings and the exports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from math import inf
from typing import Any, Final, NamedTuple

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.delivery import Delivered, Lost, Returned
from armsledger.domain.events.payment import PaymentRefunded, TranchePaid
from armsledger.domain.events.statement import Statement
from armsledger.domain.sums import Part, Tally
from armsledger.domain.values.citation import CANNOT_BE_JUDGED, CREDIBILITY_CANNOT_BE_JUDGED, Grades
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line, Quantity

COUNTED: Final[Mapping[type[Statement], str]] = {
    Delivered: "quantity",
    TranchePaid: "amount",
    PaymentRefunded: "amount",
    Returned: "quantity",
    Lost: "quantity",
}
"""The events that add up, and the field that counts."""


class Sum(NamedTuple):
    """A tally with what it counts: an item, if one is named, and a unit or currency."""

    item: str | None
    measure: str
    tally: Tally
    parts: Sequence[Part]

    def certain(self, day: int) -> Any:
        """What there is at least by a day."""
        return self.tally.certain(day)

    def possible(self, day: int) -> Any:
        """What there can be at most by a day."""
        return self.tally.possible(day)

    def of_a_view(self, day: int, *, possible: bool) -> Any:
        """One of the two."""
        return self.tally.possible(day) if possible else self.tally.certain(day)

    def is_approximate(self, day: int) -> bool:
        """Whether something that may count by a day was rounded by its source."""
        return any(part.approximate for part in self.parts if part.first <= day)


def sums_of(
    occurrences: Iterable[Occurrence],
    event: type[Statement],
    grades: Grades,
    *,
    is_sure: Callable[[Occurrence], bool] = lambda occurrence: occurrence.established,
) -> list[Sum]:
    """The sums of one event, by item and measure, in the order in which these first came."""
    field = COUNTED[event]
    lines: dict[tuple[str | None, str], tuple[str | None, str, list[Part]]] = {}
    uncounted = []
    for place, occurrence in enumerate(occurrences):
        told = occurrence.event
        if type(told) is not event:
            continue
        amount = getattr(told, field)
        part = _part(place, occurrence, field, grades, is_sure(occurrence))
        if amount is None:
            uncounted.append(part)
            continue
        item = _item(told)
        key = None if item is None else item.casefold(), amount.measure
        lines.setdefault(key, (item, _shown(amount), []))[2].append(part)
    if uncounted and len(lines) == 1:
        next(iter(lines.values()))[2].extend(uncounted)
    return [Sum(item, measure, Tally(parts), parts) for item, measure, parts in lines.values()]


def _part(place: int, occurrence: Occurrence, field: str, grades: Grades, is_sure: bool) -> Part:
    told, sure = occurrence.event, occurrence.sure
    least, most = getattr(sure, field) if is_sure else None, getattr(told, field)
    entries = occurrence.entries
    best = entries[0].event
    return Part(
        place=place,
        first=occurrence.first,
        last=occurrence.last,
        least=0 if least is None else _least(least),
        most=0 if most is None else most.most,
        established=is_sure,
        is_total=bool(getattr(told, "so_far", False)),
        tranche=getattr(told, "tranche", None),
        is_instalment=bool(getattr(told, "part", False)),
        sources=frozenset([entry.event.source or entry.id for entry in entries]),
        grade=(grades.get(best.source or "", CANNOT_BE_JUDGED), best.credibility or CREDIBILITY_CANNOT_BE_JUDGED),
        said=(best.asserted.last, entries[0].id),
        ids=frozenset([entry.id for entry in entries]),
        apart=frozenset([entry.event.apart_from for entry in entries if entry.event.apart_from is not None]),
        is_counted=most is not None,
        approximate=most is not None and most.approximate,
    )


def _least(amount: Money | Quantity) -> Any:
    return amount.count if isinstance(amount, Quantity) else amount.amount


def _item(event: Statement) -> str | None:
    item = getattr(event, "item", None)
    return None if item is None else str(item.designation)


def _shown(amount: Money | Quantity) -> str:
    """The measure as it is shown: a unit of one word without the capital letter of a sentence."""
    if isinstance(amount, Money):
        return amount.currency
    return amount.unit.lower() if amount.unit.istitle() and " " not in amount.unit else amount.unit


def lines_at(sums: Iterable[Sum], day: int, *, possible: bool) -> tuple[Line, ...]:
    """The counts of a day, one a line; a sum of zero is left out."""
    counts = ((one, one.of_a_view(day, possible=possible)) for one in sums)
    return tuple(line_of(one, count, day) for one, count in counts if count > 0)


def line_of(one: Sum, count: float, day: int) -> Line:
    """A count of a sum as a line; an endless one is open above what is certain."""
    is_open = count == inf
    return Line.model_construct(
        count=int(one.certain(day) if is_open else count),
        count_high="open" if is_open else None,
        unit=one.measure,
        approximate=one.is_approximate(day),
        item=one.item,
    )


def money_at(sums: Iterable[Sum], day: int, *, possible: bool) -> tuple[Money, ...]:
    """The amounts of a day, one a currency; a sum of zero is left out."""
    amounts = ((one, one.of_a_view(day, possible=possible)) for one in sums)
    return tuple(
        Money.model_construct(
            amount=one.certain(day) if amount == Decimal("Infinity") else Decimal(amount),
            amount_high="open" if amount == Decimal("Infinity") else None,
            currency=one.measure,
            approximate=one.is_approximate(day),
        )
        for one, amount in amounts
        if amount > 0
    )
