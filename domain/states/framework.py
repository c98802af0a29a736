"""A framework agreement: its state, and what each event changes in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.brief import Brief
from armsledger.domain.events import framework as events
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.lapse import Lapsed
from armsledger.domain.states.link import Link
from armsledger.domain.states.replace import blank, replace
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When
from armsledger.domain.values.words import FrameworkStatus


@dataclass(frozen=True, repr=False)
class Framework(Brief):
    """The state of a framework agreement; ``until`` is how long it holds, as far as a source says."""

    began: bool = False
    status: FrameworkStatus = "expected"
    title: str | None = None
    parties: tuple[Party, ...] = ()
    signed_on: When | None = None
    in_force_since: When | None = None
    renewed_on: When | None = None
    until: When | None = None
    ended_on: When | None = None
    links: tuple[Link, ...] = ()
    expectations: tuple[Judgement, ...] = ()


NO_FRAMEWORK = blank(Framework)


def evolve(framework: Framework, occurrence: Occurrence) -> Framework:
    """The state after one occurrence; never refuses."""
    event: events.FrameworkEvent | Lapsed = occurrence.event  # type: ignore[assignment]  # a framework\'s stream holds its events
    match event:
        case events.FrameworkSigned():
            return replace(
                framework,
                began=True,
                status="signed" if framework.status == "expected" else framework.status,
                title=event.title,
                parties=event.parties,
                signed_on=event.on,
                until=event.until or framework.until,
            )
        case events.InForce():
            return replace(framework, began=True, status="in-force", in_force_since=event.on)
        case events.Renewed():
            return replace(
                framework,
                began=True,
                status="in-force",
                renewed_on=event.on,
                until=event.until or framework.until,
                ended_on=None,
            )
        case events.FrameworkExpired():
            return replace(framework, began=True, status="expired", ended_on=event.on)
        case events.FrameworkTerminated():
            return replace(framework, began=True, status="terminated", ended_on=event.on)
        case Lapsed():
            if framework.status not in ("signed", "in-force") or framework.until != event.term.until:
                return framework
            return replace(framework, status="expired", ended_on=framework.until)
    assert_never(event)
