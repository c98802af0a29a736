"""What a search found: a row for each stream, with the entry that fits best."""

from __future__ import annotations

from dataclasses import dataclass

from armsledger.domain.values.when import When
from armsledger.projections.rows import Row


@dataclass(frozen=True)
class SearchRow(Row):
    """A stream that a search found, and of it the entry that fits best.

    ``on`` is when it happened, ``said`` when ``source`` said what the text says: a later release, if that corrected it.
    ``field`` is where the entry holds what was searched for, and ``text`` what stands around it. ``entries`` are all
    entries of the stream that hold it, ``rank`` how well it was found: 1 is best, and 7 and more that the words stand
    in several entries.
    """

    stream: str
    title: str | None
    entry: str
    event: str
    on: When
    said: When
    source: str | None
    field: str
    text: str
    entries: int
    rank: int
