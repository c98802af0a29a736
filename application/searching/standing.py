"""The entries of a stream that stand at a belief date, as they read then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from armsledger.domain.beliefs.belief import known_entries
from armsledger.domain.beliefs.repairs import NO_REPAIRS, repairs_of
from armsledger.domain.entry import Entry
from armsledger.domain.events.repair import Corrected, Resolved, Retracted
from armsledger.domain.events.statement import Role
from armsledger.domain.values.known import Known


def standing_entries(entries: Sequence[Entry], known: Known, day: date) -> Iterator[Entry]:
    """The entries that are known, stand, and have at least possibly happened by a day, with their corrections.

    An entry stands if it is not retracted, and one that speaks of another entry if that stands, too. A retraction
    says of nothing that it is so: it is left out.
    """
    visible = known_entries(entries, known)
    repairing = [entry for entry in visible if entry.event.role is Role.REPAIR]
    repairs = repairs_of(repairing, visible) if repairing else NO_REPAIRS
    standing: set[str] = set()
    for entry in visible:
        event = repairs.events.get(entry.id, entry.event)
        target: Any = event.preferred if isinstance(event, Resolved) else getattr(event, "target", None)
        if entry.id in repairs.retracted_by or isinstance(event, Retracted):
            continue
        if target is None or target in standing:
            standing.add(entry.id)
            if event.on.possible_by(day):
                yield entry if event is entry.event else entry._replace(event=event)


def said_by(entry: Entry, field: str, entries: Sequence[Entry], known: Known) -> Entry:
    """Which entry says what stands in a field of an entry: the last correction that sets it, or the entry itself."""
    visible = known_entries(entries, known)
    repairing = [one for one in visible if one.event.role is Role.REPAIR]
    corrections = repairs_of(repairing, visible).corrected_by.get(entry.id, ()) if repairing else ()
    name = field.partition(".")[0]
    setting = [one for one in corrections if isinstance(one.event, Corrected) and name in one.event.set]
    return setting[-1] if setting else entry
