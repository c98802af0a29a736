"""A dossier of one JSON object a line, read as a stream: its size does not matter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from armsledger.domain.errors import UnreadableDossier
from armsledger.exchange.dossiers.json_text import BYTE_ORDER_MARK, ONE_OBJECT_A_LINE, JsonMistake, decoded, read_json
from armsledger.exchange.dossiers.shape import WHOLE_ENTRY, Proposed, Shape
from armsledger.exchange.errors import unreadable_file

# Which line of a file an offset is on, in memory that does not grow with the file.

MAX_OFFSETS = 1024


class LineIndex:
    """The offsets of every n-th line; n doubles whenever there would be too many of them."""

    def __init__(self) -> None:
        self._offsets = [0]
        self._stride = 1
        self.next_line = 1
        """The line, counted from 0, whose offset is to be noted next."""

    def note(self, offset: int) -> None:
        """Take in the offset of ``next_line``."""
        self._offsets.append(offset)
        if len(self._offsets) > MAX_OFFSETS:
            del self._offsets[1::2]
            self._stride *= 2
        self.next_line = len(self._offsets) * self._stride

    def before(self, offset: int) -> tuple[int, int]:
        """The offset and the number, counted from 0, of the nearest known line that begins by there."""
        index = bisect_right(self._offsets, offset) - 1
        return self._offsets[index], index * self._stride


MAX_LINE_BYTES = 16 * 1024 * 1024
BLOCK_BYTES = 1024 * 1024
ONE_ENTRY_A_LINE = "write one source or entry a line, or name the file .json"


class Line:
    """One line of the file: its number, counted from 0, where it begins, and its bytes."""

    __slots__ = ("data", "number", "offset")

    def __init__(self, number: int, offset: int, data: bytes) -> None:
        self.number = number
        self.offset = offset
        self.data = data


class JsonlDossier:
    """The entries of a JSONL file, as often as they are asked for; a mark is the offset of a line in bytes."""

    def __init__(self, file: BinaryIO, name: str, folder: Path) -> None:
        """Takes the file over, which must be seekable; raises UnreadableDossier if the first line cannot be read."""
        self._file = file
        self._name = name
        self._index = LineIndex()
        self._pass: object = None
        first = next((self._object(line) for line in self._lines(0, 0)), {})
        self.is_restore = first.get("recorded_at") is not None
        self._shape = Shape(name, folder, is_restore=self.is_restore)

    def __enter__(self) -> JsonlDossier:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def proposals(self) -> Iterator[tuple[int, Proposed]]:
        """The entries in the order of the file, each with its mark."""
        for line in self._lines(0, 0):
            yield line.offset, self._proposed(line)

    def again(self, marks: Iterable[int]) -> Iterator[tuple[int, Proposed]]:
        """The entries of these marks, in the order of the marks; quickest if they ascend."""
        cursor = (0, 0)
        for mark in marks:
            number = self._number_at(mark, cursor)
            line = next(self._lines(mark, number), None)
            if line is None:
                raise IndexError(f"{self._name} has no entry at offset {mark}")
            cursor = (line.offset, line.number)
            yield mark, self._proposed(line)

    def _proposed(self, line: Line) -> Proposed:
        fields = self._object(line)
        lines = {WHOLE_ENTRY: line.number + 1}
        if "key" in fields and "event" not in fields:
            return self._shape.source(fields, lines)
        if "event" not in fields and is_whole_dossier(fields):
            raise self._refusal(line, "a whole dossier on one line", ONE_ENTRY_A_LINE)
        return self._shape.entry(fields, lines)

    def _object(self, line: Line) -> dict[str, Any]:
        """The JSON object on a line; raises UnreadableDossier."""
        data = line.data
        if len(data) > MAX_LINE_BYTES:
            raise self._refusal(line, f"the line is longer than {MAX_LINE_BYTES:,} bytes", ONE_OBJECT_A_LINE)
        if not line.offset and data.startswith(BYTE_ORDER_MARK):
            data = data[len(BYTE_ORDER_MARK) :]
        try:
            value = read_json(decoded(data.rstrip(), self._name, first_line=line.number + 1))
        except JsonMistake as error:
            raise self._refusal(line, error.message, error.remedy) from error
        if isinstance(value, dict):
            return value
        raise self._refusal(line, "the line is not a JSON object", ONE_OBJECT_A_LINE)

    def _refusal(self, line: Line, message: str, remedy: str) -> UnreadableDossier:
        return UnreadableDossier(message, remedy=remedy).at(f"{self._name}:{line.number + 1}")

    def _lines(self, offset: int, number: int) -> Iterator[Line]:
        """The lines from an offset on, without blank ones. Several passes may be under way at a time."""
        this_pass = object()
        read = self._file.readline
        try:
            while True:
                if self._pass is not this_pass:
                    self._file.seek(offset)
                    self._pass = this_pass
                data = read(MAX_LINE_BYTES + 1)
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
        """The number of the line at an offset, counted on from the nearest line that is known."""
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
    """Whether a line holds nothing; the first may hold a byte order mark."""
    if len(data) > MAX_LINE_BYTES:
        return False
    return data.isspace() or (not offset and data.removeprefix(BYTE_ORDER_MARK).strip() == b"")


def is_whole_dossier(value: dict[str, Any]) -> bool:
    """Whether an object is not an entry but a dossier, with its sources and entries as lists."""
    return isinstance(value.get("entries"), list) or isinstance(value.get("sources"), list)
