"""Sanctions exposure: per deal and authority, where threats, sanctions and waivers stand, and what set them off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, get_args

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.contract import ContractSigned
from armsledger.domain.events.delivery import Delivered, DeliveryBegun
from armsledger.domain.events.sanction import (
    SanctionEvent,
    SanctionImposed,
    SanctionThreatRaised,
    SanctionThreatWithdrawn,
    SanctionTookEffect,
    WaiverGranted,
)
from armsledger.domain.states.deal import NO_DEAL, Deal
from armsledger.domain.states.sanction import Sanction
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.domain.values.when import When
from armsledger.projections.read_models.sanctions import Consequence, SanctionRow
from armsledger.projections.spans.of_deal import OF_NO_DEAL, of_deal
from armsledger.projections.timeline import SlotRow, Span, Timeline, addresses

CONSEQUENCES: dict[type, Consequence] = {
    SanctionImposed: "imposed",
    SanctionTookEffect: "imposed",
    WaiverGranted: "waived",
    SanctionThreatWithdrawn: "withdrawn",
}
STEPS = frozenset(get_args(SanctionEvent))
"""Events of a line of sanctions."""
TRIGGERS = (ContractSigned, DeliveryBegun, Delivered)
"""Steps of a deal that sanctions answer: what laws such as CAATSA call a significant transaction."""


class _Course(NamedTuple):
    """What set a line off, and what came of it."""

    trigger: Occurrence | None
    consequence: Occurrence | None


def sanction_spans(timeline: Timeline) -> Iterator[Span]:
    """One row for each line that is at least possible."""
    occurrences = timeline.belief.occurrences
    if not any(type(occurrence.event) in STEPS for occurrence in occurrences):
        return iter(())
    spans = timeline.sweep(timeline.state_change_days, lambda day: _rows(timeline.stream_day(day)))
    return of_deal(timeline, spans)


def _rows(stream_day: StreamDay) -> Iterator[SlotRow]:
    certain, possible = (
        state if isinstance(state, Deal) and begun else NO_DEAL
        for state, begun in zip(stream_day.states, stream_day.begun, strict=True)
    )
    for number, line in enumerate(possible.sanctions):
        known = _known_of(line, certain.sanctions, possible.sanctions)
        yield f"{number:06}", _row(stream_day, line, known)


def _row(stream_day: StreamDay, line: Sanction, known: Sanction | None) -> SanctionRow:
    shown = known or line
    events = [o for o in stream_day.possible if _is_of(o, line)]
    course = _course(stream_day.possible, events)
    begun_on, came_on = (None if one is None else one.event.on for one in course)
    least, most = _days_between(begun_on, came_on)
    return SanctionRow(
        deal=stream_day.key,
        **OF_NO_DEAL,
        by=shown.by,
        against=shown.against,
        basis=shown.basis,
        status=known.status if known else None,
        possible_status=line.status,
        since=shown.since,
        strength=shown.strength,
        over=shown.over,
        position=shown.position,
        waiver=shown.waiver,
        measures=shown.measures,
        trigger=None if course.trigger is None else course.trigger.event.name,
        triggered_on=begun_on,
        triggered_by=None if course.trigger is None else course.trigger.entry.address,
        consequence=None if course.consequence is None else CONSEQUENCES[type(course.consequence.event)],
        consequence_on=came_on,
        least_days=least,
        most_days=most,
        entries=tuple(address for occurrence in events for address in addresses(occurrence)),
    )


def _known_of(line: Sanction, certain: Sequence[Sanction], possible: Sequence[Sanction]) -> Sanction | None:
    """What is certain of a line: the certain line of the same keys, else one that can be it and is no other's."""
    if (same := next((other for other in certain if _key(other) == _key(line)), None)) is not None:
        return same
    taken = {_key(other) for other in possible}
    return next((other for other in certain if _key(other) not in taken and _same_line(line, other)), None)


def _key(line: Sanction) -> tuple[object, ...]:
    return line.by, line.against, line.basis


def _same_line(one: Sanction, other: Sanction) -> bool:
    """The certain bound may not know the party or the basis yet."""
    return (
        one.by == other.by
        and other.against in (None, one.against)
        and (other.basis in (None, one.basis) or one.basis is None)
    )


def _is_of(occurrence: Occurrence, line: Sanction) -> bool:
    """Whether an occurrence is a step of a line."""
    if type(occurrence.event) not in STEPS:
        return False
    event: SanctionEvent = occurrence.event  # type: ignore[assignment]  # one of its kinds
    return (
        event.by == line.by
        and getattr(event, "against", None) in (None, line.against)
        and (event.basis is None or line.basis is None or event.basis == line.basis)
    )


def _course(occurrences: Iterable[Occurrence], events: Sequence[Occurrence]) -> _Course:
    consequence = next((o for o in events if type(o.event) in CONSEQUENCES), None)
    threat = next((o for o in events if isinstance(o.event, SanctionThreatRaised)), None)
    if consequence is None:
        return _Course(threat, None)
    latest = consequence.last
    steps = [o for o in occurrences if isinstance(o.event, TRIGGERS) and o.first <= latest]
    return _Course(steps[-1] if steps else threat, consequence)


def _days_between(start: When | None, end: When | None) -> tuple[int | None, int | None]:
    if start is None or end is None:
        return None, None
    least = None if start.last == OPEN_FUTURE or end.first == OPEN_PAST else end.first - start.last
    most = None if start.first == OPEN_PAST or end.last == OPEN_FUTURE else end.last - start.first
    return least, most
