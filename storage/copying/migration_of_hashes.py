"""From schema 1 to schema 2: the hashes of the Merkle tree beside each entry, checkpoints, and persons.

The journal is made anew beside the old one, by the statements that make a new ledger's, and takes its rows over as they
are: what was recorded is not touched, names of persons included. Read models stay as they are, and so do indexes and
triggers of somebody's own. This is the last step there is; one that follows it will need these tables kept here as they
are made now.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from armsledger.storage.copying.stored_rows import Report, stored_entries, undecoded, with_hashes
from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.proofs.canonical import Record
from armsledger.storage.proofs.merkle import Frontier
from armsledger.storage.reader import JournalReader
from armsledger.storage.sqlite.database import INSERT
from armsledger.storage.sqlite.schema import TRIGGERS, definitions

OLD: Final = "journal_1"
OWN_TRIGGERS: Final = frozenset(trigger.split()[2] for trigger in TRIGGERS)
OTHERS: Final = "SELECT name, sql FROM sqlite_schema WHERE tbl_name = 'journal' AND type IN ('index', 'trigger')"
SAME: Final = " AND ".join(f"old.{column} IS new.{column}" for column in Record._fields)
KEPT: Final = f"SELECT count(*) FROM {OLD} AS old JOIN journal AS new ON new.position = old.position WHERE {SAME}"


def add_hashes(connection: sqlite3.Connection, ledger: str, report: Report) -> None:
    """Lead a ledger from schema 1 to schema 2, within a transaction; raises LedgerDamaged for one that is not sound."""
    others = [sql for name, sql in connection.execute(OTHERS).fetchall() if sql and name not in OWN_TRIGGERS]
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")}
    for trigger in OWN_TRIGGERS & there:
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("PRAGMA legacy_alter_table = ON")  # views of somebody's keep to the name, not to the old table
    connection.execute(f"ALTER TABLE journal RENAME TO {OLD}")
    connection.execute("PRAGMA legacy_alter_table = OFF")
    _make_tables(connection)
    _take_over(connection, ledger, report)
    connection.execute(f"DROP TABLE {OLD}")
    for sql in others:
        connection.execute(sql)


def _make_tables(connection: sqlite3.Connection) -> None:
    """The tables that are not there yet, and all triggers."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    for statement in definitions():
        kind, name = statement.split()[1:3]
        if kind != "TABLE" or name not in there:
            connection.execute(statement)


def _take_over(connection: sqlite3.Connection, ledger: str, report: Report) -> None:
    """All rows of the old journal, each with its hashes, compared once they are in."""
    reader = JournalReader(connection, undecoded, ledger=ledger)
    (total,) = connection.execute(f"SELECT count(*) FROM {OLD}").fetchone()
    frontier = Frontier()
    for rows in stored_entries(reader, OLD):
        connection.executemany(INSERT, with_hashes(rows, ledger, frontier))
        report(frontier.size, total)
    (kept,) = connection.execute(KEPT).fetchone()
    if not kept == frontier.size == reader.head() == total:
        raise LedgerDamaged(ledger, f"of its {total} entries, only {kept} could be taken over as they are")
