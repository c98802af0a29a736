"""Workbooks: a first sheet that says what was asked, and a sheet for each table, written row by row.

Needs the extra ``armsledger[excel]``. Texts are written as texts, so no text is a formula. Nothing is left out
silently: rows that a sheet cannot hold go to a further sheet, and a text too long for a cell ends with a note and is
counted on the first sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from armsledger.exchange.tables.table import Table, exact_float, imported, in_figures
from armsledger.storage.columns import Column, ColumnKind

EXTRA: Final = "excel"
LAST_ROW: Final = 1_048_576
"""Rows of a sheet, its header included."""
LONGEST_TEXT: Final = 32_767
LONGEST_NAME: Final = 31
BOUND: Final = 10**15
"""A cell's number has fifteen figures."""
FIRST_DAY: Final = date(1900, 3, 1)
"""Before it, Excel counts days wrongly or not at all."""
FORMATS: Final[dict[ColumnKind, str]] = {"date": "yyyy-mm-dd", "instant": "yyyy-mm-dd hh:mm:ss"}
WIDTHS: Final[dict[ColumnKind, int]] = {"date": 12, "instant": 20}
WIDEST: Final = 60
NARROWEST: Final = 6
ROWS_MEASURED: Final = 1_000
ABOUT: Final = "about"
RESERVED: Final = ("history", ABOUT)
STARTED: Final = datetime(1980, 1, 1)


class WrittenSheet(NamedTuple):
    """A sheet that was written: its name, the rows without the header, and how many texts were cut."""

    name: str
    rows: int
    cut: int


def write_xlsx(
    tables: Iterable[Table],
    about: Mapping[str, str],
    path: Path,
    scratch: Path,
    *,
    created: datetime | None = None,
    last_row: int = LAST_ROW,
) -> list[WrittenSheet]:
    """Write the workbook to ``path``; ``scratch`` is a folder for temporary files.

    ``created`` is the time in the file's properties: the same tables and the same time give the same bytes. Raises
    UsageError if xlsxwriter is not installed.
    """
    xlsxwriter = imported("xlsxwriter", EXTRA)
    options = {"constant_memory": True, "tmpdir": str(scratch), "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    made_at = STARTED if created is None else created.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"created": made_at, "title": about.get("title", ""), "comments": about.get("made by", "")})
    try:
        first = book.add_worksheet(ABOUT)
        writer = _Writer(book, last_row)
        for table in tables:
            writer.write(table)
        _write_about(book, first, about, writer.sheets)
        book.use_zip64()
        book.close()
    except xlsxwriter.exceptions.XlsxFileError as error:
        raise OSError(str(error)) from error
    finally:
        for sheet in book.worksheets():
            sheet.row_data_fh.close()  # the library leaves these files open if it fails
    return writer.sheets


class _Writer:
    """Writes the sheets of tables, one after the other."""

    def __init__(self, book: Any, last_row: int) -> None:
        self._book = book
        self._last_row = last_row
        self._head = book.add_format({"bold": True, "bottom": 1})
        self._formats = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
        self._names: set[str] = set(RESERVED)
        self.sheets: list[WrittenSheet] = []

    def write(self, table: Table) -> None:
        """Write a table, on several sheets if one cannot hold it."""
        open_sheet = _Open(self, table, self._name_of(table.name, 1))
        number = 1
        for row in table.rows:
            if open_sheet.row == self._last_row:
                self.sheets.append(open_sheet.ended())
                number += 1
                open_sheet = _Open(self, table, self._name_of(table.name, number))
            open_sheet.add(row)
        self.sheets.append(open_sheet.ended())

    def new_sheet(self, name: str, columns: Sequence[Column]) -> Any:
        """A sheet with its header, which stays visible when the rows are scrolled."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.name, self._head)
        return sheet

    def format_of(self, kind: ColumnKind) -> Any:
        """How cells of a kind are shown."""
        return self._formats.get(kind)

    def _name_of(self, table: str, number: int) -> str:
        """A name of at most 31 characters that no sheet has yet; capital letters do not make it another name."""
        mark = "" if number == 1 else f" ({number})"
        name = f"{table[: LONGEST_NAME - len(mark)]}{mark}"
        while name.casefold() in self._names:
            number += 1
            mark = f" ({number})"
            name = f"{table[: LONGEST_NAME - len(mark)]}{mark}"
        self._names.add(name.casefold())
        return name


class _Open:
    """A sheet that is being written."""

    def __init__(self, writer: _Writer, table: Table, name: str) -> None:
        self._sheet = writer.new_sheet(name, table.columns)
        self._name = name
        self._columns = table.columns
        self._widths = [len(column.name) + 2 for column in table.columns]
        self._cells = [self._cell(column.kind, writer.format_of(column.kind)) for column in table.columns]
        self._cut = 0
        self.row = 1

    def add(self, values: Sequence[Any]) -> None:
        """Write a row."""
        row, is_measured = self.row, self.row <= ROWS_MEASURED
        for place, value in enumerate(values):
            if value is not None:
                self._cells[place](row, place, value)
                if is_measured:
                    self._widths[place] = max(self._widths[place], len(str(value)) + 1)
        self.row += 1

    def ended(self) -> WrittenSheet:
        """Set fitting widths and a filter over all rows; returns what was written."""
        for place, (column, width) in enumerate(zip(self._columns, self._widths, strict=True)):
            wanted = WIDTHS.get(column.kind) or width
            self._sheet.set_column(place, place, min(max(wanted, NARROWEST), WIDEST))
        self._sheet.autofilter(0, 0, self.row - 1, len(self._columns) - 1)
        return WrittenSheet(self._name, self.row - 1, self._cut)

    def _cell(self, kind: ColumnKind, shown: Any) -> Callable[[int, int, Any], object]:
        """The function that writes values of a kind."""
        sheet = self._sheet
        match kind:
            case "boolean":
                write: Callable[[int, int, Any], object] = sheet.write_boolean
                return write
            case "whole number" | "decimal":
                return self._number
            case "date":
                return lambda row, place, value: (
                    sheet.write_datetime(row, place, value, shown)
                    if value >= FIRST_DAY
                    else sheet.write_string(row, place, value.isoformat())
                )
            case "instant":
                return lambda row, place, value: sheet.write_datetime(row, place, value.replace(tzinfo=None), shown)
            case _:
                return self._text

    def _number(self, row: int, place: int, value: int | Decimal) -> None:
        """Write a number if a cell holds it exactly, else its text."""
        number = exact_number(value)
        if number is None:
            self._sheet.write_string(row, place, in_figures(value))
        else:
            self._sheet.write_number(row, place, number)

    def _text(self, row: int, place: int, value: str) -> None:
        if len(value) > LONGEST_TEXT:
            self._cut += 1
            note = f" [cut here: {len(value):,} characters]"
            value = value[: LONGEST_TEXT - len(note)] + note
        self._sheet.write_string(row, place, value)


def exact_number(value: int | Decimal) -> int | float | None:
    """The number of a cell that is the same as a value; None if a cell cannot hold it."""
    if not -BOUND < value < BOUND:
        return None
    return int(value) if value == int(value) else exact_float(value)


def _write_about(book: Any, sheet: Any, about: Mapping[str, str], sheets: Sequence[WrittenSheet]) -> None:
    """Write what was asked, line by line, and below it the sheets with their numbers of rows."""
    bold, head = book.add_format({"bold": True}), book.add_format({"bold": True, "bottom": 1})
    row = 0
    for name, value in about.items():
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, value[:LONGEST_TEXT])
        row += 1
    row += 1
    cut = any(one.cut for one in sheets)
    for place, name in enumerate(("sheet", "rows", "texts cut, as too long for a cell")[: 3 if cut else 2]):
        sheet.write_string(row, place, name, head)
    for one in sheets:
        row += 1
        sheet.write_string(row, 0, one.name)
        sheet.write_number(row, 1, one.rows)
        if one.cut:
            sheet.write_number(row, 2, one.cut)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 70, book.add_format({"align": "left"}))
    sheet.set_column(2, 2, 34)
