"""The timeline of a stream: what happened, in the order of the world, and what was expected, with what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from armsledger.application.replay import items_of
from armsledger.application.saying import saying
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.entry import Entry
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.when import When
from armsledger.projections.rows import Row
from armsledger.projections.spans.trail import data_of
from armsledger.projections.timeline import addresses, contested, sources


@dataclass(frozen=True)
class TimelineRow(Row):
    """A thing that happened by the date, possibly or certainly, or that was expected by then.

    ``says`` are the fields of ``data`` in words, those of the preferred statement. ``contested`` are the fields on
    which sources disagree. Of an expectation ``on`` is when it was stated; ``outcome`` is what became of it by the date
    as far as is certain, ``possible_outcome`` what can have become of it, ``met_on`` when it came true, and
    ``overdue_since`` the day after its window.
    """

    stream: str
    on: When
    event: str
    says: str
    certain: bool
    contested: tuple[str, ...]
    status: str
    outcome: str | None
    possible_outcome: str | None
    met_on: When | None
    overdue_since: str | None
    sources: tuple[str, ...]
    entries: tuple[str, ...]
    data: dict[str, Any] = field(hash=False)


def timeline_rows(stream_day: StreamDay) -> Iterator[TimelineRow]:
    """The rows of a stream at a day."""
    by_id = {entry.id: entry.address for entry in stream_day.belief.entries}
    lower, upper = stream_day.bounds
    outcomes, possible = _judgements(lower), _judgements(upper)
    for item in items_of(stream_day):
        if isinstance(item, Occurrence):
            yield _of_occurrence(stream_day, item)
        else:
            yield _of_entry(stream_day, item, outcomes.get(item.id), possible.get(item.id), by_id)


def _judgements(state: Any) -> dict[str, Judgement]:
    """What became of each expectation, by the id of the entry that states it."""
    return {} if state is None else {judged.expectation.entry.id: judged for judged in state.expectations}


def _of_occurrence(stream_day: StreamDay, occurrence: Occurrence) -> TimelineRow:
    event = occurrence.event
    data = data_of(event)
    return TimelineRow(
        stream=stream_day.stream,
        on=event.on,
        event=event.name,
        says=saying(data),
        certain=stream_day.is_certain(occurrence),
        contested=contested(occurrence),
        status=event.status,
        outcome=None,
        possible_outcome=None,
        met_on=None,
        overdue_since=None,
        sources=sources(occurrence),
        entries=addresses(occurrence),
        data=data,
    )


def _of_entry(
    stream_day: StreamDay, entry: Entry, certain: Judgement | None, possible: Judgement | None, by_id: dict[str, str]
) -> TimelineRow:
    event = entry.event
    data = data_of(event)
    shown = certain or possible
    return TimelineRow(
        stream=stream_day.stream,
        on=event.on,
        event=event.name,
        says=saying(data, lambda target: by_id.get(target, target)),
        certain=event.on.last <= stream_day.ordinal,
        contested=(),
        status=event.status,
        outcome=None if certain is None else certain.outcome,
        possible_outcome=None if possible is None else possible.outcome,
        met_on=None if shown is None or shown.occurrence is None else shown.occurrence.event.on,
        overdue_since=None if certain is None else certain.overdue_since,
        sources=() if event.source is None else (event.source,),
        entries=(entry.address,),
        data=data,
    )
