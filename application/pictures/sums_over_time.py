"""What was paid and delivered over time, by one belief: what is certain, what is possible, and what was agreed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from math import inf
from typing import Any, Final, NamedTuple

from armsledger.charts.steps import Steps, SumCourse
from armsledger.domain.events.delivery import Delivered
from armsledger.domain.events.payment import TranchePaid
from armsledger.domain.events.statement import Statement
from armsledger.domain.states.course import Course
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.tallies import Sum
from armsledger.domain.values.edtf import OPEN_FUTURE
from armsledger.domain.values.money import SHOWN, Money
from armsledger.domain.values.quantity import Quantity, are_of_one_kind, plural
from armsledger.projections.timeline import FIRST_DAY, LAST_DAY

AGREEING: Final = frozenset({"contract-signed", "amended", "option-exercised", "pledged", "opened"})
"""The events that say how much is agreed."""
Kind = type[Statement]


class Line(NamedTuple):
    """What one chart is of: ``paid`` or ``delivered``, the item if one is named, and the currency or unit."""

    kind: str
    item: str | None
    measure: str


def sums_over_time(course: Course) -> dict[Line, SumCourse]:
    """The charts of a deal's payments and deliveries, one for each currency, and for each item and unit."""
    if course.kind != "deal":
        return {}
    paid = {Line("paid", one.item, one.measure): _paid(one, course) for one in course.sums.of(TranchePaid)}
    delivered = {Line("delivered", one.item, one.measure): _delivered(one, course) for one in course.sums.of(Delivered)}
    return paid | delivered


def _paid(one: Sum, course: Course) -> SumCourse:
    def value(deal: Deal) -> Money | None:
        amounts = [amount for amount in (deal.value, *deal.equivalents) if amount is not None]
        return next((amount for amount in amounts if amount.currency == one.measure), None)

    def text(amount: Any, day: int) -> str:
        return str(Money(Decimal(amount), one.measure, one.is_approximate(day)))

    return _course(one, f"Paid, {one.measure}", _agreed(course, value), "value", text)


def _delivered(one: Sum, course: Course) -> SumCourse:
    def ordered(deal: Deal) -> Quantity | None:
        lines = [line for line in deal.lines if are_of_one_kind(line.unit, one.measure)]
        same = [line for line in lines if line.item is None or one.item is None or line.key[0] == one.item.casefold()]
        line = same[0] if len(same) == 1 else None
        return None if line is None else Quantity(line.count, line.unit, line.approximate, line.count_high)

    def text(amount: Any, day: int) -> str:
        return str(Quantity(int(amount), one.measure, one.is_approximate(day)))

    of = f" of {one.item}" if one.item else ""
    return _course(one, f"Delivered, {plural(one.measure)}{of}", _agreed(course, ordered), "ordered", text)


def _course(
    one: Sum, title: str, agreed: Sequence[tuple[int, Any]], name: str, text: Callable[[Any, int], str]
) -> SumCourse:
    days = [day for day in one.change_days if FIRST_DAY < day < LAST_DAY]
    certain = _steps((day, one.certain(day)) for day in days)
    possible = _steps((day, one.possible(day)) for day in days)
    least, most = (one.certain(days[-1]), one.possible(days[-1])) if days else (0, 0)
    return SumCourse(
        title=title,
        certain=certain,
        possible=possible,
        agreed=_steps((day, amount.least) for day, amount in agreed),
        agreed_name=name,
        last_certain=text(least, days[-1]) if days else "",
        last_possible="" if most == least else "more" if most == inf else f"up to {text(most, days[-1])}",
        last_agreed=str(agreed[-1][1]) if agreed else "",
        is_counted=name == "ordered",
    )


def _steps(amounts: Iterator[tuple[int, Any]]) -> Steps:
    """The days on which an amount becomes another one."""
    steps: list[tuple[int, float]] = []
    for day, amount in amounts:
        if float(amount) != (steps[-1][1] if steps else 0.0):
            steps.append((day, float(amount)))
    return tuple(steps)


def _agreed(course: Course, amount_of: Callable[[Deal], Any]) -> list[tuple[int, Any]]:
    """The value or the order, from each day on which something was agreed for certain."""
    days = {one.last for one in course.belief.occurrences if one.name in AGREEING and one.last != OPEN_FUTURE}
    agreed: list[tuple[int, Any]] = []
    for day in sorted(days):
        amount = amount_of(course.states(day)[0])
        if amount is not None and (not agreed or amount != agreed[-1][1]):
            agreed.append((day, amount))
    return agreed


def short_amount(amount: float) -> str:
    """An amount on an axis: ``800m``, ``2.5bn``, ``40``."""
    for size, name in SHOWN:
        if amount >= float(size):
            return f"{amount / float(size):g}{name}"
    return f"{amount:,g}"
