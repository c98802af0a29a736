"""Tables: a header and the rows below it, be they of CSV or of a workbook. A table without a header has rows only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from armsledger.domain.errors import UnreadableDossier, quoted, shortened
from armsledger.domain.near import near
from armsledger.exchange.spreadsheets.cell import Cell, as_text

ROW = "row"
"""What a mapping calls a row's number, unless a column has this name."""
LETTERS = re.compile(r"[A-Z]{1,3}")
POSITION = re.compile(r"[1-9][0-9]{0,4}")


class SheetRow(NamedTuple):
    """A row: its number as spreadsheets show it, counted from 1, and its cells."""

    number: int
    cells: Sequence[Cell]


class Table(Protocol):
    """A header and the rows below it, which can be read any number of times; ``name`` is what errors call it.

    The header of a table without one is a row without cells, above its first row.
    """

    name: str
    header: SheetRow

    def rows(self) -> Iterator[SheetRow]:
        """The rows below the header, blank ones included; raises UnreadableDossier."""

    def close(self) -> None:
        """Close the file."""


def names_of(header: SheetRow) -> list[str]:
    """The names of the columns, with single blanks; an empty text for a column without one."""
    return [" ".join(as_text(cell).split()) for cell in header.cells]


def column_places(table: Table, wanted: Mapping[str, int], mapping: str) -> dict[str, int]:
    """Where the wanted columns stand, given with the line of the mapping that names each; not the row's number.

    Raises UnreadableDossier for a column that the table lacks or has twice.
    """
    if not table.header.cells:
        return {column: _place(column, f"{mapping}:{line}") for column, line in wanted.items() if column != ROW}
    names = names_of(table.header)
    places: dict[str, int] = {}
    for column, line in wanted.items():
        if column == ROW and column not in names:
            continue
        if column not in names:
            raise _no_column(column, names, table, wanted).at(f"{mapping}:{line}")
        if names.count(column) > 1:
            raise UnreadableDossier(
                f"{table.name} has {names.count(column)} columns {quoted(column)}",
                remedy="give each a name of its own in the header",
            ).at(f"{mapping}:{line}")
        places[column] = names.index(column)
    return places


def position_of(column: str) -> int | None:
    """The position of a column that is named by it, counted from 0: ``C`` and ``3`` are 2. None for another name."""
    if POSITION.fullmatch(column):
        return int(column) - 1
    if LETTERS.fullmatch(column) is None:
        return None
    position = 0
    for letter in column:
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1


def _place(column: str, line: str) -> int:
    position = position_of(column)
    if position is None:
        raise UnreadableDossier(
            f"the sheet has no header, and {quoted(column)} is no position",
            remedy="name columns by their letters or numbers, as in {column: C} or {column: 3}",
        ).at(line)
    return position


def _no_column(column: str, names: Sequence[str], table: Table, wanted: Mapping[str, int]) -> UnreadableDossier:
    present = [name for name in names if name]
    close = near(column, present)
    header = f"its header (row {table.header.number}) has {shortened(', '.join(present), 300)}"
    remedy = f"did you mean {close[0]!r}?" if close else header
    if not wanted.keys() & set(present):
        remedy = f"{header}; say skip: N in the mapping if the header stands below N other rows"
    return UnreadableDossier(f"{table.name} has no column {quoted(column)}", remedy=remedy)


def no_header(name: str, row: int) -> UnreadableDossier:
    """The refusal of a sheet in which no header is found."""
    return UnreadableDossier(
        "there is no header",
        remedy="the names of the columns stand in the first row; say skip: N in the mapping if N rows stand above it",
    ).at(f"{name}:{row}")
