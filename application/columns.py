"""The columns of rows in files of other formats, and what stands in them: derived from the fields of the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple

from armsledger.domain.money import Money
from armsledger.domain.quantity import Quantity
from armsledger.domain.when import When
from armsledger.exchange.csv_export import csv_cell
from armsledger.exchange.json_lines import json_text
from armsledger.exchange.table import Column, Kind
from armsledger.projections.layout import Layout, layout_of
from armsledger.projections.rows import Row
from armsledger.storage.instant import from_text

SIMPLE: Final[dict[tuple[Any, ...], Kind]] = {
    (int,): "whole number",
    (bool,): "boolean",
    (Decimal,): "decimal",
    (date,): "date",
    (datetime,): "instant",
    (When,): "EDTF date",
}
KEYS: Final = ("stream", "deal", "engagement", "framework", "entry", "source")
"""Fields that tell which stream a row is of; the first that there is does."""
STREAM: Final = "stream"
DAYS_REMEMBERED: Final = 65_536

Values = list[Any]


class Spread(NamedTuple):
    """The columns of a kind of row, and what makes a row's values of its fields in the types of JSON."""

    columns: tuple[Column, ...]
    values: Callable[[Values], Sequence[Any]]
    key: str | None


class _Field(NamedTuple):
    """The columns of one field, and what makes their values of the field's; None if it is the one value."""

    columns: tuple[Column, ...]
    values: Callable[[Any], Sequence[Any]] | None


def flat(row_type: type[Row]) -> Spread:
    """A column for each field, as the reads write CSV: lists are joined by semicolons."""
    layout = layout_of(row_type)
    flags = [layout.places[name] for name in layout.names if bool in layout.kinds[name]]

    def values(plain: Values) -> Values:
        cells = layout.flat(plain)
        for place in flags:
            cells[place] = csv_cell(cells[place])
        return cells

    return Spread(tuple(Column(name, kind_of(layout, name)) for name in layout.names), values, _key(layout))


def typed(row_type: type[Row], *, lists_as_text: bool = False) -> Spread:
    """A column for each field and what goes with it: days beside an EDTF date, amount and currency beside money.

    Lists are JSON, or joined by semicolons if ``lists_as_text``. Rows that name their entry get its stream, too.
    """
    layout = layout_of(row_type)
    fields = [_field(layout, name, lists_as_text=lists_as_text) for name in layout.names]
    entry = layout.places.get("entry") if _key(layout) == "entry" else None
    columns = tuple(column for field in fields for column in field.columns)
    makers = [(field.values, [None] * len(field.columns)) for field in fields]

    def values(plain: Values) -> Values:
        cells: Values = [] if entry is None else [plain[entry].rpartition("@")[0]]
        for value, (make, nothing) in zip(plain, makers, strict=True):
            if make is None:
                cells.append(value)
            else:
                cells.extend(nothing if value is None else make(value))
        return cells

    if entry is not None:
        return Spread((Column(STREAM, "text"), *columns), values, STREAM)
    return Spread(columns, values, _key(layout))


def kind_of(layout: Layout, name: str) -> Kind:
    """The kind of a field's own column."""
    kinds = layout.kinds[name]
    if kinds in SIMPLE:
        return SIMPLE[kinds]
    return "text" if _is_text(kinds) or kinds in ((Money,), (Quantity,)) else "JSON"


def _is_text(kinds: tuple[Any, ...]) -> bool:
    return all(kind in (str, int, bool) for kind in kinds)


def _key(layout: Layout) -> str | None:
    return next((name for name in KEYS if name in layout.places and _is_text(layout.kinds[name])), None)


def _field(layout: Layout, name: str, *, lists_as_text: bool) -> _Field:
    kinds, kind = layout.kinds[name], kind_of(layout, name)
    own = Column(name, kind)
    if kinds == (When,):
        days: tuple[Column, ...] = (Column(f"{name}_earliest", "date"), Column(f"{name}_latest", "date"))
        return _beside(layout, own, days, with_days)
    if kinds == (Money,):
        money = (Column(f"{name}_amount", "decimal"), Column(f"{name}_currency", "text"))
        return _beside(layout, own, money, partial(_money, layout.flattener(name)))
    if kinds == (Quantity,):
        counted = (Column(f"{name}_count", "whole number"), Column(f"{name}_unit", "text"))
        return _beside(layout, own, counted, partial(_quantity, layout.flattener(name)))
    if kind == "JSON" and lists_as_text:
        flatten = layout.flattener(name)
        return _Field((Column(name, "text"),), lambda value: (flatten(value) or None,))
    if kind == "JSON":
        return _Field((own,), lambda value: (json_text(value),))
    if kind in READERS:
        read = READERS[kind]
        return _Field((own,), lambda value: (read(value),))
    if kind == "text" and kinds != (str,):
        return _Field((own,), lambda value: (str(value),))
    return _Field((own,), None)


def _beside(
    layout: Layout, own: Column, others: tuple[Column, ...], values: Callable[[Any], tuple[Any, ...]]
) -> _Field:
    """A field with columns beside it, but for those that the row has a field for itself."""
    kept = [place for place, other in enumerate(others, 1) if other.name not in layout.places]
    if len(kept) == len(others):
        return _Field((own, *others), values)
    columns = (own, *(others[place - 1] for place in kept))

    def some(value: Any) -> Sequence[Any]:
        found = values(value)
        return [found[0], *(found[place] for place in kept)]

    return _Field(columns, some)


@lru_cache(maxsize=DAYS_REMEMBERED)
def with_days(text: str) -> tuple[str, date | None, date | None]:
    """An EDTF date, and the first and the last day that it can mean; None where it is open."""
    when = When.parse(text)
    return text, when.earliest, when.latest


def _money(flatten: Callable[[Any], Any], value: dict[str, Any]) -> tuple[Any, ...]:
    return flatten(value), Decimal(value["amount"]), value["currency"]


def _quantity(flatten: Callable[[Any], Any], value: dict[str, Any]) -> tuple[Any, ...]:
    return flatten(value), value["count"], value["unit"]


READERS: Final[dict[Kind, Callable[[str], Any]]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "instant": from_text,
}
