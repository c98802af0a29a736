"""What was said before: the same entry again, the same source again, and a source that contradicts itself."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from armsledger.domain.decisions.entry_id import NOT_IN_THE_ID
from armsledger.domain.decisions.history import History
from armsledger.domain.entry import Draft, Entry
from armsledger.domain.errors import IdTaken, SelfContradiction, shortened
from armsledger.domain.events.payload import Payload, fields_of
from armsledger.domain.events.persons import erased_alike
from armsledger.domain.events.source import Registered
from armsledger.domain.events.statement import Statement, is_silent, own_fields
from armsledger.domain.values.item import Item
from armsledger.domain.values.quantity import Quantity

FIELDS_TOLD = 3
"""How many fields a message compares."""


def check_same(
    known: Entry | Draft, stream: str, event: Statement, payload: Payload, entry_id: str, from_clock: frozenset[str]
) -> None:
    """Refuse an entry that has the id of a known one, and says something else.

    An entry that only lacks the note, quote or credibility of the known one is the same. So is one with a name where
    the name in the known one was erased, whichever name it was.
    """
    said, stated = erased_alike(payload.fields, fields_of(known.event))
    compared = (stated.keys() | said.keys()) - from_clock - (NOT_IN_THE_ID - said.keys())
    same = known.stream == stream and type(known.event) is type(event)
    if not same or any(stated.get(name) != said.get(name) for name in compared):
        raise IdTaken(
            f"entry {entry_id!r} is recorded as {known.address}, with other content",
            remedy=f"repair it ('armsledger correct {known.address} --set ...'), or give this one an id of its own",
            entry=known.address,
            field="id",
        )


def registered_before(payload: Payload, history: History) -> Entry | Draft | None:
    """The entry that has registered this source with all of this; refuses to register it otherwise."""
    said = {name: value for name, value in payload.fields.items() if name in own_fields(Registered)}
    for entry in history.entries.values():
        if not isinstance(entry.event, Registered) or entry.id in history.repairs.retracted_by:
            continue
        stated = fields_of(history.current(entry))
        differing = [name for name, value in said.items() if stated.get(name, value) != value]
        if differing:
            told = "; ".join(
                f"{name} {_written(said[name])} here and {_written(stated[name])} there"
                for name in differing[:FIELDS_TOLD]
            )
            raise SelfContradiction(
                f"this source is registered already, otherwise, in {entry.address}: {told}",
                remedy=f"give the other source a key of its own, repair this one ('armsledger correct {entry.address} "
                "--set ...'), or record 'regraded' if its reliability is judged anew",
                entry=entry.address,
                field=differing[0],
            )
        if said.keys() <= stated.keys():
            return entry
    return None


def stated_before(event: Statement, payload: Payload, entry_id: str, history: History) -> Entry | Draft | None:
    """The entry in which the same speaker in the same source says all of this or more: that is stated once."""
    for entry, current in history.accounts(event, entry_id, or_erased=True):
        said, stated = erased_alike(payload.fields, fields_of(current))
        otherwise = [name for name, value in said.items() if stated.get(name) != value]
        # values may be equal that are written otherwise, as org:NATO and NATO, or 5 Tanks and 5 tanks
        if event.status == current.status and all(
            _is_alike(getattr(event, name), getattr(current, name)) for name in otherwise
        ):
            return entry
    return None


def check_contradiction(event: Statement, entry_id: str, history: History) -> None:
    """Refuse a statement of a source that has said otherwise on the same day."""
    for entry, current in history.accounts(event, entry_id):
        same_day = (current.asserted.first, current.asserted.last) == (event.asserted.first, event.asserted.last)
        if same_day and not _same_content(current, event):
            fields, told = _differences(current, event, entry.address)
            raise SelfContradiction(
                f"source {event.source!r} says {told} (both asserted {current.asserted})",
                remedy=f"correct that entry ('armsledger correct {entry.address} --set ...'), "
                f"or say when the source said otherwise (asserted)",
                entry=entry.address,
                field=fields[0] if fields else "",
            )


def _differences(stated: Statement, event: Statement, address: str) -> tuple[list[str], str]:
    """The fields in which two statements differ, and what each says: ``quantity 10 tanks here and 12 tanks in ...``."""
    if type(stated) is not type(event):
        return [], f"{event.name} here and {stated.name} in {address}"
    names = [name for name in _content(type(event)) if not _is_alike(getattr(stated, name), getattr(event, name))]
    there = f"in {address}"
    told = []
    for name in names[:FIELDS_TOLD]:
        told.append(f"{name} {_written(getattr(event, name))} here and {_written(getattr(stated, name))} {there}")
        there = "there"
    return names, "; ".join(told)


def _written(value: Any) -> str:
    """A field's value as people write it."""
    if is_silent(value):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(_written, value))
    return shortened(value.in_full if isinstance(value, Item) else str(value))


def _same_content(one: Statement, other: Statement) -> bool:
    """Whether two statements say the same of an occurrence, whatever their quotes and notes."""
    return type(one) is type(other) and all(
        _is_alike(getattr(one, name), getattr(other, name)) for name in _content(type(one))
    )


def _is_alike(one: Any, other: Any) -> bool:
    """Whether two values are the same; capital letters make no other unit."""
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return replace(one, unit=one.measure) == replace(other, unit=other.measure)
    if isinstance(one, Item) and isinstance(other, Item):
        pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(Item)]
        return all(_is_alike(mine, theirs) for mine, theirs in pairs)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_is_alike, one, other))
    return bool(one == other)


def _content(event: type[Statement]) -> tuple[str, ...]:
    """The fields in which two statements about one occurrence must agree."""
    return "on", "status", *own_fields(event)
