"""The rows of one stream over all beliefs: by the time of recording and by the day of asserting.

A row is believed during an interval on each of the two axes of belief time, or on one of them, and then the interval
on the other is empty. Where releases come in order, both axes meet the same beliefs, and each is folded once.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from armsledger.domain.beliefs.belief import cited
from armsledger.domain.entry import Entry
from armsledger.domain.errors import LedgerError
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.projections.codec import codec_of
from armsledger.projections.moments import Instants, Moment, SourceGrades, StreamBeliefs
from armsledger.projections.projection import Projection, ProjectionFailed
from armsledger.projections.schema import NEVER_RECORDED, STILL, day_text
from armsledger.projections.timeline import Span, Timeline

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


def row_history(
    stream: str, entries: Sequence[Entry], grades: SourceGrades, instants: Instants, projections: Sequence[Projection]
) -> dict[str, list[StoredRow]]:
    """The rows of one stream in each read model, for all days and all beliefs."""
    kind = stream.partition("/")[0]
    wanted = [projection for projection in projections if kind in projection.kinds]
    if not wanted:
        return {}
    beliefs = StreamBeliefs(entries, grades.of(cited(entries)))
    recorded, asserted = beliefs.by_recording(instants.first_of), beliefs.by_asserting()
    if len(recorded) == 1 and [moment.basis for moment in asserted] in ([], [recorded[0].basis]):
        timeline = Timeline(stream, beliefs.of(recorded[0].basis))  # most streams are recorded in one go
        days = (asserted[0].since, OPEN_FUTURE) if asserted else NO_DAY
        return {p.name: _rows_of(p, timeline, recorded[0].since, days) for p in wanted}
    histories = [_History(projection, stream) for projection in wanted]
    for by_recording, by_asserting in in_step(recorded, asserted):
        timeline = Timeline(stream, beliefs.of((by_recording or by_asserting).basis))  # type: ignore[union-attr]  # one of them is there
        for history in histories:
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
    """A row that was believed from a point of an axis on."""

    since: int
    row: Any


class _Axis:
    """The rows that are believed on one axis while a stream's beliefs are gone through, and those that were."""

    def __init__(self) -> None:
        self._now: dict[Key, _Believed] = {}
        self._past: list[tuple[Key, Any, Interval]] = []

    def believe(self, spans: Sequence[Span], since: int) -> None:
        """Take the rows of the next belief."""
        before, self._now = self._now, {}
        for valid_from, valid_to, slot, row in spans:
            key = (valid_from, valid_to, slot)
            was = before.get(key)
            if was is not None and (was.row is row or was.row == row):
                self._now[key] = before.pop(key)
            else:
                self._now[key] = _Believed(since, row)
        self._past += [(key, row, (first, since)) for key, (first, row) in before.items()]

    def intervals(self, end: int) -> Iterator[tuple[Key, Any, Interval]]:
        """All rows, those first that are believed no more; the others are believed up to the end of the axis."""
        yield from self._past
        for key, (since, row) in self._now.items():
            yield key, row, (since, end)


class _Both:
    """A row and when it is believed on both axes."""

    __slots__ = ("asserted", "recorded", "row")

    def __init__(self, row: Any, recorded: Interval | None, asserted: Interval | None) -> None:
        self.row = row
        self.recorded = recorded
        self.asserted = asserted


class _History:
    """The rows of one projection while a stream's beliefs are gone through."""

    def __init__(self, projection: Projection, stream: str) -> None:
        self.projection = projection
        self._stream = stream
        self._recorded, self._asserted = _Axis(), _Axis()

    def believe(self, spans: Sequence[Span], by_recording: Moment | None, by_asserting: Moment | None) -> None:
        """Take the rows of the next belief, on one axis or on both."""
        if by_recording is not None:
            self._recorded.believe(spans, by_recording.since)
        if by_asserting is not None:
            self._asserted.believe(spans, by_asserting.since)

    def rows(self) -> list[StoredRow]:
        """All rows as they are kept."""
        rows: dict[Key, list[_Both]] = {}
        for key, row, interval in self._recorded.intervals(STILL):
            rows.setdefault(key, []).append(_Both(row, interval, None))
        for key, row, interval in self._asserted.intervals(OPEN_FUTURE):
            same = rows.setdefault(key, [])
            mate = _mate(same, row, is_open=interval[1] == OPEN_FUTURE)
            if mate is None:
                same.append(_Both(row, None, interval))
            else:
                mate.asserted = interval
        pairs = [(key, both) for key, same in rows.items() for both in same]
        texts = codec_of(self.projection.row).encode(both.row for _, both in pairs)
        return [self._stored(key, both, text) for (key, both), text in zip(pairs, texts, strict=True)]

    def _stored(self, key: Key, both: _Both, text: str) -> StoredRow:
        valid_from, valid_to, slot = key
        known_from, known_to = both.recorded or NEVER_RECORDED
        asserted_from, asserted_to = map(day_text, both.asserted or NO_DAY)
        believed = int(known_to == STILL)
        first, last = day_text(valid_from), day_text(valid_to)
        return believed, self._stream, known_from, first, slot, asserted_from, known_to, last, asserted_to, text


def _mate(rows: Sequence[_Both], row: Any, *, is_open: bool) -> _Both | None:
    """The same row on the other axis that has no mate yet; one that is believed to the end too, if there is one."""
    free = [both for both in rows if both.asserted is None and (both.row is row or both.row == row)]
    return next((b for b in free if b.recorded and (b.recorded[1] == STILL) == is_open), free[0] if free else None)
