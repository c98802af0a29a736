"""The audit trail: every entry in order of recording, with its time, its word and its standing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from armsledger.domain.belief import Belief
from armsledger.domain.common_events import Corrected
from armsledger.domain.entry import Entry
from armsledger.domain.grade import Reliability
from armsledger.domain.occurrence import own_fields
from armsledger.domain.when import When
from armsledger.projections.plain import to_json
from armsledger.projections.rows import Row


@dataclass(frozen=True)
class LogRow(Row):
    """An entry as it was recorded. ``data`` holds the event's own fields in the types of JSON.

    ``corrects`` is the address of the entry that a correction repairs, ``retracted_by`` that of the
    retraction that holds; ``reliability`` is the source's grade as known.
    """

    entry: str
    position: int
    event: str
    on: When
    asserted: When
    recorded_at: datetime
    recorded_by: str
    source: str | None
    reliability: Reliability | None
    credibility: int | None
    status: str
    attribution: str | None
    quote: str | None
    note: str | None
    same_as: str | None
    corrects: str | None
    retracted_by: str | None
    id: str
    data: dict[str, Any] = field(hash=False)


def log_row(entry: Entry, belief: Belief, by_id: Mapping[str, Entry], grades: Mapping[str, Reliability]) -> LogRow:
    """The row of one entry; ``by_id`` holds the entries of its stream."""
    event = entry.event
    retraction = belief.repairs.retracted_by.get(entry.id)
    return LogRow(
        entry=entry.address,
        position=entry.position,
        event=event.name,
        on=event.on,
        asserted=event.asserted,
        recorded_at=entry.recorded_at,
        recorded_by=entry.recorded_by,
        source=event.source,
        reliability=grades.get(event.source) if event.source else None,
        credibility=event.credibility,
        status=event.status,
        attribution=None if event.attribution is None else str(event.attribution),
        quote=event.quote,
        note=event.note,
        same_as=_address(event.same_as, by_id),
        corrects=_address(event.target, by_id) if isinstance(event, Corrected) else None,
        retracted_by=None if retraction is None else retraction.address,
        id=entry.id,
        data=data_of(entry),
    )


def data_of(entry: Entry) -> dict[str, Any]:
    """The event's own fields that it gives, in the types of JSON."""
    event = entry.event
    given = {name: getattr(event, name) for name in own_fields(type(event))}
    return {name: to_json(value) for name, value in given.items() if value is not None and value != ()}


def _address(entry_id: str | None, by_id: Mapping[str, Entry]) -> str | None:
    target = by_id.get(entry_id or "")
    return None if target is None else target.address


def log_rows(entries: Iterable[Entry], belief: Belief, grades: Mapping[str, Reliability]) -> Iterable[LogRow]:
    """The rows of one stream's entries."""
    by_id = {entry.id: entry for entry in belief.entries}
    for entry in entries:
        yield log_row(entry, belief, by_id, grades)
