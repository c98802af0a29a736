"""What a projection is made from: one stream as believed, at a date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from armsledger.domain.belief import Belief
from armsledger.domain.expectation import Judgement
from armsledger.domain.occurrence import Occurrence
from armsledger.domain.state import Bounds, Course, State, begins_by_expectation, expecting


class Scene:
    """One stream at a date: its belief, its two bounds, and the occurrences of each."""

    def __init__(self, stream: str, course: Course, day: date) -> None:
        self.stream = stream
        self.belief = course.belief
        self.day = day
        self.ordinal = day.toordinal()
        self.kind, _, self.key = stream.partition("/")
        self.certain, self.possible = course.happened(self.ordinal)
        self.states: tuple[State, State] = course.states(self.ordinal)
        """The state in its two bounds, begun or not, without what became of the expectations."""

    @property
    def begun(self) -> tuple[bool, bool]:
        """Whether the stream has certainly begun, and whether it has possibly."""
        return have_begun(self.kind, self.states, self.belief, self.ordinal)

    @cached_property
    def bounds(self) -> Bounds[Any]:
        """The state in its two bounds; None before the stream begins."""
        return expecting(self.kind, self.states, self.belief, (self.certain, self.possible), self.ordinal)

    def stated(self, judged: Iterable[Judgement]) -> list[Judgement]:
        """The expectations that were stated by the date; a state also tells of later ones."""
        return [one for one in judged if one.expectation.stated.first <= self.ordinal]

    def is_certain(self, occurrence: Occurrence) -> bool:
        """Whether an occurrence has certainly happened by the date."""
        return is_certain(occurrence, self.ordinal)


def have_begun(kind: str, states: tuple[State, State], belief: Belief, day: int) -> tuple[bool, bool]:
    """Whether a stream has certainly begun by a day, and whether it has possibly, if only by an expectation."""
    lower, upper = states
    if not belief.expectations or (lower.began and upper.began):
        return lower.began, upper.began
    certain, possible = (begins_by_expectation(kind, belief, day, possible=possible) for possible in (False, True))
    return lower.began or certain, upper.began or possible


def is_certain(occurrence: Occurrence, day: int) -> bool:
    """Whether an occurrence has certainly happened by a day (a proleptic ordinal)."""
    return occurrence.established and occurrence.event.on.last <= day


def addresses(occurrence: Occurrence) -> tuple[str, ...]:
    """The entries that tell of an occurrence, the preferred one first."""
    return tuple(entry.address for entry in (*occurrence.entries, *occurrence.denials))


def sources(occurrence: Occurrence) -> tuple[str, ...]:
    """The sources that tell of an occurrence, the preferred one first."""
    return tuple(dict.fromkeys(entry.event.source for entry in occurrence.entries if entry.event.source))


def contested(occurrence: Occurrence) -> tuple[str, ...]:
    """The fields on which sources disagree."""
    return tuple(contest.field for contest in occurrence.contests)
