"""Whether the entries that tell of erasures and the table of persons fit together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from armsledger.domain.values.stream import OF_PERSONS
from armsledger.storage.connection import ASKED_ABOUT
from armsledger.storage.erasure.persons import Person, all_persons
from armsledger.storage.integrity.verification import GO_BACK, Violation
from armsledger.storage.reader import JournalReader

ERASURES: Final = (
    f"SELECT stream, version, recorded_at, payload FROM journal WHERE NOT ({ASKED_ABOUT}) ORDER BY position"
)
FIND_OUT: Final = "find out who destroyed the key, and why; to have the name again, go back to a backup that verifies"


def check_erasures(reader: JournalReader) -> Iterator[Violation]:
    """What does not fit; to be called within a snapshot."""
    persons = all_persons(reader.query)
    told: set[str] = set()
    for stream, version, recorded_at, payload in reader.query(ERASURES):
        person_id = stream.removeprefix(OF_PERSONS)
        told.add(person_id)
        if what := _wrong(persons.get(person_id), version, recorded_at, payload):
            yield Violation(what, f"{stream}@{version}", GO_BACK)
    for person in persons.values():
        if person.id not in told and None in (person.name, person.key):
            what = "name or key of the person were destroyed, and no entry tells of that"
            yield Violation(what, f"{OF_PERSONS}{person.id}", FIND_OUT)


def _wrong(person: Person | None, version: int, recorded_at: str, payload: str) -> str:
    """What is wrong with the entry of an erasure; nothing if it is as it should be."""
    if version != 1:
        return "a person is forgotten once"
    if person is None:
        return "it tells that a person was forgotten whom the ledger does not hold"
    if person.name is not None or person.key is not None:
        return "it tells that the person was forgotten, whose name or key is still there"
    if (person.forgotten_at, person.forgotten_by) != _when_and_by(recorded_at, payload):
        return "the table person tells otherwise who forgot the person, or when"
    return ""


def _when_and_by(recorded_at: str, payload: str) -> tuple[Any, Any]:
    try:
        fields = json.loads(payload)
        return fields.get("at", recorded_at), fields["by"]
    except (ValueError, LookupError, AttributeError):
        return None, None
