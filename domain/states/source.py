"""A source: its state, what each event changes in it, and how reliable the source is at a belief date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import assert_never

from armsledger.domain.beliefs.belief import believe, known_entries
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.brief import Brief
from armsledger.domain.entry import Entry
from armsledger.domain.events import source as events
from armsledger.domain.events.link import Linked, Unlinked
from armsledger.domain.events.repair import OUR_COPY, Corrected, Retracted
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.link import Link, with_link
from armsledger.domain.states.replace import blank, replace
from armsledger.domain.values.citation import CANNOT_BE_JUDGED, Reliability
from armsledger.domain.values.known import EVERYTHING, Known
from armsledger.domain.values.when import When


@dataclass(frozen=True, repr=False)
class Source(Brief):
    """The state of a source. ``reliability`` is A to F; None where nobody has graded it."""

    began: bool = False
    publisher: str | None = None
    title: str | None = None
    url: str | None = None
    published: When | None = None
    retrieved: When | None = None
    scope: str | None = None
    sha256: str | None = None
    reliability: Reliability | None = None
    regraded: int = 0
    links: tuple[Link, ...] = ()
    expectations: tuple[Judgement, ...] = ()


NO_SOURCE = blank(Source)


def evolve(source: Source, occurrence: Occurrence) -> Source:
    """The state after one occurrence; never refuses."""
    event: events.SourceEvent = occurrence.event  # type: ignore[assignment]  # a source\'s stream holds its events
    match event:
        case events.Registered():
            return replace(
                source,
                began=True,
                publisher=event.publisher,
                title=event.title,
                url=event.url,
                published=event.published,
                retrieved=event.retrieved,
                scope=event.scope,
                sha256=event.sha256,
                reliability=source.reliability if source.regraded else event.reliability,
            )
        case events.Regraded():
            return replace(source, reliability=event.reliability, regraded=source.regraded + 1)
    assert_never(event)


def fold_source(occurrences: Iterable[Occurrence]) -> Source:
    """The state of a source after all occurrences, whatever the day of the question."""
    told = in_order_of_saying(occurrences)
    own = [one for one in told if not isinstance(one.event, (Linked, Unlinked))]
    state = reduce(evolve, own, NO_SOURCE)
    if len(own) == len(told):
        return state
    links = [one.event for one in told if isinstance(one.event, (Linked, Unlinked))]
    return replace(state, links=reduce(with_link, links, state.links))


def in_order_of_saying(occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """The order in which a source was graded: of two grades the one asserted later holds."""
    return sorted(occurrences, key=_said)


def _said(occurrence: Occurrence) -> tuple[int, int, str]:
    event = occurrence.event
    return event.asserted.last, event.place_in_cycle, occurrence.entry.id


def with_registration(entries: Sequence[Entry], known: Known) -> list[Entry]:
    """The entries of a source that are known at a belief date, our own registration of it among them.

    By the date of asserting, our registration (with the repairs of our copy) holds from the start: it is nobody's
    statement.
    """
    visible = known_entries(entries, known)
    if known.day is None:
        return visible
    kept = {entry.id for entry in visible}
    for entry in entries:
        event = entry.event
        own = isinstance(event, Corrected | Retracted) and event.reason in OUR_COPY and event.target in kept
        if own or isinstance(event, events.Registered):
            kept.add(entry.id)
    return [entry for entry in entries if entry.id in kept]


def reliability_of(entries: Sequence[Entry], known: Known = EVERYTHING) -> Reliability:
    """How reliable a source is as known at a belief date, whatever the day of the question."""
    visible = with_registration(entries, known)
    if len(visible) == 1:
        return getattr(visible[0].event, "reliability", None) or CANNOT_BE_JUDGED
    return fold_source(believe(visible, {}).occurrences).reliability or CANNOT_BE_JUDGED
