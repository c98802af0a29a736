"""One stream as believed, over all days: what projections are made from.

A projection gives its rows as spans of days. `Timeline.sweep` makes them from a function that gives the rows of one
day: it asks that on every day on which they can change, and joins what stays the same. A timeline of one day only
asks for that day, so the answer folded for a date and the one kept for all dates come from the same function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.states.course import Course
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.projections.rows import Row

T = TypeVar("T")


class Span(NamedTuple):
    """A row that holds from one day up to, and without, another (proleptic ordinals).

    ``slot`` tells the rows of one stream apart that hold on one day, and orders them.
    """

    valid_from: int
    valid_to: int
    slot: str
    row: Any


def always(row: Row, slot: str = "") -> Span:
    """A row that holds whatever the day."""
    return Span(OPEN_PAST, OPEN_FUTURE, slot, row)


def addresses(occurrence: Occurrence) -> tuple[str, ...]:
    """The entries that tell of an occurrence, the preferred one first."""
    return tuple(entry.address for entry in (*occurrence.entries, *occurrence.denials))


def sources(occurrence: Occurrence) -> tuple[str, ...]:
    """The sources that tell of an occurrence, the preferred one first."""
    return tuple(dict.fromkeys(entry.event.source for entry in occurrence.entries if entry.event.source))


def contested(occurrence: Occurrence) -> tuple[str, ...]:
    """The fields on which sources disagree."""
    return tuple(contest.field for contest in occurrence.contests)


FIRST_DAY, LAST_DAY = date.min.toordinal(), date.max.toordinal()
SlotRow = tuple[str, Any]
"""The slot of a row among those of its stream on one day, and the row."""
RowsOfADay = Callable[[int], Iterable[SlotRow]]
"""The rows of one day (a proleptic ordinal)."""


class Timeline:
    """One stream as believed; ``only`` is the one day (a proleptic ordinal) that is asked for, None for all."""

    def __init__(self, stream: str, belief: Belief, only: int | None = None, course: Course | None = None) -> None:
        self.stream = stream
        self.kind, _, self.key = stream.partition("/")
        self.belief = belief
        self.only = only
        self.course = course or Course(stream, belief)
        self._stream_days: dict[int, StreamDay] = {}
        self.made: dict[object, Any] = {} if course is None else course.made
        """What was made of it, by what makes it: see `once_a_timeline`. It goes with a course that is remembered."""

    @classmethod
    def of(cls, course: Course) -> Timeline:
        """The timeline of a course."""
        return cls(course.stream, course.belief, course=course)

    def before(self, made_by: object) -> Any:
        """What was made of the timeline before this one, if the two have something in common; None if not."""
        difference = self.course.difference
        return None if difference is None else difference.made.get(made_by)

    def stream_day(self, day: int) -> StreamDay:
        """The stream at a day (a proleptic ordinal)."""
        stream_day = self._stream_days.get(day)
        if stream_day is None:
            stream_day = self._stream_days[day] = StreamDay(self.course, date.fromordinal(day))
        return stream_day

    @cached_property
    def change_days(self) -> list[int]:
        """The days from which on the state, an expectation or its outcome can be another than before."""
        return sorted({*self.state_change_days, *self.expectation_change_days})

    @cached_property
    def state_change_days(self) -> list[int]:
        """The days from which on the state can be another, expectations apart; a stream that nothing opened begins
        by an expectation."""
        occurrences = self.belief.occurrences
        change_days = [*change_days_of(occurrences), *self.course.change_days]
        is_opened = self.kind == "deal" and any(occurrence.event.opens for occurrence in occurrences)
        return change_days if is_opened else [*change_days, *self.expectation_change_days]

    @cached_property
    def expectation_change_days(self) -> set[int]:
        """The days from which on an expectation can be stated, come true, revised, withdrawn, overdue or moot."""
        return {day for link in self.belief.expectations for day in self.course.outlooks.change_days(link)}

    def sweep(self, change_days: Iterable[int], rows: RowsOfADay) -> Iterator[Span]:
        """The spans of a function's rows, which change only on ``change_days`` (in any order, repeated)."""
        if self.only is not None:
            for slot, row in _by_slot(rows(self.only)).items():
                yield Span(self.only, self.only + 1, slot, row)
            return
        standing: dict[str, tuple[int, Any]] = {}
        for day in (FIRST_DAY, *sorted({day for day in change_days if FIRST_DAY < day <= LAST_DAY})):
            today = _by_slot(rows(day))
            if standing:
                for slot in [slot for slot, (_, row) in standing.items() if not _is_same(row, today.get(slot))]:
                    since, row = standing.pop(slot)
                    yield Span(since, day, slot, row)
            for slot, row in today.items():
                if slot not in standing:
                    standing[slot] = (OPEN_PAST if day == FIRST_DAY else day, row)
        for slot, (since, row) in standing.items():
            yield Span(since, OPEN_FUTURE, slot, row)

    def sweep_one(
        self, change_days: Iterable[int], row_of: Callable[[int], Any], before: Sequence[Span] | None = None
    ) -> Iterator[Span]:
        """The same for a function that gives one row a day at most: its row, or None.

        ``before`` are its spans of the timeline before, of rows that follow from the state of a day alone.
        """
        if self.only is not None:
            if (row := row_of(self.only)) is not None:
                yield Span(self.only, self.only + 1, "", row)
            return
        difference, first = self.course.difference, FIRST_DAY
        if before is not None and difference is not None and difference.day > FIRST_DAY:
            first, since, standing = min(difference.day, LAST_DAY), OPEN_PAST, None
            for span in before:
                if span.valid_to < first:
                    yield span
                elif span.valid_from < first:
                    since, standing = span.valid_from, span.row
        else:
            since, standing = OPEN_PAST, row_of(FIRST_DAY)
        for day in sorted({day for day in change_days if first <= day <= LAST_DAY and day > FIRST_DAY} | {first}):
            row = row_of(day)
            if row is not standing and not _is_same(row, standing):
                if standing is not None:
                    yield Span(since, day, "", standing)
                since, standing = day, row
        if standing is not None:
            yield Span(since, OPEN_FUTURE, "", standing)

    def in_parts(
        self,
        made_by: object,
        context: Any,
        parts: Sequence[Mapping[str, Any]],
        spans_of: Callable[[str], Iterable[Span]],
    ) -> Iterable[Span]:
        """The spans of parts that are made each by itself, of what some mappings have of it and a ``context`` that all
        have.

        Those of a part of which all that is the same object as in the timeline before are shared with it.
        """
        places = dict.fromkeys(chain(*parts))
        if self.only is not None:
            return (span for place in places for span in spans_of(place))
        before = self.before(made_by)
        made: dict[str, Sequence[Span]] = {}
        if before is not None and before.context == context:
            made = dict(before.spans)
            for one, other in zip(parts, before.parts, strict=True):
                for place in [place for place, held in one.items() if other.get(place) is not held]:
                    made.pop(place, None)
                for place in other.keys() - one.keys():
                    made.pop(place, None)
        for place in places:
            if place not in made:
                made[place] = list(spans_of(place))
        self.made[made_by] = _Parts(context, parts, made)
        return chain.from_iterable(made.values())


class _Parts(NamedTuple):
    """The spans of parts, and what they were made of."""

    context: Any
    parts: Sequence[Mapping[str, Any]]
    spans: Mapping[str, Sequence[Span]]


def once_a_timeline(make: Callable[[Timeline], T]) -> Callable[[Timeline], T]:
    """Make something of a timeline once, as several read models ask for the same.

    An append asks for a read model of all beliefs before it asks for the next one, so it is kept with the timeline.
    """

    def made(timeline: Timeline) -> T:
        known = timeline.made
        if made not in known:
            known[made] = make(timeline)
        result: T = known[made]
        return result

    return made


def _by_slot(slotted: Iterable[SlotRow]) -> dict[str, Any]:
    """The rows of a day by their slots; raises ValueError for a slot that two have."""
    rows: dict[str, Any] = {}
    for slot, row in slotted:
        if rows.setdefault(slot, row) is not row:
            raise ValueError(f"two rows of one day have the same key ({slot!r}); name more fields as key")
    return rows


def change_days_of(occurrences: Sequence[Occurrence]) -> Iterator[int]:
    """The days from which on occurrences are possible, and from which on they are certain."""
    for occurrence in occurrences:
        yield occurrence.first
        if occurrence.established and occurrence.last != occurrence.first:
            yield occurrence.last


def _is_same(row: Any, other: Any) -> bool:
    """Whether two rows say the same; both are made by a projection, so all their fields are there to be compared."""
    return row is other or (row is not None and other is not None and row.__dict__ == other.__dict__)
