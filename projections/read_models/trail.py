"""The audit trail: every entry in order of recording, with its time, its word and its standing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.stream import KINDS
from armsledger.domain.values.when import When
from armsledger.domain.values.words import Status
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row


@dataclass(frozen=True)
class LogRow(Row):
    """An entry as it was recorded. ``data`` holds the event's own fields in the types of JSON.

    ``corrects`` is the address of the entry that a correction repairs, ``retracted_by`` that of the
    retraction that holds; ``reliability`` is the source's grade as known. ``login`` is whom the server knew the
    recorder as, None in a file.
    """

    entry: str
    position: int
    event: str
    on: When
    asserted: When
    recorded_at: datetime
    recorded_by: str
    login: str | None
    source: str | None
    reliability: Reliability | None
    credibility: int | None
    status: Status
    attribution: str | None
    quote: str | None
    note: str | None
    same_as: str | None
    corrects: str | None
    retracted_by: str | None
    id: str
    data: dict[str, Any] = field(hash=False)


@dataclass(frozen=True)
class StandingRow(Row):
    """How an entry stands that other entries speak of, or that speaks of another; the journal holds what it says.

    ``corrects`` is the entry that a correction repairs, ``retracted_by`` the retraction that holds, ``same_as`` the
    entry that speaks of the same occurrence. Entries of which nothing of that is to be told have no row.
    """

    stream: str
    entry: str
    position: int
    corrects: str | None
    retracted_by: str | None
    same_as: str | None


STANDING = Projection("standing", StandingRow, "armsledger.projections.spans.trail:standing_spans", KINDS)
