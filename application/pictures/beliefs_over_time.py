"""The beliefs about a stream and what stands around it: one for each belief date on which something of it changes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

from armsledger.application.pictures.standpoint import Belief, Graded, Standpoint
from armsledger.domain.beliefs.belief import believe, cited, known_since
from armsledger.domain.entry import Entry
from armsledger.domain.events.source import Registered, Regraded
from armsledger.domain.states.replace import replace
from armsledger.domain.states.source import Source, fold_source
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.projections.moments import Instants, Moment, SourceGrades, StreamBeliefs
from armsledger.projections.timeline import Timeline

if TYPE_CHECKING:
    from armsledger.application.view import View

MOST_BESIDE: Final = 60
"""Meetings and frameworks that a page tells around a deal; the latest if there are more."""
FIRST_DAY: Final = date.min.toordinal()


class Pictures:
    """What pages and charts tell of the streams of a view. What several streams share is read once."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._reader = view.reader
        self._grades = SourceGrades(self._reader)
        self._instants = Instants(self._reader)
        self._sources: dict[str, Sequence[Entry]] = {}

    def standpoint(self, stream: str) -> Standpoint:
        """A stream at the day and belief of the view. Raises UnknownStream and UsageError."""
        beliefs = self.beliefs(stream)
        (last,) = beliefs.all(beliefs.moments[-1:])
        return last.at(self.view.at.toordinal())

    def beliefs(self, stream: str) -> BeliefsOverTime:
        """All that was believed of a stream up to the belief of the view. Raises UnknownStream and UsageError."""
        return BeliefsOverTime(self, self.view.named(stream))

    def streams_beside(self, stream: str) -> list[str]:
        """The meetings and frameworks of a deal's parties, the latest ones if there are too many."""
        if not stream.startswith("deal/"):
            return []
        row = next(iter(self.view.deals(deal=stream.partition("/")[2])), None)
        if row is None or not self._meetings:
            return []
        suppliers = {str(party) for party in (row.suppliers or (row.supplier,)) if party}
        buyers = {str(party) for party in (row.buyers or (row.buyer,)) if party}
        return [name for name, parties in self._meetings if suppliers & parties and buyers & parties][-MOST_BESIDE:]

    @cached_property
    def _meetings(self) -> list[tuple[str, frozenset[str]]]:
        """The meetings and frameworks with their parties, in the order of their streams."""
        meetings = [(f"engagement/{row.engagement}", frozenset(row.participants)) for row in self.view.engagements()]
        return meetings + [(f"framework/{row.framework}", frozenset(row.parties)) for row in self.view.frameworks()]

    def stream_beliefs(self, stream: str) -> StreamBeliefs:
        """What is believed of one stream at the moments of both axes. Raises UnknownStream."""
        entries = self.view.entries(stream)
        return StreamBeliefs(entries, self._grades.of(cited(entries)))

    def moments(self, beliefs: StreamBeliefs) -> list[Moment]:
        """The moments of the axis by which the view asks, up to its belief."""
        if not beliefs.entries:
            return []
        question = self.view.question
        if question.by_position and question.known_by == "recorded":
            last = question.position
            return [moment for moment in beliefs.by_recording(self._instants.first_of) if moment.since <= last]
        last = OPEN_FUTURE if question.cut.day is None else question.cut.day
        return [moment for moment in beliefs.by_asserting() if moment.since <= last]

    def source(self, key: str, belief: Belief, grade: Reliability | None) -> Source:
        """A source as it was believed; one that is cited before it is registered is told by its first entry."""
        entries = self._source_entries(key)
        known = [entry for entry in entries if self._is_known(entry, belief)] or entries[:1]
        source = fold_source(believe(known, {}).occurrences)
        return source if grade is None else _graded(source, grade)

    def gradings(self, key: str, belief: Belief) -> tuple[Graded, ...]:
        """The grades that a source had up to a belief, the first one first; none where it was never graded again."""
        entries = self._source_entries(key)
        if not any(isinstance(entry.event, Regraded) for entry in entries):
            return ()
        registered, regraded = [], []
        for one in believe(
            [entry for entry in entries if self._is_known(entry, belief)] or entries[:1], {}
        ).occurrences:
            event = one.event
            if isinstance(event, Registered) and event.reliability is not None:
                registered.append(Graded(event.reliability))
            elif isinstance(event, Regraded):
                regraded.append(Graded(event.reliability, event.asserted, event.reason))
        regraded.sort(key=lambda grade: 0 if grade.since is None else grade.since.last)
        return (*registered, *regraded) if regraded else ()

    def _source_entries(self, key: str) -> Sequence[Entry]:
        entries = self._sources.get(key)
        if entries is None:
            entries = self._reader.stream(f"source/{key}", upto=self.view.question.position)
            self._sources[key] = entries
        return entries

    @staticmethod
    def _is_known(entry: Entry, belief: Belief) -> bool:
        if belief.moment is not None:
            return entry.recorded_at <= belief.moment
        return known_since([entry])[0] <= belief.day

    @property
    def is_by_recording(self) -> bool:
        """Whether the beliefs go by the time of recording; else by the days on which sources spoke."""
        return self.view.question.known_by == "recorded"

    def belief_of(self, since: int) -> Belief:
        """The belief date of a moment."""
        if not self.is_by_recording:
            day = date.fromordinal(max(since, FIRST_DAY))
            return Belief(day.isoformat(), day.toordinal())
        moment = self._recorded_at(since)
        return Belief(f"@{since}", moment.date().toordinal(), moment)

    def _recorded_at(self, position: int) -> datetime:
        return datetime.fromisoformat(str(self._reader.recorded_at(position))).astimezone(UTC)


def _graded(source: Source, grade: Reliability) -> Source:
    return source if source.reliability == grade else replace(source, reliability=grade)


class BeliefAbout:
    """One belief about a stream and what stands around it; `at` gives the standpoint of a day."""

    def __init__(
        self,
        pictures: Pictures,
        belief: Belief,
        timeline: Timeline,
        beside: Sequence[Timeline],
        *,
        is_latest: bool = True,
    ) -> None:
        self.believed = belief
        self.is_latest = is_latest
        self._pictures = pictures
        self._timeline = timeline
        self._beside = beside

    @cached_property
    def change_days(self) -> list[int]:
        """The days (proleptic ordinals) from which on something can be another than the day before."""
        days = {*self._timeline.change_days}
        for timeline in self._beside:
            days.update(timeline.change_days)
        return sorted(day for day in days if FIRST_DAY < day < date.max.toordinal())

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The sources that the entries known cite, as believed."""
        entries = [*self._timeline.belief.entries, *(e for line in self._beside for e in line.belief.entries)]
        grades = {key: grade for line in (*self._beside, self._timeline) for key, grade in line.belief.grades.items()}
        keys = sorted(cited(entries))
        return {key: self._pictures.source(key, self.believed, grades.get(key)) for key in keys}

    @cached_property
    def gradings(self) -> Mapping[str, tuple[Graded, ...]]:
        """The grades of the sources that were graded more than once, as believed."""
        grades = {key: self._pictures.gradings(key, self.believed) for key in self.sources}
        return {key: several for key, several in grades.items() if several}

    def at(self, day: int) -> Standpoint:
        """The stream at a day (a proleptic ordinal)."""
        beside = tuple([timeline.stream_day(day) for timeline in self._beside])
        stream_day = self._timeline.stream_day(day)
        return Standpoint(
            self._pictures.view,
            self.believed,
            stream_day,
            beside,
            self.sources,
            self.gradings,
            is_latest=self.is_latest,
        )


class BeliefsOverTime:
    """All beliefs about a stream and what stands around it, the earliest first."""

    def __init__(self, pictures: Pictures, stream: str) -> None:
        self.stream = stream
        self.pictures = pictures
        self._own = _Line(pictures, stream)
        self._beside = [_Line(pictures, name) for name in pictures.streams_beside(stream)]

    @cached_property
    def moments(self) -> list[int]:
        """The belief dates: days (proleptic ordinals), or positions where they go by recording."""
        first = self._own.moments[0].since if self._own.moments else None
        own = {moment.since for line in (self._own, *self._beside) for moment in line.moments}
        return sorted(since for since in own if first is not None and since >= first)

    def all(self, moments: Sequence[int] | None = None) -> Iterator[BeliefAbout]:
        """The beliefs, or those of some moments. One that knows nothing of the stream is a belief, too."""
        day = self.pictures.view.at.toordinal()
        for since in self.moments if moments is None else moments:
            own = self._own.at(since)
            assert own is not None  # the first moment is the stream's own
            known = [timeline for line in self._beside if (timeline := line.at(since)) is not None]
            beside = [timeline for timeline in known if _is_of_both(timeline, own, day)]
            believed = self.pictures.belief_of(since)
            yield BeliefAbout(self.pictures, believed, own, beside, is_latest=since == self.moments[-1])
        if not self.moments:
            nothing = Timeline(self.stream, believe([], {}))
            yield BeliefAbout(self.pictures, self._asked, nothing, [])

    @property
    def _asked(self) -> Belief:
        """The belief that the view asks for, where it knows nothing of the stream."""
        question = self.pictures.view.question
        day = question.cut.day
        return Belief(question.known, OPEN_PAST if day is None else day)


def _is_of_both(meeting: Timeline, deal: Timeline, day: int) -> bool:
    """Whether a meeting or framework is one of both sides of a deal, as believed: who took part may be known later."""
    sides, met = (one.certain or one.possible for one in (line.stream_day(day).bounds for line in (deal, meeting)))
    if sides is None or met is None:
        return False
    parties = {*(met.participants if meeting.kind == "engagement" else met.parties)}
    return not parties.isdisjoint(sides.suppliers or (sides.supplier,)) and not parties.isdisjoint(
        sides.buyers or (sides.buyer,)
    )


class _Line:
    """One stream at its own moments; a belief is folded when it is asked for, and the last one kept."""

    def __init__(self, pictures: Pictures, stream: str) -> None:
        self._stream = stream
        self._beliefs = pictures.stream_beliefs(stream)
        self.moments = pictures.moments(self._beliefs)
        self._since = [moment.since for moment in self.moments]
        self._last: tuple[int, Timeline] | None = None

    def at(self, since: int) -> Timeline | None:
        """The stream as believed from a moment on; None before anything is known."""
        place = bisect_right(self._since, since) - 1
        if place < 0:
            return None
        if self._last is None or self._last[0] != place:
            self._last = place, Timeline(self._stream, self._beliefs.of(self.moments[place].basis))
        return self._last[1]
