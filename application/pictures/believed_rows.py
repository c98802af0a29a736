"""Rows of other streams at the day of a page, by its beliefs: what the page tells of the streams around its own."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from sys import maxsize
from typing import Any, Final

from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.application.pictures.standpoint import Standpoint
from armsledger.projections.timeline import Span, Timeline

LAST: Final = maxsize
"""After all moments of belief."""
SpansOf = Callable[[Timeline], Iterable[Span]]


class BelievedRows:
    """The rows that a read model has of some streams on one day, by belief; each stream is folded once a belief."""

    def __init__(self, pictures: Pictures, streams: Iterable[str], spans_of: SpansOf) -> None:
        day = pictures.view.at.toordinal()
        self._streams = [_StreamRows(pictures, stream, spans_of, day) for stream in streams]

    def at(self, standpoint: Standpoint) -> list[Any]:
        """The rows by the belief of a standpoint, in the order of the streams; its day does not matter."""
        belief = standpoint.believed
        since = belief.day if belief.moment is None else int(str(belief.known).removeprefix("@"))
        if standpoint.is_latest:  # whatever was said of other streams since then, up to the belief of the page
            since = LAST
        return [row for stream in self._streams for row in stream.rows(since)]


class _StreamRows:
    """The rows of one stream by its own beliefs."""

    def __init__(self, pictures: Pictures, stream: str, spans_of: SpansOf, day: int) -> None:
        self._stream, self._spans_of, self._day = stream, spans_of, day
        self._beliefs = pictures.stream_beliefs(stream)
        self._moments = pictures.moments(self._beliefs)
        self._since = [moment.since for moment in self._moments]
        self._rows: dict[int, Sequence[Any]] = {}

    def rows(self, since: int) -> Sequence[Any]:
        """The rows as believed from a moment on; none before anything is known."""
        place = bisect_right(self._since, since) - 1
        if place < 0:
            return ()
        rows = self._rows.get(place)
        if rows is None:
            belief = self._beliefs.of(self._moments[place].basis)
            spans = self._spans_of(Timeline(self._stream, belief, self._day))
            rows = self._rows[place] = [span.row for span in spans]
        return rows
