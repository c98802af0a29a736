"""What a projection is made from: one stream as believed, at a date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from armsledger.domain.belief import Belief
from armsledger.domain.expectation import Judgement
from armsledger.domain.occurrence import Occurrence
from armsledger.domain.state import Bounds, Fold, State, begins_by_expectation, expecting, happened


class Scene:
    """One stream at a date: its belief, its two bounds, and the occurrences of each."""

    def __init__(self, stream: str, belief: Belief, day: date, folds: tuple[Fold, Fold] | None = None) -> None:
        """``folds`` are those of the two bounds, shared by scenes of the same belief."""
        self.stream = stream
        self.belief = belief
        self.day = day
        self.ordinal = day.toordinal()
        self.kind, _, self.key = stream.partition("/")
        self.certain, self.possible = happened(belief, self.ordinal)
        self._folds = folds or (Fold(self.kind), Fold(self.kind))
        self._states: tuple[State, State] | None = None

    @property
    def states(self) -> tuple[State, State]:
        """The state in its two bounds, begun or not, without what became of the expectations."""
        if self._states is None:  # by hand, as a cached property takes a lock
            lower = self._folds[0].state(self.certain)
            is_settled = len(self.certain) == len(self.possible)
            self._states = (lower, lower if is_settled else self._folds[1].state(self.possible))
        return self._states

    @property
    def begun(self) -> tuple[bool, bool]:
        """Whether the stream has certainly begun, and whether it has possibly."""
        lower, upper = self.states
        if not self.belief.expectations or (lower.began and upper.began):
            return lower.began, upper.began
        certain, possible = (
            begins_by_expectation(self.kind, self.belief, self.ordinal, possible=possible) for possible in (False, True)
        )
        return lower.began or certain, upper.began or possible

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
