"""The state of a stream at a date: what is certain, what is possible."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate
from typing import Any, Generic, NamedTuple, TypeVar

from armsledger.domain.beliefs.belief import NEVER, Belief
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.states import deal, engagement, framework, source
from armsledger.domain.states.deal import Deal, fold_deal
from armsledger.domain.states.engagement import Engagement, fold_engagement
from armsledger.domain.states.framework import Framework, fold_framework
from armsledger.domain.states.judgement import Judgement, judge
from armsledger.domain.states.replace import replace
from armsledger.domain.states.source import Source, fold_source
from armsledger.domain.values.edtf import OPEN_PAST
from armsledger.domain.values.when import When

State = Deal | Engagement | Framework | Source
S = TypeVar("S", Deal, Engagement, Framework, Source, State)
FOLDS: dict[str, Callable[[Iterable[Occurrence]], State]] = {
    "deal": fold_deal,
    "engagement": fold_engagement,
    "framework": fold_framework,
    "source": fold_source,
}

Step = Callable[[Any, Occurrence], Any]
STEPS: dict[str, tuple[State, Step]] = {
    "deal": (deal.NO_DEAL, lambda state, one: deal.evolve(state, one.event, contested=one.contests)),  # type: ignore[arg-type]  # a stream holds events of its kind
    "engagement": (engagement.NO_ENGAGEMENT, lambda state, one: engagement.evolve(state, one.event)),  # type: ignore[arg-type]  # the same
    "framework": (framework.NO_FRAMEWORK, lambda state, one: framework.evolve(state, one.event)),  # type: ignore[arg-type]  # the same
    "source": (source.NO_SOURCE, lambda state, one: source.evolve(state, one.event)),  # type: ignore[arg-type]  # the same
}
"""The state before anything happened, and what one occurrence makes of a state."""


class Course:
    """A belief over all days: what has happened by each, and the states that come of it.

    As the order of the fold goes by the first day that a date can mean, what is possible by a day is the beginning
    of that order: its states are folded once for all days. Those of what is certain go on from them where they part.
    """

    def __init__(self, kind: str, belief: Belief) -> None:
        self.kind = kind
        self.belief = belief
        blank, self._step = STEPS[kind]
        self._firsts = [occurrence.event.on.first for occurrence in belief.occurrences]
        self._states: list[Any] = [blank]
        last = [o.event.on.last if o.established else NEVER for o in belief.occurrences]
        self._settled = list(accumulate(last, max, initial=OPEN_PAST))
        """For each beginning of the order, the day by which all of it is certain."""

    def happened(self, day: int) -> tuple[list[Occurrence], list[Occurrence]]:
        """The occurrences certain by a day, and those certain or possible by it (a proleptic ordinal)."""
        count = bisect_right(self._firsts, day)
        possible = self.belief.occurrences[:count]
        if self._settled[count] <= day:
            return possible, possible
        return [o for o in possible if certain_from(o) <= day], possible

    def states(self, day: int) -> tuple[Any, Any]:
        """The state in its two bounds, begun or not, without what became of the expectations."""
        count = bisect_right(self._firsts, day)
        upper = self._state(count)
        if self._settled[count] <= day:
            return upper, upper
        together = bisect_right(self._settled, day, hi=count + 1) - 1
        lower = self._state(together)
        for occurrence in self.belief.occurrences[together:count]:
            if certain_from(occurrence) <= day:
                lower = self._step(lower, occurrence)
        return lower, upper

    def steps(self, day: int) -> Iterator[tuple[Any, Any]]:
        """The state in its two bounds before anything happened, then after each occurrence possible by a day."""
        lower = self._state(0)
        yield lower, lower
        for count, occurrence in enumerate(self.happened(day)[1], 1):
            if certain_from(occurrence) <= day:
                lower = self._step(lower, occurrence)
            yield lower, self._state(count)

    def _state(self, count: int) -> Any:
        """The state after so many occurrences from the first one on."""
        states = self._states
        for occurrence in self.belief.occurrences[len(states) - 1 : count]:
            states.append(self._step(states[-1], occurrence))
        return states[count]


def certain_from(occurrence: Occurrence) -> int:
    """The day (a proleptic ordinal) from which on an occurrence is certain; after all days for one that never is."""
    return occurrence.event.on.last if occurrence.established else NEVER


class Bounds(NamedTuple, Generic[S]):
    """The two bounds of a state; None before the stream begins. They are equal where all is certain."""

    certain: S | None
    possible: S | None


def happened(belief: Belief, day: int) -> tuple[list[Occurrence], list[Occurrence]]:
    """The occurrences certain by a day, and those certain or possible by it (a proleptic ordinal)."""
    if belief.settled_by <= day:
        return belief.occurrences, belief.occurrences
    possible = [o for o in belief.occurrences if o.event.on.first <= day]
    return [o for o in possible if o.established and o.event.on.last <= day], possible


def state_at(kind: str, belief: Belief, day: date) -> Bounds[Any]:
    """The state of a stream at the end of a day, in its two bounds."""
    ordinal = day.toordinal()
    certain, possible = happened(belief, ordinal)
    fold = FOLDS[kind]
    lower = fold(certain)
    upper = lower if len(certain) == len(possible) else fold(possible)
    return expecting(kind, (lower, upper), belief, (certain, possible), ordinal)


def expecting(
    kind: str,
    states: tuple[State, State],
    belief: Belief,
    happened: tuple[Sequence[Occurrence], Sequence[Occurrence]],
    day: int,
) -> Bounds[Any]:
    """Two folded states as bounds, with what became of the expectations by a day."""
    if not belief.expectations:
        return bounds_of(*states)
    return Bounds(
        _expecting(kind, states[0], belief, happened[0], day, possible=False),
        _expecting(kind, states[1], belief, happened[1], day, possible=True),
    )


def bounds_of(lower: State, upper: State) -> Bounds[Any]:
    """Two states as bounds: None for one that has not begun."""
    certain: Any = lower if lower.began else None
    possible: Any = upper if upper.began else None
    return Bounds(certain, possible)


def _expecting(
    kind: str, state: State, belief: Belief, occurrences: Sequence[Occurrence], day: int, *, possible: bool
) -> State | None:
    """The state with what was expected; an expectation by itself begins what is not opened otherwise."""
    began = state.began or begins_by_expectation(kind, belief, day, possible=possible)
    if not began:
        return None
    return replace(state, began=True, expectations=judgements(belief, state, occurrences, day, possible=possible))


def begins_by_expectation(kind: str, belief: Belief, day: int, *, possible: bool) -> bool:
    """Whether by a day a stream has begun by an expectation alone; a deal that is opened does not."""
    if kind == "deal" and any(occurrence.event.opens for occurrence in belief.occurrences):
        return False
    return any((link.stated.first if possible else link.stated.last) <= day for link in belief.expectations)


def judgements(
    belief: Belief, state: State, occurrences: Sequence[Occurrence], day: int, *, possible: bool
) -> tuple[Judgement, ...]:
    """What became of each expectation by a day, seen from one bound."""
    ended = ended_on(state)
    return tuple(judge(link, occurrences, day, ended, possible=possible) for link in belief.expectations)


def ended_on(state: State) -> When | None:
    """When a deal ended, or a framework for good: one that ran out can be renewed."""
    if isinstance(state, Deal) or (isinstance(state, Framework) and state.status == "terminated"):
        return state.ended_on
    return None
