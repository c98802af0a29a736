"""A stream at a day: what has happened by it, and the state in its two bounds."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.states.course import Course, State, is_certain
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.engagement import Engagement
from armsledger.domain.states.framework import Framework
from armsledger.domain.states.replace import replace
from armsledger.domain.states.source import Source

S = TypeVar("S", Deal, Engagement, Framework, Source, State)


class Bounds(NamedTuple, Generic[S]):
    """The two bounds of a state; None before the stream begins. They are equal where all is certain."""

    certain: S | None
    possible: S | None


class StreamDay:
    """A stream at the end of a day of valid time, as somebody believes it.

    ``certain`` are the occurrences that have certainly happened by then, ``possible`` these and all that can have.
    """

    def __init__(self, course: Course, day: date) -> None:
        self.course = course
        self.stream, self.kind, self.key = course.stream, course.kind, course.key
        self.belief = course.belief
        self.day = day
        self.ordinal = day.toordinal()

    @cached_property
    def states(self) -> tuple[State, State]:
        """The state in its two bounds, begun or not, without what became of the expectations."""
        return self.course.states(self.ordinal)

    @cached_property
    def certain(self) -> list[Occurrence]:
        """What has certainly happened by the day, in the order of the fold."""
        return self.course.happened(self.ordinal)[0]

    @cached_property
    def possible(self) -> list[Occurrence]:
        """What can have happened by the day."""
        return self.course.happened(self.ordinal)[1]

    @property
    def begun(self) -> tuple[bool, bool]:
        """Whether the stream has certainly begun, and whether it has possibly."""
        return have_begun(self.kind, self.states, self.belief, self.ordinal)

    @cached_property
    def bounds(self) -> Bounds[Any]:
        """The state in its two bounds, with what became of the expectations."""
        begun = self.begun
        return Bounds(
            self._judged(self.states[0], possible=False) if begun[0] else None,
            self._judged(self.states[1], possible=True) if begun[1] else None,
        )

    def _judged(self, state: State, *, possible: bool) -> State:
        """One bound of the state, with the outcome of each expectation seen from this bound."""
        if not self.belief.expectations:
            return state
        outcomes = self.course.outlooks.judgements(self.ordinal, possible=possible)
        return replace(state, began=True, expectations=outcomes)

    @cached_property
    def settling(self) -> tuple[StreamDay, ...]:
        """The stream on each later day on which something becomes certain that is only possible now."""
        days = {o.last for o in self.possible if o.established and not self.is_certain(o)}
        last = date.max.toordinal()
        return tuple(StreamDay(self.course, date.fromordinal(day)) for day in sorted(days) if day <= last)

    def is_certain(self, occurrence: Occurrence) -> bool:
        """Whether an occurrence has certainly happened by the day."""
        return is_certain(occurrence, self.ordinal)


def state_at(stream: str, belief: Belief, day: date) -> Bounds[Any]:
    """The state of a stream at the end of a day, in its two bounds."""
    return StreamDay(Course(stream, belief), day).bounds


def bounds_of(lower: State, upper: State) -> Bounds[Any]:
    """Two states as bounds: None for one that has not begun."""
    certain: Any = lower if lower.began else None
    possible: Any = upper if upper.began else None
    return Bounds(certain, possible)


def have_begun(kind: str, states: tuple[State, State], belief: Belief, day: int) -> tuple[bool, bool]:
    """Whether a stream has certainly begun by a day (a proleptic ordinal), and whether it has possibly.

    An expectation alone begins a stream that no occurrence opens.
    """
    lower, upper = states
    if not belief.expectations or (lower.began and upper.began):
        return lower.began, upper.began
    if kind == "deal" and any(occurrence.event.opens for occurrence in belief.occurrences):
        return lower.began, upper.began
    links = belief.expectations
    return (
        lower.began or any(link.is_stated(day) and not link.is_withdrawn(day, possible=True) for link in links),
        upper.began or any(link.is_stated(day, possible=True) and not link.is_withdrawn(day) for link in links),
    )
