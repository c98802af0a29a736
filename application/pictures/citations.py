"""What a source said, in all streams that cite it, and what became of what it expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.application.pictures.believed_rows import BelievedRows
from armsledger.application.pictures.standpoint import Standpoint
from armsledger.domain.entry import Entry
from armsledger.projections.tables import citing_streams, read_register
from armsledger.projections.timeline import Span, Timeline

MOST_STREAMS: Final = 100
"""Of a source that more streams cite only their number is told."""


class Citation(NamedTuple):
    """An entry that cites a source, as corrected; ``outcome`` is what became of what it expects.

    ``addresses`` are those of the entries of its stream, by their ids.
    """

    entry: Entry
    is_retracted: bool
    outcome: str | None
    addresses: Mapping[str, str]


class Citations:
    """The entries that cite one source: at the day of a page, by each of its beliefs."""

    def __init__(self, pictures: Pictures, source: str) -> None:
        """``source`` is its key."""
        reader = pictures.view.reader
        is_kept = read_register(reader).citing >= pictures.view.question.position
        streams = citing_streams(reader, [source]) if is_kept else reader.streams()
        self._source = source
        self.streams = len(streams)
        self._rows = BelievedRows(pictures, sorted(streams) if self.are_told else (), self._spans)

    @property
    def are_told(self) -> bool:
        """Whether they are few enough to be told one by one."""
        return self.streams <= MOST_STREAMS

    def at(self, standpoint: Standpoint) -> list[Citation]:
        """The entries that are known by the belief of a standpoint, in the order of recording."""
        found: list[Citation] = self._rows.at(standpoint)
        return sorted(found, key=lambda citation: citation.entry.position)

    def _spans(self, timeline: Timeline) -> Iterator[Span]:
        belief, day = timeline.belief, timeline.only
        assert day is not None
        addresses = {entry.id: entry.address for entry in belief.entries}
        judge = timeline.course.outlooks.judge
        stated = [link for link in belief.expectations if link.is_stated(day)]
        outcomes = {link.entry.id: judge(link, day, possible=False).outcome for link in stated}
        for entry in map(belief.current, belief.entries):
            if entry.event.source == self._source:
                is_retracted = entry.id in belief.repairs.retracted_by
                row = Citation(entry, is_retracted, outcomes.get(entry.id), addresses)
                yield Span(day, day + 1, entry.id, row)
