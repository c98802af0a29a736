"""The rows of one stream over its beliefs: by the time of recording and by the day of asserting.

A row is believed during an interval on each of the two axes of belief time, or on one of them, and then the interval
on the other is empty. Where releases come in order, both axes meet the same beliefs, and each is folded once. Beliefs
are gone through from the newest one back, as far as their rows are not too many to be kept.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final, NamedTuple, TypeVar

from armsledger.domain.beliefs.belief import cited
from armsledger.domain.entry import Entry
from armsledger.domain.errors import LedgerError
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.projections.codec import codec_of
from armsledger.projections.moments import Instants, Moment, SourceGrades, StreamBeliefs
from armsledger.projections.projection import Projection, ProjectionFailed
from armsledger.projections.schema import NEVER_RECORDED, STILL, day_of_text, day_text
from armsledger.projections.timeline import Span, Timeline
from armsledger.projections.unkept import WHOLE, Most, Oldest, changes_of

StoredRow = tuple[Any, ...]
"""A row as a table has it: the values of a `KeptRow`."""
Key = tuple[int, int, str]
"""The days of which a row holds, and its slot."""
Interval = tuple[int, int]
"""Positions, or days, from one up to, and without, another."""
NO_DAY: Final = (OPEN_PAST, OPEN_PAST)
"""The days of asserting of a row that no day of asserting makes believed."""


def spans_of(projection: Projection, timeline: Timeline) -> list[Span]:
    """The spans of one stream; raises ProjectionFailed."""
    try:
        return list(projection.of(timeline))
    except LedgerError:
        raise
    except Exception as error:
        raise ProjectionFailed(projection.name, timeline.stream, error) from error


class StreamRows(NamedTuple):
    """The rows of one stream in a read model, and from where on they tell what was believed."""

    rows: list[StoredRow]
    oldest: Oldest = WHOLE


def row_history(
    stream: str,
    entries: Sequence[Entry],
    grades: SourceGrades,
    instants: Instants,
    projections: Sequence[Projection],
    asked: Mapping[str, Oldest] | None = None,
) -> dict[str, StreamRows]:
    """The rows of one stream in each read model, for all days and all beliefs, but for the oldest ones where those are
    too many; with ``asked``, for the beliefs that each read model is to tell, however many rows there are."""
    kind = stream.partition("/")[0]
    wanted = [projection for projection in projections if kind in projection.kinds]
    if not wanted:
        return {}
    gradings = grades.of(cited(entries))
    beliefs = StreamBeliefs(entries, gradings)
    recorded, asserted = beliefs.by_recording(instants.first_of), beliefs.by_asserting()
    if len(recorded) == 1 and [moment.basis for moment in asserted] in ([], [recorded[0].basis]):
        timeline = Timeline(stream, beliefs.of(recorded[0].basis))  # most streams are recorded in one go
        days = (asserted[0].since, OPEN_FUTURE) if asserted else NO_DAY
        return {p.name: StreamRows(_rows_of(p, timeline, recorded[0].since, days)) for p in wanted}
    changes = changes_of(entries, gradings)
    histories = [
        _History(projection, stream, changes, None if asked is None else asked.get(projection.name, WHOLE))
        for projection in wanted
    ]
    for by_recording, by_asserting in reversed(list(in_step(recorded, asserted))):
        waiting = [history for history in histories if history.takes(by_recording, by_asserting)]
        if waiting:
            timeline = Timeline(stream, beliefs.of((by_recording or by_asserting).basis))  # type: ignore[union-attr]  # one of them is there
            for history in waiting:
                history.believe(spans_of(history.projection, timeline), by_recording, by_asserting)
    return {history.projection.name: history.rows() for history in histories}


def in_step(recorded: Sequence[Moment], asserted: Sequence[Moment]) -> Iterator[tuple[Moment | None, Moment | None]]:
    """The moments of both axes, each in its order; those together that rest on the same, as far as that can be."""
    to_come, waiting = Counter(moment.basis for moment in recorded), deque(asserted)
    for moment in recorded:
        while waiting and not to_come[waiting[0].basis]:
            yield None, waiting.popleft()
        to_come[moment.basis] -= 1
        is_same = bool(waiting) and waiting[0].basis == moment.basis
        yield moment, waiting.popleft() if is_same else None
    for rest in waiting:
        yield None, rest


def _rows_of(projection: Projection, timeline: Timeline, position: int, days: Interval) -> list[StoredRow]:
    """The rows of one belief, believed from a position on, and on some days of asserting."""
    spans, stream = spans_of(projection, timeline), timeline.stream
    texts = codec_of(projection.row).encode([span[3] for span in spans])
    asserted_from, asserted_to = map(day_text, days)
    return [
        (1, stream, position, day_text(span[0]), span[2], asserted_from, STILL, day_text(span[1]), asserted_to, text)
        for span, text in zip(spans, texts, strict=True)
    ]


class _Believed(NamedTuple):
    """A row that is believed up to a point of an axis."""

    until: int
    row: Any


class _Axis:
    """The rows that are believed on one axis while a stream's beliefs are gone through from the newest back."""

    def __init__(self, changes: int, end: int, oldest: int | None) -> None:
        """``oldest`` is the point from which on all rows are wanted; None if only so many are kept."""
        self._changes = changes
        self._oldest = oldest
        self._most = 0
        self.since = end
        """Where the oldest belief begins that was taken."""
        self._then: dict[Key, _Believed] | None = None
        """What is believed there; None before any belief was taken."""
        self._count = self._beliefs = 0
        self._later: list[tuple[Key, Any, Interval]] = []
        self.is_cut = False
        """Whether older beliefs are not kept."""

    def takes(self) -> bool:
        """Whether it is to have the belief before."""
        if self._oldest is not None and self._then is not None and self.since <= self._oldest:
            self.is_cut = True
        return not self.is_cut

    def believe(self, spans: Sequence[Span], since: int) -> None:
        """Take the rows of the belief before, unless they are too many."""
        then, later = dict[Key, _Believed](), self._then or {}
        for valid_from, valid_to, slot, row in spans:
            key = (valid_from, valid_to, slot)
            goes_on = later.get(key)
            is_same = goes_on is not None and (goes_on.row is row or goes_on.row == row)
            then[key] = goes_on if goes_on is not None and is_same else _Believed(self.since, row)
        fresh = [key for key, one in then.items() if one is not later.get(key)]
        if self._then is None:
            self._most = Most.rows(self._changes, len(fresh))
        elif self._oldest is None and (self._count + len(fresh) > self._most or self._beliefs == Most.beliefs):
            self.is_cut = True
            return
        ended = [(key, one) for key, one in later.items() if then.get(key) is not one]
        self._later += [(key, row, (self.since, until)) for key, (until, row) in ended]
        self._then, self.since = then, since
        self._count += len(fresh)
        self._beliefs += 1

    def intervals(self) -> Iterator[tuple[Key, Any, Interval]]:
        """All rows, the newest first."""
        yield from self._later
        for key, (until, row) in (self._then or {}).items():
            yield key, row, (self.since, until)


class _Told:
    """A row, and when it is believed on each axis, in order."""

    __slots__ = ("asserted", "recorded", "row")

    def __init__(self, row: Any) -> None:
        self.row = row
        self.recorded: list[Interval] = []
        self.asserted: list[Interval] = []


class _History:
    """The rows of one projection while a stream's beliefs are gone through."""

    def __init__(self, projection: Projection, stream: str, changes: int, asked: Oldest | None) -> None:
        self.projection = projection
        self._stream = stream
        self._recorded = _Axis(changes, STILL, None if asked is None else asked.position)
        self._asserted = _Axis(changes, OPEN_FUTURE, None if asked is None else day_of_text(asked.day))

    def takes(self, by_recording: Moment | None, by_asserting: Moment | None) -> bool:
        """Whether it is to have the rows of the belief before, on one axis or on both."""
        pairs = ((self._recorded, by_recording), (self._asserted, by_asserting))
        return any(moment is not None and axis.takes() for axis, moment in pairs)

    def believe(self, spans: Sequence[Span], by_recording: Moment | None, by_asserting: Moment | None) -> None:
        """Take the rows of the belief before."""
        for axis, moment in ((self._recorded, by_recording), (self._asserted, by_asserting)):
            if moment is not None and axis.takes():
                axis.believe(spans, moment.since)

    def rows(self) -> StreamRows:
        """The rows as they are kept."""
        rows: dict[Key, list[_Told]] = {}
        for key, row, interval in self._recorded.intervals():
            _same(rows.setdefault(key, []), row).recorded.append(interval)
        for key, row, interval in self._asserted.intervals():
            _same(rows.setdefault(key, []), row).asserted.append(interval)
        pairs = [
            (key, told.row, known, days)
            for key, same in rows.items()
            for told in same
            for known, days in paired(sorted(told.recorded), sorted(told.asserted), OPEN_FUTURE)
        ]
        texts = codec_of(self.projection.row).encode(row for _, row, _, _ in pairs)
        stored = [
            self._stored(key, known or NEVER_RECORDED, days or NO_DAY, text)
            for (key, _, known, days), text in zip(pairs, texts, strict=True)
        ]
        position = self._recorded.since if self._recorded.is_cut else WHOLE.position
        day = day_text(self._asserted.since) if self._asserted.is_cut else WHOLE.day
        return StreamRows(stored, Oldest(position, day))

    def _stored(self, key: Key, known: Interval, days: Interval, text: str) -> StoredRow:
        (valid_from, valid_to, slot), (known_from, known_to) = key, known
        asserted_from, asserted_to = map(day_text, days)
        first, last, believed = day_text(valid_from), day_text(valid_to), int(known_to == STILL)
        return believed, self._stream, known_from, first, slot, asserted_from, known_to, last, asserted_to, text


def _same(rows: list[_Told], row: Any) -> _Told:
    """What is told of a row among those that hold of the same days in the same slot."""
    for told in rows:
        if told.row is row or told.row == row:
            return told
    rows.append(_Told(row))
    return rows[-1]


Point = TypeVar("Point", int, str)


def paired(
    recorded: Sequence[Interval], asserted: Sequence[tuple[Point, Point]], end: Point
) -> Iterator[tuple[Interval | None, tuple[Point, Point] | None]]:
    """The intervals of a row on both axes (in order), as they stand together in the rows of a table.

    Those that last to the end stand together, and of the others the first with the first, and so on. So the table is
    the same however it came to be.
    """
    is_believed = bool(recorded) and recorded[-1][1] == STILL
    is_asserted = bool(asserted) and asserted[-1][1] == end
    yield from zip_longest(
        recorded[:-1] if is_believed else recorded, asserted[:-1] if is_asserted else asserted, fillvalue=None
    )
    if is_believed or is_asserted:
        yield recorded[-1] if is_believed else None, asserted[-1] if is_asserted else None
