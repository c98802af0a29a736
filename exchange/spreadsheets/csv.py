"""Tables of CSV files: text with a delimiter between the cells, read as a stream of any length."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator
from io import BufferedReader, RawIOBase, TextIOWrapper
from typing import BinaryIO, cast

from armsledger.domain.errors import UnreadableDossier
from armsledger.domain.limits import CSV_LINE
from armsledger.exchange.errors import unreadable_file
from armsledger.exchange.input import BYTE_ORDER_MARK, NOT_TEXT
from armsledger.exchange.spreadsheets.table import SheetRow, names_of, no_header

DELIMITERS = (",", ";", "\t", "|")
"""Tried in this order where the mapping names none; the first that fits the header best is taken."""
BLANK = f" {''.join(DELIMITERS)}"
"""A row of nothing else has only blank cells, whatever the delimiter is."""
WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""The first bytes of workbooks, whatever the file is called."""
CLOSE_QUOTES = "put quotes around a whole cell only, and double those inside it"
READABLE_AS = "save it as UTF-8, or say in the mapping what it is, as in encoding: windows-1252 or latin-1"


class CsvTable:
    """The rows of a CSV file."""

    def __init__(
        self,
        file: BinaryIO,
        name: str,
        *,
        skip: int,
        delimiter: str | None,
        encoding: str,
        wanted: Collection[str],
        has_header: bool = True,
    ) -> None:
        """Take over a seekable file. Where ``delimiter`` is None, it is the one that finds most of ``wanted`` columns.

        Raises UnreadableDossier if there is no header.
        """
        self.name = name
        self._file = file
        self._skip = skip
        self._has_header = has_header
        self._encoding = encoding
        self._check_is_text()
        self.delimiter = delimiter or self._best_delimiter(wanted)
        first = self._header(self.delimiter)
        self.header = first if has_header else SheetRow(skip, [])

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def rows(self) -> Iterator[SheetRow]:
        """The rows below the header; raises UnreadableDossier for a row that is no text or no CSV."""
        width = len(self.header.cells)
        for row in self._all_rows(self.delimiter):
            if row.number > self.header.number:
                if self._has_header and len(row.cells) > width and any(str(cell).strip() for cell in row.cells[width:]):
                    raise self._refusal(
                        row.number,
                        f"the row has {len(row.cells)} cells, and the header {width}",
                        "put a cell in quotes that holds the delimiter, or name the delimiter in the mapping",
                    )
                yield row

    def _check_is_text(self) -> None:
        self._file.seek(0)
        beginning = self._file.read(4)
        self.has_mark = beginning.startswith(BYTE_ORDER_MARK)
        if beginning.startswith(WORKBOOK):
            raise UnreadableDossier(
                "it is a workbook, not CSV", remedy="give its name the ending .xlsx (or .xls, .ods) that belongs to it"
            ).at(self.name)

    def _best_delimiter(self, wanted: Collection[str]) -> str:
        """The delimiter by which most of the wanted columns are found, or else the one by which there are most."""

        def fit(delimiter: str) -> tuple[int, int]:
            try:
                row = self._header(delimiter)
                names = names_of(row) if self._has_header else []
            except UnreadableDossier:
                return 0, 0
            return len(set(wanted).intersection(names)), len(row.cells)

        return max(DELIMITERS, key=fit)

    def _header(self, delimiter: str) -> SheetRow:
        """The first row that is not blank."""
        last = self._skip
        for row in self._all_rows(delimiter):
            if any(str(cell).strip(BLANK) for cell in row.cells):
                return row
            last = row.number
        raise no_header(self.name, last + 1)

    def _all_rows(self, delimiter: str) -> Iterator[SheetRow]:
        """The rows below the lines that the mapping skips, which need not be CSV."""
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
            yield SheetRow(number, cells)

    def _lines(self, row: Callable[[], int]) -> Iterator[str]:
        """The lines below those that the mapping skips; refuses characters that are not of the encoding.

        ``row`` gives the number of the row that is being read: a cell may have several lines.
        """
        source = BufferedReader(cast("RawIOBase", _Pass(self._file)))
        text = TextIOWrapper(source, self._encoding, errors="surrogateescape", newline="")
        left = self._skip
        try:
            while line := text.readline(CSV_LINE + 1):
                if len(line) > CSV_LINE:
                    raise self._refusal(row(), f"a line of more than {CSV_LINE:,} characters", "name a CSV file")
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
        match = NOT_TEXT.search(line)
        if match is None:
            return
        if match[0] == "\0":
            raise self._refusal(number, "a NUL in the text", READABLE_AS)
        byte = ord(match[0]) - 0xDC00  # how surrogateescape writes a byte that it cannot decode
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
    """One reading of a file from its beginning; several may run at the same time."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's is wider
        self._file.seek(self._position)
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)
