"""What was believed of a stream from its first entry on, and the rows that follow from it.

The belief about a stream changes at the instants at which something was recorded in it, or at which a source that it
cites was graded anew. Such a moment is known by the first position of its instant in the whole journal, so it is the
same however the rows come to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from armsledger.domain.beliefs.belief import Belief, believe, cited
from armsledger.domain.entry import Entry
from armsledger.domain.errors import LedgerError
from armsledger.domain.states.source import reliability_of
from armsledger.domain.values.citation import CANNOT_BE_JUDGED, Reliability
from armsledger.projections.codec import codec_of
from armsledger.projections.projection import Projection, ProjectionFailed
from armsledger.projections.schema import STILL, day_text
from armsledger.projections.timeline import Span, Timeline
from armsledger.storage.reader import JournalReader


class GradeChange(NamedTuple):
    """A source's grade from an instant on, and the position at which it came to be that."""

    since: datetime
    position: int
    grade: Reliability


class BeliefChange(NamedTuple):
    """An instant at which the belief about a stream changed; ``entries`` are how many of it were known then."""

    position: int
    instant: datetime
    entries: int


SOURCE = "source/"


class SourceGrades:
    """The grades of sources, as the journal stands; each is read once."""

    def __init__(self, reader: JournalReader) -> None:
        self._reader = reader
        self._changes: dict[str, list[GradeChange]] = {}

    def changes(self, sources: Iterable[str]) -> dict[str, list[GradeChange]]:
        """The grades of each source, the first one first."""
        wanted = sorted(sources)
        streams = {source: f"{SOURCE}{source}" for source in wanted if source not in self._changes}
        entries = self._reader.several(list(streams.values()))
        self._changes |= {source: grade_changes(entries[stream]) for source, stream in streams.items()}
        return {source: self._changes[source] for source in wanted}


class Instants:
    """The first position of each instant of recording; each is looked for once."""

    def __init__(self, reader: JournalReader) -> None:
        self._reader = reader
        self._first: dict[datetime, int] = {}

    def first_of(self, instant: datetime, position: int) -> int:
        """The first position recorded at an instant at which a position was recorded."""
        first = self._first.get(instant)
        if first is None:
            first = self._first[instant] = self._reader.first_of_instant(position)
        return first


def grade_changes(entries: Sequence[Entry]) -> list[GradeChange]:
    """The grades that the entries of a source give it, one after the other."""
    changes: list[GradeChange] = []
    for count, entry in by_instant(entries):
        known = entries[:count]
        only = getattr(entry.event, "reliability", None) or CANNOT_BE_JUDGED
        grade = only if count == 1 else reliability_of(known)
        if not changes or changes[-1].grade != grade:
            changes.append(GradeChange(entry.recorded_at, entry.position, grade))
    return changes


def belief_changes(
    entries: Sequence[Entry], grades: Iterable[Sequence[GradeChange]], first_of: Callable[[datetime, int], int]
) -> list[BeliefChange]:
    """The instants at which the belief about a stream changed; ``first_of`` is that of `Instants`."""
    counts = {entry.recorded_at: (entry.position, count) for count, entry in by_instant(entries)}
    first = entries[0].recorded_at  # what was graded by then is part of the first belief
    news = {change.since: change.position for changes in grades for change in changes if change.since > first}
    moments, known = [], 0
    for instant in sorted(counts.keys() | news.keys()):
        position, known = counts.get(instant) or (news[instant], known)
        moments.append(BeliefChange(first_of(instant, position), instant, known))
    return moments


def last_change(entries: Sequence[Entry], grades: Iterable[Sequence[GradeChange]]) -> datetime:
    """The last instant at which the belief about a stream changed."""
    return max([entries[-1].recorded_at, *(changes[-1].since for changes in grades if changes)])


def by_instant(entries: Sequence[Entry]) -> Iterator[tuple[int, Entry]]:
    """For each instant of recording, how many entries were known by then, and the first recorded at it."""
    start = 0
    for count, entry in enumerate(entries, 1):
        if count == len(entries) or entries[count].recorded_at != entry.recorded_at:
            yield count, entries[start]
            start = count


def belief_at(moment: BeliefChange, entries: Sequence[Entry], changes: Mapping[str, Sequence[GradeChange]]) -> Belief:
    """What is believed of a stream from a moment on."""
    grades = {source: grade for source, graded in changes.items() if (grade := _grade_at(graded, moment.instant))}
    known = entries if moment.entries == len(entries) else entries[: moment.entries]
    return believe(known, grades)


def _grade_at(changes: Sequence[GradeChange], instant: datetime) -> Reliability | None:
    grade = None
    for change in changes:
        if change.since > instant:
            break
        grade = change.grade
    return grade


def spans_of(projection: Projection, timeline: Timeline) -> list[Span]:
    """The spans of one stream; raises ProjectionFailed."""
    try:
        return list(projection.of(timeline))
    except LedgerError:
        raise
    except Exception as error:
        raise ProjectionFailed(projection.name, timeline.stream, error) from error


Key = tuple[int, int, str]
"""The days of which a row holds, and its slot."""
StoredRow = tuple[Any, ...]
"""A row as a table has it: the values of a `KeptRow`."""


class _Standing:
    """The rows of one projection that are believed while a stream's beliefs are gone through, and those that were."""

    def __init__(self, projection: Projection, stream: str) -> None:
        self._projection = projection
        self._stream = stream
        self._now: dict[Key, tuple[int, Any]] = {}
        self._past: list[StoredRow] = []

    def believe(self, timeline: Timeline, position: int) -> None:
        """Take the rows of the next belief."""
        before, self._now = self._now, {}
        for valid_from, valid_to, slot, row in spans_of(self._projection, timeline):
            key = (valid_from, valid_to, slot)
            was = before.get(key)
            if was is not None and was[1] == row:
                self._now[key] = before.pop(key)
            else:
                self._now[key] = (position, row)
        texts = codec_of(self._projection.row).encode(row for _, row in before.values())
        for ((valid_from, valid_to, slot), (since, _)), text in zip(before.items(), texts, strict=True):
            days = day_text(valid_from), slot, position, day_text(valid_to)
            self._past.append((0, self._stream, since, *days, text))

    def rows(self) -> list[StoredRow]:
        """All rows, those first that are believed no more."""
        texts = codec_of(self._projection.row).encode(row for _, row in self._now.values())
        return self._past + [
            (1, self._stream, since, day_text(valid_from), slot, STILL, day_text(valid_to), text)
            for ((valid_from, valid_to, slot), (since, _)), text in zip(self._now.items(), texts, strict=True)
        ]


def row_history(
    stream: str, entries: Sequence[Entry], grades: SourceGrades, instants: Instants, projections: Sequence[Projection]
) -> dict[str, list[StoredRow]]:
    """The rows of one stream in each read model, for all days and all beliefs."""
    kind = stream.partition("/")[0]
    wanted = [projection for projection in projections if kind in projection.kinds]
    if not wanted:
        return {}
    changes = grades.changes(cited(entries))
    moments = belief_changes(entries, changes.values(), instants.first_of)
    if len(moments) == 1:  # most streams are recorded in one go
        timeline = Timeline(stream, belief_at(moments[0], entries, changes))
        return {projection.name: rows_of(projection, timeline, moments[0].position) for projection in wanted}
    standing = {projection.name: _Standing(projection, stream) for projection in wanted}
    for moment in moments:
        timeline = Timeline(stream, belief_at(moment, entries, changes))
        for rows in standing.values():
            rows.believe(timeline, moment.position)
    return {name: rows.rows() for name, rows in standing.items()}


def rows_of(projection: Projection, timeline: Timeline, position: int) -> list[StoredRow]:
    """The rows of one belief, believed from a position on."""
    spans, stream = spans_of(projection, timeline), timeline.stream
    texts = codec_of(projection.row).encode([span[3] for span in spans])
    return [
        (1, stream, position, day_text(span[0]), span[2], STILL, day_text(span[1]), text)
        for span, text in zip(spans, texts, strict=True)
    ]
