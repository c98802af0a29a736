"""Crypto-shredding: a person's name and key are destroyed, and then taken out of the files, too.

An entry of the journal is the erasure: whatever appends it destroys the key in the same transaction.

A database leaves what was deleted in its files until it needs the room. SQLite writes the whole ledger anew and empties
the -wal file beside it; PostgreSQL writes tables anew. What is still to be done is noted until it is
(`armsledger.storage.erasure.unpurged`). What was copied elsewhere before (archives of the log, standbys, backups) is
beyond reach here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from armsledger.domain.values.stream import PERSON
from armsledger.storage.connection import SQLITE, Connection, dialect_of, is_shared
from armsledger.storage.driver_errors import driver_errors
from armsledger.storage.erasure.unpurged import note_unpurged

if TYPE_CHECKING:
    from armsledger.storage.transaction import Transaction

FORGET: Final = (
    'UPDATE person SET name = NULL, "key" = NULL, forgotten_at = ?, forgotten_by = ?'
    " WHERE id = ? AND forgotten_at IS NULL"
)
ADD_FORGOTTEN: Final = "INSERT INTO person (id, forgotten_at, forgotten_by) VALUES (?, ?, ?)"
LOG: Final = "-wal"
"""Stands in the place of a table for what SQLite keeps beside the file."""
THERE: Final = """
SELECT relname::text, pg_has_role(relowner, 'USAGE') FROM pg_class
WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relname = ANY(?) AND relkind = 'r'"""
"""Which tables there are, and whether they are ours."""


def carry_out(transaction: Transaction, stream: str, payload: bytes, instant: str) -> None:
    """Do what an entry tells that the transaction has appended: destroy the name and the key of a person.

    So an export that is restored has everybody forgotten who was forgotten where it was made. Entries that were read
    before still have the name.
    """
    connection, fields = transaction.connection, json.loads(payload)
    person_id, at, by = stream.partition("/")[2], fields.get("at", instant), fields["by"]
    person = connection.execute("SELECT forgotten_at FROM person WHERE id = ?", (person_id,)).fetchone()
    if person is None:
        connection.execute(ADD_FORGOTTEN, (person_id, at, by))
    elif person[0] is None:
        overwrite_deleted(connection)
        connection.execute(FORGET, (at, by, person_id))
        note_unpurged(transaction, [PERSON])
        transaction.entries.clear()
        transaction.forgot = True


def overwrite_deleted(connection: Connection) -> None:
    """From here on, SQLite overwrites with zeros what is deleted over this connection, in the same step.

    Most builds do so only when asked.
    """
    if dialect_of(connection) is SQLITE:
        connection.execute("PRAGMA secure_delete = ON")


def purge(connection: Connection, timeout_seconds: float) -> str:
    """Write anew the files that may still hold what was erased; gives why it could not be done, nothing if it was.

    Whatever interrupts it, what is left to do stays noted.
    """
    try:
        names = {name for (name,) in connection.execute("SELECT name FROM unpurged").fetchall()}
        if not names:
            return ""
        if dialect_of(connection) is SQLITE:
            return _purge_file(connection, names, timeout_seconds)
        return _purge_tables(connection, names)
    except driver_errors() as error:
        return str(error).strip().partition("\n")[0]


def _purge_file(connection: Connection, names: set[str], timeout_seconds: float) -> str:
    """The whole file: free pages, and free room within pages, hold what was deleted at any time before."""
    with _waiting(connection, timeout_seconds):
        if names != {LOG}:
            connection.execute("VACUUM")
            _note_log_alone(connection)
        if _empty_log(connection):
            waited = f" for {timeout_seconds:g} s" if timeout_seconds else ""
            return f"others have been reading{waited}, so its -wal file could not be emptied"
        connection.execute("DELETE FROM unpurged")
        _empty_log(connection)
    return ""


@contextmanager
def _waiting(connection: Connection, seconds: float) -> Iterator[None]:
    """Within it, SQLite waits so long for others."""
    (before,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.rollback()
        connection.execute(f"PRAGMA busy_timeout = {before}")


def _note_log_alone(connection: Connection) -> None:
    """Whoever tries again need not write the whole file anew."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "INSERT INTO unpurged SELECT ?, min(since) FROM unpurged WHERE true ON CONFLICT DO NOTHING", (LOG,)
    )
    connection.execute("DELETE FROM unpurged WHERE name <> ?", (LOG,))
    connection.execute("COMMIT")


def _empty_log(connection: Connection) -> bool:
    """Merge the -wal file and empty it; whether somebody who reads keeps it from that."""
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return bool(busy)


def _purge_tables(connection: Connection, names: set[str]) -> str:
    """The tables one by one; nobody can read a table while it is written anew.

    The planner keeps some values of each column in its statistics, so these are made anew, too. A table that was
    dropped meanwhile has no files.
    """
    if is_shared(connection):
        return "through a pooler no table is written anew; record once over a connection to the server itself"
    there = dict(connection.execute(THERE, (sorted(names),)).fetchall())
    for name in sorted(names):
        if there.get(name, True):
            if name in there:
                connection.execute(f'VACUUM (FULL, ANALYZE) "{name}"')
            connection.execute("DELETE FROM unpurged WHERE name = ?", (name,))
    others = [name for name, own in sorted(there.items()) if not own]
    return f"the owner of {', '.join(others)} must run VACUUM (FULL, ANALYZE) on them" if others else ""
