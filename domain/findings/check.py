"""A check: what it finds on a day, in which beliefs it can find something at all, and from which days on that changes.

Most streams have nothing that does not fit, and that shows at what they tell of: nobody contests a word, or there is
no payment that could be too high. So a check says when it can find nothing whatever the day; it is then not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.statement import Statement
from armsledger.domain.findings.finding import Finding
from armsledger.domain.states.course import Course
from armsledger.domain.states.stream_day import StreamDay

E = TypeVar("E", bound=Statement)
NO_OCCURRENCES: list[Occurrence] = []


class Told:
    """What a belief tells of: its occurrences by their events, and what any of them has that another lacks."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.belief = belief = course.belief
        self.is_contested = self.is_denied = self.is_unverified = self.is_partly_claimed = False
        self._by_event: dict[type[Statement], list[Occurrence]] = {}
        for one in belief.occurrences:
            event = one.event
            self._by_event.setdefault(type(event), []).append(one)
            if one.contests:
                self.is_contested = True
            if one.denials:
                self.is_denied = True
            if not one.established:
                self.is_unverified = True
            if one.sure is not event:
                self.is_partly_claimed = True
        self.events = self._by_event.keys()
        """The events of which there are occurrences."""

    def of(self, *events: type[E]) -> list[Occurrence]:
        """The occurrences of some events."""
        if len(events) == 1:
            return self._by_event.get(events[0], NO_OCCURRENCES)
        return [one for event in events for one in self._by_event.get(event, NO_OCCURRENCES)]

    def has(self, *events: type[Statement]) -> bool:
        """Whether there is an occurrence of one of some events."""
        return any(event in self._by_event for event in events)


class Check(NamedTuple):
    """A check of a stream.

    ``find`` gives the findings of a day. ``can_find`` is False only for a belief of which ``find`` gives none, whatever
    the day. ``days`` are all days (proleptic ordinals) from which on ``find`` can give others than the day before.
    """

    find: Callable[[StreamDay], Iterable[Finding]]
    can_find: Callable[[Told], bool]
    days: Callable[[Course], Iterable[int]]


def if_told(*events: type[Statement]) -> Callable[[Told], bool]:
    """A check that can find something where one of some events has happened."""
    wanted = frozenset(events)
    return lambda told: not wanted.isdisjoint(told.events)


def days_of_certainty(course: Course) -> Iterable[int]:
    """The days from which on more is certain: of what looks at that alone."""
    return course.certain_days


def days_of_state(course: Course) -> Iterable[int]:
    """The days from which on either bound of the state can be another."""
    return {*course.change_days, *(day for one in course.belief.occurrences for day in (one.first, one.last))}


def first_days_of(which: Callable[[Occurrence], object]) -> Callable[[Course], Iterable[int]]:
    """The days from which on some occurrences are possible: of what is found of each by itself."""
    return lambda course: [one.first for one in course.belief.occurrences if which(one)]


def days_of_outlooks(course: Course) -> Iterable[int]:
    """The days from which on something came that is counted otherwise than what was expected."""
    return {course.outlooks.outlook(link).other_unit_from for link in course.belief.expectations}


def no_days(_: Course) -> Iterable[int]:
    """Of a check that finds the same on all days."""
    return ()


def field_of(one: Occurrence, name: str) -> Any:
    """A field of an occurrence's event; None where it has no such field."""
    return one.event.__dict__.get(name)
