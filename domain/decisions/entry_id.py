"""The id of an entry that names none: a digest of what the entry says.

The id tells nothing of the persons in the entry, because somebody could confirm a guess at an erased name by it. So
statements that differ in nothing else are numbered, in the order in which they come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from copy import deepcopy
from typing import Any
from unicodedata import normalize

from armsledger.domain.decisions.history import History
from armsledger.domain.events.payload import Payload, canonical_json, fields_of
from armsledger.domain.events.persons import places
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.citation import ERASED

NOT_IN_THE_ID = frozenset({"note", "quote", "credibility"})
"""Fields that do not make another entry."""
ID_STREAM_DIGITS = 8
ID_CONTENT_DIGITS = 20


def own_id(history: History, event: Statement, payload: Payload, from_clock: frozenset[str]) -> str:
    """The id of the entry that says the same, or the one that a new entry gets.

    What only the clock gave is left out, so that the same file has the same ids tomorrow. The ids of one stream begin
    alike, which keeps them together in the index that makes them unique. Earlier releases hashed the names as well, and
    their entries keep their ids.
    """
    left_out = NOT_IN_THE_ID | from_clock
    earlier = _id_of(history.stream, _text_of(history.stream, event.name, payload, left_out))
    if earlier in history.entries:
        return earlier
    names = _names_in(payload.fields)
    if not names:
        return earlier
    text = _text_of(history.stream, event.name, _nameless(payload), left_out)
    return _numbered_id(history, text, names)


def _nameless(payload: Payload) -> Payload:
    """The payload without the persons in it; only the fields that name them are written anew."""
    named = {place.path.partition(".")[0] for place in places(payload.fields)}
    fields = payload.fields | deepcopy({name: payload.fields[name] for name in named})
    for place in list(places(fields)):
        del place.within[place.name]
    return Payload(fields, payload.texts | {name: canonical_json(fields[name]) for name in named})


def _numbered_id(history: History, text: str, names: dict[str, str]) -> str:
    """The id of the entry that says this of these persons, else of persons some of whom are erased, else the next."""
    erased, number = None, 0
    while True:
        number += 1
        entry_id = _id_of(history.stream, text if number == 1 else f"{text}{number}")
        known = history.entries.get(entry_id)
        if known is None:
            return erased or entry_id
        stated = _names_in(fields_of(known.event))
        if stated == names:
            return entry_id
        if erased is None and _may_be_alike(stated, names):
            erased = entry_id


def _names_in(fields: dict[str, Any]) -> dict[str, str]:
    """The names of the persons in an event, by their paths, in one normal form."""
    return {place.path: normalize("NFC", place.text) for place in places(fields)}


def _may_be_alike(stated: Mapping[str, str], names: Mapping[str, str]) -> bool:
    """Whether all names are the same, as far as they are not erased."""
    pairs = ((stated.get(path), name) for path, name in names.items())
    return stated.keys() == names.keys() and all(one == other or ERASED in (one, other) for one, other in pairs)


def _text_of(stream: str, event: str, payload: Payload, left_out: frozenset[str]) -> str:
    """The canonical text of what an entry says, without some of its fields."""
    return f'{{"event":"{event}","fields":{payload.text(left_out)},"stream":{canonical_json(stream)}}}'


def _id_of(stream: str, text: str) -> str:
    return _digest(stream)[:ID_STREAM_DIGITS] + _digest(text)[:ID_CONTENT_DIGITS]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
