"""Tables of workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods), by python-calamine, which the extra [excel] installs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from armsledger.domain.errors import UnreadableDossier, UsageError, quoted, shortened
from armsledger.domain.near import near
from armsledger.exchange.errors import unreadable_file
from armsledger.exchange.input import NOT_TEXT
from armsledger.exchange.spreadsheets.cell import Cell
from armsledger.exchange.spreadsheets.table import SheetRow, no_header

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

ENDINGS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
INSTALL = "pip install 'armsledger[excel]', or save the sheet as CSV"


class WorkbookTable:
    """The rows of one sheet, which the library holds whole."""

    def __init__(self, sheet: CalamineSheet, name: str, skip: int, *, has_header: bool = True) -> None:
        """``name`` is what errors call it. Raises UnreadableDossier if there is no header."""
        self.name = name
        self._sheet = sheet
        self._blank: list[Cell] = [] if has_header or sheet.start is None else [None] * sheet.start[1]
        self.header = self._header(skip) if has_header else SheetRow(skip, [])

    def close(self) -> None:
        """Do nothing: the file is closed already."""

    def rows(self) -> Iterator[SheetRow]:
        """The rows below the header."""
        yield from self._rows(self.header.number)

    def _header(self, skip: int) -> SheetRow:
        for row in self._rows(skip):
            if any(str(cell).strip() for cell in row.cells):
                return row
        raise no_header(self.name, skip + 1)

    def _rows(self, after: int) -> Iterator[SheetRow]:
        """The rows after a number. The library gives all rows of the sheet, but no blank columns at its left."""
        rows = enumerate(self._sheet.iter_rows(), 1) if self._sheet.start is not None else ()
        for number, cells in islice(rows, after, None):
            yield SheetRow(number, [*self._blank, *self._checked(number, cells)])

    def _checked(self, number: int, cells: Sequence[Cell]) -> Sequence[Cell]:
        if any(isinstance(cell, str) and NOT_TEXT.search(cell) for cell in cells):
            raise UnreadableDossier("a NUL in a cell", remedy="delete it; a cell is plain text").at(
                f"{self.name}:{number}"
            )
        return cells


def open_workbook(
    file: BinaryIO, name: str, sheets: Sequence[str], skip: int, *, has_header: bool = True
) -> list[WorkbookTable]:
    """The tables of these sheets, or of the only one. Reads the file to its end and closes it.

    Raises UnreadableDossier, and UsageError where the library is missing or the sheet is not named.
    """
    with file:
        book = _book(file, name)
        names = _sheet_names(book)
        if not sheets and len(names) != 1:
            raise UsageError(
                f"{name} has {len(names)} sheets: {shortened(', '.join(names), 300)}",
                remedy="say which: --sheet NAME, or sheet: NAME in the mapping",
            )
        tables = [_table(book, sheet, names, name) for sheet in sheets or names]
        return [_worksheet(sheet, title, skip, has_header=has_header) for sheet, title in tables]


def _book(file: BinaryIO, name: str) -> CalamineWorkbook:
    try:
        import python_calamine
    except ModuleNotFoundError as error:
        raise UsageError(f"{name} is a workbook, and python-calamine is not installed", remedy=INSTALL) from error
    try:
        return python_calamine.CalamineWorkbook.from_filelike(file)
    except python_calamine.PasswordError as error:
        raise UnreadableDossier("the workbook is locked by a password", remedy="save it without one").at(
            name
        ) from error
    except OSError as error:
        raise unreadable_file(name, error) from error
    except (python_calamine.CalamineError, ValueError) as error:
        raise _no_workbook(name, error) from error


def _sheet_names(book: CalamineWorkbook) -> list[str]:
    """The sheets that hold cells rather than a chart."""
    from python_calamine import SheetTypeEnum

    return [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]


def _table(book: CalamineWorkbook, sheet: str, names: Sequence[str], name: str) -> tuple[CalamineSheet, str]:
    """A sheet, and what errors call it."""
    from python_calamine import CalamineError

    if sheet not in names:
        close = near(sheet, names)
        raise UsageError(
            f"{name} has no sheet {quoted(sheet)}",
            remedy=f"did you mean {close[0]!r}?" if close else f"its sheets are {shortened(', '.join(names), 300)}",
        )
    title = f"{name}, sheet {quoted(sheet)}"
    try:
        return book.get_sheet_by_name(sheet), title
    except (CalamineError, ValueError) as error:
        raise _no_workbook(title, error) from error


def _worksheet(sheet: CalamineSheet, title: str, skip: int, *, has_header: bool) -> WorkbookTable:
    from python_calamine import CalamineError

    try:
        return WorkbookTable(sheet, title, skip, has_header=has_header)
    except (CalamineError, ValueError) as error:
        raise _no_workbook(title, error) from error


def _no_workbook(name: str, error: Exception) -> UnreadableDossier:
    reason = shortened(" ".join(str(error).split()), 200) or type(error).__name__
    return UnreadableDossier(
        f"not a workbook that can be read: {reason}",
        remedy="open it in a spreadsheet program and save it anew, or as CSV",
    ).at(name)
