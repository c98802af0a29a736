"""Tables: the rows of a sheet with its header, wherever they come from."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Sequence
from difflib import get_close_matches
from io import BufferedReader, RawIOBase, TextIOWrapper
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol, cast

from armsledger.domain.errors import UnreadableDossier, UsageError
from armsledger.domain.values.quoted import quoted, shortened
from armsledger.exchange.errors import unreadable_file
from armsledger.exchange.input import NOT_TEXT
from armsledger.exchange.spreadsheets.cell import Cell, as_text

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook


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


# Tables as text: cells with a delimiter between them, read as a stream.

DELIMITERS = (",", ";", "\t", "|")
"""Those that are tried where the mapping names none, the first that fits the header best."""
BLANK = f" {''.join(DELIMITERS)}"
"""Of a row with nothing else there are only blank cells, whatever the delimiter."""
MAX_LINE = 1024 * 1024
"""Characters; a longer line is no row."""
WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin, whatever they are called."""
CLOSE_QUOTES = "put quotes around a whole cell only, and double those inside it"
READABLE_AS = "save it as UTF-8, or say in the mapping what it is, as in encoding: windows-1252 or latin-1"


class CsvTable:
    """The rows of a CSV file, which is never held whole."""

    def __init__(
        self, file: BinaryIO, name: str, *, skip: int, delimiter: str | None, encoding: str, wanted: Collection[str]
    ) -> None:
        """Takes the file over, which must be seekable. ``wanted`` are the columns that tell a delimiter by.

        Raises UnreadableDossier if there is no header.
        """
        self.name = name
        self._file = file
        self._skip = skip
        self._encoding = encoding
        self.size_bytes = file.seek(0, 2)
        self._pass = _Pass(file)
        self._check_is_text()
        self._delimiter = delimiter or self._best_delimiter(wanted)
        self.header = self._header(self._delimiter)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @property
    def position_bytes(self) -> int:
        """How far the pass that was begun last has come."""
        return self._pass.position

    def rows(self) -> Iterator[Row]:
        """The rows below the header; raises UnreadableDossier for what is no text or no CSV."""
        width = len(self.header.cells)
        for row in self._all_rows(self._delimiter):
            if row.number > self.header.number:
                if len(row.cells) > width and any(str(cell).strip() for cell in row.cells[width:]):
                    raise self._refusal(
                        row.number,
                        f"the row has {len(row.cells)} cells, and the header {width}",
                        "put a cell in quotes that holds the delimiter, or name the delimiter in the mapping",
                    )
                yield row

    def _check_is_text(self) -> None:
        self._file.seek(0)
        if self._file.read(4).startswith(WORKBOOK):
            raise UnreadableDossier(
                "it is a workbook, not CSV", remedy="give its name the ending .xlsx (or .xls, .ods) that belongs to it"
            ).at(self.name)

    def _best_delimiter(self, wanted: Collection[str]) -> str:
        """The one by which most of the columns are found, else by which there are most columns."""

        def fit(delimiter: str) -> tuple[int, int]:
            try:
                names = names_of(self._header(delimiter))
            except UnreadableDossier:
                return 0, 0
            return len(set(wanted).intersection(names)), len(names)

        return max(DELIMITERS, key=fit)

    def _header(self, delimiter: str) -> Row:
        """The first row that is not blank."""
        last = self._skip
        for row in self._all_rows(delimiter):
            if any(str(cell).strip(BLANK) for cell in row.cells):
                return row
            last = row.number
        raise no_header(self.name, last + 1)

    def _all_rows(self, delimiter: str) -> Iterator[Row]:
        """The rows from the header on; lines above it are not even read as CSV."""
        number = self._skip
        lines = self._lines(lambda: number + 1)
        reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=delimiter != "\t")
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise self._not_csv(number + 1, error) from error
            if cells is None:
                return
            number += 1
            yield Row(number, cells)

    def _lines(self, row: Callable[[], int]) -> Iterator[str]:
        """The lines behind those that are skipped, each of which has only characters of its encoding.

        ``row`` tells the row that they are read for: a cell may have several lines.
        """
        self._pass = source = _Pass(self._file)
        text = TextIOWrapper(
            BufferedReader(cast("RawIOBase", source)), self._encoding, errors="surrogateescape", newline=""
        )
        left = self._skip
        try:
            while line := text.readline(MAX_LINE + 1):
                if len(line) > MAX_LINE:
                    raise self._refusal(row(), f"a line of more than {MAX_LINE:,} characters", "name a CSV file")
                if left:
                    left -= 1
                else:
                    self._check_characters(line, row())
                    yield line
        except UnicodeError as error:
            raise self._refusal(row(), f"not {self._encoding_name}", READABLE_AS) from error
        except OSError as error:
            raise unreadable_file(self.name, error) from error

    def _check_characters(self, line: str, number: int) -> None:
        found = NOT_TEXT.search(line)
        if found is None:
            return
        if found[0] == "\0":
            raise self._refusal(number, "a NUL in the text", READABLE_AS)
        byte = ord(found[0]) - 0xDC00
        raise self._refusal(number, f"not {self._encoding_name}: it has a byte 0x{byte:02x}", READABLE_AS)

    @property
    def _encoding_name(self) -> str:
        return "UTF-8" if self._encoding == "utf-8-sig" else self._encoding

    def _not_csv(self, number: int, error: csv.Error) -> UnreadableDossier:
        reason = str(error)
        if "field larger" in reason or "unexpected end" in reason:
            return self._refusal(number, "a quote that begins in this row or above is not closed", CLOSE_QUOTES)
        if "expected after" in reason:
            return self._refusal(number, "something follows a closing quote", CLOSE_QUOTES)
        return self._refusal(number, f"not CSV: {reason}", CLOSE_QUOTES)

    def _refusal(self, number: int, message: str, remedy: str) -> UnreadableDossier:
        return UnreadableDossier(message, remedy=remedy).at(f"{self.name}:{number}")


class _Pass(RawIOBase):
    """One reading of a file from its beginning; several may be under way at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.position = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's is wider
        """The next bytes."""
        self._file.seek(self.position)
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self.position += len(data)
        return len(data)


# Tables of workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods), by python-calamine, which the extra [excel] brings.

ENDINGS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
INSTALL = "pip install 'armsledger[excel]', or save the sheet as CSV"


class WorkbookTable:
    """The rows of one sheet, which the library holds whole."""

    def __init__(self, sheet: CalamineSheet, name: str, skip: int) -> None:
        """``name`` is what errors call it. Raises UnreadableDossier if there is no header."""
        self.name = name
        self._sheet = sheet
        self.header = self._header(skip)

    def close(self) -> None:
        """Nothing to let go of: the file was closed when it had been read."""

    def rows(self) -> Iterator[Row]:
        """The rows below the header."""
        yield from self._rows(self.header.number)

    def _header(self, skip: int) -> Row:
        for row in self._rows(skip):
            if any(str(cell).strip() for cell in row.cells):
                return row
        raise no_header(self.name, skip + 1)

    def _rows(self, after: int) -> Iterator[Row]:
        """The rows behind this one; the library begins with the first of the sheet, but leaves blank columns out."""
        rows = enumerate(self._sheet.iter_rows(), 1) if self._sheet.start is not None else ()
        for number, cells in islice(rows, after, None):
            yield Row(number, self._checked(number, cells))

    def _checked(self, number: int, cells: Sequence[Cell]) -> Sequence[Cell]:
        if any(isinstance(cell, str) and NOT_TEXT.search(cell) for cell in cells):
            raise UnreadableDossier("a NUL in a cell", remedy="delete it; a cell is plain text").at(
                f"{self.name}:{number}"
            )
        return cells


def open_workbook(file: BinaryIO, name: str, sheets: Sequence[str], skip: int) -> list[WorkbookTable]:
    """The tables of these sheets, or of the only one there is. Reads the file to its end and closes it.

    Raises UnreadableDossier, and UsageError where the library is missing or the sheet is not named.
    """
    with file:
        book = _book(file, name)
        there = _sheet_names(book)
        chosen = list(sheets) or there
        if not sheets and len(there) != 1:
            raise UsageError(
                f"{name} has {len(there)} sheets: {shortened(', '.join(there), 300)}",
                remedy="say which: --sheet NAME, or sheet: NAME in the mapping",
            )
        return [_table(book, sheet, there, name, skip) for sheet in chosen]


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
    """The sheets that hold cells, and not a chart."""
    from python_calamine import SheetTypeEnum

    return [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]


def _table(book: CalamineWorkbook, sheet: str, there: Sequence[str], name: str, skip: int) -> WorkbookTable:
    from python_calamine import CalamineError

    if sheet not in there:
        close = get_close_matches(shortened(sheet), there, n=1)
        raise UsageError(
            f"{name} has no sheet {quoted(sheet)}",
            remedy=f"did you mean {close[0]!r}?" if close else f"its sheets are {shortened(', '.join(there), 300)}",
        )
    try:
        return WorkbookTable(book.get_sheet_by_name(sheet), f"{name}, sheet {quoted(sheet)}", skip)
    except (CalamineError, ValueError) as error:
        raise _no_workbook(f"{name}, sheet {quoted(sheet)}", error) from error


def _no_workbook(name: str, error: Exception) -> UnreadableDossier:
    reason = shortened(" ".join(str(error).split()), 200) or type(error).__name__
    return UnreadableDossier(
        f"not a workbook that can be read: {reason}",
        remedy="open it in a spreadsheet program and save it anew, or as CSV",
    ).at(name)
