"""Tables of workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods), by python-calamine, which the extra [excel] installs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import islice
from signal import SIGABRT, SIGKILL, SIGSEGV, SIGXCPU
from typing import TYPE_CHECKING, BinaryIO, Final

from armsledger.domain.errors import UnreadableDossier, UsageError, quoted, shortened
from armsledger.domain.limits import INFLATED_BYTES, WORKBOOK_BYTES, WORKBOOK_MEMORY_BYTES, WORKBOOK_SECONDS
from armsledger.domain.near import near
from armsledger.exchange.errors import unreadable_file
from armsledger.exchange.input import NOT_TEXT
from armsledger.exchange.spreadsheets import trial
from armsledger.exchange.spreadsheets.cell import Cell
from armsledger.exchange.spreadsheets.table import SheetRow, no_header

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

ENDINGS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
TOO_MUCH: Final = (
    f"its cells take more than {WORKBOOK_MEMORY_BYTES // 1024**2:,} MB: all blank ones before the last filled one count"
)
WHY_NOT: Final[Mapping[int, str]] = {
    trial.Outcome.READ: "",
    trial.Outcome.INFLATED: f"what is packed in it is longer than {INFLATED_BYTES:,} bytes",
    trial.Outcome.PANIC: "it is damaged, and the library that reads workbooks fails at it",
    **dict.fromkeys((trial.Outcome.NO_MEMORY, -SIGABRT, -SIGKILL, -SIGSEGV), TOO_MUCH),
    -SIGXCPU: f"its cells are not read after {WORKBOOK_SECONDS} seconds",
}
"""Why a workbook cannot be read, by the exit status of its trial; a signal that ended it is negative."""
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

    It is read on trial first, in a process of its own (`trial`). Raises UnreadableDossier, and UsageError
    where the library is missing or the sheet is not named.
    """
    with file:
        book = _book(_tried(file, name, sheets), name)
        names = _sheet_names(book)
        if not sheets and len(names) != 1:
            raise UsageError(
                f"{name} has {len(names)} sheets: {shortened(', '.join(names), 300)}",
                remedy="say which: --sheet NAME, or sheet: NAME in the mapping",
            )
        tables = [_table(book, sheet, names, name) for sheet in sheets or names]
        return [_worksheet(sheet, title, skip, has_header=has_header) for sheet, title in tables]


def _tried(file: BinaryIO, name: str, sheets: Sequence[str]) -> bytes:
    """The bytes of a workbook that can be read within bounds; raises UnreadableDossier."""
    try:
        import python_calamine  # noqa: F401 # which the trial needs, too
    except ModuleNotFoundError as error:
        raise UsageError(f"{name} is a workbook, and python-calamine is not installed", remedy=INSTALL) from error
    try:
        data = file.read(WORKBOOK_BYTES + 1)
    except OSError as error:
        raise unreadable_file(name, error) from error
    told = f"the file is longer than {WORKBOOK_BYTES:,} bytes" if len(data) > WORKBOOK_BYTES else _trial(data, sheets)
    if told:
        raise UnreadableDossier(
            told, remedy="save its table alone, without what stands far from it, or as CSV, which may be of any length"
        ).at(name)
    return data


def _trial(data: bytes, sheets: Sequence[str]) -> str:
    """Why the workbook cannot be read; empty where it can, or where the library itself says why not."""
    bounds = map(str, (WORKBOOK_MEMORY_BYTES, WORKBOOK_SECONDS, INFLATED_BYTES))
    done = subprocess.run(
        [sys.executable, "-P", trial.__file__, *bounds],
        input=json.dumps(sheets).encode() + b"\n" + data,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "RUST_BACKTRACE": "0"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return WHY_NOT.get(done.returncode, f"it could not be read on trial (exit status {done.returncode})")


def _book(data: bytes, name: str) -> CalamineWorkbook:
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    except python_calamine.PasswordError as error:
        raise UnreadableDossier("the workbook is locked by a password", remedy="save it without one").at(
            name
        ) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
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
