"""What changes in the rows of one stream from a position on, on both axes of belief time.

By recording, rows that are no longer believed are closed, and new ones begin; what the table says of that position and
later ones is undone first. By asserting, what is believed from the first changed day on is told anew: a row from before
that day goes on or ends there, and others begin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import chain
from typing import Final, NamedTuple

from armsledger.domain.states.course import unlike
from armsledger.domain.states.courses import Courses
from armsledger.domain.values.edtf import OPEN_FUTURE
from armsledger.projections.codec import codec_of
from armsledger.projections.moments import Basis, Moment, StreamBeliefs
from armsledger.projections.projection import Projection
from armsledger.projections.row_history import NO_DAY, Interval, paired, spans_of
from armsledger.projections.schema import (
    EVER_AFTER,
    KEY,
    NEVER_RECORDED,
    STILL,
    KeptRow,
    day_text,
    replacement,
    statements,
)
from armsledger.projections.timeline import Span, Timeline
from armsledger.projections.unkept import Most
from armsledger.storage.connection import Connection

NEVER: Final = "never"
"""Comes after all days, as they are kept."""
ROWS_AT_ONCE: Final = 100
NOT_ASSERTED: Final = (day_text(NO_DAY[0]), day_text(NO_DAY[1]))
Place = tuple[str, str, str]
"""The days of which a row holds, and its slot between them: from, slot, to."""
Told = tuple[Place, str]
"""A row, by its place and its text."""
Days = tuple[str, str]


def first_day(day: int | None) -> str:
    """The first of some days, as it is kept; `NEVER` if there is none."""
    return NEVER if day is None else day_text(day)


class BelievedTexts:
    """The rows of one stream as they are kept: those believed from each of some ``moments`` of recording on, and by
    asserting from a day on (None: on none)."""

    def __init__(
        self, stream: str, beliefs: StreamBeliefs, moments: Sequence[Moment], day: int | None, courses: Courses
    ) -> None:
        self.stream, self._beliefs, self._courses = stream, beliefs, courses
        self.moments = moments
        """What is believed by recording, one belief after the other, and from which positions on."""
        self.is_cut = False
        """Whether the rows are not told from the first changed day on, but from a later one, as the days are many."""
        spoken = [] if day is None else beliefs.by_asserting(day, self._told_at_once)
        ends = [*(moment.since for moment in spoken[1:]), OPEN_FUTURE]
        self.days: list[tuple[Basis, Days]] = [
            (moment.basis, (day_text(moment.since), day_text(end))) for moment, end in zip(spoken, ends, strict=False)
        ]
        """What is believed by asserting, one belief after the other, and on which days."""
        self.since = self.days[0][1][0] if self.is_cut else first_day(day)
        """From which day of asserting on the rows are told."""
        self._timelines: dict[Basis, Timeline] = {}

    def _told_at_once(self, days: int) -> int:
        told = Most.told_at_once(days)
        self.is_cut = told < days
        return told

    def texts(self, projection: Projection, since: str) -> dict[Basis, dict[Place, str]]:
        """The rows of each belief, by asserting of those that reach beyond a day."""
        told = {}
        bases = [*(moment.basis for moment in self.moments), *(basis for basis, days in self.days if days[1] > since)]
        for basis in dict.fromkeys(bases):
            told[basis] = _texts(projection, self._spans(projection, basis))
        return told

    def _timeline(self, basis: Basis) -> Timeline:
        timeline = self._timelines.get(basis)
        if timeline is None:
            course = self._beliefs.course_of(self.stream, basis, self._courses)
            timeline = self._timelines[basis] = Timeline.of(course)
        return timeline

    def _spans(self, projection: Projection, basis: Basis) -> list[Span]:
        made = self._timeline(basis).made
        if projection not in made:
            made[projection] = spans_of(projection, self._timeline(basis))
        spans: list[Span] = made[projection]
        return spans

    def onward(self, projection: Projection, entries: int) -> Onward | None:
        """What differs from the rows that stand, if it is known which those are: those that are believed by so many of
        the first entries. None if it is not, or if more than one belief is told."""
        now = self.moments[-1].basis
        if len(self.moments) > 1 or any(basis != now for basis, _ in self.days):
            return None
        difference = self._timeline(now).course.difference
        before = None if difference is None or difference.entries != entries else difference.made.get(projection)
        if before is None:
            return None
        gone, fresh = (_texts(projection, spans) for spans in unlike(before, self._spans(projection, now)))
        return Onward(gone.items() - fresh.items(), dict(fresh.items() - gone.items()), now)


class Onward(NamedTuple):
    """The rows of a read model that are no longer believed after an append, and those that are believed from then on,
    in a belief that rests on ``basis``."""

    gone: Set[Told]
    fresh: Mapping[Place, str]
    basis: Basis

    @property
    def keys(self) -> set[tuple[str, str]]:
        """The first days and the slots of the rows that change."""
        return {place[:2] for place in (*(place for place, _ in self.gone), *self.fresh)}


def _texts(projection: Projection, spans: Sequence[Span]) -> dict[Place, str]:
    """Rows as they are kept, by their places."""
    texts = codec_of(projection.row).encode([span.row for span in spans])
    return {
        (day_text(span.valid_from), span.slot, day_text(span.valid_to)): text
        for span, text in zip(spans, texts, strict=True)
    }


class Changes(NamedTuple):
    """The rows of a read model to be removed, as their key changes or nobody ever believes them, and those to be
    written; by how many rows the table grows."""

    stale: list[KeptRow]
    written: list[KeptRow]
    grown: int = 0

    def add(self, more: Changes) -> None:
        """Take those of another stream, too."""
        self.stale.extend(more.stale)
        self.written.extend(more.written)

    def write(self, connection: Connection, table: str) -> None:
        """Write them: few rows by one statement, as each costs a round trip; of many each is bound by itself."""
        if self.stale:
            keys = [tuple([getattr(row, name) for name in KEY]) for row in self.stale]
            connection.executemany(statements(table).drop, keys)
        if len(self.written) > ROWS_AT_ONCE:
            connection.executemany(replacement(table, 1), self.written)
        elif self.written:
            connection.execute(replacement(table, len(self.written)), list(chain.from_iterable(self.written)))


class Replacement:
    """The rows of one stream in one read model that are closed, moved and added from a position on.

    ``standing`` are at least those that can change (`standing_in`). ``day`` is the first one, as it is kept, that
    changed by asserting and of which there are rows; `NEVER` for none.
    """

    def __init__(self, beliefs: BelievedTexts, day: str, position: int, standing: Sequence[KeptRow]) -> None:
        self._beliefs = beliefs
        self._day = day
        self._position = position
        self._standing = standing

    def changes(self, projection: Projection, onward: Onward | None = None) -> Changes:
        """What changes; ``onward`` tells which rows differ, if that is known: then those that stand in their places are
        enough."""
        texts = self._beliefs.texts(projection, self._day) if onward is None else {onward.basis: dict(onward.fresh)}
        if self._all_stand(texts):
            return Changes([], [])
        rows = self._rows(texts)
        fresh = set(rows)
        stale = {_key(row): row for row in self._standing if row not in fresh}
        written = []
        for row in fresh.difference(self._standing):
            old = stale.pop(_key(row), None)
            written.append(row if old is None else row._replace(believed=old.believed))  # by its key as it stands
        return Changes(list(stale.values()), written, len(rows) - len(self._standing))

    def _all_stand(self, texts: Mapping[Basis, dict[Place, str]]) -> bool:
        """Whether each belief, by recording and on every later day of asserting, has the rows that stand, which all go
        on on both axes: nearly always where an append concerns another read model."""
        standing: dict[Place, str] = {}
        for row in self._standing:
            goes_on = row.believed and row.known_from < self._position
            if not (goes_on and row.asserted_to == EVER_AFTER and row.asserted_from <= self._day):
                return False
            standing[row.valid_from, row.slot, row.valid_to] = row.row
        return len(standing) == len(self._standing) and all(rows == standing for rows in texts.values())

    def _rows(self, texts: Mapping[Basis, dict[Place, str]]) -> list[KeptRow]:
        """The rows as they are to stand."""
        asserted = self._asserted(texts)
        recorded = self._recorded(texts)
        spoken: dict[Told, list[Days]] = {}
        for row in self._standing:
            told = ((row.valid_from, row.slot, row.valid_to), row.row)
            if row.asserted_from < min(row.asserted_to, self._day):
                until = self._asserted_to(row, asserted.get(told, []))
                spoken.setdefault(told, []).append((row.asserted_from, until))
        for told, days in asserted.items():
            spoken.setdefault(told, []).extend(days)
        return [
            self._row(told, known, days)
            for told in dict.fromkeys([*recorded, *spoken])
            for known, days in paired(sorted(recorded.get(told, ())), sorted(spoken.get(told, ())), EVER_AFTER)
        ]

    def _recorded(self, texts: Mapping[Basis, dict[Place, str]]) -> dict[Told, list[Interval]]:
        """From where to where each row is believed by recording."""
        recorded: dict[Told, list[Interval]] = {}
        believed: dict[Place, tuple[str, int]] = {}
        for row in self._standing:
            place = (row.valid_from, row.slot, row.valid_to)
            if row.known_from < min(row.known_to, self._position):
                if row.known_to >= self._position:
                    believed[place] = row.row, row.known_from
                else:
                    recorded.setdefault((place, row.row), []).append((row.known_from, row.known_to))
        for moment in self._beliefs.moments:
            now = texts[moment.basis]
            for place in [place for place, (text, _) in believed.items() if now.get(place) != text]:
                text, since = believed.pop(place)
                recorded.setdefault((place, text), []).append((since, moment.since))
            for place, text in now.items():
                believed.setdefault(place, (text, moment.since))
        for place, (text, since) in believed.items():
            recorded.setdefault((place, text), []).append((since, STILL))
        return recorded

    def _asserted_to(self, row: KeptRow, later: list[Days]) -> str:
        """Up to when a row from before the first changed day is believed by asserting now.

        What goes on is taken out of the ``later`` days on which it is believed.
        """
        goes_on = bool(later) and row.asserted_to >= self._day == later[0][0]
        return later.pop(0)[1] if goes_on else min(row.asserted_to, self._day)

    def _asserted(self, texts: Mapping[Basis, Mapping[Place, str]]) -> dict[Told, list[Days]]:
        """On which days of asserting each row is believed, from the first changed one on, in order."""
        days: dict[Told, list[Days]] = {}
        for basis, (since, until) in self._beliefs.days:
            if until <= self._day:
                continue
            for told in texts[basis].items():
                intervals = days.setdefault(told, [])
                if intervals and intervals[-1][1] == since:
                    intervals[-1] = (intervals[-1][0], until)
                else:
                    intervals.append((max(since, self._day), until))
        return days

    def _row(self, told: Told, known: Interval | None, days: Days | None) -> KeptRow:
        (valid_from, slot, valid_to), text = told
        known_from, known_to = known or NEVER_RECORDED
        asserted_from, asserted_to = days or NOT_ASSERTED
        return KeptRow(
            believed=int(known_to == STILL),
            stream=self._beliefs.stream,
            known_from=known_from,
            valid_from=valid_from,
            slot=slot,
            asserted_from=asserted_from,
            known_to=known_to,
            valid_to=valid_to,
            asserted_to=asserted_to,
            row=text,
        )


def _key(row: KeptRow) -> tuple[int, str, str, str]:
    """What tells the rows of a stream apart, whether they are believed now or not."""
    return row.known_from, row.valid_from, row.slot, row.asserted_from
