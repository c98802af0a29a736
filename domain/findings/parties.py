"""What does not fit among the parties of any stream: names that nobody has said to be those of organisations."""

from __future__ import annotations

from collections.abc import Iterable

from armsledger.domain.entry import Entry
from armsledger.domain.events.parties import organisations_in
from armsledger.domain.events.register import STAR, Listed
from armsledger.domain.events.statement import Role
from armsledger.domain.findings.finding import Check, Finding, addresses
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


PARTY_CHECKS: tuple[Check, ...] = (check_organisations,)
"""Checks of the parties in any stream."""
