"""JSONL: dossiers of one JSON object a line, read as a stream of any length, and exports of a ledger in that form."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from armsledger.domain.entry import Entry, Seals, Stored
from armsledger.domain.errors import InvalidValue, LedgerError, UnreadableDossier
from armsledger.domain.events.payload import canonical_json, fields_of
from armsledger.domain.limits import LINE_BYTES
from armsledger.exchange.dossiers.json import ONE_OBJECT_A_LINE, read_json
from armsledger.exchange.dossiers.lines import WHOLE_ENTRY
from armsledger.exchange.dossiers.objects import (
    OF_A_SOURCE,
    ObjectReader,
    Proposed,
    TellUnread,
    Unread,
    raise_unread,
    unread_of,
)
from armsledger.exchange.dossiers.stored import PERSONS, STORED, seals_json, stored_json
from armsledger.exchange.errors import unreadable_file
from armsledger.exchange.input import BYTE_ORDER_MARK, decoded
from armsledger.exchange.tables.text import with_escapes
from armsledger.storage.schema import instant_text

BLOCK_BYTES = 1024 * 1024
BLANKS = b" \t\r\n"
"""What JSON takes for blank; Python strips form feeds, too."""
MAX_OFFSETS = 1024
ONE_ENTRY_A_LINE = "write one source or entry a line, or name the file .json"


class Line:
    """One line of the file: its number, counted from 0, the offset at which it begins, and its bytes."""

    __slots__ = ("data", "number", "offset")

    def __init__(self, number: int, offset: int, data: bytes) -> None:
        self.number = number
        self.offset = offset
        self.data = data


class LineIndex:
    """The offsets of every n-th line; n doubles whenever there would be too many, so memory stays bounded."""

    def __init__(self) -> None:
        self._offsets = [0]
        self._stride = 1
        self.next_line = 1
        """The line, counted from 0, whose offset is to be noted next."""

    def note(self, offset: int) -> None:
        """Add the offset of ``next_line``."""
        self._offsets.append(offset)
        if len(self._offsets) > MAX_OFFSETS:
            del self._offsets[1::2]
            self._stride *= 2
        self.next_line = len(self._offsets) * self._stride

    def before(self, offset: int) -> tuple[int, int]:
        """The offset and the number, counted from 0, of the nearest known line that begins by there."""
        index = bisect_right(self._offsets, offset) - 1
        return self._offsets[index], index * self._stride


class JsonlDossier:
    """The entries of a JSONL file; the mark of an entry is the offset of its line in bytes."""

    def __init__(self, file: BinaryIO, name: str, folder: Path) -> None:
        """Take over a seekable file; raises UnreadableDossier if the first line cannot be read."""
        self._file = file
        self._name = name
        self._index = LineIndex()
        self._pass: object = None
        first = next((self._object(line) for line in self._lines(0, 0)), {})
        self.is_restore = first.get("recorded_at") is not None
        self._reader = ObjectReader(name, folder, is_restore=self.is_restore)

    def __enter__(self) -> JsonlDossier:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def proposals(self, unread: TellUnread = raise_unread) -> Iterator[tuple[int, Proposed]]:
        """All entries with their marks, in the order of the file; ``unread`` is told what is none."""
        for line in self._lines(0, 0):
            try:
                proposed = self._proposed(line)
            except LedgerError as error:
                unread(line.offset, self._unread(line, error))
            else:
                yield line.offset, proposed

    def again(self, marks: Iterable[int]) -> Iterator[tuple[int, Proposed]]:
        """The entries of these marks, in their order, which is quickest if the marks ascend."""
        cursor = (0, 0)
        for mark in marks:
            number = self._number_at(mark, cursor)
            line = next(self._lines(mark, number), None)
            if line is None:
                raise IndexError(f"{self._name} has no entry at offset {mark}")
            cursor = (line.offset, line.number)
            yield mark, self._proposed(line)

    def _unread(self, line: Line, error: LedgerError) -> Unread:
        try:
            return unread_of(error, self._object(line))
        except UnreadableDossier:
            return Unread(error)

    def _proposed(self, line: Line) -> Proposed:
        fields = self._object(line)
        lines = {WHOLE_ENTRY: line.number + 1}
        if "key" in fields and "event" not in fields:
            return self._reader.source(fields, lines)
        if "event" not in fields and is_whole_dossier(fields):
            raise self._refusal(line, "a whole dossier on one line", ONE_ENTRY_A_LINE)
        return self._reader.entry(fields, lines)

    def _object(self, line: Line) -> dict[str, Any]:
        """The JSON object on a line; raises UnreadableDossier."""
        data = line.data
        if len(data) > LINE_BYTES:
            raise self._refusal(line, f"the line is longer than {LINE_BYTES:,} bytes", ONE_OBJECT_A_LINE)
        if not line.offset and data.startswith(BYTE_ORDER_MARK):
            data = data[len(BYTE_ORDER_MARK) :]
        try:
            value = read_json(decoded(data.rstrip(BLANKS), self._name, first_line=line.number + 1))
        except InvalidValue as error:
            raise self._refusal(line, error.message, error.remedy) from error
        if isinstance(value, dict):
            return value
        raise self._refusal(line, "the line is not a JSON object", ONE_OBJECT_A_LINE)

    def _refusal(self, line: Line, message: str, remedy: str) -> UnreadableDossier:
        return UnreadableDossier(message, remedy=remedy).at(f"{self._name}:{line.number + 1}")

    def _lines(self, offset: int, number: int) -> Iterator[Line]:
        """The lines from an offset on, without blank ones; several passes may run at the same time."""
        this_pass = object()
        read = self._file.readline
        try:
            while True:
                if self._pass is not this_pass:
                    self._file.seek(offset)
                    self._pass = this_pass
                data = read(LINE_BYTES + 1)
                if not data:
                    return
                if number == self._index.next_line:
                    self._index.note(offset)
                if not is_blank(data, offset):
                    yield Line(number, offset, data)
                offset += len(data)
                number += 1
        except OSError as error:
            raise unreadable_file(self._name, error) from error

    def _number_at(self, mark: int, cursor: tuple[int, int]) -> int:
        """The number of the line at an offset, counted from the nearest line whose number is known."""
        offset, number = max(self._index.before(mark), cursor if cursor[0] <= mark else (0, 0))
        self._pass = None
        self._file.seek(offset)
        while offset < mark:
            block = self._file.read(min(BLOCK_BYTES, mark - offset))
            if not block:
                break
            offset += len(block)
            number += block.count(b"\n")
        return number


def is_blank(data: bytes, offset: int) -> bool:
    """Whether a line is blank, but for the byte order mark of the first."""
    if len(data) > LINE_BYTES:
        return False
    return data.isspace() or (not offset and data.removeprefix(BYTE_ORDER_MARK).strip() == b"")


def is_whole_dossier(value: dict[str, Any]) -> bool:
    """Whether an object is no entry but a whole dossier, with lists of sources and entries."""
    return isinstance(value.get("entries"), list) or isinstance(value.get("sources"), list)


def write_jsonl(entries: Iterable[tuple[Entry, Seals, Stored | None]], out: TextIO) -> int:
    """Write a line per entry, with how the ledger stores it, in the order given; returns the number of lines.

    Recorded into an empty ledger in the order of their positions, the lines give the same ledger to the letter.
    """
    count = 0
    for entry, seals, stored in entries:
        out.write(line_of(entry, seals, stored))
        out.write("\n")
        count += 1
    return count


def line_of(entry: Entry, seals: Seals | None = None, stored: Stored | None = None) -> str:
    """An entry as one line, always the same: the stream and the event first, then all other keys in order."""
    kind, _, key = entry.stream.partition("/")
    rest = fields_of(entry.event)
    if kind != "source" or (entry.event.name in OF_A_SOURCE and entry.event.source is None):
        leading = {kind: key}
    else:
        leading = {"stream": entry.stream}  # with its source alone it could be any stream's
    leading["event"] = entry.event.name
    differing = None if stored is None else stored_json(stored, entry.event.schema_version, canonical_json(rest))
    rest["id"] = entry.id
    rest["recorded_at"] = instant_text(entry.recorded_at)
    rest["recorded_by"] = entry.recorded_by
    if entry.login is not None:
        rest["login"] = entry.login
    if seals:
        rest[PERSONS] = seals_json(seals)
    if differing:
        rest[STORED] = differing
    return with_escapes(f"{_ENCODER.encode(leading)[:-1]}, {_SORTING_ENCODER.encode(rest)[1:]}")


_ENCODER = json.JSONEncoder(ensure_ascii=False)
_SORTING_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
