"""Values of a mapping: what a field takes from the cells of a row."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple, Protocol

from armsledger.exchange.spreadsheets.cell import Cell, as_text

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
    """Which rows become an entry: those in which a cell is among some words, or one of the cells is not blank."""

    columns: tuple[str, ...]
    among: frozenset[str] | None = None
    is_wanted: bool = True

    def holds(self, cells: Cells) -> bool:
        if self.among is None:
            return any(cells[column] is not None for column in self.columns) is self.is_wanted
        return (as_text(cells[self.columns[0]]).casefold() in self.among) is self.is_wanted
