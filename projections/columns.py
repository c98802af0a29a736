"""The columns of rows in files, frames and SQL of others, and their values.

One declaration serves all: each field of a row is a column, and beside it stand columns that can be computed with.
Values are made column by column from rows in the types of JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache, partial
from operator import itemgetter
from typing import Any, Final, NamedTuple, get_args, get_origin

from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line, Quantity
from armsledger.domain.values.when import When
from armsledger.projections.codec import FORMS, PLAIN, Number, RowCodec, codec_of
from armsledger.storage.columns import Column, ColumnKind
from armsledger.storage.schema import parse_instant

SIMPLE: Final[dict[Any, ColumnKind]] = {
    int: "whole number",
    bool: "boolean",
    Decimal: "decimal",
    Number: "decimal",
    date: "date",
    datetime: "instant",
    When: "EDTF date",
    Money: "text",
    Quantity: "text",
    Line: "text",
}
KEYS: Final = ("stream", "deal", "engagement", "framework", "entry", "source")
"""Fields that name the stream of a row; the first one that a row has counts."""
STREAM: Final = "stream"
REMEMBERED: Final = 65_536

Convert = Callable[[Any], Any]
Values = Sequence[Any]
"""The values of one column, or of one row."""


class Form(NamedTuple):
    """How a format writes what can be written in several ways; None leaves the value as JSON has it.

    Lists are their parts in words, joined by semicolons, if ``lists_as_words``, and lists of lists and objects too if
    ``objects_as_words``; else they are JSON texts.
    """

    decimal: Convert
    instant: Convert | None
    boolean: Convert | None = None
    lists_as_words: bool = False
    objects_as_words: bool = False


@lru_cache(maxsize=REMEMBERED)
def _instant(text: str) -> datetime:
    return parse_instant(text)


DATABASE: Final = Form(Decimal, _instant)
"""Parquet and SQLite: lists are JSON, which SQL takes apart."""
WORKBOOK: Final = Form(Decimal, _instant, lists_as_words=True, objects_as_words=True)
CSV: Final = Form(str, None, {True: "true", False: "false"}.get, lists_as_words=True, objects_as_words=True)
FRAME: Final = Form(float, _instant, lists_as_words=True)
"""Pandas and polars: amounts are floats, as both compute with these."""


class _Part(NamedTuple):
    """A column that stands beside a field: the end of its name, and what makes its value of the field's."""

    name: str
    kind: ColumnKind
    convert: Convert


class _Field(NamedTuple):
    """The columns of one field, its own and those beside it, and what makes their values of the field's.

    ``convert`` makes the value of the only column, or a tuple of the values of all; None takes the value as it is.
    """

    place: int
    columns: tuple[Column, ...]
    convert: Convert | None

    def spread(self, values: Values) -> Iterable[Values]:
        """The values of its columns, from those of the field."""
        if self.convert is None or values.count(None) == len(values):  # most columns of a register's rows are empty
            return [values] * len(self.columns)
        if len(self.columns) == 1:
            return [[None if value is None else self.convert(value) for value in values]]
        nothing = (None,) * len(self.columns)
        return zip(*[nothing if value is None else self.convert(value) for value in values], strict=True)


class Spread:
    """The columns of a kind of row in a form. ``key`` names the one that holds a row's stream, if one does."""

    def __init__(self, row_type: type, form: Form) -> None:
        codec = codec_of(row_type)
        self._fields: Final = [_field(codec, name, form) for name in codec.names]
        self._width: Final = len(codec.names)
        columns = tuple(column for field in self._fields for column in field.columns)
        key = next((name for name in KEYS if name in codec.indexes and _is_text(codec.types[name])), None)
        self._entry: Final = codec.indexes["entry"] if key == "entry" else None
        self.key: Final = STREAM if key == "entry" else key
        self.columns: Final = columns if self._entry is None else (Column(STREAM, "text"), *columns)

    def columns_of(self, rows: Sequence[Values]) -> list[Values]:
        """The values of each column, from rows in the types of JSON; few at once take the least memory and time."""
        fields: list[Values] = list(zip(*rows, strict=True)) if rows else [()] * self._width
        spread = [values for field in self._fields for values in field.spread(fields[field.place])]
        return spread if self._entry is None else [[_stream_of(entry) for entry in fields[self._entry]], *spread]


spread_of: Final[Callable[[type, Form], Spread]] = cache(Spread)
"""The columns of a kind of row in a form, made once."""


def kind_of(codec: RowCodec, name: str) -> ColumnKind:
    """The kind of a field's own column."""
    kinds = codec.types[name]
    if _is_text(kinds) and len(kinds) != 1:
        return "text"
    kind = kinds[0] if len(kinds) == 1 else None
    if kind in SIMPLE:
        return SIMPLE[kind]
    if kind is str:
        return "text"
    is_list = get_origin(kind) is tuple and all(part in PLAIN or part in FORMS for part in get_args(kind)[:1])
    return "list" if is_list else "JSON"


def _is_text(kinds: tuple[Any, ...]) -> bool:
    return all(kind in (str, int, bool) for kind in kinds)


def _field(codec: RowCodec, name: str, form: Form) -> _Field:
    kind, value_type = kind_of(codec, name), codec.types[name][0]
    own, parts = _own(codec, name, kind, form), _parts(value_type, form)
    parts = [part for part in parts if f"{name}_{part.name}" not in codec.indexes]
    columns = [Column(name, kind), *(Column(f"{name}_{part.name}", part.kind) for part in parts)]
    convert = _together(own, [part.convert for part in parts], value_type) if parts else own
    return _Field(codec.indexes[name], tuple(columns), convert)


def _together(own: Convert | None, beside: Sequence[Convert], value_type: Any) -> Convert:
    """What makes the values of a field's own column and of those beside it; of a list these tell of its only part.

    Dates and lists of one part are remembered, as thousands of rows have the same.
    """
    if own is None:
        return lru_cache(maxsize=REMEMBERED)(lambda value: (value, *[convert(value) for convert in beside]))
    if get_origin(value_type) is not tuple:
        return lambda value: (own(value), *[convert(value) for convert in beside])

    @lru_cache(maxsize=REMEMBERED)
    def of_one(items: tuple[tuple[str, Any], ...]) -> tuple[Any, ...]:
        part = dict(items)
        return own([part]), *[convert(part) for convert in beside]

    nothing = (None,) * len(beside)
    empty = (own([]), *nothing)

    def of_list(parts: Sequence[Any]) -> tuple[Any, ...]:
        if len(parts) == 1:
            return of_one(tuple(parts[0].items()))
        return (own(parts), *nothing) if parts else empty

    return of_list


def _own(codec: RowCodec, name: str, kind: ColumnKind, form: Form) -> Convert | None:
    """What makes the value of a field's own column; None takes it as it is."""
    if codec.types[name] == (Number,):
        return float if form.decimal is float else lambda value: form.decimal(str(value))
    in_words = codec.cell_of(name)
    match kind:
        case "decimal":
            return None if form.decimal is str else form.decimal
        case "instant":
            return form.instant
        case "boolean":
            return form.boolean
        case "date":
            return date.fromisoformat
        case "list" | "JSON":
            as_words = form.lists_as_words if kind == "list" else form.objects_as_words
            return (lambda value: in_words(value) or None) if as_words else _json_writer()
        case "text":
            return None if codec.types[name] == (str,) else lambda value: str(in_words(value))
    return None


def _parts(value_type: Any, form: Form) -> list[_Part]:
    """The columns beside a field of a type, or beside a list of money or quantities."""
    if get_origin(value_type) is tuple:
        part = get_args(value_type)[0]
        return [] if part is When else _parts(part, form)
    if value_type is When:
        return [
            _Part("earliest", "date", lambda text: days_of(text)[0]),
            _Part("latest", "date", lambda text: days_of(text)[1]),
        ]
    if value_type is Money:
        return [
            _Part("amount", "decimal", lambda money: form.decimal(money["amount"])),
            _Part("amount_high", "decimal", partial(_high_amount, form.decimal)),
            _Part("currency", "text", itemgetter("currency")),
        ]
    if value_type in (Quantity, Line):
        return [
            _Part("count", "whole number", itemgetter("count")),
            _Part("count_high", "whole number", lambda quantity: quantity.get("count_high")),
            _Part("unit", "text", itemgetter("unit")),
        ]
    return []


def _high_amount(decimal: Convert, money: Mapping[str, Any]) -> Any:
    """The upper end of a range; None if it is no range, or open."""
    high = money.get("amount_high")
    return None if high is None else decimal(high)


@lru_cache(maxsize=REMEMBERED)
def days_of(text: str) -> tuple[date | None, date | None]:
    """The first and the last day that an EDTF date can mean; None where it is open."""
    when = When.parse(text)
    return when.earliest, when.latest


def _stream_of(entry: str) -> str:
    return entry.rpartition("@")[0]


def _json_writer() -> Convert:
    from pydantic_core import to_json

    return lambda value: "[]" if value == [] else to_json(value).decode()
