"""Moments: when the belief about a stream changes, on both axes of belief time.

By recording, it changes at the instants at which something was recorded in the stream, or at which a source that it
cites was graded anew. Such an instant is known by its first position in the whole journal, so it is the same however
rows come to be. By asserting, it changes on the days on which sources spoke, as the journal stands: what is recorded
later about an earlier day changes what was believed from that day on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from armsledger.domain.beliefs.belief import Belief, believe, cited, known_since
from armsledger.domain.entry import Entry
from armsledger.domain.events.statement import Role
from armsledger.domain.states.course import Course
from armsledger.domain.states.courses import Courses
from armsledger.domain.states.source import reliability_of
from armsledger.domain.values.citation import Grades, Reliability
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.domain.values.known import Known
from armsledger.storage.reader import JournalReader

SOURCE = "source/"


class GradeChange(NamedTuple):
    """A source's grade from an instant on, and the position at which it came to be that."""

    since: datetime
    position: int
    grade: Reliability


DayGrade = tuple[int, Reliability]
"""A source's grade from a day on (a proleptic ordinal)."""


class Grading(NamedTuple):
    """The grades of a source by recording and by asserting, the first one first; none if it is not registered."""

    recorded: Sequence[GradeChange] = ()
    asserted: Sequence[DayGrade] = ()


class SourceGrades:
    """The grades of sources, as the journal stands; each is read once."""

    def __init__(self, reader: JournalReader) -> None:
        self._reader = reader
        self._gradings: dict[str, Grading] = {}

    def of(self, sources: Iterable[str]) -> dict[str, Grading]:
        """The grades of some sources."""
        wanted = sorted(sources)
        streams = {source: f"{SOURCE}{source}" for source in wanted if source not in self._gradings}
        entries = self._reader.several(list(streams.values()))
        self._gradings |= {source: grading_of(entries[stream]) for source, stream in streams.items()}
        return {source: self._gradings[source] for source in wanted}


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


def grading_of(entries: Sequence[Entry]) -> Grading:
    """The grades that the entries of a source give it."""
    return Grading(grade_changes(entries), asserted_grades(entries)) if entries else Grading()


def grade_changes(entries: Sequence[Entry]) -> list[GradeChange]:
    """The grades of a source by the time of recording."""
    changes: list[GradeChange] = []
    for count, entry in by_instant(entries):
        grade = reliability_of(entries[:count])
        if not changes or changes[-1].grade != grade:
            changes.append(GradeChange(entry.recorded_at, entry.position, grade))
    return changes


def asserted_grades(entries: Sequence[Entry]) -> list[DayGrade]:
    """The grades of a source by the day of asserting, as recorded now; the first one holds from the beginning."""
    if len(entries) == 1:
        return [(OPEN_PAST, reliability_of(entries))]
    grades: list[DayGrade] = []
    for day in sorted({OPEN_PAST, *known_since(entries)} - {OPEN_FUTURE}):
        grade = reliability_of(entries, Known(day=day))
        if not grades or grades[-1][1] != grade:
            grades.append((day, grade))
    return grades


def by_instant(entries: Sequence[Entry]) -> Iterator[tuple[int, Entry]]:
    """For each instant of recording, how many entries were known by then, and the first recorded at it."""
    start = 0
    for count, entry in enumerate(entries, 1):
        if count == len(entries) or entries[count].recorded_at != entry.recorded_at:
            yield count, entries[start]
            start = count


class BeliefChange(NamedTuple):
    """An instant at which the belief about a stream changed; ``entries`` are how many of it were known then."""

    position: int
    instant: datetime
    entries: int


def belief_changes(
    entries: Sequence[Entry],
    grades: Iterable[Sequence[GradeChange]],
    first_of: Callable[[datetime, int], int],
    since: datetime | None = None,
) -> list[BeliefChange]:
    """The instants, from one on, at which the belief about a stream changed; ``first_of`` is that of `Instants`."""
    counts = {entry.recorded_at: (entry.position, count) for count, entry in by_instant(entries)}
    first = entries[0].recorded_at  # what was graded by then is part of the first belief
    news = {change.since: change.position for changes in grades for change in changes if change.since > first}
    moments, known = [], 0
    for instant in sorted(counts.keys() | news.keys()):
        position, known = counts.get(instant) or (news[instant], known)
        if since is None or instant >= since:
            moments.append(BeliefChange(first_of(instant, position), instant, known))
    return moments


class Basis(NamedTuple):
    """What a belief about a stream rests on: the entries known, and the grades of the sources that they cite.

    ``known`` are the places of the entries in the stream, or how many where they are the first ones. ``grades`` has the
    sources only whose grade is not the same at all times.
    """

    known: int | tuple[int, ...]
    grades: tuple[tuple[str, Reliability | None], ...]


class Moment(NamedTuple):
    """A point of belief time, a position or a day, from which on the belief about a stream rests on something else."""

    since: int
    basis: Basis


class StreamBeliefs:
    """What is believed of one stream at the moments of both axes. ``gradings`` are those of the sources it cites."""

    def __init__(self, entries: Sequence[Entry], gradings: Mapping[str, Grading]) -> None:
        self.entries = entries
        self._constant: dict[str, Reliability] = {}
        self._varying: dict[str, Grading] = {}
        if not entries:  # nothing of it is recorded yet
            return
        first = entries[0].recorded_at
        for source, grading in gradings.items():
            recorded, asserted = grading
            if len(recorded) == 1 == len(asserted) and recorded[0].since <= first:
                self._constant[source] = recorded[0].grade
            elif recorded:
                self._varying[source] = grading

    def by_recording(self, first_of: Callable[[datetime, int], int], since: datetime | None = None) -> list[Moment]:
        """The moments of the axis of recording, by positions, from an instant on; ``first_of``: see `Instants`."""
        graded = [grading.recorded for grading in self._varying.values()]
        changes = belief_changes(self.entries, graded, first_of, since)
        return _without_repeats(
            Moment(change.position, self._basis(change.entries, self._grades_at(change.instant))) for change in changes
        )

    def now(self) -> Basis:
        """What the belief rests on that everything recorded gives."""
        grades = {source: grading.recorded[-1].grade for source, grading in self._varying.items()}
        return self._basis(len(self.entries), grades)

    def by_asserting(self, since: int = OPEN_PAST, newest: Callable[[int], int] = int) -> list[Moment]:
        """The moments of the axis of asserting, by days: with ``since``, what holds on that day, and the later ones.

        ``newest`` says of how many of so many days, the newest ones, they are wanted.
        """
        known = known_since(self.entries)
        days = {day for day in known if day < OPEN_FUTURE}
        if not days:
            return []
        first = min(days)
        graded = {day for grading in self._varying.values() for day, _ in grading.asserted if day > first}
        asked = sorted({max(first, since), *(day for day in (*days, *graded) if day > since)})
        wanted = asked[len(asked) - newest(len(asked)) :]
        return _without_repeats(Moment(day, self._basis_of_day(known, day)) for day in wanted)

    def of(self, basis: Basis) -> Belief:
        """The belief that rests on something."""
        return believe(*self._rests_on(basis))

    def course_of(self, stream: str, basis: Basis, courses: Courses) -> Course:
        """The course of the stream by the belief that rests on something."""
        entries, grades = self._rests_on(basis)
        if entries is self.entries:
            return courses.of(stream, entries, grades)
        return Course(stream, believe(entries, grades))

    def _rests_on(self, basis: Basis) -> tuple[Sequence[Entry], Grades]:
        known = basis.known
        if isinstance(known, int):
            entries = self.entries if known == len(self.entries) else self.entries[:known]
        else:
            entries = [self.entries[place] for place in known]
        grades: Grades = self._constant
        if basis.grades:
            grades = {**grades, **{source: grade for source, grade in basis.grades if grade is not None}}
        return entries, grades

    def _basis_of_day(self, since: Sequence[int], day: int) -> Basis:
        known = [place for place, start in enumerate(since) if start <= day]
        grades = {source: _grade_by(grading.asserted, day) for source, grading in self._varying.items()}
        return self._basis(len(known) if known[-1] == len(known) - 1 else tuple(known), grades)

    def _basis(self, known: int | tuple[int, ...], grades: Mapping[str, Reliability | None]) -> Basis:
        if not grades:
            return Basis(known, ())
        places = range(known) if isinstance(known, int) else known
        sources = cited([self.entries[place] for place in places])
        return Basis(known, tuple([(source, grade) for source, grade in grades.items() if source in sources]))

    def _grades_at(self, instant: datetime) -> dict[str, Reliability | None]:
        return {
            source: _grade_by([(since, grade) for since, _, grade in grading.recorded], instant)
            for source, grading in self._varying.items()
        }


def last_change(entries: Sequence[Entry], gradings: Iterable[Grading]) -> datetime:
    """The last instant at which the belief about a stream changed."""
    return max([entries[-1].recorded_at, *(graded[-1].since for graded, _ in gradings if graded)])


Point = TypeVar("Point", int, datetime)


def _grade_by(grades: Sequence[tuple[Point, Reliability]], point: Point) -> Reliability | None:
    """The last grade that holds from a point of belief time or earlier on; None before the first."""
    last = None
    for since, grade in grades:
        if since > point:
            break
        last = grade
    return last


def _without_repeats(moments: Iterable[Moment]) -> list[Moment]:
    """The moments at which the belief rests on something else than before."""
    kept: list[Moment] = []
    for moment in moments:
        if not kept or kept[-1].basis != moment.basis:
            kept.append(moment)
    return kept


def first_changed_day(
    before: Sequence[Entry], after: Sequence[Entry], graded: Iterable[tuple[Sequence[DayGrade], Sequence[DayGrade]]]
) -> int | None:
    """The first day on which the belief by asserting is another after something was recorded; None if on none.

    ``before`` and ``after`` are the entries of the stream, the former the first of the latter; ``graded`` are the
    grades of sources that those cite.
    """
    graded, more = list(graded), after[len(before) :]
    if before and not graded and not any(entry.event.role is Role.REPAIR for entry in more):
        day = min((entry.event.asserted.last for entry in more), default=OPEN_FUTURE)
        return None if day == OPEN_FUTURE else day  # nothing that was known before is known otherwise
    old, new = _since(before), _since(after)
    days = {day for _, day in old.symmetric_difference(new)}
    for earlier, later in graded:
        days |= {day for day, _ in set(earlier).symmetric_difference(later)}
    first = min((day for _, day in old | new), default=OPEN_FUTURE)
    changed = max(first, min(days, default=OPEN_FUTURE))
    return None if changed == OPEN_FUTURE else changed


def _since(entries: Sequence[Entry]) -> set[tuple[int, int]]:
    """The entries by their positions, and the day from which on each is known."""
    return {(entry.position, day) for entry, day in zip(entries, known_since(entries), strict=True)}
