"""Engagements: the calendar of summits, visits and other meetings."""

from __future__ import annotations

from dataclasses import dataclass

from armsledger.domain.values.when import When
from armsledger.domain.values.words import EngagementStatus, Format
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row


@dataclass(frozen=True)
class EngagementRow(Row):
    """A meeting at a date. ``expected`` is the window of the last expectation stated by then that it will be held.

    ``status`` is None before the meeting is certainly known of; ``possible_status`` is the other bound.
    """

    engagement: str
    status: EngagementStatus | None
    possible_status: EngagementStatus | None
    format: Format | None
    series: str | None
    edition: int | None
    level: str | None
    place: str | None
    participants: tuple[str, ...]
    expected: When | None
    planned: When | None
    held_on: When | None
    reason: str | None
    outcomes: tuple[str, ...]


ENGAGEMENTS = Projection(
    "engagements",
    EngagementRow,
    "armsledger.projections.spans.engagements:engagement_spans",
    ("engagement",),
    version=3,
    one_a_day=True,
)
