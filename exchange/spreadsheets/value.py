"""Values of a mapping: what a field gets from the cells of a row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple, Protocol

from armsledger.domain.values.quoted import quoted
from armsledger.exchange.spreadsheets.cell import Cell, Unclear, as_text
from armsledger.exchange.spreadsheets.date import DateOrder, Precision, date_text
from armsledger.exchange.spreadsheets.number import Scale, money_text, number_text, quantity_text, share_text

Cells = Mapping[str, Cell]
"""The cells of a row by the names of their columns, those that tell nothing as None."""

HYPHENS = re.compile(r"-+")
ACCENT = re.compile(r"(?<=[A-Za-z])[\u0300-\u036f]+")
"""Accents on Latin letters; marks of other scripts are letters of their own."""


class Takes(Enum):
    """What a field takes."""

    TEXT = "a text"
    DATE = "a date"
    MONEY = "an amount of money"
    QUANTITY = "a quantity"
    NUMBER = "a number"
    SHARE = "a share"


class Value(Protocol):
    """Something that a field gets."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        ...

    def of(self, cells: Cells) -> Any:
        """The value as a dossier could have it, None if the row does not tell; raises Unclear."""
        ...


class Constant(NamedTuple):
    """The same for every row."""

    value: Any

    @property
    def columns(self) -> tuple[str, ...]:
        """None."""
        return ()

    def of(self, cells: Cells) -> Any:
        """The value itself."""
        return self.value


class Column(NamedTuple):
    """What a cell says, read as the field takes it; ``default`` where it says nothing."""

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

    @property
    def columns(self) -> tuple[str, ...]:
        """Its own, and those of its unit and currency."""
        return (self.column, *self.unit.columns, *self.currency.columns)

    def of(self, cells: Cells) -> Any:
        """The cell as text, or a list of texts if it is split."""
        cell = self._translated(cells[self.column])
        if cell is None:
            return None
        if self.split is None:
            return self._read(cell, cells)
        parts = (part.strip() for part in as_text(cell).split(self.split))
        return [self._read(part, cells) for part in parts if part] or None

    def words(self) -> Iterator[str]:
        """What the mapping itself has for cells, as the field gets it; raises Unclear.

        Nothing where another column decides upon the unit or the currency.
        """
        if not (self.unit.columns or self.currency.columns):
            told = (self.default, *self.values.values())
            yield from (self._read(text, {}) for text in told if text is not None)

    def _translated(self, cell: Cell) -> Cell:
        """The cell in the words of the mapping."""
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
    """Text with cells in it; None where none of them tells anything."""

    parts: tuple[str | Column, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Those between the texts."""
        return tuple(part.column for part in self.parts if isinstance(part, Column))

    def of(self, cells: Cells) -> str | None:
        """The text, with nothing in the place of a cell that says nothing."""
        if not any(cells[name] is not None for name in self.columns):
            return None
        return "".join(part if isinstance(part, str) else as_text(part.of(cells)) for part in self.parts)


class KeyCell(NamedTuple):
    """A cell that is a key as it stands."""

    column: Column

    @property
    def columns(self) -> tuple[str, ...]:
        """The column."""
        return self.column.columns

    def of(self, cells: Cells) -> str:
        """The key; raises Unclear if the cell says nothing."""
        key = self.column.of(cells)
        if key is None:
            raise _no_key(self.column.column, "")
        return str(key)


class Key(NamedTuple):
    """Text with cells in it that names a stream: the cells in lower case, with hyphens for blanks and signs."""

    text: Text

    @property
    def columns(self) -> tuple[str, ...]:
        """Those between the texts."""
        return self.text.columns

    def of(self, cells: Cells) -> str:
        """The key; raises Unclear if a cell of it says nothing."""
        return "".join(part if isinstance(part, str) else self._slug(part, cells) for part in self.text.parts)

    @staticmethod
    def _slug(part: Column, cells: Cells) -> str:
        text = as_text(part.of(cells))
        slug = slugged(text)
        if not slug:
            raise _no_key(part.column, text)
        return slug


class Nested(NamedTuple):
    """A mapping of values; None where it has columns and none of them tells anything."""

    parts: Mapping[str, Value]
    is_kept: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of its parts."""
        return tuple(column for part in self.parts.values() for column in part.columns)

    def of(self, cells: Cells) -> dict[str, Any] | None:
        """The mapping, without what the row does not tell."""
        if not self.is_kept and all(cells[name] is None for name in self.columns):
            return None
        told = ((name, part.of(cells)) for name, part in self.parts.items())
        return {name: value for name, value in told if value is not None}


class Listed(NamedTuple):
    """A list of values."""

    items: tuple[Value, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of its items."""
        return tuple(column for item in self.items for column in item.columns)

    def of(self, cells: Cells) -> list[Any] | None:
        """The list, without what the row does not tell; None if nothing is left."""
        return [value for item in self.items if (value := item.of(cells)) is not None] or None


class Condition(NamedTuple):
    """Which rows an entry is made of: by what a cell says, or by whether it says anything."""

    column: str
    among: frozenset[str] | None = None
    is_wanted: bool = True

    def holds(self, cells: Cells) -> bool:
        """Whether the row is one of them."""
        cell = cells[self.column]
        if self.among is None:
            return (cell is not None) is self.is_wanted
        return (as_text(cell).casefold() in self.among) is self.is_wanted


def _no_key(column: str, text: str) -> Unclear:
    said = f"says {quoted(text)}" if text else "is blank"
    return Unclear(
        f"a key needs this cell, which {said}",
        "fill it in, or choose the rows that have it by when: {column: NAME, present: true}",
        column,
    )


def slugged(text: str) -> str:
    """``S-400 Triumf`` as ``s-400-triumf``; letters of any script stay, accents on Latin ones do not."""
    plain = ACCENT.sub("", unicodedata.normalize("NFKD", text))
    lower = unicodedata.normalize("NFKC", plain).lower()
    kept = (sign if unicodedata.category(sign)[0] in "LMN" else "-" for sign in lower)
    return HYPHENS.sub("-", "".join(kept)).strip("-")
