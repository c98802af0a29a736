"""An engagement: its state, and what each event changes in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.brief import Brief
from armsledger.domain.events import engagement as events
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.link import Link
from armsledger.domain.states.replace import blank, replace
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When
from armsledger.domain.values.words import EngagementStatus


@dataclass(frozen=True, repr=False)
class Engagement(Brief):
    """The state of a meeting. ``planned`` is the date last set for it, ``held_on`` when it was held."""

    began: bool = False
    status: EngagementStatus = "expected"
    format: str | None = None
    series: str | None = None
    edition: int | None = None
    level: str | None = None
    participants: tuple[Party, ...] = ()
    place: str | None = None
    planned: When | None = None
    held_on: When | None = None
    reason: str | None = None
    agenda: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    expectations: tuple[Judgement, ...] = ()


NO_ENGAGEMENT = blank(Engagement)


def evolve(engagement: Engagement, occurrence: Occurrence) -> Engagement:
    """The state after one occurrence; never refuses."""
    event: events.EngagementEvent = occurrence.event  # type: ignore[assignment]  # an engagement\'s stream holds its events
    match event:
        case events.Scheduled() | events.Rescheduled():
            known = _details(engagement, event)
            if engagement.status in ("held", "cancelled"):
                return known
            return replace(known, status="scheduled", planned=event.planned or engagement.planned)
        case events.Postponed():
            if engagement.status in ("held", "cancelled"):
                return replace(engagement, began=True)
            return replace(engagement, began=True, status="postponed", planned=event.to, reason=event.reason)
        case events.EngagementCancelled():
            return replace(engagement, began=True, status="cancelled", reason=event.reason)
        case events.Held():
            held = replace(_details(engagement, event), status="held", held_on=event.on, reason=None)
            return replace(held, agenda=event.agenda, outcomes=event.outcomes)
    assert_never(event)


def _details(engagement: Engagement, event: events.EngagementDetails) -> Engagement:
    return replace(
        engagement,
        began=True,
        format=event.format or engagement.format,
        series=event.series or engagement.series,
        edition=engagement.edition if event.edition is None else event.edition,
        level=event.level or engagement.level,
        participants=event.participants or engagement.participants,
        place=event.place or engagement.place,
    )
