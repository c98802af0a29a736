"""Tables as text: cells with a delimiter between them, read as a stream."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator
from io import BufferedReader, RawIOBase, TextIOWrapper
from typing import BinaryIO, cast

from armsledger.domain.errors import UnreadableDossier
from armsledger.exchange.errors import unreadable_file
from armsledger.exchange.spreadsheet_table import Row, names_of, no_header
from armsledger.exchange.utf8 import NOT_TEXT

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
