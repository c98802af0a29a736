"""The tables of a ledger in SQLite, and the triggers that keep them append-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from armsledger.storage.format import APPLICATION_ID
from armsledger.storage.schema import Rule, first_facts, is_own, metadata

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
    f"""CREATE TRIGGER checkpoint_refuses_insert BEFORE INSERT ON checkpoint
WHEN EXISTS (SELECT 1 FROM checkpoint WHERE size = NEW.size AND made_at = NEW.made_at) BEGIN
    SELECT RAISE(ABORT, '{Rule.CHECKPOINT}');
END""",
    f"""CREATE TRIGGER checkpoint_refuses_update BEFORE UPDATE ON checkpoint BEGIN
    SELECT RAISE(ABORT, '{Rule.CHECKPOINT}');
END""",
    f"""CREATE TRIGGER checkpoint_refuses_delete BEFORE DELETE ON checkpoint BEGIN
    SELECT RAISE(ABORT, '{Rule.CHECKPOINT}');
END""",
    f"""CREATE TRIGGER person_refuses_insert BEFORE INSERT ON person
WHEN EXISTS (SELECT 1 FROM person WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, '{Rule.PERSON}');
END""",
    f"""CREATE TRIGGER person_refuses_update BEFORE UPDATE ON person
WHEN NEW.id <> OLD.id OR NEW.name IS NOT NULL OR NEW."key" IS NOT NULL OR NEW.forgotten_at IS NULL
    OR OLD.forgotten_at IS NOT NULL BEGIN
    SELECT RAISE(ABORT, '{Rule.PERSON}');
END""",
    f"""CREATE TRIGGER person_refuses_delete BEFORE DELETE ON person BEGIN
    SELECT RAISE(ABORT, '{Rule.PERSON}');
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


def install(connection: sqlite3.Connection, created_at: datetime, facts: Mapping[str, str] | None = None) -> None:
    """Make the tables of an empty ledger. ``facts`` are those of another one, of which this is to be a copy."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("BEGIN IMMEDIATE")
    for statement in definitions():
        connection.execute(statement)
    told = first_facts(created_at) | dict(facts or {})
    connection.executemany("INSERT INTO ledger (key, value) VALUES (?, ?)", told.items())
    connection.execute("COMMIT")


def definitions() -> list[str]:
    """The statements that make the tables and triggers."""
    dialect = sqlite.dialect()
    return [*(str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables), *TRIGGERS]


# How the tables of an SQLite ledger differ from those that this release makes.

Difference = tuple[str, str]
"""Where, and what."""
Ask = Callable[[str], list[tuple[Any, ...]]]
"""Gives the rows of a query."""
SCHEMA: Final = "SELECT type, name, tbl_name, sql FROM sqlite_schema"
Parts = dict[tuple[str, str], tuple[str, str]]
"""Tables, indexes and triggers by their kind and name: whose they are, and how they were made."""


def differences(ask: Ask) -> Iterator[Difference]:
    """What is missing, otherwise, or more than it should be of the ledger's own tables and triggers.

    Other tables, views and indexes are somebody's own, and a read model's; but nobody's triggers belong on
    our tables and on those of read models.
    """
    ((found_id,),) = ask("PRAGMA application_id")
    if found_id != APPLICATION_ID:
        yield "the file", f"its application_id is {found_id}, not that of a ledger ({APPLICATION_ID})"
    expected, found = _expected(), _parts(ask(SCHEMA))
    for (kind, name), made in expected.items():
        if (kind, name) not in found:
            yield f"the {kind} {name}", "it is missing"
        elif found[kind, name] != made:
            yield f"the {kind} {name}", f"it was changed, and is now: {found[kind, name][1]:.300}"
    for kind, name in found.keys() - expected.keys():
        table, made_by = found[kind, name]
        if kind == "trigger" and is_own(table.lower()):  # SQLite keeps the name as it was written
            yield f"the {kind} {name}", f"it is none of the ledger's, and acts on the table {table}: {made_by:.300}"


@cache
def _expected() -> Parts:
    """The parts of a new ledger, as SQLite itself has them."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in definitions():
            connection.execute(statement)
        return _parts(connection.execute(SCHEMA).fetchall())


def _parts(rows: Iterable[tuple[Any, ...]]) -> Parts:
    return {(kind, name): (table, _squeezed(made)) for kind, name, table, made in rows}


def _squeezed(made: str | None) -> str:
    """The text with single blanks only: how lines were broken is of no account. Indexes of constraints have none."""
    return " ".join((made or "").split())
