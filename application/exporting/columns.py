"""The columns of rows in files of other formats, and their values, derived from the fields of the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import compress
from operator import itemgetter
from typing import Any, Final, NamedTuple

from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.exchange.tables.table import Column, ColumnKind
from armsledger.exchange.tables.text import csv_cell
from armsledger.projections.codec import Number, RowCodec, codec_of
from armsledger.projections.rows import Row
from armsledger.storage.schema import parse_instant

SIMPLE: Final[dict[tuple[Any, ...], ColumnKind]] = {
    (int,): "whole number",
    (bool,): "boolean",
    (Decimal,): "decimal",
    (Number,): "decimal",
    (date,): "date",
    (datetime,): "instant",
    (When,): "EDTF date",
}
KEYS: Final = ("stream", "deal", "engagement", "framework", "entry", "source")
"""Fields that name the stream of a row; the first one that a row has counts."""
STREAM: Final = "stream"
DAYS_REMEMBERED: Final = 65_536

Values = list[Any]


class Spread(NamedTuple):
    """The columns of a kind of row, and a function from its fields, in the types of JSON, to the columns' values."""

    columns: tuple[Column, ...]
    values: Callable[[Values], Sequence[Any]]
    key: str | None


class _Field(NamedTuple):
    """A field's own column and those beside it, with functions from the field to them; None takes it as it is."""

    column: Column
    value: Callable[[Any], Any] | None = None
    beside: tuple[Column, ...] = ()
    values: Callable[[Any], Sequence[Any]] | None = None


def flat(row_type: type[Row]) -> Spread:
    """A column for each field, as the commands write CSV: lists are joined by semicolons."""
    codec = codec_of(row_type)
    flags = [codec.indexes[name] for name in codec.names if bool in codec.types[name]]

    def values(plain: Values) -> Values:
        cells = codec.flatten(plain)
        for place in flags:
            cells[place] = csv_cell(cells[place])
        return cells

    return Spread(tuple(Column(name, kind_of(codec, name)) for name in codec.names), values, _key(codec))


def typed(row_type: type[Row], *, lists_as_text: bool = False) -> Spread:
    """A column for each field and others beside it: days beside an EDTF date, amounts and currency beside money.

    Lists are JSON, or joined by semicolons if ``lists_as_text``. Rows that name their entry have its stream, too.
    """
    codec = codec_of(row_type)
    fields = [_field(codec, name, lists_as_text=lists_as_text) for name in codec.names]
    beside = [(place, field.values, (None,) * len(field.beside)) for place, field in enumerate(fields) if field.values]
    own = [(place, field.value) for place, field in enumerate(fields) if field.value]
    columns = [field.column for field in fields] + [column for field in fields for column in field.beside]
    ordered = sorted(range(len(columns)), key=_places(fields).__getitem__)
    key, entry = _key(codec), codec.indexes.get("entry")
    if key == "entry":
        columns, ordered, key = [*columns, Column(STREAM, "text")], [len(columns), *ordered], STREAM
    in_order = itemgetter(*ordered) if len(ordered) > 1 else tuple

    def values(cells: Values) -> Sequence[Any]:
        for place, make, nothing in beside:
            value = cells[place]
            cells.extend(nothing if value is None else make(value))
        if key is STREAM and entry is not None:
            cells.append(cells[entry].rpartition("@")[0])
        for place, convert in own:
            if cells[place] is not None:
                cells[place] = convert(cells[place])
        row: Sequence[Any] = in_order(cells)
        return row

    return Spread(tuple(in_order(columns)), values, key)


def _places(fields: Sequence[_Field]) -> list[tuple[int, int]]:
    """The sort keys of columns, given the fields' own first: those beside a field follow its own column."""
    own = [(place, 0) for place in range(len(fields))]
    return own + [(place, number) for place, field in enumerate(fields) for number in range(1, len(field.beside) + 1)]


def kind_of(codec: RowCodec, name: str) -> ColumnKind:
    """The kind of a field's own column."""
    kinds = codec.types[name]
    if kinds in SIMPLE:
        return SIMPLE[kinds]
    return "text" if _is_text(kinds) or kinds in ((Money,), (Quantity,)) else "JSON"


def _is_text(kinds: tuple[Any, ...]) -> bool:
    return all(kind in (str, int, bool) for kind in kinds)


def _key(codec: RowCodec) -> str | None:
    return next((name for name in KEYS if name in codec.indexes and _is_text(codec.types[name])), None)


def _field(codec: RowCodec, name: str, *, lists_as_text: bool) -> _Field:
    kinds, kind = codec.types[name], kind_of(codec, name)
    flatten = codec.cell_of(name)
    if kinds == (When,):
        days: tuple[Column, ...] = (Column(f"{name}_earliest", "date"), Column(f"{name}_latest", "date"))
        return _beside(codec, _Field(Column(name, kind), None, days, days_of))
    if kinds == (Money,):
        amounts = (Column(f"{name}_amount", "decimal"), Column(f"{name}_amount_high", "decimal"))
        money = (*amounts, Column(f"{name}_currency", "text"))
        return _beside(codec, _Field(Column(name, kind), flatten, money, _money))
    if kinds == (Quantity,):
        counts = (Column(f"{name}_count", "whole number"), Column(f"{name}_count_high", "whole number"))
        counted = (*counts, Column(f"{name}_unit", "text"))
        return _beside(codec, _Field(Column(name, kind), flatten, counted, _quantity))
    if kind == "JSON" and lists_as_text:
        return _Field(Column(name, "text"), lambda value: flatten(value) or None)
    if kind == "text" and kinds != (str,):
        return _Field(Column(name, kind), str)
    if kinds == (Number,):
        return _Field(Column(name, kind), codec.forms[codec.indexes[name]].read)
    return _Field(Column(name, kind), READERS.get(kind))


def _beside(codec: RowCodec, field: _Field) -> _Field:
    """A field without those columns beside it for which the row has fields of its own."""
    values, kept = field.values, [column.name not in codec.indexes for column in field.beside]
    if all(kept) or values is None:
        return field
    beside = tuple(compress(field.beside, kept))
    return field._replace(beside=beside, values=lambda value: tuple(compress(values(value), kept)))


@lru_cache(maxsize=DAYS_REMEMBERED)
def days_of(text: str) -> tuple[date | None, date | None]:
    """The first and the last day that an EDTF date can mean; None where it is open."""
    when = When.parse(text)
    return when.earliest, when.latest


@lru_cache(maxsize=DAYS_REMEMBERED)
def _instant(text: str) -> datetime:
    return parse_instant(text)


def _money(value: dict[str, Any]) -> tuple[Any, ...]:
    """The amount, or the lower end of a range; its upper end, if it has one; and the currency."""
    high = value.get("amount_high")
    return Decimal(value["amount"]), None if high is None else Decimal(high), value["currency"]


def _quantity(value: dict[str, Any]) -> tuple[Any, ...]:
    """The count, or the lower end of a range; its upper end, if it has one; and the unit."""
    return value["count"], value.get("count_high"), value["unit"]


def _json(value: Any) -> str:
    from pydantic_core import to_json

    return to_json(value).decode()


READERS: Final[dict[ColumnKind, Callable[[Any], Any]]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "instant": _instant,
    "JSON": _json,
}
