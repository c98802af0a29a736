"""The order of rows: dates by their first day, then their last; amounts of one currency by how much; nothing last."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import inf
from typing import Any, Final

from armsledger.domain.errors import UsageError
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.projections.field_types import is_money

LAST: Final = 9
"""Of a sort key: what has no value."""
Key = tuple[int, Any]


def in_order(row_type: type[Any], rows: Sequence[Any], name: str, currency: str | None) -> list[Any]:
    """The rows in the order of a field; ``-name`` is descending. What has no value comes last either way.

    Of amounts, only those in ``currency`` count, if one is named. Raises UsageError for amounts of several currencies.
    """
    field = name.removeprefix("-")
    if is_money(row_type, field) or field in row_type.MEASURES:
        keys = _by_amount(row_type, rows, field, currency)
    else:
        keys = [sort_key(getattr(row, field)) for row in rows]
    valued = [index for index, key in enumerate(keys) if key[0] != LAST]
    valued.sort(key=keys.__getitem__, reverse=name.startswith("-"))
    empty = (index for index, key in enumerate(keys) if key[0] == LAST)
    return [rows[index] for index in (*valued, *empty)]


def _by_amount(row_type: type[Any], rows: Sequence[Any], field: str, currency: str | None) -> list[Key]:
    amounts = [_amounts(row_type, row, field) for row in rows]
    currencies = sorted({named for each in amounts for named, *_ in each if named is not None})
    if currency is None and len(currencies) > 1:
        one = currencies[0]
        raise UsageError(
            f"{field} is in {', '.join(currencies)}: amounts of several currencies are not ordered against each other",
            remedy=f"name one: --currency {one} (--where currency={one}), or currency={one!r}",
        )
    code = None if currency is None else currency.strip().upper()
    return [_first([ends for named, *ends in each if code in (None, named)]) for each in amounts]


def _first(amounts: Sequence[list[Decimal]]) -> Key:
    return (0, tuple(amounts[0])) if amounts else (LAST, "")


def _amounts(row_type: type[Any], row: Any, field: str) -> list[tuple[str | None, Decimal, Decimal]]:
    """The amounts of a field: the currency, the least and the most of each."""
    value = getattr(row, field)
    if value is None:
        return []
    if field in row_type.MEASURES:
        return [(getattr(row, row_type.MEASURES[field]), value, value)]
    return [(part.currency, part.least, part.most) for part in (value if isinstance(value, tuple) else (value,))]


def sort_key(value: Any) -> Key:
    """What values of one field are ordered by; quantities by unit first, nothing last."""
    match value:
        case None:
            return LAST, ""
        case bool() | int() | Decimal():
            return 0, value
        case When():
            return 1, (value.first, value.last, value.text)
        case Money():
            return 2, (value.currency, value.amount)
        case Quantity():
            return 3, (value.unit, value.count, inf if value.count_high == "open" else value.count_high or value.count)
        case tuple():
            return (4, tuple(map(sort_key, value))) if value else (LAST, "")
    return 5, str(value)
