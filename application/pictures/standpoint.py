"""Standpoints: from where a page looks at a stream, a day (valid time) and a belief (belief time)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from armsledger.domain.entry import Entry
from armsledger.domain.states.source import Source
from armsledger.domain.states.stream_day import Bounds, StreamDay
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.when import When

if TYPE_CHECKING:
    from armsledger.application.view import View


class Belief(NamedTuple):
    """A belief date as pages name it.

    ``known`` is what ``--known`` takes to ask for it (None: everything recorded), ``day`` its day as a proleptic
    ordinal, and ``moment`` the UTC time of the recording (None where belief goes by the days on which sources spoke).
    """

    known: str | None
    day: int
    moment: datetime | None = None


class Graded(NamedTuple):
    """A grade of a source: since when it was given (None: at its registration), and why where somebody says so."""

    reliability: Reliability
    since: When | None = None
    reason: str | None = None


NO_GRADINGS: Mapping[str, tuple[Graded, ...]] = {}


class Standpoint:
    """A stream at a day as believed on a day, and what stands around it.

    ``beside`` are the meetings and frameworks of the same parties at the same day and belief, those that have a history
    by then. ``sources`` are the sources as believed, by their keys: those that the entries known cite. ``gradings`` are
    the grades of those among them that were graded more than once, the first one first. ``is_latest`` says that the
    belief is the last one up to that of the page, so that it stands for the page's own. ``view`` is the
    view at the page's own day and belief: what it tells of other streams is not that of an earlier belief.
    """

    def __init__(
        self,
        view: View,
        belief: Belief,
        stream_day: StreamDay,
        beside: tuple[StreamDay, ...],
        sources: Mapping[str, Source],
        gradings: Mapping[str, tuple[Graded, ...]] = NO_GRADINGS,
        *,
        is_latest: bool = True,
    ) -> None:
        self.view = view
        self.believed = belief
        self.stream_day = stream_day
        self.beside = beside
        self.sources = sources
        self.gradings = gradings
        self.is_latest = is_latest

    @property
    def stream(self) -> str:
        """The stream: ``deal/india-s400``."""
        return self.stream_day.stream

    @property
    def kind(self) -> str:
        """The kind of the stream: ``deal``."""
        return self.stream_day.kind

    @property
    def day(self) -> int:
        """The day of the state (a proleptic ordinal)."""
        return self.stream_day.ordinal

    @property
    def bounds(self) -> Bounds[Any]:
        """The state in its two bounds; None for one that has not begun."""
        return self.stream_day.bounds

    @property
    def entries(self) -> list[Entry]:
        """The entries of the stream known at the belief, corrected, in the order of recording."""
        return self._current[0]

    @property
    def by_address(self) -> Mapping[str, Entry]:
        """The entries known at the belief by their addresses, those of the streams beside too."""
        return self._current[1]

    @cached_property
    def _current(self) -> tuple[list[Entry], Mapping[str, Entry]]:
        belief = self.stream_day.belief
        own = [belief.current(entry) for entry in belief.entries]
        beside = [day.belief.current(entry) for day in self.beside for entry in day.belief.entries]
        return own, {entry.address: entry for entry in (*own, *beside)}
