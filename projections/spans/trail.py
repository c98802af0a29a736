"""The audit trail: every entry in order of recording, with its time, its word and its standing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.beliefs.repairs import NO_REPAIRS
from armsledger.domain.entry import Entry
from armsledger.domain.events.repair import Corrected
from armsledger.domain.events.statement import Statement, own_fields
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.party import Party
from armsledger.projections.codec import to_json
from armsledger.projections.read_models.trail import LogRow, StandingRow
from armsledger.projections.timeline import Span, Timeline, always


def standing_rows(stream: str, belief: Belief) -> Iterator[StandingRow]:
    """The rows of one stream's entries, in order of position."""
    by_id = {entry.id: entry for entry in belief.entries}
    for entry in belief.entries:
        event = entry.event
        corrects = _address(event.target, by_id) if isinstance(event, Corrected) else None
        retraction = belief.repairs.retracted_by.get(entry.id)
        if corrects or retraction or event.same_as:
            yield StandingRow(
                stream=stream,
                entry=entry.address,
                position=entry.position,
                corrects=corrects,
                retracted_by=None if retraction is None else retraction.address,
                same_as=_address(event.same_as, by_id),
            )


def standing_spans(timeline: Timeline) -> Iterator[Span]:
    """The standing of a stream's entries, whatever the day."""
    belief = timeline.belief
    if belief.repairs is NO_REPAIRS and not any(entry.event.same_as for entry in belief.entries):
        return
    for row in standing_rows(timeline.stream, belief):
        yield always(row, f"{row.position:012}")


def log_row(entry: Entry, standing: StandingRow | None, grades: Mapping[str, Reliability]) -> LogRow:
    """The row of one entry."""
    event = entry.event
    return LogRow(
        entry=entry.address,
        position=entry.position,
        event=event.name,
        on=event.on,
        asserted=event.asserted,
        recorded_at=entry.recorded_at,
        recorded_by=entry.recorded_by,
        login=entry.login,
        source=event.source,
        reliability=grades.get(event.source) if event.source else None,
        credibility=event.credibility,
        status=event.status,
        attribution=None if event.attribution is None else str(event.attribution),
        quote=event.quote,
        note=event.note,
        same_as=None if standing is None else standing.same_as,
        corrects=None if standing is None else standing.corrects,
        retracted_by=None if standing is None else standing.retracted_by,
        id=entry.id,
        data=data_of(entry.event),
    )


def data_of(event: Statement) -> dict[str, Any]:
    """The event's own fields that it gives, in the types of JSON."""
    return {name: _as_written(value) for name, value in given_fields(event).items()}


def _as_written(value: Any) -> Any:
    """A value in the types of JSON, with parties as they were written: ``org:NATO``."""
    match value:
        case Party():
            return value.written
        case tuple():
            return [_as_written(part) for part in value]
    return to_json(value)


def given_fields(event: Statement) -> dict[str, Any]:
    """The event's own fields that it gives."""
    values = {name: getattr(event, name) for name in own_fields(type(event))}
    return {name: value for name, value in values.items() if value is not None and value != ()}


def _address(entry_id: str | None, by_id: Mapping[str, Entry]) -> str | None:
    target = by_id.get(entry_id or "")
    return None if target is None else target.address


def log_rows(
    entries: Iterable[Entry], standing: Iterable[StandingRow], grades: Mapping[str, Reliability]
) -> Iterator[LogRow]:
    """The rows of entries, with how those stand of which there is something to tell."""
    by_position = {row.position: row for row in standing}
    for entry in entries:
        yield log_row(entry, by_position.get(entry.position), grades)
