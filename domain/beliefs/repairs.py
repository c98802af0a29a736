"""Repairs: what later entries of a stream do to earlier ones, by retracting, correcting, disputing or resolving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from pydantic import ValidationError

from armsledger.domain.entry import Entry
from armsledger.domain.events.repair import Corrected, Disputed, Resolved, Retracted
from armsledger.domain.events.statement import Statement


class Preference(NamedTuple):
    """A resolution: the id of the entry that is preferred, and of those to which it is."""

    preferred: str
    over: frozenset[str]


class Repairs(NamedTuple):
    """What later entries do to earlier ones, by the id of the earlier entry; ``events`` are the corrected events."""

    retracted_by: dict[str, Entry]
    corrected_by: dict[str, list[Entry]]
    disputed_by: dict[str, list[Entry]]
    preferences: dict[str, Preference]
    events: dict[str, Statement]


NO_REPAIRS = Repairs({}, {}, {}, {}, {})


def repairs_of(repairing: Sequence[Entry], visible: Sequence[Entry]) -> Repairs:
    """The repairs that hold. A repair speaks of an earlier entry, which can be a repair too: the last is read first."""
    repairs = Repairs({}, {}, {}, {}, {})
    for entry in reversed(repairing):
        if entry.id in repairs.retracted_by:
            continue
        _apply(_corrected_event(entry, repairs), entry, repairs)
    for entry in visible:
        if entry.id in repairs.corrected_by:
            repairs.events[entry.id] = _corrected_event(entry, repairs)
    return repairs


def _apply(event: Statement, entry: Entry, repairs: Repairs) -> None:
    """Add one repair that stands; ``event`` is that of the entry, corrected."""
    match event:
        case Retracted():
            repairs.retracted_by.setdefault(event.target, entry)
        case Corrected():
            repairs.corrected_by.setdefault(event.target, []).insert(0, entry._replace(event=event))
        case Disputed():
            repairs.disputed_by.setdefault(event.target, []).insert(0, entry._replace(event=event))
        case Resolved() if not _is_void(event, repairs):
            repairs.preferences[event.preferred] = Preference(event.preferred, frozenset(event.over))
        case _:
            pass


def _is_void(event: Resolved, repairs: Repairs) -> bool:
    """Whether the preferred entry is retracted, or a later resolution decided between these entries."""
    if event.preferred in repairs.retracted_by:
        return True
    mine = {event.preferred, *event.over}
    return any(later.preferred in mine or bool(later.over & mine) for later in repairs.preferences.values())


def _corrected_event(entry: Entry, repairs: Repairs) -> Statement:
    """The entry's event after its corrections; one that this release can no longer read changes nothing."""
    event = entry.event
    for correction in repairs.corrected_by.get(entry.id, ()):
        if isinstance(correction.event, Corrected):
            with suppress(ValidationError):
                event = with_changes(event, correction.event.set)
    return event


def with_changes(event: Statement, changes: Mapping[str, Any]) -> Statement:
    """The event with changed fields; None clears a field. Raises ValidationError."""
    fields = {name: getattr(event, name) for name in event.model_fields_set}
    fields.update(changes)
    return type(event).model_validate({name: value for name, value in fields.items() if value is not None})
