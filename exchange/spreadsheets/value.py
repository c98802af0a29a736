"""Values of a mapping: what a field takes from the cells of a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple, Protocol

from armsledger.domain.errors import quoted
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.slug import slug
from armsledger.exchange.spreadsheets.cell import Cell, as_text
from armsledger.exchange.spreadsheets.date import DateOrder, Precision, date_text
from armsledger.exchange.spreadsheets.money import money_text
from armsledger.exchange.spreadsheets.number import Scale, number_text, share_text
from armsledger.exchange.spreadsheets.quantity import quantity_text

Cells = Mapping[str, Cell]
"""The cells of a row by the names of their columns; a blank cell is None."""


class Takes(Enum):
    """What a field takes."""

    TEXT = "a text"
    DATE = "a date"
    MONEY = "an amount of money"
    QUANTITY = "a quantity"
    NUMBER = "a number"
    SHARE = "a share"


class Value(Protocol):
    """What a field takes from a row."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""

    def of(self, cells: Cells) -> Any:
        """The value as a dossier could have it, None if the row does not say; raises InvalidCell."""


class Constant(NamedTuple):
    """The same for every row."""

    value: Any

    @property
    def columns(self) -> tuple[str, ...]:
        return ()

    def of(self, cells: Cells) -> Any:
        return self.value


class Column(NamedTuple):
    """A cell, read as the field takes it; ``default`` where it is blank, which a cell that ``is_key`` must not be."""

    column: str
    takes: Takes = Takes.TEXT
    values: Mapping[str, str | None] = {}
    default: str | None = None
    split: str | None = None
    unit: Value = Constant("")
    currency: Value = Constant("")
    scale: Scale = Scale()
    dates: DateOrder | None = None
    precision: Precision = "day"
    is_key: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, *self.unit.columns, *self.currency.columns)

    def of(self, cells: Cells) -> Any:
        """The cell as text, or a list of texts if it is split."""
        cell = self._translated(cells[self.column])
        if cell is None:
            if self.is_key:
                raise _no_key(self.column, "")
            return None
        if self.split is None:
            return self._read(cell, cells)
        parts = (part.strip() for part in as_text(cell).split(self.split))
        return [self._read(part, cells) for part in parts if part] or None

    def key_part(self, cells: Cells) -> str:
        """The cell as a part of a key; raises InvalidCell if nothing of it can be in a key."""
        text = as_text(self.of(cells))
        part = slug(text)
        if not part:
            raise _no_key(self.column, text)
        return part

    def words(self) -> Iterator[str]:
        """The texts that the mapping has in place of cells, as the field takes them; raises InvalidCell.

        None where another column holds the unit or the currency.
        """
        if not (self.unit.columns or self.currency.columns):
            texts = (self.default, *self.values.values())
            yield from (self._read(text, {}) for text in texts if text is not None)

    def _translated(self, cell: Cell) -> Cell:
        """The cell, or what the mapping has in its place."""
        if cell is not None and self.values:
            cell = self.values.get(as_text(cell).casefold(), cell)
        return self.default if cell is None else cell

    def _read(self, cell: Cell, cells: Cells) -> str:
        match self.takes:
            case Takes.DATE:
                return date_text(cell, self.dates, self.precision)
            case Takes.MONEY:
                return money_text(cell, as_text(self.currency.of(cells)), self.scale)
            case Takes.QUANTITY:
                return quantity_text(cell, as_text(self.unit.of(cells)), self.scale)
            case Takes.NUMBER:
                return number_text(cell, self.scale)
            case Takes.SHARE:
                return share_text(cell, self.scale)
            case Takes.TEXT:
                return as_text(cell)


class Text(NamedTuple):
    """A text with cells in it; None where all of them are blank.

    If it ``is_key``, it names a stream: the cells are in lower case, with hyphens for blanks and signs.
    """

    parts: tuple[str | Column, ...]
    is_key: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(part.column for part in self.parts if isinstance(part, Column))

    def of(self, cells: Cells) -> str | None:
        if self.is_key:
            return "".join(part if isinstance(part, str) else part.key_part(cells) for part in self.parts)
        if all(cells[name] is None for name in self.columns):
            return None
        return "".join(part if isinstance(part, str) else as_text(part.of(cells)) for part in self.parts)


class Nested(NamedTuple):
    """A mapping of values; None where it reads columns and all their cells are blank, unless it ``is_kept``."""

    parts: Mapping[str, Value]
    is_kept: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for part in self.parts.values() for column in part.columns)

    def of(self, cells: Cells) -> dict[str, Any] | None:
        """The mapping, without the parts of which the row says nothing."""
        if not self.is_kept and all(cells[name] is None for name in self.columns):
            return None
        values = ((name, part.of(cells)) for name, part in self.parts.items())
        return {name: value for name, value in values if value is not None}


class Listed(NamedTuple):
    """A list of values."""

    items: tuple[Value, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for item in self.items for column in item.columns)

    def of(self, cells: Cells) -> list[Any] | None:
        """The list, without the items of which the row says nothing; None if no item is left."""
        return [value for item in self.items if (value := item.of(cells)) is not None] or None


class Condition(NamedTuple):
    """Which rows become an entry: those in which a cell is among some words, or is not blank."""

    column: str
    among: frozenset[str] | None = None
    is_wanted: bool = True

    def holds(self, cells: Cells) -> bool:
        cell = cells[self.column]
        if self.among is None:
            return (cell is not None) is self.is_wanted
        return (as_text(cell).casefold() in self.among) is self.is_wanted


def _no_key(column: str, text: str) -> InvalidCell:
    content = f"says {quoted(text)}" if text else "is blank"
    return InvalidCell(
        f"a key needs this cell, which {content}",
        "fill it in, or choose the rows that have it by when: {column: NAME, present: true}",
        column,
    )
