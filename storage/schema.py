"""The tables of the journal, and the triggers that keep them append-only.

The triggers hold against every program that opens the file, not only against this one.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import Column, Integer, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from armsledger.storage.instant import to_text
from armsledger.storage.layout import APPLICATION_ID, SCHEMA_VERSION

metadata = MetaData()

journal = Table(
    "journal",
    metadata,
    Column("position", Integer, primary_key=True),  # 1, 2, 3, ... in the order of the commits
    Column("stream", Text, nullable=False),  # deal/india-s400
    Column("version", Integer, nullable=False),  # 1, 2, 3, ... within the stream
    Column("name", Text, nullable=False),  # deal.contract-signed
    Column("format", Integer, nullable=False),  # version of the payload's fields; 0: not of the catalogue
    Column("entry_id", Text, nullable=False, unique=True),
    Column("on_earliest", Text),  # ISO dates; NULL is open
    Column("on_latest", Text),
    Column("asserted_earliest", Text),
    Column("asserted_latest", Text),
    Column("source", Text),
    Column("recorded_at", Text, nullable=False),  # 2026-11-22T12:00:00.000000Z, never decreasing
    Column("recorded_by", Text, nullable=False),
    Column("payload", Text, nullable=False),  # JSON
    UniqueConstraint("stream", "version"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

tracking = Table(
    "tracking",
    metadata,
    Column("application_name", Text, primary_key=True),
    Column("notification_id", Integer, nullable=False),
    sqlite_with_rowid=False,
)


class Rule(StrEnum):
    """What a row must keep to; the trigger's message, by which a refusal is recognised."""

    UNCHANGED = "the journal is append-only: what is recorded is never changed"
    POSITION = "the journal is append-only: the position does not come next"
    VERSION = "the version does not come next in its stream"
    ENTRY_ID = "the entry id is in the journal already"
    RECORDED_AT = "the time of recording is before that of the entry before"
    IDENTITY = "what makes a ledger this ledger is never changed"


# INSERT OR REPLACE gets around UNIQUE and, unless the connection asks for recursive triggers, around the
# triggers on DELETE. So everything is checked before the row goes in.
TAKEN = "EXISTS (SELECT 1 FROM journal WHERE stream = NEW.stream AND version = NEW.version)"
AHEAD = "NEW.version > 1 AND NOT EXISTS (SELECT 1 FROM journal WHERE stream = NEW.stream AND version = NEW.version - 1)"
KNOWN = "EXISTS (SELECT 1 FROM journal WHERE entry_id = NEW.entry_id)"
OUT_OF_TURN = "NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM journal)"
OUT_OF_TURN_OR_TIME = (
    "NEW.position IS NOT 1 + coalesce((SELECT position FROM journal"
    " WHERE recorded_at <= NEW.recorded_at ORDER BY position DESC LIMIT 1), 0)"
)

# FAIL, not ABORT: with INSERT OR FAIL it spares SQLite a savepoint for every row, a third of its time. As
# nothing is written before the check, the two come to the same.
TRIGGERS = (
    f"""CREATE TRIGGER journal_takes_what_comes_next BEFORE INSERT ON journal
WHEN {OUT_OF_TURN_OR_TIME} OR {TAKEN} OR {AHEAD} OR {KNOWN} BEGIN
    SELECT RAISE(FAIL, '{Rule.POSITION}') WHERE {OUT_OF_TURN};
    SELECT RAISE(FAIL, '{Rule.VERSION}') WHERE {TAKEN} OR {AHEAD};
    SELECT RAISE(FAIL, '{Rule.ENTRY_ID}') WHERE {KNOWN};
    SELECT RAISE(FAIL, '{Rule.RECORDED_AT}');
END""",
    f"""CREATE TRIGGER journal_refuses_update BEFORE UPDATE ON journal BEGIN
    SELECT RAISE(ABORT, '{Rule.UNCHANGED}');
END""",
    f"""CREATE TRIGGER journal_refuses_delete BEFORE DELETE ON journal BEGIN
    SELECT RAISE(ABORT, '{Rule.UNCHANGED}');
END""",
    f"""CREATE TRIGGER ledger_refuses_insert BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger WHERE key = NEW.key) BEGIN
    SELECT RAISE(ABORT, '{Rule.IDENTITY}');
END""",
    f"""CREATE TRIGGER ledger_refuses_update BEFORE UPDATE ON ledger
WHEN OLD.key <> 'schema_version' OR NEW.key <> 'schema_version'
    OR CAST(NEW.value AS INTEGER) <= CAST(OLD.value AS INTEGER) BEGIN
    SELECT RAISE(ABORT, '{Rule.IDENTITY}');
END""",
    f"""CREATE TRIGGER ledger_refuses_delete BEFORE DELETE ON ledger BEGIN
    SELECT RAISE(ABORT, '{Rule.IDENTITY}');
END""",
)


def install(connection: sqlite3.Connection, created_at: datetime) -> None:
    """Make the tables of an empty ledger."""
    dialect = sqlite.dialect()
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("BEGIN IMMEDIATE")
    for table in metadata.sorted_tables:
        connection.execute(str(CreateTable(table).compile(dialect=dialect)))
    for trigger in TRIGGERS:
        connection.execute(trigger)
    facts = {
        "schema_version": str(SCHEMA_VERSION),
        "ledger_id": str(uuid4()),
        "created_at": to_text(created_at),
    }
    connection.executemany("INSERT INTO ledger (key, value) VALUES (?, ?)", facts.items())
    connection.execute("COMMIT")
