"""The id of an entry that names none: a digest of what it says.

It tells nothing of the persons in it, or a guess at a name that was erased could be confirmed by it. So statements
that differ in nothing else are numbered, in the order in which they come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from armsledger.domain.events.catalogue import canonical_json, fields_of
from armsledger.domain.events.personal_fields import places
from armsledger.domain.events.statement import Statement
from armsledger.domain.history import History
from armsledger.domain.values.personal import ERASED

NOT_IN_THE_ID = frozenset({"note", "quote", "credibility"})
ID_STREAM_DIGITS = 8
ID_CONTENT_DIGITS = 20


def derived_id(stream: str, event: Statement, from_clock: frozenset[str] = frozenset()) -> str:
    """The id of an entry that names none: a digest of what it says, not of how it is quoted or noted.

    What only the clock gave is left out, so that the same file says the same tomorrow. The ids of one
    stream begin alike, which keeps them together in the index that makes them unique.
    """
    fields = fields_of(event)
    for place in list(places(fields)):
        del place.within[place.name]
    return _id_of(stream, _text_of(stream, event.name, fields, from_clock))


def own_id(history: History, event: Statement, said: dict[str, Any], from_clock: frozenset[str]) -> str:
    """The id by which an entry that names none is known, or the one that it gets.

    Earlier releases had the names in it, and their entries keep their ids.
    """
    stream, name = history.stream, event.name
    earlier = _id_of(stream, _text_of(stream, name, said, from_clock))
    named = list(places(said))
    if not named or earlier in history.entries:
        return earlier
    names = [place.within.pop(place.name) for place in named]
    text = _text_of(stream, name, said, from_clock)
    for place, person in zip(named, names, strict=True):
        place.within[place.name] = person
    return _numbered_id(history, text, {place.path: place.text for place in named})


def _numbered_id(history: History, text: str, names: dict[str, str]) -> str:
    """The id of the entry that says just this of these persons, else of these or erased ones, else the next one."""
    erased, number = None, 0
    while True:
        number += 1
        entry_id = _id_of(history.stream, text if number == 1 else f"{text}{number}")
        known = history.entries.get(entry_id)
        if known is None:
            return erased or entry_id
        stated = {place.path: place.text for place in places(fields_of(known.event))}
        if stated == names:
            return entry_id
        if erased is None and _may_be_alike(stated, names):
            erased = entry_id


def _may_be_alike(stated: Mapping[str, str], names: Mapping[str, str]) -> bool:
    """Whether all names are the same, as far as they can still be told."""
    pairs = ((stated.get(path), name) for path, name in names.items())
    return stated.keys() == names.keys() and all(one == other or ERASED in (one, other) for one, other in pairs)


def _text_of(stream: str, event: str, fields: Mapping[str, Any], from_clock: frozenset[str]) -> str:
    """What an entry says, as one text."""
    left_out = NOT_IN_THE_ID | from_clock
    said = {name: value for name, value in fields.items() if name not in left_out}
    return canonical_json({"stream": stream, "event": event, "fields": said})


def _id_of(stream: str, text: str) -> str:
    return _digest(stream)[:ID_STREAM_DIGITS] + _digest(text)[:ID_CONTENT_DIGITS]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
