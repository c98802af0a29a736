"""What does not fit among the parties of any stream: names that nobody has said to be those of organisations."""

from __future__ import annotations

from collections.abc import Iterable

from armsledger.domain.entry import Entry
from armsledger.domain.events.parties import organisations_in
from armsledger.domain.events.register import STAR, Listed
from armsledger.domain.events.statement import Role
from armsledger.domain.findings.check import Check, Told
from armsledger.domain.findings.finding import Finding, addresses
from armsledger.domain.states.course import Course
from armsledger.domain.states.stream_day import StreamDay


def check_organisations(day: StreamDay) -> Iterable[Finding]:
    """A party is taken as an organisation or non-state actor, because its name is like no state's."""
    repairs = day.belief.repairs
    naming: list[tuple[Entry, list[str]]] = []
    marked: set[str] = set()
    for entry in day.belief.entries:
        event = repairs.events.get(entry.id, entry.event)
        if event.role is Role.REPAIR or entry.id in repairs.retracted_by or event.on.first > day.ordinal:
            continue
        if isinstance(event, Listed):
            marked |= {name.rstrip(f"{STAR} ") for name in (event.recipient, event.supplier) if STAR in name}
        elif taken := list(map(str, organisations_in(event))):
            naming.append((entry, taken))
    names = dict.fromkeys(name for _, taken in naming for name in taken if name not in marked)
    if names:
        what = "organisations" if len(names) > 1 else "an organisation"
        message = (
            f"taken as {what}: {', '.join(names)};"
            " 'correct' the entry to org:NAME if it is one, else to the state's code"
        )
        entries = [entry for entry, taken in naming if not names.keys().isdisjoint(taken)]
        yield Finding("organisation", "info", day.stream, message, addresses(entries))


def _can_name_organisations(told: Told) -> bool:
    events = told.belief.repairs.events
    return any(organisations_in(events.get(entry.id, entry.event)) for entry in told.belief.entries)


def _days_of_names(course: Course) -> Iterable[int]:
    """The days of what names organisations, or says of some that they are no states."""
    events = (course.belief.current(entry).event for entry in course.belief.entries)
    return [event.on.first for event in events if isinstance(event, Listed) or organisations_in(event)]


PARTY_CHECKS: tuple[Check, ...] = (Check(check_organisations, _can_name_organisations, _days_of_names),)
"""Checks of the parties in any stream."""
