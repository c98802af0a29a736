"""How a row is kept: as the JSON of its values in a list, and each value read again only when it is asked for.

A read model's rows are kept as one text each, in the types of JSON (`to_json`), with a column computed from it for
every field. So a question reads one value a row, and what nobody looks at is never decoded.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money, plain
from armsledger.domain.values.quantity import Quantity, in_words
from armsledger.domain.values.when import When
from armsledger.projections.plain import to_cell, to_json
from armsledger.storage.errors import LedgerDamaged, LedgerFailed
from armsledger.storage.instant import from_text

# Rows of a read model that cannot be read: nothing is lost, as the entries are still there to build it from.

UNREADABLE: Final = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError, LedgerError)
"""What readers of values raise for something else than was written: texts that are no JSON, no date, no number."""


class ReadModelDamaged(LedgerDamaged):
    """What is kept of a read model cannot be read."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"the read model {name}", detail)
        self.remedy = f"build it anew from the entries: armsledger rebuild {name}"


def damaged_row(name: str, error: Exception) -> ReadModelDamaged:
    """The error for a row that cannot be read."""
    return ReadModelDamaged(name, f"one of its rows cannot be read: {type(error).__name__}: {error!s:.200}")


@contextmanager
def reading_json(name: str) -> Iterator[None]:
    """Within it, what the database itself cannot read of a read model's rows is told to be damaged."""
    try:
        yield
    except LedgerFailed as error:
        raise damaged_row(name, error) from error


Convert = Callable[[Any], Any]
PLAIN = (str, int, bool)


class Layout:
    """The fields of a row's class, and how each is written and read. Raises UsageError for a type it cannot keep."""

    def __init__(self, row_type: type) -> None:
        hints = get_type_hints(row_type)
        self.row_type = row_type
        self.read_model = row_type.__name__
        """The read model out of which rows came last, for the message about one that cannot be read."""
        self.names = tuple(field.name for field in fields(row_type))
        self.kinds = {name: kinds_of(hints[name]) for name in self.names}
        """The types that each field may have, without None; of a list, those of its parts are not looked at."""
        self.places = {name: place for place, name in enumerate(self.names)}
        self._values = attrgetter(*self.names) if len(self.names) > 1 else lambda row: (getattr(row, self.names[0]),)
        self._nothing = [None] * len(self.names)
        self._writers = [
            (place, writer) for name, place in self.places.items() if (writer := _writer(hints[name], name))
        ]
        self._readers = [_reader(hints[name]) for name in self.names]
        self._flatten = [(place, cell) for name, place in self.places.items() if (cell := _cell(hints[name]))]

    def to_text(self, row: Any) -> str:
        """The row as it is kept."""
        return self.to_texts([row])[0]

    def to_texts(self, rows: Iterable[Any]) -> list[str]:
        """Rows as they are kept. Those of one stream have most of their values in common: each is written once."""
        from pydantic_core import to_json as json_bytes

        texts, get, writers = [], self._values, self._writers
        before: Sequence[Any] = self._nothing
        written: list[Any] = []
        for row in rows:
            values = get(row)
            cells = list(values)
            for place, write in writers:
                value = values[place]
                if value is not None:
                    cells[place] = written[place] if value is before[place] else write(value)
            before, written = values, cells
            texts.append(json_bytes(cells).decode())
        return texts

    def to_rows(self, texts: Iterable[tuple[Any, ...]]) -> list[Any]:
        """The rows that were kept, their fields read when they are first asked for; each text is the first of some."""
        rows: list[Any] = []
        make, kind = object.__new__, self.row_type
        for text in texts:
            row: Any = make(kind)
            row.__dict__["_text"] = text[0]
            rows.append(row)
        return rows

    def to_row(self, text: str) -> Any:
        """One of them."""
        row: Any = object.__new__(self.row_type)
        row.__dict__["_text"] = text
        return row

    def to_cells(self, text: str) -> dict[str, Any]:
        """The row that was kept, with one flat value per column."""
        return dict(zip(self.names, self.flat(self.values(text)), strict=True))

    def plain(self, row: Any) -> list[Any]:
        """The values of a row in the types of JSON, in the order of its fields."""
        text = row.__dict__.get("_text")
        if text is not None:
            return self.values(text)
        cells = list(self._values(row))
        for place, write in self._writers:
            if cells[place] is not None:
                cells[place] = write(cells[place])
        return cells

    def flat(self, values: list[Any]) -> list[Any]:
        """Values in the types of JSON, each made a flat one: text, a number, yes or no, or None."""
        try:
            for place, flatten in self._flatten:
                value = values[place]
                if value == []:
                    values[place] = ""
                elif value is not None:
                    values[place] = flatten(value)
        except UNREADABLE as error:
            raise damaged_row(self.read_model, error) from error
        return values

    def flattener(self, name: str) -> Convert:
        """What makes a flat value of a field's in the types of JSON."""
        place = self.places[name]
        return next((flatten for at, flatten in self._flatten if at == place), lambda value: value)

    def to_dict(self, text: str) -> dict[str, Any]:
        """The row that was kept, in the types of JSON."""
        try:
            return dict(zip(self.names, json.loads(text), strict=True))
        except UNREADABLE as error:
            raise damaged_row(self.read_model, error) from error

    def values(self, text: str) -> list[Any]:
        """The values of a kept row, in the types of JSON."""
        try:
            found: list[Any] = json.loads(text)
            if type(found) is not list or len(found) != len(self.names):
                raise ValueError(f"it is no list of {len(self.names)} values")
        except UNREADABLE as error:
            raise damaged_row(self.read_model, error) from error
        return found

    def value(self, place: int, values: Sequence[Any]) -> Any:
        """One field's value from those of a kept row."""
        try:
            value, read = values[place], self._readers[place]
            return value if value is None or read is None else read(value)
        except UNREADABLE as error:
            raise damaged_row(self.read_model, error) from error


_LAYOUTS: dict[type, Layout] = {}


def layout_of(row_type: type) -> Layout:
    """The layout of a row's class, made once."""
    layout = _LAYOUTS.get(row_type)
    if layout is None:
        layout = _LAYOUTS[row_type] = Layout(row_type)
    return layout


def kinds_of(hint: Any) -> tuple[Any, ...]:
    """The types that a hint stands for, without None; a literal's is that of its words."""
    if get_origin(hint) in (Union, UnionType):
        return tuple(dict.fromkeys(kind for part in get_args(hint) for kind in kinds_of(part)))
    if get_origin(hint) is Literal:
        return tuple(dict.fromkeys(type(word) for word in get_args(hint)))
    return () if hint is NoneType else (hint,)


def _only_kind(hint: Any) -> Any:
    kinds = kinds_of(hint)
    return kinds[0] if len(kinds) == 1 else str if all(kind in PLAIN for kind in kinds) else None


def _writer(hint: Any, name: str) -> Convert | None:
    """What makes the types of JSON of a field's value; None if it is one of them."""
    kind = _only_kind(hint)
    if kind in PLAIN:
        return None
    if get_origin(kind) is tuple:
        first, *others = (part for part in get_args(kind) if part is not ...)
        write = _writer(first, name)
        if any(_writer(other, name) is not None for other in others):
            raise UsageError(
                f"a read model cannot keep {name!r} of the type {hint}", remedy="make a field of each part"
            )
        return None if write is None else lambda parts: [write(one) for one in parts]
    if kind in _WRITERS:
        return _WRITERS[kind]
    if kind is Any or get_origin(kind) is dict:
        return to_json
    raise UsageError(
        f"a read model cannot keep {name!r} of the type {hint}",
        remedy="use str, int, bool, Decimal, date, datetime, When, Money, Quantity, Item,"
        " a tuple of one of these, a dict, or | None",
    )


def _reader(hint: Any) -> Convert | None:
    """What makes a field's value of the types of JSON; None if it is as it was."""
    kind = _only_kind(hint)
    if get_origin(kind) is tuple:
        read = _reader(get_args(kind)[0])
        return tuple if read is None else lambda parts: tuple(read(one) for one in parts)
    return _READERS.get(kind)


def _cell(hint: Any) -> Convert | None:
    """What makes a flat value of a kept one, as `to_cell` does of the field's value; None if it is one."""
    kind = _only_kind(hint)
    if kind in PLAIN or kind in (When, Decimal, datetime, date):
        return None
    if kind is Money:
        return lambda value: f"{'~' if value['approximate'] else ''}{value['currency']} {value['amount']}"
    if kind is Quantity:
        return lambda value: in_words(value["count"], value["unit"], approximate=value["approximate"])
    if get_origin(kind) is tuple and (part := get_args(kind)[0]) and len(get_args(kind)) == 2:  # ..., of one kind
        if part is str:
            return "; ".join
        cell = _cell(part) or str
        return lambda parts: "; ".join([str(cell(one)) for one in parts]) if parts else ""
    read = _reader(hint)
    return to_cell if read is None else lambda value: to_cell(read(value))


def _money(value: dict[str, Any]) -> Money:
    return Money.model_construct(
        amount=Decimal(value["amount"]), currency=value["currency"], approximate=value["approximate"]
    )


def _quantity(value: dict[str, Any]) -> Quantity:
    return Quantity.model_construct(count=value["count"], unit=value["unit"], approximate=value["approximate"])


def _money_text(value: Money) -> dict[str, Any]:
    return {"amount": plain(value.amount), "currency": value.currency, "approximate": value.approximate}


def _quantity_text(value: Quantity) -> dict[str, Any]:
    return {"count": value.count, "unit": value.unit, "approximate": value.approximate}


_WRITERS: dict[Any, Convert] = {
    When: attrgetter("text"),
    Money: _money_text,
    Quantity: _quantity_text,
    Decimal: plain,
    **dict.fromkeys((Item, datetime, date), to_json),
}
"""The same as `to_json`, which looks for the type first: this is on the way of every row that is kept."""

_READERS: dict[Any, Convert] = {
    When: When.parse,
    Money: _money,
    Quantity: _quantity,
    Item: Item.model_validate,
    Decimal: Decimal,
    datetime: from_text,
    date: date.fromisoformat,
}
