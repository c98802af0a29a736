"""Bringing the rows of some streams up to date from a position on, or writing them anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final, NamedTuple

from armsledger.domain.beliefs.belief import cited
from armsledger.domain.entry import Entry
from armsledger.domain.states.courses import Courses
from armsledger.projections.moments import (
    SOURCE,
    DayGrade,
    Instants,
    Moment,
    SourceGrades,
    StreamBeliefs,
    first_changed_day,
    grading_of,
    last_change,
)
from armsledger.projections.projection import Projection
from armsledger.projections.replacement import BelievedTexts, Changes, Onward, Replacement, first_day
from armsledger.projections.row_history import row_history
from armsledger.projections.schema import KEPT, KeptRow, day_of_text, standing_at, standing_in, statements
from armsledger.projections.tables import note_citing
from armsledger.projections.unkept import (
    NOTHING,
    WHOLE,
    Most,
    Noted,
    Oldest,
    changes_of,
    drop_oldest,
    forget_oldest,
    keep_from,
    note_oldest,
    noted_of,
)
from armsledger.storage.connection import Connection
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import parse_instant

Report = Callable[[int, int], None]
"""Told of how many streams the rows are written, and of how many in all."""
STREAMS_AT_ONCE: Final = 100
PLACES_AT_ONCE: Final = 200
MOMENTS_AT_ONCE: Final = 16
"""Of a stream whose belief changed more often, all rows are written anew."""


def to_nobody(done: int, total: int) -> None:
    """Report to nobody."""


class Recorded(NamedTuple):
    """What was recorded from a position on: at which instant first, in which sources, and whether that instant is its
    only one and begins with it: not when an export is restored, nor where an earlier transaction was recorded at it.

    ``knows_citing`` says whether it is noted who cites a source in what was recorded before, ``has_unkept`` whether
    there is anything that read models do not keep.
    """

    since: int
    instant: datetime
    is_alone: bool
    sources: frozenset[str]
    knows_citing: bool
    has_unkept: bool


class StreamNews(NamedTuple):
    """What is new of one stream from a position on: the moments of recording, the first day of asserting on which
    anything changed (None: none), and the sources that it cites now and did not before.

    ``changes`` is how often the belief about it changed in all. ``entries`` is how many there were before, where the
    rows that stand are those that were believed by them; else None.
    """

    stream: str
    position: int
    beliefs: StreamBeliefs
    moments: Sequence[Moment]
    day: int | None
    sources: Iterable[str]
    changes: int
    entries: int | None

    @property
    def kind(self) -> str:
        """The kind of stream."""
        return self.stream.partition("/")[0]


class Advance:
    """Brings the rows that some read models have of streams up to date."""

    def __init__(
        self,
        group: Sequence[Projection],
        connection: Connection,
        reader: JournalReader,
        recorded: Recorded,
        courses: Courses | None = None,
    ) -> None:
        """``courses`` are those that earlier transactions made."""
        self._group = group
        self._connection = connection
        self._reader = reader
        self._recorded = recorded
        self._courses = courses or Courses()
        self._grades, self._instants = SourceGrades(reader), Instants(reader)

    def run(self, streams: Sequence[str], report: Report = to_nobody) -> None:
        """Bring some streams up to date."""
        for start in range(0, len(streams), STREAMS_AT_ONCE):
            self._advance(streams[start : start + STREAMS_AT_ONCE])
            report(min(start + STREAMS_AT_ONCE, len(streams)), len(streams))

    def _advance(self, streams: Sequence[str]) -> None:
        """Bring some streams up to date; what the database is asked and told of them goes together."""
        noted = noted_of(self._connection, streams) if self._recorded.has_unkept else NOTHING
        page = self._reader.several(streams)
        every = [found for name, entries in page.items() if entries and (found := self._news_of(name, entries, noted))]
        note_citing(self._connection, [(source, one.stream) for one in every for source in one.sources])
        news = [one for one in every if len(one.moments) <= MOMENTS_AT_ONCE]
        known = {one.stream: told for one in news if (told := self._onward(one)) is not None}
        standing = self._standing([one for one in news if one.stream not in known])
        changes = [Changes([], []) for _ in self._group]
        grown: list[tuple[str, StreamNews]] = []
        cut: list[tuple[str, str, Oldest]] = []
        for one in news:
            texts, onward = known.get(one.stream) or (self._texts(one), {})
            standing |= self._standing_at(one, onward)
            for number, projection in enumerate(self._group):
                if one.kind in projection.kinds:
                    oldest = noted.oldest.get((projection.name, one.stream), WHOLE)
                    day = max(oldest.day, texts.since)
                    if texts.is_cut and day > oldest.day:
                        cut.append((projection.name, one.stream, oldest._replace(day=day)))
                    rows = standing.get((number, one.stream), [])
                    of_stream = Replacement(texts, day, one.position, rows).changes(projection, onward.get(number))
                    changes[number].add(of_stream)
                    if of_stream.grown > Most.rows_of_a_change * max(1, len(one.moments)):
                        grown.append((projection.name, one))
        for projection, of_projection in zip(self._group, changes, strict=True):
            of_projection.write(self._connection, projection.table)
        for name, stream, oldest in cut:
            keep_from(self._connection, name, stream, oldest)
        for name, one in grown:
            drop_oldest(self._connection, name, one.stream, one.changes)
        if long := [one.stream for one in every if len(one.moments) > MOMENTS_AT_ONCE]:
            refresh(self._connection, self._reader, self._group, long)

    def _texts(self, news: StreamNews) -> BelievedTexts:
        return BelievedTexts(news.stream, news.beliefs, news.moments, news.day, self._courses)

    def _onward(self, news: StreamNews) -> tuple[BelievedTexts, dict[int, Onward]] | None:
        """What differs in each read model from the rows that stand, by its place; None unless it is known of all, and
        little."""
        if news.entries is None or not self._courses.knows(news.stream):
            return None
        texts, onward = self._texts(news), {}
        for number, projection in enumerate(self._group):
            if news.kind in projection.kinds:
                found = texts.onward(projection, news.entries)
                if found is None or len(found.keys) > PLACES_AT_ONCE:
                    return None
                onward[number] = found
        return texts, onward

    def _standing_at(self, news: StreamNews, onward: Mapping[int, Onward]) -> dict[tuple[int, str], list[KeptRow]]:
        """The rows that stand in the places of those that differ."""
        keys = {number: sorted(one.keys) for number, one in onward.items() if one.keys}
        if not keys:
            return {}
        sql = standing_at(tuple((number, self._group[number].name, len(own)) for number, own in keys.items()))
        beginning = (news.stream, news.position, first_day(news.day))
        parameters = [part for own in keys.values() for part in (*beginning, *chain.from_iterable(own))]
        rows: dict[tuple[int, str], list[KeptRow]] = {}
        for number, *values in self._connection.execute(sql, parameters):
            rows.setdefault((number, news.stream), []).append(KeptRow(*values))
        return rows

    def _of_kept(self, day: int | None, stream: str, noted: Noted) -> int | None:
        """A first changed day of asserting, or the first one of which any of the read models has rows."""
        kind = stream.partition("/")[0]
        names = [projection.name for projection in self._group if kind in projection.kinds]
        oldest = min((noted.oldest.get((name, stream), WHOLE).day for name in names), default=WHOLE.day)
        return day if day is None else max(day, day_of_text(oldest))

    def _news_of(self, stream: str, entries: Sequence[Entry], noted: Noted) -> StreamNews | None:
        """What is new of a stream; None if it is nothing."""
        since = self._recorded.since
        position = min(since, noted.pending.get(stream, since))
        instant = self._recorded.instant if position == since else self._instant_at(position)
        earlier = [entry for entry in entries if entry.position < position]
        known = cited(earlier)
        sources = known | cited(entries[len(earlier) :])
        gradings = self._grades.of(sources)
        regraded = [self._regraded(source, position) for source in self._recorded_in(known, position)]
        day = first_changed_day(earlier, entries, regraded)
        if day is None and last_change(entries, gradings.values()) < instant:
            return None
        beliefs = StreamBeliefs(entries, gradings)
        is_now = self._recorded.is_alone and position == since
        moments = (
            [Moment(position, beliefs.now())] if is_now else beliefs.by_recording(self._instants.first_of, instant)
        )
        fresh = sources - (known if self._recorded.knows_citing and position == since else set())
        changes = changes_of(entries, gradings)
        before = len(earlier) if is_now else None
        day = self._of_kept(day, stream, noted)
        return StreamNews(stream, position, beliefs, moments, day, sorted(fresh), changes, before)

    def _instant_at(self, position: int) -> datetime:
        return parse_instant(self._reader.recorded_at(position) or "")

    def _recorded_in(self, sources: set[str], position: int) -> list[str]:
        """Those of some sources in which something was recorded from a position on."""
        if position == self._recorded.since:
            return sorted(self._recorded.sources & sources)
        entries = self._reader.several([f"{SOURCE}{source}" for source in sorted(sources)])
        return [name.removeprefix(SOURCE) for name, own in entries.items() if own and own[-1].position >= position]

    def _regraded(self, source: str, position: int) -> tuple[Sequence[DayGrade], Sequence[DayGrade]]:
        """The grades of a source by asserting, before a position and now."""
        earlier = self._reader.stream(f"{SOURCE}{source}", upto=position - 1)
        return grading_of(earlier).asserted, self._grades.of([source])[source].asserted

    def _standing(self, news: Sequence[StreamNews]) -> dict[tuple[int, str], list[KeptRow]]:
        """The rows that may change, by the place of the read model and the stream: one question, as each costs a round
        trip."""
        kinds = {one.kind for one in news}
        wanted = [place for place, projection in enumerate(self._group) if not kinds.isdisjoint(projection.kinds)]
        if not wanted:
            return {}
        day = min(first_day(one.day) for one in news)
        position = min(one.position for one in news)
        sql = standing_in(tuple(self._group[place].name for place in wanted), len(news))
        parameters = (*(one.stream for one in news), position, day) * len(wanted)
        rows: dict[tuple[int, str], list[KeptRow]] = {}
        for number, *values in self._connection.execute(sql, parameters):
            row = KeptRow(*values)
            rows.setdefault((wanted[number], row.stream), []).append(row)
        return rows


def refresh(
    connection: Connection,
    reader: JournalReader,
    projections: Sequence[Projection],
    streams: Sequence[str],
    prefix: str = KEPT,
    *,
    are_empty: bool = False,
    report: Report = to_nobody,
) -> None:
    """Write the rows of streams anew, for all beliefs; ``prefix`` begins the names of the tables.

    ``are_empty`` says that no table has a row yet.
    """
    grades, instants = SourceGrades(reader), Instants(reader)
    for start in range(0, len(streams), STREAMS_AT_ONCE):
        some = reader.several(streams[start : start + STREAMS_AT_ONCE])
        note_citing(connection, [(source, stream) for stream, entries in some.items() for source in cited(entries)])
        fresh: dict[str, list[Any]] = {}
        oldest: dict[str, dict[str, Oldest]] = {}
        for stream, entries in some.items():
            if entries:
                for name, (rows, kept_from) in row_history(stream, entries, grades, instants, projections).items():
                    fresh.setdefault(name, []).extend(rows)
                    oldest.setdefault(name, {})[stream] = kept_from
        for name, rows in fresh.items():
            write_anew(connection, f"{prefix}{name}", [] if are_empty else list(some), rows, oldest[name])
        report(start + len(some), len(streams))


def write_anew(
    connection: Connection, table: str, stale: Sequence[str], rows: Sequence[Any], oldest: Mapping[str, Oldest]
) -> None:
    """Write rows in place of those of stale streams, and note from where on they tell what was believed."""
    sql, name = statements(table), table.removeprefix(KEPT)
    if stale:
        connection.executemany(sql.forget, [(stream,) for stream in stale])
        forget_oldest(connection, name, stale)
    if rows:
        connection.executemany(sql.insert, rows)
    note_oldest(connection, name, oldest)
