"""How values and rows are written as JSON, read again, and shown as cells and in words.

A read model keeps each row as one text: the JSON list of its values. A question reads that one text a row, and a field
is decoded only when somebody asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Final, Literal, NamedTuple, NewType, Union, get_args, get_origin, get_type_hints

from armsledger.domain.errors import UsageError
from armsledger.domain.values.exact import Exact
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money, plain
from armsledger.domain.values.quantity import Line, Quantity
from armsledger.domain.values.when import When
from armsledger.storage.schema import instant_text, parse_instant

Convert = Callable[[Any], Any]
Number = NewType("Number", Decimal)
"""A decimal that JSON, CSV and frames hold as a number: a volume or a share, and no amount of money."""
PLAIN = frozenset({str, int, bool, NoneType})
"""The types that JSON has as they are; most values are of these."""


class Form(NamedTuple):
    """How values of a type are written: ``write`` makes JSON of a value, ``read`` the value of its JSON, ``cell`` one
    flat value of its JSON, ``words`` what people read of it, where that is not the cell. Each is None if there is
    nothing to do."""

    write: Convert | None = None
    read: Convert | None = None
    cell: Convert | None = None
    words: Convert | None = None


def _money_to_json(value: Money) -> dict[str, Any]:
    told: dict[str, Any] = {"amount": plain(value.amount), "currency": value.currency, "approximate": value.approximate}
    high = value.amount_high
    return told if high is None else {**told, "amount_high": None if high == "open" else plain(high)}


def _money(value: Mapping[str, Any]) -> Money:
    high = value.get("amount_high", "")
    most: Any = None if high == "" else "open" if high is None else Decimal(high)
    return Money(Decimal(value["amount"]), value["currency"], value["approximate"], most)


def _money_cell(value: Mapping[str, Any]) -> str:
    return str(_money(value)) if "amount_high" in value else _plain_money_cell(value)


def _plain_money_cell(value: Mapping[str, Any]) -> str:
    return f"{'~' if value['approximate'] else ''}{value['currency']} {value['amount']}"


@lru_cache(maxsize=65_536)
def _when_words(text: str) -> str:
    """A date as it was recorded; raises for a text that is none."""
    return When.parse(text).text


def _money_words(value: Mapping[str, Any]) -> str:
    return str(_money(value))


def _quantity_to_json(value: Quantity) -> dict[str, Any]:
    told: dict[str, Any] = {"count": value.count, "unit": value.unit, "approximate": value.approximate}
    high = value.count_high
    return told if high is None else {**told, "count_high": None if high == "open" else high}


def _quantity(value: Mapping[str, Any]) -> Quantity:
    return Quantity(value["count"], value["unit"], value["approximate"], _high(value))


def _high(value: Mapping[str, Any]) -> Any:
    """The upper end of a quantity, which has none in JSON where it is open."""
    high = value.get("count_high", "")
    return None if high == "" else "open" if high is None else high


def _quantity_cell(value: Mapping[str, Any]) -> str:
    return str(_quantity(value))


def _line_to_json(value: Line) -> dict[str, Any]:
    told = _quantity_to_json(value)
    return told if value.item is None else {**told, "item": value.item}


def _line(value: Mapping[str, Any]) -> Line:
    return Line(value["count"], value["unit"], value["approximate"], _high(value), value.get("item"))


def _line_cell(value: Mapping[str, Any]) -> str:
    return _line_words(value["count"], value["unit"], value["approximate"], _high(value), value.get("item"))


@lru_cache(maxsize=4096)
def _line_words(count: int, unit: str, approximate: bool, high: Any, item: str | None) -> str:
    """A line in words. Registers repeat most of them: a table of 29,000 deals has 3,000 of its 58,000."""
    return str(Line(count, unit, approximate, high, item))


def _item_to_json(value: Item) -> dict[str, Any]:
    told = value.parts
    if value.quantity is not None:
        told["quantity"] = _quantity_to_json(value.quantity)
    if value.value is not None:
        told["value"] = _money_to_json(value.value)
    return told


def _item(value: Mapping[str, Any]) -> Item:
    quantity, cost = value.get("quantity"), value.get("value")
    parts: Any = {
        **value,
        "quantity": None if quantity is None else _quantity(quantity),
        "value": None if cost is None else _money(cost),
    }
    return Item(**parts)


def _item_cell(value: Mapping[str, Any]) -> str:
    return str(_item(value))


def _number_to_json(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _number(value: float) -> Decimal:
    return Decimal(str(value))


FORMS: Final[Mapping[Any, Form]] = {
    When: Form(attrgetter("text"), When.parse, None, _when_words),
    Money: Form(_money_to_json, _money, _money_cell, _money_words),
    Quantity: Form(_quantity_to_json, _quantity, _quantity_cell),
    Line: Form(_line_to_json, _line, _line_cell),
    Item: Form(_item_to_json, _item, _item_cell),
    Decimal: Form(plain, Decimal),
    Exact: Form(plain, Decimal),
    Number: Form(_number_to_json, _number),
    datetime: Form(instant_text, parse_instant),
    date: Form(date.isoformat, date.fromisoformat),
}
"""The types of fields that JSON does not have: amounts are decimal strings, dates EDTF as recorded, times UTC."""


def to_json(value: Any) -> Any:
    """A value in the types of JSON."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if (form := FORMS.get(kind)) is not None and form.write is not None:
        return form.write(value)
    match value:
        case str():
            return str(value)
        case Mapping():
            return {str(name): to_json(part) for name, part in value.items()}
        case list() | tuple() | frozenset():
            return [part if type(part) in PLAIN else to_json(part) for part in value]
    if getattr(value, "is_told_as_text", False):
        return str(value)
    if (parts := getattr(value, "parts", None)) is not None:
        return {name: to_json(part) for name, part in parts.items()}
    if is_dataclass(value):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"no JSON for {kind.__name__}")


def to_words(value: Any) -> str:
    """One flat value as people read it; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _cell(value: Any) -> Any:
    """JSON of any kind as one flat value."""
    match value:
        case list():
            return "; ".join(str(_cell(part)) for part in value)
        case dict():
            return "; ".join(f"{name}={_cell(part)}" for name, part in value.items())
    return value


class RowCodec:
    """The fields of a row's class, and how each is written and read; it never changes.

    The types are looked at when the first value is written or read: whoever wants a kept row as JSON needs none.
    """

    def __init__(self, row_type: type) -> None:
        self._row_type = row_type
        self.names: Final = tuple(field.name for field in fields(row_type))
        self.indexes: Final = {name: index for index, name in enumerate(self.names)}
        self._values: Final = attrgetter(*self.names) if len(self.names) > 1 else self._only_value

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self._row_type)

    @cached_property
    def types(self) -> dict[str, tuple[Any, ...]]:
        """The types that each field may have, without None."""
        return {name: types_of(self._hints[name]) for name in self.names}

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """How each field is written and read; raises UsageError for a type that a read model cannot keep."""
        return tuple(_form(self._hints[name], name) for name in self.names)

    @cached_property
    def _writers(self) -> list[tuple[int, Convert]]:
        return [(index, form.write) for index, form in enumerate(self.forms) if form.write]

    @cached_property
    def _words(self) -> tuple[Any, ...]:
        return tuple(form.words or form.cell for form in self.forms)

    def encode(self, rows: Iterable[Any]) -> list[str]:
        """Rows as they are kept. Rows of one stream share most of their values: each is written once."""
        from pydantic_core import to_json as json_bytes  # only who keeps rows loads it

        texts, values_of, writers = [], self._values, self._writers
        before: Sequence[Any] = [None] * len(self.names)
        written: list[Any] = []
        for row in rows:
            values = values_of(row)
            cells = list(values)
            for index, write in writers:
                value = values[index]
                if value is not None:
                    cells[index] = written[index] if value is before[index] else write(value)
            before, written = values, cells
            texts.append(json_bytes(cells).decode())
        return texts

    def to_json(self, row: Any) -> list[Any]:
        """The values of a row in the types of JSON."""
        values = list(self._values(row))
        for index, write in self._writers:
            if values[index] is not None:
                values[index] = write(values[index])
        return values

    def decode(self, text: str) -> list[Any]:
        """The values of a kept row in the types of JSON; raises ValueError for another text."""
        values: list[Any] = json.loads(text)
        if type(values) is not list or len(values) != len(self.names):
            raise ValueError(f"it is no list of {len(self.names)} values")
        return values

    def read(self, name: str, values: Sequence[Any]) -> Any:
        """The value of one field, from the row's values in the types of JSON."""
        index = self.indexes[name]
        value, read = values[index], self.forms[index].read
        return value if value is None or read is None else read(value)

    def words(self, values: Sequence[Any], names: Iterable[str]) -> list[str]:
        """Some fields as people read them, such as ``~USD 5bn``, of the row's values in the types of JSON."""
        told = []
        for index in map(self.indexes.__getitem__, names):
            value, words = values[index], self._words[index]
            if value is not None and words is not None:
                value = words(value)
            told.append(value if type(value) is str else to_words(value))
        return told

    def cell_of(self, name: str) -> Convert:
        """What makes one flat value of a field's value in the types of JSON."""
        return self.forms[self.indexes[name]].cell or (lambda value: value)

    def _only_value(self, row: Any) -> tuple[Any]:
        return (getattr(row, self.names[0]),)


codec_of: Final[Callable[[type], RowCodec]] = cache(RowCodec)
"""The codec of a row's class, made once."""


def types_of(hint: Any) -> tuple[Any, ...]:
    """The types that a hint stands for, without None; a literal stands for the type of its words."""
    if get_origin(hint) in (Union, UnionType):
        return tuple(dict.fromkeys(kind for part in get_args(hint) for kind in types_of(part)))
    if get_origin(hint) is Literal:
        return tuple(dict.fromkeys(type(word) for word in get_args(hint)))
    return () if hint is NoneType else (hint,)


def _form(hint: Any, name: str) -> Form:
    """How the values of a field are written; raises UsageError."""
    kinds = types_of(hint)
    if all(kind in PLAIN for kind in kinds):
        return Form()
    kind = kinds[0] if len(kinds) == 1 else None
    if kind in FORMS:
        return FORMS[kind]
    if get_origin(kind) is tuple:
        return _tuple_form(kind, name)
    if kind is Any or get_origin(kind) is dict:
        return Form(to_json, None, _cell)
    raise UsageError(
        f"a read model cannot keep {name!r} of the type {hint}",
        remedy="use str, int, bool, Decimal, date, datetime, When, Money, Quantity, Item,"
        " a tuple of one of these, a dict, or | None",
    )


def _tuple_form(kind: Any, name: str) -> Form:
    """How a tuple is written: of parts of one type, or of texts and numbers."""
    first, *others = get_args(kind)
    if others == [...]:
        write, read, cell, words = _form(first, name)
        return Form(
            list if write is None else lambda parts: [write(part) for part in parts],
            tuple if read is None else lambda parts: tuple([read(part) for part in parts]),
            "; ".join if first is str else lambda parts: "; ".join([str(cell(p) if cell else p) for p in parts]),
            None if words is None else lambda parts: "; ".join(map(words, parts)),
        )
    if all(part in PLAIN for part in (first, *others)):
        return Form(list, tuple, _cell)
    raise UsageError(f"a read model cannot keep {name!r} of the type {kind}", remedy="make a field of each part")
