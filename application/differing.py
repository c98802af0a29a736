"""Which streams two beliefs can differ in, and what each of the beliefs knows of them.

Tables tell that: a stream of which other entries are known has another row of what it cites. Only such streams are
read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from armsledger.application.beliefs import Beliefs, Side
from armsledger.projections.read_models.sources import CITATIONS
from armsledger.projections.reading import changed_streams
from armsledger.projections.tables import citing_streams, read_register

STREAMS_AT_ONCE: Final = 100


class BothSides(NamedTuple):
    """What an earlier and a later belief know of a stream."""

    stream: str
    before: Side
    after: Side


def differing_streams(earlier: Beliefs, later: Beliefs) -> list[str]:
    """The streams of which the two beliefs can know different entries, or judge them differently, in order."""
    one, other = earlier.question, later.question
    if one.by_position and other.by_position:
        return later.streams_touched(*sorted((one.position, other.position)))
    reader = later.reader
    cited = (
        None if one.as_of is None or other.as_of is None else changed_streams(reader, CITATIONS, one.as_of, other.as_of)
    )
    if cited is None or read_register(reader).citing < max(one.position, other.position):
        return later.streams()
    grades = earlier.grades, later.grades
    regraded = {source for source in {*grades[0], *grades[1]} if grades[0].get(source) != grades[1].get(source)}
    return sorted({*cited, *reader.streams_without_source(), *citing_streams(reader, regraded)})


def both_sides(earlier: Beliefs, later: Beliefs, streams: Sequence[str]) -> Iterator[BothSides]:
    """What the two beliefs know of some streams; each stream is read once."""
    last = max(earlier.question.position, later.question.position)
    for start in range(0, len(streams), STREAMS_AT_ONCE):
        some = later.reader.several(streams[start : start + STREAMS_AT_ONCE], upto=last)
        for stream, entries in some.items():
            yield BothSides(stream, earlier.side_of(entries), later.side_of(entries))
