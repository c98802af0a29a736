"""The course of a stream: what has happened by each day, and the states that follow from it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any

from armsledger.domain.beliefs.belief import NEVER, Belief
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.states import deal, engagement, framework, source
from armsledger.domain.values.edtf import OPEN_PAST

State = deal.Deal | engagement.Engagement | framework.Framework | source.Source
Evolve = Callable[[Any, Occurrence], Any]

STATES: dict[str, tuple[State, Evolve]] = {
    "deal": (deal.NO_DEAL, deal.evolve),
    "engagement": (engagement.NO_ENGAGEMENT, engagement.evolve),
    "framework": (framework.NO_FRAMEWORK, framework.evolve),
    "source": (source.NO_SOURCE, source.evolve),
}
"""By the kind of a stream: the state before anything happened, and what one occurrence makes of a state."""


class Course:
    """A belief over all days: what has happened by each of them, and the states that come of it.

    The fold goes by the first day that a date can mean, so what is possible by a day is the beginning of its order.
    The states of these beginnings are folded once for all days. The state of what is certain goes on from there.
    """

    def __init__(self, stream: str, belief: Belief) -> None:
        self.stream = stream
        self.kind, _, self.key = stream.partition("/")
        self.belief = belief
        before, self._evolve = STATES[self.kind]
        self._states: list[Any] = [before]
        self._firsts: list[int] = []
        """The first day of each occurrence, in the order of the fold."""
        self._settled = [OPEN_PAST]
        """For each beginning of the order, the day by which all of it is certain."""
        settled = OPEN_PAST
        for occurrence in belief.occurrences:
            on = occurrence.event.on
            settled = max(settled, on.last if occurrence.established else NEVER)
            self._firsts.append(on.first)
            self._settled.append(settled)

    def happened(self, day: int) -> tuple[list[Occurrence], list[Occurrence]]:
        """The occurrences certain by a day, and those certain or possible by it (a proleptic ordinal)."""
        count = bisect_right(self._firsts, day)
        possible = self.belief.occurrences[:count]
        if self._settled[count] <= day:
            return possible, possible
        return [occurrence for occurrence in possible if is_certain(occurrence, day)], possible

    def states(self, day: int) -> tuple[Any, Any]:
        """The state in its two bounds, begun or not, without what became of the expectations."""
        count = bisect_right(self._firsts, day)
        upper = self._state(count)
        if self._settled[count] <= day:
            return upper, upper
        together = bisect_right(self._settled, day, hi=count + 1) - 1
        lower = self._state(together)
        for occurrence in self.belief.occurrences[together:count]:
            if is_certain(occurrence, day):
                lower = self._evolve(lower, occurrence)
        return lower, upper

    def steps(self, day: int) -> Iterator[tuple[Any, Any]]:
        """The state in its two bounds before anything happened, then after each occurrence possible by a day."""
        lower = self._state(0)
        yield lower, lower
        for count, occurrence in enumerate(self.happened(day)[1], 1):
            if is_certain(occurrence, day):
                lower = self._evolve(lower, occurrence)
            yield lower, self._state(count)

    def _state(self, count: int) -> Any:
        """The state after the first so many occurrences."""
        states = self._states
        for occurrence in self.belief.occurrences[len(states) - 1 : count]:
            states.append(self._evolve(states[-1], occurrence))
        return states[count]


def is_certain(occurrence: Occurrence, day: int) -> bool:
    """Whether an occurrence has certainly happened by a day (a proleptic ordinal)."""
    return occurrence.established and occurrence.event.on.last <= day
