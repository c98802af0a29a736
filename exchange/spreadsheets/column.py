"""Columns: cells as the fields of an entry take them, alone or within a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from armsledger.domain.errors import quoted
from armsledger.domain.limits import LONGEST_KEY
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.slug import short_key, slug
from armsledger.exchange.spreadsheets.amount import roughly
from armsledger.exchange.spreadsheets.cell import Cell, as_text
from armsledger.exchange.spreadsheets.date import DateOrder, Precision, approximately, date_text
from armsledger.exchange.spreadsheets.money import money_text
from armsledger.exchange.spreadsheets.number import Scale, number_text, share_text
from armsledger.exchange.spreadsheets.pattern import Pattern, part_of
from armsledger.exchange.spreadsheets.quantity import quantity_text
from armsledger.exchange.spreadsheets.value import Cells, Condition, Constant, Takes, Value

KEYS_REMEMBERED = 16_384
slug_of = lru_cache(KEYS_REMEMBERED)(slug)
"""The entries of one row mostly share their cells."""


class Column(NamedTuple):
    """A cell, read as the field takes it; ``default`` where it is blank, which a cell that ``is_key`` must not be.

    ``patterns`` say which part of the cell counts, ``approximate`` in which rows it is approximate.
    """

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
    patterns: tuple[Pattern, ...] = ()
    approximate: Condition | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        flag = () if self.approximate is None else self.approximate.columns
        return (self.column, *self.unit.columns, *self.currency.columns, *flag)

    def of(self, cells: Cells) -> Any:
        """The cell as text, or a list of texts if it is split."""
        cell = self._translated(cells[self.column])
        if cell is None:
            if self.is_key:
                raise _no_key(self.column, "")
            return None
        if self.split is None:
            return self._stated(cell, cells)
        texts = (part.strip() for part in as_text(cell).split(self.split))
        parts = (self._translated(text) for text in texts if text)
        return [self._stated(part, cells) for part in parts if part is not None] or None

    def key_part(self, cells: Cells) -> str:
        """The cell as a part of a key; raises InvalidCell if nothing of it can be in a key."""
        text = as_text(self.of(cells))
        part = slug_of(text)
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

    def _stated(self, cell: Cell, cells: Cells) -> str:
        """What a cell, or a part of it, states."""
        text = self._read(self._part(cell) if self.patterns else cell, cells)
        if self.approximate is None or not self.approximate.holds(cells):
            return text
        return approximately(text, as_text(cell)) if self.takes is Takes.DATE else roughly(text)

    def _part(self, cell: Cell) -> Cell:
        """The part of a text that the pattern names; the words of the mapping stay whole."""
        if not isinstance(cell, str) or cell == self.default or cell in self.values.values():
            return cell
        part = part_of(cell, self.patterns)
        if part is None:
            patterns = " or ".join(quoted(pattern.text) for pattern in self.patterns)
            raise InvalidCell(f"{quoted(cell)} does not fit {patterns}", "mend it, or add its form to pattern")
        return part

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
    longest: int = LONGEST_KEY

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(part.column for part in self.parts if isinstance(part, Column))

    def of(self, cells: Cells) -> str | None:
        if self.is_key:
            key = "".join(part if isinstance(part, str) else part.key_part(cells) for part in self.parts)
            return short_key(key, self.longest)
        if all(cells[name] is None for name in self.columns):
            return None
        return "".join(part if isinstance(part, str) else as_text(part.of(cells)) for part in self.parts)


def _no_key(column: str, text: str) -> InvalidCell:
    content = f"says {quoted(text)}" if text else "is blank"
    return InvalidCell(
        f"a key needs this cell, which {content}",
        "fill it in, or choose the rows that have it by when: {column: NAME, present: true}",
        column,
    )
