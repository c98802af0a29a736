"""What was delivered, paid, refunded, returned or lost: the sums of a belief, drawn from its occurrences.

One place makes the tallies of `domain.sums`, for the state, the expectations, the tables, the findings and the exports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from math import inf
from operator import attrgetter
from typing import Any, Final, NamedTuple

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.delivery import Delivered, Lost, Returned
from armsledger.domain.events.payment import PaymentRefunded, TranchePaid
from armsledger.domain.events.statement import Statement
from armsledger.domain.sums import Part, Tally
from armsledger.domain.values.citation import Grades
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


ENDLESS: Final = Decimal("Infinity")


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
    told = [(place, one) for place, one in enumerate(occurrences) if type(one.event) is event]
    return _sums(told, COUNTED[event], grades, is_sure)


def _sums(
    placed: Iterable[tuple[int, Occurrence]],
    field: str,
    grades: Grades,
    is_sure: Callable[[Occurrence], bool] = lambda occurrence: occurrence.established,
) -> list[Sum]:
    lines: dict[tuple[str | None, str], tuple[str | None, str, list[Part]]] = {}
    uncounted = []
    for place, occurrence in placed:
        told = occurrence.event
        amount = getattr(told, field)
        part = _part(place, occurrence, field, grades, is_sure(occurrence))
        if amount is None:
            uncounted.append(part)
            continue
        item = told.__dict__.get("item")
        item = None if item is None else str(item.designation)
        key = None if item is None else item.casefold(), amount.measure
        if key not in lines:
            lines[key] = item, _shown(amount), []
        lines[key][2].append(part)
    if uncounted and len(lines) == 1:
        parts = next(iter(lines.values()))[2]
        parts.extend(uncounted)
        parts.sort(key=attrgetter("place"))
    return [Sum(item, measure, Tally(parts), parts) for item, measure, parts in lines.values()]


def all_sums(occurrences: Iterable[Occurrence], grades: Grades) -> dict[type[Statement], list[Sum]]:
    """The sums of each event that adds up, of those that there are."""
    by_event: dict[type[Statement], list[tuple[int, Occurrence]]] = {}
    for place, occurrence in enumerate(occurrences):
        if type(occurrence.event) in COUNTED:
            by_event.setdefault(type(occurrence.event), []).append((place, occurrence))
    return {event: _sums(told, COUNTED[event], grades) for event, told in by_event.items()}


def _part(place: int, occurrence: Occurrence, field: str, grades: Grades, is_sure: bool) -> Part:
    told = occurrence.event.__dict__
    least, most = occurrence.sure.__dict__[field] if is_sure else None, told[field]
    return Part(
        place,
        occurrence.first,
        occurrence.last,
        0 if least is None else least.least,
        0 if most is None else most.most,
        is_sure,
        bool(told.get("so_far")),
        told.get("tranche"),
        bool(told.get("part")),
        most is not None,
        most is not None and most.approximate,
        occurrence.entries,
        grades,
    )


def _shown(amount: Money | Quantity) -> str:
    """The measure as it is shown: a unit of one word without the capital letter of a sentence."""
    if isinstance(amount, Money):
        return amount.currency
    return amount.unit.lower() if amount.unit.istitle() and " " not in amount.unit else amount.unit


def lines_at(sums: Iterable[Sum], day: int, *, possible: bool) -> tuple[Line, ...]:
    """The counts of a day, one a line; a sum of zero is left out."""
    lines = []
    for one in sums:
        count = one.of_a_view(day, possible=possible)
        if count > 0:
            lines.append(line_of(one, count, day))
    return tuple(lines)


def line_of(one: Sum, count: float, day: int) -> Line:
    """A count of a sum as a line; an endless one is open above what is certain."""
    is_open = count == inf
    return line(int(one.certain(day) if is_open else count), is_open, one.measure, one.is_approximate(day), one.item)


@lru_cache(maxsize=4096)
def line(count: int, is_open: bool, unit: str, approximate: bool, item: str | None = None) -> Line:
    """A line of so many units; the values are checked already, and few counts and units make most lines."""
    return Line.model_construct(
        count=count, count_high="open" if is_open else None, unit=unit, approximate=approximate, item=item
    )


def money_at(sums: Iterable[Sum], day: int, *, possible: bool) -> tuple[Money, ...]:
    """The amounts of a day, one a currency; a sum of zero is left out."""
    amounts = []
    for one in sums:
        amount = one.of_a_view(day, possible=possible)
        if amount > 0:
            amounts.append(_money_of(one, amount, day))
    return tuple(amounts)


def _money_of(one: Sum, amount: Decimal, day: int) -> Money:
    is_open = amount == ENDLESS
    return _money(one.certain(day) if is_open else Decimal(amount), is_open, one.measure, one.is_approximate(day))


@lru_cache(maxsize=4096)
def _money(amount: Decimal, is_open: bool, currency: str, approximate: bool) -> Money:
    return Money.model_construct(
        amount=amount, amount_high="open" if is_open else None, currency=currency, approximate=approximate
    )
