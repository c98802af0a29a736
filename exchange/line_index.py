"""Which line of a file an offset is on, in memory that does not grow with the file."""

from __future__ import annotations

from bisect import bisect_right

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
