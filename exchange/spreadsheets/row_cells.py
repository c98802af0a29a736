"""The cells of rows by the names of their columns, with what merged cells leave blank filled in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from armsledger.exchange.spreadsheets.cell import Cell, stripped
from armsledger.exchange.spreadsheets.table import ROW, SheetRow, Table
from armsledger.exchange.spreadsheets.value import Cells


class RowNumber(int):
    """A row's number in place of a cell."""


class RowCells(NamedTuple):
    """A row that is not blank: its number among all rows of all tables, its table, and its row there."""

    number: int
    table: str
    row: int
    cells: Cells

    @property
    def place(self) -> str:
        """What errors call the row: ``payments.csv:17``."""
        return f"{self.table}:{self.row}"


class CellReader:
    """Reads the cells of one table; ``columns`` says where each stands."""

    def __init__(self, table: Table, columns: Mapping[str, int], nulls: Collection[str], fill: Sequence[str]) -> None:
        self.table = table
        self._columns = columns
        self._nulls = nulls
        self._fill = [(column, columns[column]) for column in fill if column in columns]
        self._above: dict[str, Cell] = {}

    def rows(self, before: int) -> Iterator[tuple[int, RowCells | None]]:
        """All rows, numbered after ``before``; None for one that is blank in all columns of the mapping."""
        self._above.clear()
        for number, row in enumerate(self.table.rows(), before + 1):
            cells = self._cells(row)
            yield number, None if cells is None else RowCells(number, self.table.name, row.number, cells)

    def raw(self, before: int) -> Iterator[tuple[int, str, list[Cell]]]:
        """All rows as they stand, numbered and placed, with merged cells filled in."""
        self._above.clear()
        for number, row in enumerate(self.table.rows(), before + 1):
            cells = list(row.cells)
            read = self._cells(row)
            for column, at in self._fill if read is not None else ():
                if at < len(cells) and stripped(cells[at]) is None:
                    cells[at] = read[column] if read is not None else None
            yield number, f"{self.table.name}:{row.number}", cells

    def _cells(self, row: SheetRow) -> dict[str, Cell] | None:
        nulls, width = self._nulls, len(row.cells)
        cells: dict[str, Cell] = {
            column: stripped(row.cells[at], nulls) if at < width else None for column, at in self._columns.items()
        }
        if all(cell is None for cell in cells.values()):
            self._above.clear()
            return None
        for column, at in self._fill:
            if at >= width or stripped(row.cells[at]) is None:
                cells[column] = self._above.get(column)
            else:
                self._above[column] = cells[column]
        if ROW not in self._columns:
            cells[ROW] = RowNumber(row.number)
        return cells
