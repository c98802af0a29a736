"""The short form of an entry: the event's name over its fields.

``{deal: x, opened: {on: 2018, supplier: RUS}}`` says what ``{deal: x, event: opened, on: 2018, supplier: RUS}`` says.
Beside the event stand only the keys that any entry may have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from armsledger.domain.decisions.event_names import NAMES
from armsledger.domain.decisions.wording import shape_of
from armsledger.domain.errors import UnreadableDossier, quoted
from armsledger.domain.events.statement import COMMON_FIELDS
from armsledger.exchange.dossiers.lines import Lines, MovedLines, Origin, place_of
from armsledger.exchange.dossiers.stored import PERSONS, STORED

STREAM_KEYS: Final = ("deal", "engagement", "framework", "stream")
"""The keys that name an entry's stream; an entry has exactly one of them."""
OF_ANY_ENTRY: Final = frozenset(
    {*STREAM_KEYS, *COMMON_FIELDS, "id", "recorded_at", "recorded_by", "login", PERSONS, STORED}
)
"""The keys that an entry may have whatever its event."""
RESERVED: Final = OF_ANY_ENTRY | {"event", "key", "sources", "entries", "groups", "defaults"}
"""What a dossier's objects hold besides an event's own fields; no event of the catalogue may be called so."""
NO_EVENT: Final = (
    "add event, such as event: contract-signed, or write the event over its fields, contract-signed: {...}"
)


def long_form(fields: dict[str, Any], lines: Lines, name: str) -> tuple[dict[str, Any], Lines]:
    """The entry with its event under ``event`` and all fields side by side; ``name`` is the file's.

    Takes the dict over; raises UnreadableDossier.
    """
    if fields.get("event") is not None:
        return fields, lines
    event = _event(fields, lines, name)
    within = fields.pop(event)
    fields.pop("event", None)  # given without a value
    if within is not None and not isinstance(within, Mapping):
        raise UnreadableDossier(
            f"what stands under {quoted(event)} is {shape_of(within)}, not the event's fields",
            remedy=f"write {event}: {{on: 2018-10}}, or the fields below it, each on a line of its own",
        ).at(place_of(name, lines, event))
    moved = {"event": Origin(lines, event)}
    for field, value in (within or {}).items():
        if field in fields and fields[field] is not None:
            raise UnreadableDossier(
                f"{quoted(field)} stands twice, beside {quoted(event)} and under it", remedy="leave one of them out"
            ).at(place_of(name, lines, f"{event}.{field}"))
        fields[field] = value
        moved[field] = Origin(lines, f"{event}.{field}")
    if "event" in (within or {}):
        raise UnreadableDossier(
            f"the entry has two events, {event} and {quoted(fields['event'])}", remedy="leave event out"
        ).at(place_of(name, lines, f"{event}.event"))
    fields["event"] = event
    return fields, lines if len(lines) == 1 else MovedLines(lines, moved)


def _event(fields: Mapping[str, Any], lines: Lines, name: str) -> str:
    """The key of the entry that is an event's name, or is meant to be one; raises UnreadableDossier."""
    own = [key for key in fields if key not in RESERVED]
    events = [key for key in own if key in NAMES] or [key for key in own if _may_be_event(fields[key])]
    if len(events) > 1:
        raise UnreadableDossier(
            f"the entry has two events, {quoted(events[0])} and {quoted(events[1])}",
            remedy="an entry tells one event: begin the other with a '- ' of its own",
        ).at(place_of(name, lines, events[1]))
    if not events:
        raise UnreadableDossier("the entry names no event", remedy=NO_EVENT).at(place_of(name, lines, ""))
    [event] = events
    beside = [key for key in own if key != event]
    if beside:
        raise UnreadableDossier(
            f"{quoted(beside[0])} stands beside {quoted(event)}, not among its fields",
            remedy=f"move it under {event}:, with the event's other fields",
        ).at(place_of(name, lines, beside[0]))
    return event


def _may_be_event(value: Any) -> bool:
    """Whether a key that no event has may be a misspelt one: fields stand under it."""
    return isinstance(value, Mapping) and bool(value)
