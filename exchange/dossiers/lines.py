"""On which line each field of an object was written, also where the field was written elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

Lines = Mapping[str, int]
"""The line of each field by its path, ``items.0.designation``, as far as known."""
WHOLE_ENTRY = ""
"""The path of the entry itself among its lines."""


class Origin(NamedTuple):
    """Where a field was written: among which lines, and by which path there."""

    lines: Lines
    path: str


class MovedLines(Lines):
    """The lines of an object, some fields of which were written within another part of it, or shared by many."""

    def __init__(self, lines: Lines, moved: Mapping[str, Origin]) -> None:
        self._lines = lines
        self._moved = moved

    def __getitem__(self, path: str) -> int:
        name, dot, rest = path.partition(".")
        origin = self._moved.get(name)
        if origin is None:
            return self._lines[path]
        return origin.lines[f"{origin.path}{dot}{rest}"]

    def __iter__(self) -> Iterator[str]:
        yield from (path for path in self._lines if path.partition(".")[0] not in self._moved)
        for name, origin in self._moved.items():
            paths = (path for path in origin.lines if path == origin.path or path.startswith(f"{origin.path}."))
            yield from (f"{name}{path[len(origin.path) :]}" for path in paths)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def place_of(name: str, lines: Lines, field: str) -> str:
    """The file and the line of a field, or of the deepest part around it whose line is known."""
    while field and field not in lines:
        field = field.rpartition(".")[0]
    return f"{name}:{lines[field]}"
