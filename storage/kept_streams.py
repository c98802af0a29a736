"""The entries of the streams that a writer has read last, kept from one transaction to the next.

A writer that stays reads of a stream only what others have appended to it meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from armsledger.domain.entry import Entry

MOST_ENTRIES: Final = 20_000
"""Kept of all streams together; about 40 MB of them."""


class KeptStreams:
    """All entries of some streams as they stand at a position of the journal, those first that were asked for longest
    ago."""

    def __init__(self) -> None:
        self.position = 0
        self.forgotten: int | None = None
        """How many persons were forgotten when they were read; None if no entry among them names a person."""
        self._streams: dict[str, list[Entry]] = {}
        self._outdated: set[str] = set()
        self._count = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is kept."""
        return not self._streams

    def move_on(self, position: int, changed: Iterable[str]) -> None:
        """Stand at a later position, up to which others have appended to the streams that ``changed``."""
        self.position = position
        self._outdated.update(stream for stream in changed if stream in self._streams)

    def is_whole(self, stream: str) -> bool:
        """Whether a stream is kept to which nobody has appended meanwhile."""
        return stream in self._streams and stream not in self._outdated

    def of(self, stream: str) -> list[Entry] | None:
        """The entries of a stream, of one that is not whole the first ones; None if it is not kept."""
        entries = self._streams.get(stream)
        if entries is not None:
            self._streams[stream] = self._streams.pop(stream)
        return entries

    def keep(self, streams: Mapping[str, list[Entry]]) -> None:
        """Keep all entries of some streams, in place of what was kept of them."""
        for stream, entries in streams.items():
            self._drop(stream)
            self._streams[stream] = entries
            self._count += len(entries)
        while self._count > MOST_ENTRIES:
            self._drop(next(iter(self._streams)))

    def clear(self) -> None:
        """Keep nothing."""
        self.__init__()  # type: ignore[misc]  # it begins again

    def _drop(self, stream: str) -> None:
        self._count -= len(self._streams.pop(stream, ()))
        self._outdated.discard(stream)
