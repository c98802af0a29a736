"""Whether a ledger's tables, and what keeps them append-only, are as this release makes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from armsledger.storage.connection import SQLITE
from armsledger.storage.flaw import GO_BACK, Flaw
from armsledger.storage.instant import from_text, to_text
from armsledger.storage.layout import SCHEMA_VERSION
from armsledger.storage.reader import JournalReader

RENEW: Final = (
    "find out who changed it and what they wrote; if nothing else is wrong, move the entries into tables as they"
    " should be with `armsledger copy LEDGER NEW`"
)
"""What to do about tables or triggers that are not as they should be."""
FACTS: Final = ("created_at", "ledger_id", "schema_version")


def check_schema(reader: JournalReader) -> list[Flaw]:
    """What is missing or otherwise than this release makes it; to be called within a snapshot."""
    if reader.dialect is SQLITE:
        from armsledger.storage.sqlite_check import differences
    else:
        from armsledger.storage.postgres_check import differences
    return [Flaw(what, where, RENEW) for where, what in differences(reader.query)]


def check_database(reader: JournalReader) -> list[Flaw]:
    """What the database finds wrong with itself. Only SQLite is asked: it has one file, and a check of all of it."""
    if reader.dialect is not SQLITE:
        return []
    found = [str(line) for (line,) in reader.query("PRAGMA integrity_check(20)")]
    return [Flaw(line, "the file", GO_BACK) for line in found if line != "ok"]


def check_facts(reader: JournalReader) -> list[Flaw]:
    """What a ledger says of itself and cannot be so."""
    facts = reader.meta()
    return [Flaw(what, "the table ledger", GO_BACK) for what in _implausible(facts)]


def _implausible(facts: dict[str, str]) -> Iterator[str]:
    for name in FACTS:
        if name not in facts:
            yield f"there is no {name}"
    if facts.get("schema_version", str(SCHEMA_VERSION)) != str(SCHEMA_VERSION):
        yield f"its schema_version is {facts['schema_version']!r:.60}, not {SCHEMA_VERSION}"
    if "ledger_id" in facts and not _is_uuid(facts["ledger_id"]):
        yield f"its ledger_id is {facts['ledger_id']!r:.60}, which no ledger has"
    if "created_at" in facts and not is_instant(facts["created_at"]):
        yield f"its created_at is {facts['created_at']!r:.60}, which is no time"


def _is_uuid(text: str) -> bool:
    from uuid import UUID

    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def is_instant(text: object) -> bool:
    """Whether a stored text is a time as we write it."""
    try:
        return isinstance(text, str) and to_text(from_text(text)) == text
    except ValueError:
        return False
