"""What was believed of a stream from its first entry on, and the rows that follow from it.

The belief about a stream changes at the instants at which something was recorded in it, or at which a source that it
cites was judged anew. Such a moment is known by the first position of its instant in the whole journal, so it is the
same however the rows come to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from armsledger.domain.belief import Belief, believe, cited
from armsledger.domain.entry import Entry
from armsledger.domain.errors import LedgerError
from armsledger.domain.states.source import reliability_of
from armsledger.domain.values.grade import CANNOT_BE_JUDGED, Reliability
from armsledger.projections.layout import layout_of
from armsledger.projections.model import STILL, day_text
from armsledger.projections.projection import Projection
from armsledger.projections.timeline import Span, Timeline
from armsledger.storage.reader import JournalReader


class ProjectionFailed(LedgerError):
    """The function of a projection raised something."""

    def __init__(self, projection: str, stream: str, error: Exception) -> None:
        super().__init__(
            f"the projection {projection} failed on {stream}: {type(error).__name__}: {error}",
            remedy="mend its function, or leave the projection out",
        )
        self.projection = projection


class Judged(NamedTuple):
    """A source's grade from an instant on, and the position at which it came to be that."""

    since: datetime
    position: int
    grade: Reliability


class Moment(NamedTuple):
    """An instant at which the belief about a stream changed; ``entries`` are how many of it were known then."""

    position: int
    instant: datetime
    entries: int


SOURCE = "source/"
Grading = Callable[[str], Sequence[Judged]]
"""The grades of a source, the first one first."""


class Gradings:
    """The grades of sources, as the journal stands; each is read once."""

    def __init__(self, reader: JournalReader) -> None:
        self._reader = reader
        self._judged: dict[str, list[Judged]] = {}

    def __call__(self, source: str) -> list[Judged]:
        """The grades of a source, the first one first."""
        judged = self._judged.get(source)
        if judged is None:
            judged = self._judged[source] = grades_of(self._reader.stream(f"{SOURCE}{source}"))
        return judged


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


def grades_of(entries: Sequence[Entry]) -> list[Judged]:
    """The grades that the entries of a source give it, one after the other."""
    judged: list[Judged] = []
    for count, entry in _by_instant(entries):
        known = entries[:count]
        only = getattr(entry.event, "reliability", None) or CANNOT_BE_JUDGED
        grade = only if count == 1 else reliability_of(known)
        if not judged or judged[-1].grade != grade:
            judged.append(Judged(entry.recorded_at, entry.position, grade))
    return judged


def moments_of(
    entries: Sequence[Entry], gradings: Iterable[Sequence[Judged]], first_of: Callable[[datetime, int], int]
) -> list[Moment]:
    """The instants at which the belief about a stream changed; ``first_of`` is that of `Instants`."""
    counts = {entry.recorded_at: (entry.position, count) for count, entry in _by_instant(entries)}
    first = entries[0].recorded_at  # what was judged by then is part of the first belief
    news = {grade.since: grade.position for judged in gradings for grade in judged if grade.since > first}
    moments, known = [], 0
    for instant in sorted(counts.keys() | news.keys()):
        position, known = counts.get(instant) or (news[instant], known)
        moments.append(Moment(first_of(instant, position), instant, known))
    return moments


def latest_of(entries: Sequence[Entry], gradings: Iterable[Sequence[Judged]]) -> datetime:
    """The last instant at which the belief about a stream changed."""
    return max([entries[-1].recorded_at, *(judged[-1].since for judged in gradings if judged)])


def _by_instant(entries: Sequence[Entry]) -> Iterator[tuple[int, Entry]]:
    """For each instant of recording, how many entries were known by then, and the first recorded at it."""
    start = 0
    for count, entry in enumerate(entries, 1):
        if count == len(entries) or entries[count].recorded_at != entry.recorded_at:
            yield count, entries[start]
            start = count


def belief_at(moment: Moment, entries: Sequence[Entry], gradings: dict[str, Sequence[Judged]]) -> Belief:
    """What is believed of a stream from a moment on."""
    grades = {source: grade for source, judged in gradings.items() if (grade := _grade_at(judged, moment.instant))}
    known = entries if moment.entries == len(entries) else entries[: moment.entries]
    return believe(known, grades)


def _grade_at(judged: Sequence[Judged], instant: datetime) -> Reliability | None:
    found = None
    for grade in judged:
        if grade.since > instant:
            break
        found = grade.grade
    return found


def spans_of(projection: Projection, timeline: Timeline) -> list[Span]:
    """The spans of one stream; raises ProjectionFailed."""
    try:
        return list(projection.of(timeline))
    except LedgerError:
        raise
    except Exception as error:
        raise ProjectionFailed(projection.name, timeline.stream, error) from error


Key = tuple[int, int, str]
"""The days of which a row holds, and its place."""
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
        for valid_from, valid_to, place, row in spans_of(self._projection, timeline):
            key = (valid_from, valid_to, place)
            was = before.get(key)
            if was is not None and was[1] == row:
                self._now[key] = before.pop(key)
            else:
                self._now[key] = (position, row)
        to_text = layout_of(self._projection.row).to_text
        for (valid_from, valid_to, place), (since, row) in before.items():
            days = day_text(valid_from), place, position, day_text(valid_to)
            self._past.append((0, self._stream, since, *days, to_text(row)))

    def rows(self) -> list[StoredRow]:
        """All rows, those first that are believed no more."""
        texts = layout_of(self._projection.row).to_texts(row for _, row in self._now.values())
        return self._past + [
            (1, self._stream, since, day_text(valid_from), place, STILL, day_text(valid_to), text)
            for ((valid_from, valid_to, place), (since, _)), text in zip(self._now.items(), texts, strict=True)
        ]


def biography(
    stream: str, entries: Sequence[Entry], grading: Grading, instants: Instants, projections: Sequence[Projection]
) -> dict[str, list[StoredRow]]:
    """The rows of one stream in each read model, for all days and all beliefs."""
    kind = stream.partition("/")[0]
    wanted = [projection for projection in projections if kind in projection.kinds]
    if not wanted:
        return {}
    gradings = {source: grading(source) for source in cited(entries)}
    moments = moments_of(entries, gradings.values(), instants.first_of)
    if len(moments) == 1:  # most streams are recorded in one go
        timeline = Timeline(stream, belief_at(moments[0], entries, gradings))
        return {projection.name: rows_of(projection, timeline, moments[0].position) for projection in wanted}
    standing = {projection.name: _Standing(projection, stream) for projection in wanted}
    for moment in moments:
        timeline = Timeline(stream, belief_at(moment, entries, gradings))
        for rows in standing.values():
            rows.believe(timeline, moment.position)
    return {name: rows.rows() for name, rows in standing.items()}


def rows_of(projection: Projection, timeline: Timeline, position: int) -> list[StoredRow]:
    """The rows of one belief, believed from a position on."""
    spans, stream = spans_of(projection, timeline), timeline.stream
    texts = layout_of(projection.row).to_texts([span[3] for span in spans])
    return [
        (1, stream, position, day_text(span[0]), span[2], STILL, day_text(span[1]), text)
        for span, text in zip(spans, texts, strict=True)
    ]
