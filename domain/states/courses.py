"""The last courses of some streams, so that one that goes on makes anew only what changes."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import Final

from armsledger.domain.beliefs.belief import believe, grades_agree, with_one_more
from armsledger.domain.entry import Entry
from armsledger.domain.states.course import Course
from armsledger.domain.values.citation import Grades

SHORT: Final = 32
"""The course of a stream of fewer entries is made as quickly from nothing."""
MOST_ENTRIES: Final = 10_000
"""Of the streams that are remembered, together."""


class Courses:
    """Remembers of a stream the last two courses: of all its entries, and of those before.

    A course is found again by its very entries and the grades of their sources, so nothing has to tell when one is out
    of date. To be used by one thread at a time.
    """

    def __init__(self) -> None:
        self._last: dict[str, list[Course]] = {}
        self._count = 0

    def knows(self, stream: str) -> bool:
        """Whether a course of a stream is remembered."""
        return stream in self._last

    def find(self, stream: str, entries: Sequence[Entry]) -> Course | None:
        """The last course of a stream that follows from all of some entries, by whatever grades."""
        return next((one for one in self._last.get(stream, ()) if _are_same(one.belief.entries, entries)), None)

    def of(self, stream: str, entries: Sequence[Entry], grades: Grades) -> Course:
        """The course of a stream that follows from all of some entries."""
        known = [course for course in self._last.get(stream, ()) if grades_agree(course.belief, grades)]
        for course in known:
            if _are_same(course.belief.entries, entries):
                return course
        earlier = next((course for course in known if _is_beginning(course.belief.entries, entries)), None)
        course = _next(stream, entries, grades, earlier)
        if len(entries) >= SHORT:
            self._remember(course, earlier)
        return course

    def clear(self) -> None:
        """Remember nothing, as when a name has been erased."""
        self._last.clear()
        self._count = 0

    def _remember(self, course: Course, earlier: Course | None) -> None:
        before = self._last.pop(course.stream, [])
        if earlier is not None:
            earlier.let_go()
        kept = [course, *([earlier] if earlier is not None else before[:1])]
        self._last[course.stream] = kept
        self._count += sum(map(_size, kept)) - sum(map(_size, before))
        while self._count > MOST_ENTRIES and len(self._last) > 1:
            self._count -= sum(map(_size, self._last.pop(next(iter(self._last)))))


def _size(course: Course) -> int:
    return len(course.belief.entries)


def _is_beginning(entries: Sequence[Entry], others: Sequence[Entry]) -> bool:
    """Whether some entries are the first ones of others, as objects."""
    return len(entries) <= len(others) and all(map(is_, entries, others))


def _are_same(entries: Sequence[Entry], others: Sequence[Entry]) -> bool:
    return len(entries) == len(others) and _is_beginning(entries, others)


def _next(stream: str, entries: Sequence[Entry], grades: Grades, earlier: Course | None) -> Course:
    if earlier is None:
        return Course(stream, believe(entries, grades))
    belief = with_one_more(earlier.belief, entries, grades) if len(entries) == _size(earlier) + 1 else None
    return Course(stream, belief or believe(entries, grades, earlier=earlier.belief), earlier)
