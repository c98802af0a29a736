"""What an append changes in the rows of one stream, on both axes of belief time.

By recording, rows that are no longer believed are closed, and new ones begin. By asserting, what is believed from the
first changed day on is told anew: a row from before that day goes on or ends there, and others begin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

from armsledger.domain.entry import Entry
from armsledger.domain.values.edtf import OPEN_FUTURE
from armsledger.projections.codec import codec_of
from armsledger.projections.moments import Basis, Grading, StreamBeliefs
from armsledger.projections.projection import Projection
from armsledger.projections.row_history import NO_DAY, spans_of
from armsledger.projections.schema import NEVER_RECORDED, STILL, KeptRow, day_text, replacement, statements
from armsledger.projections.timeline import Timeline
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


class BelievedTexts:
    """The rows of one stream as they are kept: those believed now, and by asserting from a day on (None: on none)."""

    def __init__(
        self, stream: str, entries: Sequence[Entry], gradings: Mapping[str, Grading], since: int | None
    ) -> None:
        beliefs = StreamBeliefs(entries, gradings)
        self.now = beliefs.now()
        moments = [] if since is None else beliefs.by_asserting(since)
        ends = [*(moment.since for moment in moments[1:]), OPEN_FUTURE]
        self.days: list[tuple[Basis, Days]] = [
            (moment.basis, (day_text(moment.since), day_text(end))) for moment, end in zip(moments, ends, strict=False)
        ]
        """What is believed by asserting, one belief after the other, and on which days."""
        self._timelines = {
            basis: Timeline(stream, beliefs.of(basis))
            for basis in dict.fromkeys([self.now, *(basis for basis, _ in self.days)])
        }

    def texts(self, projection: Projection) -> dict[Basis, dict[Place, str]]:
        """The rows of each belief."""
        codec, told = codec_of(projection.row), {}
        for basis, timeline in self._timelines.items():
            spans = spans_of(projection, timeline)
            texts = codec.encode([span.row for span in spans])
            told[basis] = {
                (day_text(span.valid_from), span.slot, day_text(span.valid_to)): text
                for span, text in zip(spans, texts, strict=True)
            }
        return told


class Changes(NamedTuple):
    """The rows of a read model to be removed, as their key changes or nobody ever believes them, and those to be
    written."""

    moved: list[KeptRow]
    written: list[KeptRow]

    def add(self, more: Changes) -> None:
        """Take those of another stream, too."""
        self.moved.extend(more.moved)
        self.written.extend(more.written)

    def write(self, connection: Connection, table: str) -> None:
        """Write them: few rows by one statement, as each costs a round trip; of many each is bound by itself."""
        if self.moved:
            keys = [
                (old.believed, old.stream, old.known_from, old.valid_from, old.slot, old.asserted_from)
                for old in self.moved
            ]
            connection.executemany(statements(table).drop, keys)
        if len(self.written) > ROWS_AT_ONCE:
            connection.executemany(replacement(table, 1), self.written)
        elif self.written:
            connection.execute(replacement(table, len(self.written)), list(chain.from_iterable(self.written)))


class Replacement:
    """The rows of one stream in one read model that an append closes, moves and adds.

    ``standing`` are those believed now or on ``day`` (the first one that changed by asserting) or after it, and
    ``position`` is the first that was appended.
    """

    def __init__(
        self, stream: str, beliefs: BelievedTexts, day: int | None, position: int, standing: Sequence[KeptRow]
    ) -> None:
        self._stream = stream
        self._beliefs = beliefs
        self._day = NEVER if day is None else day_text(day)
        self._position = position
        self._standing = standing

    def changes(self, projection: Projection) -> Changes:
        """What changes."""
        texts = self._beliefs.texts(projection)
        return self._changes(texts[self._beliefs.now], self._asserted(texts))

    def _asserted(self, texts: Mapping[Basis, Mapping[Place, str]]) -> dict[Told, list[Days]]:
        """On which days of asserting each row is believed, from the first changed one on, in order."""
        days: dict[Told, list[Days]] = {}
        for basis, (since, until) in self._beliefs.days:
            for told in texts[basis].items():
                intervals = days.setdefault(told, [])
                if intervals and intervals[-1][1] == since:
                    intervals[-1] = (intervals[-1][0], until)
                else:
                    intervals.append((since, until))
        return days

    def _changes(self, now: dict[Place, str], asserted: dict[Told, list[Days]]) -> Changes:
        moved: list[KeptRow] = []
        written: list[KeptRow] = []
        for row, days in self._with_days(asserted):
            known_to = self._known_to(row, now)
            if days == (row.asserted_from, row.asserted_to):
                if known_to != row.known_to:
                    written.append(row._replace(known_to=known_to))
            elif days[0] == row.asserted_from:
                written.append(row._replace(known_to=known_to, asserted_to=days[1]))
            else:
                moved.append(row)
                if row.known_from or days != NOT_ASSERTED:
                    still = int(known_to == STILL)
                    changed = row._replace(believed=still, known_to=known_to)
                    written.append(changed._replace(asserted_from=days[0], asserted_to=days[1]))
        for place, text in now.items():
            intervals = asserted.get((place, text))
            days = intervals.pop() if intervals else NOT_ASSERTED
            written.append(self._row((self._position, STILL), place, text, days))
        for (place, text), intervals in asserted.items():
            written += [self._row(NEVER_RECORDED, place, text, days) for days in intervals]
        return Changes(moved, written)

    def _known_to(self, row: KeptRow, now: dict[Place, str]) -> int:
        """Up to where a row is believed by recording now; what stays is taken out of ``now``."""
        if not row.believed:
            return row.known_to
        place = (row.valid_from, row.slot, row.valid_to)
        if now.get(place) != row.row:
            return self._position
        del now[place]
        return STILL

    def _with_days(self, asserted: dict[Told, list[Days]]) -> Iterator[tuple[KeptRow, Days]]:
        """The rows with the days of asserting on which they are believed now, taken out of ``asserted``."""
        free: list[tuple[KeptRow, list[Days]]] = []
        for row in self._standing:
            intervals = asserted.get(((row.valid_from, row.slot, row.valid_to), row.row), [])
            days = (row.asserted_from, row.asserted_to)
            if row.asserted_from < row.asserted_to and row.asserted_from < self._day:
                goes_on = bool(intervals) and row.asserted_to >= self._day == intervals[0][0]
                yield row, (days[0], intervals.pop(0)[1] if goes_on else min(days[1], self._day))
            elif days in intervals:
                intervals.remove(days)
                yield row, days
            else:
                free.append((row, intervals))
        for row, intervals in free:
            yield row, intervals.pop() if intervals and row.known_from else NOT_ASSERTED

    def _row(self, known: tuple[int, int], place: Place, text: str, days: Days) -> KeptRow:
        valid_from, slot, valid_to = place
        return KeptRow(
            believed=int(known[1] == STILL),
            stream=self._stream,
            known_from=known[0],
            valid_from=valid_from,
            slot=slot,
            asserted_from=days[0],
            known_to=known[1],
            valid_to=valid_to,
            asserted_to=days[1],
            row=text,
        )
