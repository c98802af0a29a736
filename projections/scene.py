"""What a projection is made from: one stream as believed, at a date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from armsledger.domain.belief import Belief
from armsledger.domain.expectation import Judgement
from armsledger.domain.occurrence import Occurrence
from armsledger.domain.state import Bounds, happened, state_at


class Scene:
    """One stream at a date: its belief, its two bounds, and the occurrences of each."""

    def __init__(self, stream: str, belief: Belief, day: date) -> None:
        self.stream = stream
        self.belief = belief
        self.day = day
        self.kind, _, self.key = stream.partition("/")
        self.certain, self.possible = happened(belief, day.toordinal())

    @cached_property
    def bounds(self) -> Bounds[Any]:
        """The state in its two bounds."""
        return state_at(self.kind, self.belief, self.day)

    def stated(self, judged: Iterable[Judgement]) -> list[Judgement]:
        """The expectations that were stated by the date; a state also tells of later ones."""
        return [one for one in judged if one.expectation.stated.first <= self.day.toordinal()]

    def is_certain(self, occurrence: Occurrence) -> bool:
        """Whether an occurrence has certainly happened by the date."""
        return occurrence.established and occurrence.event.on.last <= self.day.toordinal()


def addresses(occurrence: Occurrence) -> tuple[str, ...]:
    """The entries that tell of an occurrence, the preferred one first."""
    return tuple(entry.address for entry in (*occurrence.entries, *occurrence.denials))


def sources(occurrence: Occurrence) -> tuple[str, ...]:
    """The sources that tell of an occurrence, the preferred one first."""
    return tuple(dict.fromkeys(entry.event.source for entry in occurrence.entries if entry.event.source))


def contested(occurrence: Occurrence) -> tuple[str, ...]:
    """The fields on which sources disagree."""
    return tuple(contest.field for contest in occurrence.contests)
