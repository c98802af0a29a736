"""Repairs: what later entries of a stream do to earlier ones, by retracting, correcting, disputing or resolving."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from armsledger.domain.entry import Entry
from armsledger.domain.events.repair import OUR_COPY, Corrected, Disputed, Resolved, Retracted
from armsledger.domain.events.statement import Role, Statement, reader_of

Change = Callable[[Statement, Mapping[str, Any]], Statement]
"""Makes an event of another one and of changes of its fields."""


class Preference(NamedTuple):
    """A resolution: the id of the entry that is preferred, and of those to which it is, and the entry that says so."""

    preferred: str
    over: frozenset[str]
    entry: Entry


class Repairs(NamedTuple):
    """What later entries do to earlier ones, by the id of the earlier entry; ``events`` are the corrected events."""

    retracted_by: dict[str, Entry]
    corrected_by: dict[str, list[Entry]]
    disputed_by: dict[str, list[Entry]]
    preferences: dict[str, Preference]
    events: dict[str, Statement]


NO_REPAIRS = Repairs({}, {}, {}, {}, {})


def repairs_of(repairing: Sequence[Entry], visible: Sequence[Entry]) -> Repairs:
    """What the repairs come to. A repair speaks of an earlier entry, so the last one is read first.

    Of two repairs of one field, and of two resolutions, the one that was asserted later holds, whichever was recorded
    first; repairs of our own copy come before news, and among themselves go by the order of recording.
    """
    repairs = Repairs({}, {}, {}, {}, {})
    resolutions: list[tuple[Entry, Resolved]] = []
    for entry in reversed(repairing):
        if entry.id not in repairs.retracted_by:
            _apply(_corrected_event(entry, repairs), entry, repairs, resolutions)
    for entry, event in sorted(resolutions, key=lambda pair: _said(pair[0], pair[1]), reverse=True):
        if not _is_void(event, repairs):
            repairs.preferences[event.preferred] = Preference(event.preferred, frozenset(event.over), entry)
    for disputes in repairs.disputed_by.values():
        disputes.sort(key=lambda entry: _said(entry, entry.event))
    for entry in visible:
        if entry.id in repairs.corrected_by:
            repairs.events[entry.id] = _corrected_event(entry, repairs)
    return repairs


def with_one_more(repairs: Repairs, entry: Entry, target: Entry, change: Change) -> Repairs | None:
    """The repairs, and one more that was recorded after them; None where others have to be looked at again for it.

    Others need not be for a correction or retraction of anything but a repair. ``change`` is `with_changes`.
    """
    event = entry.event
    if target.event.role is Role.REPAIR:
        return None
    if isinstance(event, Retracted):
        return repairs._replace(retracted_by={**repairs.retracted_by, target.id: entry})
    if not isinstance(event, Corrected):
        return None
    before = repairs.corrected_by.get(target.id, [])
    more = repairs._replace(corrected_by={**repairs.corrected_by, target.id: [entry, *before]})
    if any(in_turn(other) > in_turn(entry) for other in before):
        after = _corrected_event(target, more)
    else:
        after = repairs.events.get(target.id, target.event)
        with suppress(ValidationError):
            after = change(after, event.set)
    return more._replace(events={**repairs.events, target.id: after})


def _apply(event: Statement, entry: Entry, repairs: Repairs, resolutions: list[tuple[Entry, Resolved]]) -> None:
    match event:
        case Retracted():
            repairs.retracted_by.setdefault(event.target, entry)
        case Corrected():
            repairs.corrected_by.setdefault(event.target, []).append(entry._replace(event=event))
        case Disputed():
            repairs.disputed_by.setdefault(event.target, []).append(entry._replace(event=event))
        case Resolved():
            resolutions.append((entry, event))
        case _:
            pass


def _said(entry: Entry, event: Statement) -> tuple[int, int, str]:
    """When something was said; what was said on one day goes by the id."""
    return event.asserted.last, event.asserted.first, entry.id


def _is_void(event: Resolved, repairs: Repairs) -> bool:
    """Whether the preferred entry is retracted, or a later resolution decided between these entries."""
    if event.preferred in repairs.retracted_by:
        return True
    mine = {event.preferred, *event.over}
    return any(later.preferred in mine or bool(later.over & mine) for later in repairs.preferences.values())


def _corrected_event(entry: Entry, repairs: Repairs) -> Statement:
    """The entry's event after its corrections; one that this release can no longer read changes nothing."""
    event = entry.event
    corrections = repairs.corrected_by.get(entry.id)
    for correction in sorted(corrections, key=in_turn) if corrections else ():
        if isinstance(correction.event, Corrected):
            with suppress(ValidationError):
                event = _with_known_changes(event, correction.event.set)
    return event


_LAST_CHANGES: dict[tuple[int, int], tuple[Statement, Mapping[str, Any], Statement]] = {}
"""The last events and changes, and what became of them: beliefs about a stream make the same again and again."""
REMEMBERED_CHANGES: Final = 256


def _with_known_changes(event: Statement, changes: Mapping[str, Any]) -> Statement:
    """The same as `with_changes`, once for the same objects."""
    key = id(event), id(changes)
    known = _LAST_CHANGES.get(key)
    if known is not None and known[0] is event and known[1] is changes:
        return known[2]
    if len(_LAST_CHANGES) >= REMEMBERED_CHANGES:
        _LAST_CHANGES.clear()
    after = with_changes(event, changes)
    _LAST_CHANGES[key] = event, changes, after
    return after


def in_turn(correction: Entry) -> tuple[int, int, int, int, str]:
    """The order in which corrections are applied: our own copy first, as last looked at; then news, as it came."""
    event = correction.event
    if isinstance(event, Corrected) and event.reason in OUR_COPY:
        return 0, correction.position, 0, 0, ""
    return 1, 0, *_said(correction, event)


def corrected(event: Statement, changes: Mapping[str, Any]) -> Statement:
    """The event with changed fields; as it was where a release no longer reads the change."""
    try:
        return with_changes(event, changes)
    except ValidationError:
        return event


def with_changes(event: Statement, changes: Mapping[str, Any]) -> Statement:
    """The event with changed fields; None clears a field. Raises ValidationError.

    No rule of an event concerns two of its fields. So only the new values are read, beside the fields that the event
    cannot do without.
    """
    kind = type(event)
    given = {name: value for name, value in changes.items() if value is not None}
    needed = {name: getattr(event, name) for name in required_fields(kind) if name not in changes}
    read = reader_of(kind)(needed | given).__dict__
    after = event.model_copy(update={name: read[name] for name in changes if name in read})
    after.model_fields_set.difference_update(changes.keys() - given.keys())
    return after


@cache
def required_fields(event: type[Statement]) -> tuple[str, ...]:
    """The fields that an event cannot do without."""
    return tuple(name for name, info in event.model_fields.items() if info.is_required())
