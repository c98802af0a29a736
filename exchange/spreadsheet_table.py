"""Tables: the rows of a sheet with its header, wherever they come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from armsledger.domain.errors import UnreadableDossier
from armsledger.exchange.spreadsheet_cell import Cell, as_text


class Row(NamedTuple):
    """A row: its number as spreadsheets show it, counted from 1, and its cells."""

    number: int
    cells: Sequence[Cell]


class Table(Protocol):
    """A header and the rows below it, which can be read any number of times."""

    name: str
    """What errors call it; the number of a row follows."""

    header: Row

    def rows(self) -> Iterator[Row]:
        """The rows below the header, blank ones included; raises UnreadableDossier."""
        ...

    def close(self) -> None:
        """Lets go of the file."""
        ...


def names_of(header: Row) -> list[str]:
    """The names of the columns, with single blanks; an empty text for a column without one."""
    return [" ".join(as_text(cell).split()) for cell in header.cells]


def no_header(name: str, row: int) -> UnreadableDossier:
    """The refusal of a sheet in which no header is found."""
    return UnreadableDossier(
        "there is no header",
        remedy="the names of the columns stand in the first row; say skip: N in the mapping if N rows stand above it",
    ).at(f"{name}:{row}")
