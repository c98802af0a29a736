"""Whether the entries that tell of erasures and the table of persons fit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from armsledger.domain.values.stream import OF_PERSONS, PERSON
from armsledger.storage.connection import ASKED_ABOUT
from armsledger.storage.erasure.entries import UNENTERED
from armsledger.storage.integrity.verification import GO_BACK, Violation
from armsledger.storage.reader import JournalReader

WITHOUT_ENTRY: Final = f"""
SELECT id FROM person WHERE ({UNENTERED}) OR ("key" IS NULL AND forgotten_at IS NULL) ORDER BY id"""
NOT_CARRIED_OUT: Final = f"""
SELECT stream, version FROM journal WHERE NOT ({ASKED_ABOUT}) AND (version <> 1 OR NOT EXISTS (
    SELECT 1 FROM person WHERE stream = '{OF_PERSONS}' || id AND name IS NULL AND "key" IS NULL
    AND forgotten_at IS NOT NULL)) ORDER BY position"""
FIND_OUT: Final = f"find out who destroyed the key, and why; else {GO_BACK}"


def check_erasures(reader: JournalReader) -> Iterator[Violation]:
    """What does not fit; to be called within a snapshot."""
    for (person_id,) in reader.query(WITHOUT_ENTRY):
        what = "name or key of the person were destroyed, and no entry tells of it"
        yield Violation(what, f"the {PERSON} {person_id}", FIND_OUT)
    for stream, version in reader.query(NOT_CARRIED_OUT):
        what = "it tells that the person was forgotten, whose name or key is still there, or of whom nothing is known"
        yield Violation(what, f"{stream}@{version}", GO_BACK)
