"""Whether a ledger's tables, and the triggers that keep them append-only, are as this release makes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from armsledger.storage.connection import SQLITE
from armsledger.storage.integrity.verification import GO_BACK, Violation
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import SCHEMA_VERSION, is_instant

RENEW: Final = (
    "find out who changed it and what they wrote; if nothing else is wrong, move the entries into tables as they"
    " should be with `armsledger admin copy LEDGER NEW`"
)
"""What to do about tables or triggers that are not as they should be."""
RESET: Final = (
    "find out how far the follower has come, and set notification_id to that; or delete the row, to begin anew"
)
"""What to do about a follower that would miss entries."""
OURS: Final = "armsledger"
"""The name of our own followers of the journal; other names belong to other programs."""
AHEAD: Final = f"""
SELECT application_name, notification_id FROM tracking WHERE application_name = '{OURS}' AND notification_id > ?"""
FACTS: Final = ("created_at", "ledger_id", "schema_version")


def check_schema(reader: JournalReader) -> list[Violation]:
    """What is missing or otherwise than this release makes it; to be called within a snapshot."""
    if reader.dialect is SQLITE:
        from armsledger.storage.sqlite.schema import differences
    else:
        from armsledger.storage.postgres.check import differences
    return [Violation(what, where, RENEW) for where, what in differences(reader.query)]


def check_database(reader: JournalReader) -> list[Violation]:
    """What the database finds wrong with itself. Only SQLite has a check of a whole database."""
    if reader.dialect is not SQLITE:
        return []
    lines = [str(line) for (line,) in reader.query("PRAGMA integrity_check(20)")]
    return [Violation(line, "the file", GO_BACK) for line in lines if line != "ok"]


def check_facts(reader: JournalReader) -> list[Violation]:
    """What a ledger says of itself, or of its followers, and cannot be so."""
    facts = reader.meta()
    return [Violation(what, "the table ledger", GO_BACK) for what in implausible(facts)] + _ahead(reader)


def implausible(facts: Mapping[str, str]) -> Iterator[str]:
    """What a ledger says of itself and no ledger is."""
    for name in FACTS:
        if name not in facts:
            yield f"there is no {name}"
    if facts.get("schema_version", str(SCHEMA_VERSION)) != str(SCHEMA_VERSION):
        yield f"its schema_version is {facts['schema_version']!r:.60}, not {SCHEMA_VERSION}"
    if "ledger_id" in facts and not _is_uuid(facts["ledger_id"]):
        yield f"its ledger_id is {facts['ledger_id']!r:.60}, which no ledger has"
    if "created_at" in facts and not is_instant(facts["created_at"]):
        yield f"its created_at is {facts['created_at']!r:.60}, which is no time"


def _ahead(reader: JournalReader) -> list[Violation]:
    """Followers that are ahead of the journal, and so would miss the entries yet to come."""
    if "tracking" not in {name for (name,) in reader.query(reader.dialect.relations)}:
        return []  # `check_schema` says so
    head = reader.head()
    return [
        Violation(
            f"{name!r:.60} has come to {reached}, and the last entry is {head}: it would miss entries",
            "the table tracking",
            RESET,
        )
        for name, reached in reader.query(AHEAD, head)
    ]


def _is_uuid(text: str) -> bool:
    from uuid import UUID

    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
