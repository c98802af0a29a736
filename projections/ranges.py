"""Ranges that filters ask for: of dates, amounts and numbers.

What is itself a range fits if it overlaps the one that is asked for: "2018" may be before and after June 2018. An
amount that a source rounds counts as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from math import inf
from typing import Any, NamedTuple

from armsledger.domain.errors import InvalidValue, UsageError, quoted
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line, Quantity
from armsledger.domain.values.when import When
from armsledger.projections.codec import Number
from armsledger.projections.field_types import kinds_of

DATES = frozenset({When, date, datetime})
NUMBERS = frozenset({int, Decimal, Number})
COUNTS = frozenset({Quantity, Line})
MEASURED = DATES | NUMBERS | COUNTS | {Money}


class Ends(NamedTuple):
    """The least and the most that a value can be, and its currency if it is an amount."""

    least: Any
    most: Any
    currency: str | None = None


class Range(NamedTuple):
    """A range that a value overlaps in any of some fields; an amount in one currency.

    ``low`` and ``high`` are days (proleptic ordinals) or numbers, None for no end. With ``is_span`` the fields are the
    two ends of one range. ``measure`` is the field that has the currency of the amounts.
    """

    name: str
    fields: tuple[str, ...]
    low: Any
    high: Any
    currency: str | None = None
    is_span: bool = False
    measure: str | None = None

    def fits(self, row: Any) -> bool:
        """Whether a row is wanted."""
        if self.is_span:
            least, most = (getattr(row, name) for name in self.fields)
            known = least is not None or most is not None
            return known and self._overlaps(
                Ends(-inf if least is None else least, inf if most is None else most, self.currency)
            )
        if self.measure is not None and getattr(row, self.measure) != self.currency:
            return False
        return any(self._overlaps(ends) for name in self.fields for ends in self._ends(getattr(row, name)))

    def _ends(self, value: Any) -> Iterator[Ends]:
        for part in value if isinstance(value, tuple) else (value,):
            if part is not None:
                yield ends_of(part, None if self.measure is None else self.currency)

    def _overlaps(self, ends: Ends) -> bool:
        return (
            ends.currency == self.currency
            and (self.low is None or ends.most >= self.low)
            and (self.high is None or ends.least <= self.high)
        )


def ends_of(value: Any, currency: str | None = None) -> Ends:
    """The least and the most that a value of a field can be."""
    match value:
        case When():
            return Ends(value.first, value.last)
        case date():
            return Ends(value.toordinal(), value.toordinal())
        case Money():
            return Ends(value.least, value.most, value.currency)
        case Quantity():
            high = value.count_high
            return Ends(value.count, value.count if high is None else inf if high == "open" else high)
    return Ends(value, value, currency)


def range_of(
    row_type: type[Any],
    name: str,
    fields: tuple[str, ...],
    ends: tuple[Any, Any],
    currencies: Sequence[Any],
    *,
    is_span: bool = False,
) -> Range:
    """The range from one end to another, either of which may be None; raises UsageError."""
    kinds = frozenset().union(*(kinds_of(row_type, field) for field in fields))
    measure: str | None = next((row_type.MEASURES[field] for field in fields if field in row_type.MEASURES), None)
    low: Any
    high: Any
    currency: str | None
    if kinds <= DATES:
        low, high = (
            None if end is None else day_of(name, end, last=last) for end, last in zip(ends, (False, True), strict=True)
        )
        currency = None
    elif kinds == {Money} or measure is not None:
        low, high, currency = _amounts(name, ends, [str(one).strip().upper() for one in currencies])
    else:
        low, high = (None if end is None else number_of(name, end) for end in ends)
        currency = None
    if low is not None and high is not None and low > high:
        raise UsageError(
            f"from {quoted(ends[0])} to {quoted(ends[1])} there is no {name}", remedy="name the lesser end first"
        )
    return Range(name, fields, low, high, currency, is_span, measure)


def day_of(name: str, value: Any, *, last: bool) -> int:
    """The first or the last day of a date; raises UsageError."""
    if isinstance(value, date):
        return value.toordinal()
    try:
        when = value if isinstance(value, When) else When.read(str(value))
    except InvalidValue as error:
        raise UsageError(f"{name}: {error.message}", remedy=error.remedy) from error
    return when.last if last else when.first


def number_of(name: str, value: Any) -> int | Decimal:
    """A number; raises UsageError."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise UsageError(f"{name.replace('_', ' ')} {quoted(value)} is no number", remedy="write a number such as 12")
    return number


def _amounts(name: str, ends: tuple[Any, Any], currencies: Sequence[str]) -> tuple[Any, Any, str]:
    """The least and the most of a range of amounts, and their currency."""
    low, high = (None if end is None else _amount(name, end, currencies) for end in ends)
    named = {amount.currency for amount in (low, high) if amount is not None}
    if len(named) > 1:
        raise UsageError(
            f"{name} from {quoted(str(ends[0]))} to {quoted(str(ends[1]))} is in two currencies",
            remedy="amounts of different currencies are never compared: write both ends in one",
        )
    (currency,) = named
    if currencies and currency not in currencies:
        raise UsageError(
            f"{name} is in {currency}, and the currency asked for is {' or '.join(currencies)}",
            remedy="name one currency",
        )
    return None if low is None else low.least, None if high is None else high.most, currency


def _amount(name: str, value: Any, currencies: Sequence[str]) -> Money:
    """An amount of money; a bare number is one of the currency that another filter names."""
    if isinstance(value, Money):
        return value
    text = f"{value:f}" if isinstance(value, Decimal) else str(value).strip()
    is_bare = text[:1].isdecimal() or text[:1] == "."
    if is_bare and len(currencies) != 1:
        raise UsageError(
            f"{name} {quoted(value)} names no currency", remedy=f"write USD {text}, or name one currency beside it"
        )
    try:
        return Money.read(f"{currencies[0]} {text}" if is_bare else text)
    except InvalidValue as error:
        raise UsageError(f"{name}: {error.message}", remedy=error.remedy) from error
