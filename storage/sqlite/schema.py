"""The tables of a ledger in SQLite, the triggers that keep them append-only, and how those of a file differ."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from armsledger.storage.schema import APPLICATION_ID, Ask, Difference, Rule, first_facts, is_own
from armsledger.storage.tables import metadata

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


def _refusing(table: str, operation: str, rule: Rule, when: str = "") -> str:
    condition = f"\nWHEN {when}" if when else ""
    return f"""CREATE TRIGGER {table}_refuses_{operation.lower()} BEFORE {operation} ON {table}{condition} BEGIN
    SELECT RAISE(ABORT, '{rule}');
END"""


# FAIL, not ABORT: with INSERT OR FAIL it spares SQLite a savepoint for every row, a third of its time. As
# nothing is written before the check, the two come to the same.
TRIGGERS: Final = (
    f"""CREATE TRIGGER journal_takes_what_comes_next BEFORE INSERT ON journal
WHEN {OUT_OF_TURN_OR_TIME} OR {TAKEN} OR {AHEAD} OR {KNOWN} BEGIN
    SELECT RAISE(FAIL, '{Rule.POSITION}') WHERE {OUT_OF_TURN};
    SELECT RAISE(FAIL, '{Rule.VERSION}') WHERE {TAKEN} OR {AHEAD};
    SELECT RAISE(FAIL, '{Rule.ENTRY_ID}') WHERE {KNOWN};
    SELECT RAISE(FAIL, '{Rule.RECORDED_AT}');
END""",
    _refusing("journal", "UPDATE", Rule.UNCHANGED),
    _refusing("journal", "DELETE", Rule.UNCHANGED),
    _refusing(
        "checkpoint",
        "INSERT",
        Rule.CHECKPOINT,
        "EXISTS (SELECT 1 FROM checkpoint WHERE size = NEW.size AND made_at = NEW.made_at)",
    ),
    _refusing("checkpoint", "UPDATE", Rule.CHECKPOINT),
    _refusing("checkpoint", "DELETE", Rule.CHECKPOINT),
    _refusing("person", "INSERT", Rule.PERSON, "EXISTS (SELECT 1 FROM person WHERE id = NEW.id)"),
    _refusing(
        "person",
        "UPDATE",
        Rule.PERSON,
        """NEW.id <> OLD.id OR NEW.name IS NOT NULL OR NEW."key" IS NOT NULL OR NEW.forgotten_at IS NULL
    OR OLD.forgotten_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM journal WHERE stream = 'person/' || NEW.id)""",
    ),
    _refusing("person", "DELETE", Rule.PERSON),
    _refusing("ledger", "INSERT", Rule.IDENTITY, "EXISTS (SELECT 1 FROM ledger WHERE key = NEW.key)"),
    _refusing(
        "ledger",
        "UPDATE",
        Rule.IDENTITY,
        """OLD.key <> 'schema_version' OR NEW.key <> 'schema_version'
    OR CAST(NEW.value AS INTEGER) <= CAST(OLD.value AS INTEGER)""",
    ),
    _refusing("ledger", "DELETE", Rule.IDENTITY),
)

SCHEMA: Final = "SELECT type, name, tbl_name, sql FROM sqlite_schema"
Parts = dict[tuple[str, str], tuple[str, str]]
"""Tables, indexes and triggers by their kind and name: whose they are, and how they were made."""


def install(connection: sqlite3.Connection, created_at: datetime, facts: Mapping[str, str] | None = None) -> None:
    """Make the tables of an empty ledger. ``facts`` are those of another one, of which this is to be a copy."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("BEGIN IMMEDIATE")
    for statement in definitions():
        connection.execute(statement)
    all_facts = first_facts(created_at) | dict(facts or {})
    connection.executemany("INSERT INTO ledger (key, value) VALUES (?, ?)", all_facts.items())
    connection.execute("COMMIT")


def definitions() -> list[str]:
    """The statements that make the tables and triggers."""
    dialect = sqlite.dialect()
    return [*(str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables), *TRIGGERS]


def differences(ask: Ask) -> Iterator[Difference]:
    """What is missing, otherwise, or more than it should be of the ledger's own tables and triggers.

    Other tables, views and indexes are somebody's own, and a read model's; but nobody's triggers belong on
    our tables and on those of read models.
    """
    ((application_id,),) = ask("PRAGMA application_id")
    if application_id != APPLICATION_ID:
        yield "the file", f"its application_id is {application_id}, not that of a ledger ({APPLICATION_ID})"
    expected, there = _expected(), _parts(ask(SCHEMA))
    for (kind, name), made in expected.items():
        if (kind, name) not in there:
            yield f"the {kind} {name}", "it is missing"
        elif there[kind, name] != made:
            yield f"the {kind} {name}", f"it was changed, and is now: {there[kind, name][1]:.300}"
    for kind, name in there.keys() - expected.keys():
        table, sql = there[kind, name]
        if kind == "trigger" and is_own(table.lower()):  # SQLite keeps the name as it was written
            yield f"the {kind} {name}", f"it is none of the ledger's, and acts on the table {table}: {sql:.300}"


@cache
def _expected() -> Parts:
    """The parts of a new ledger, as SQLite itself has them."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in definitions():
            connection.execute(statement)
        return _parts(connection.execute(SCHEMA).fetchall())


def _parts(rows: Iterable[tuple[Any, ...]]) -> Parts:
    """Their texts with single blanks only: line breaks do not count. Indexes of constraints have no text."""
    return {(kind, name): (table, " ".join((sql or "").split())) for kind, name, table, sql in rows}
