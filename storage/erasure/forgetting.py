"""Crypto-shredding: a person's name and key are destroyed, and then taken out of the files, too.

A database leaves what was deleted in its files until it needs the room. SQLite writes the whole ledger anew and empties
the -wal file beside it; PostgreSQL writes tables anew. What was copied elsewhere before (archives of the log, standbys,
backups) is beyond reach here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from armsledger.storage.connection import SQLITE, Connection, dialect_of
from armsledger.storage.driver_errors import driver_errors

if TYPE_CHECKING:
    from armsledger.storage.transaction import Transaction

FORGET: Final = (
    'UPDATE person SET name = NULL, "key" = NULL, forgotten_at = ?, forgotten_by = ?'
    " WHERE id = ? AND forgotten_at IS NULL"
)
OWNED: Final = """
SELECT relname::text FROM pg_class
WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relname = ANY(?) AND relkind = 'r'
    AND pg_has_role(relowner, 'USAGE')"""


def forget_person(transaction: Transaction, person_id: str, at: str, by: str) -> None:
    """Destroy the name and the key of a person; entries that were read before still have the name."""
    transaction.connection.execute(FORGET, (at, by, person_id))
    transaction.entries.clear()
    transaction.forgot = True


def overwrite_deleted(connection: Connection) -> None:
    """From here on, SQLite overwrites with zeros what is deleted over this connection, in the same step.

    Most builds do so only when asked.
    """
    if dialect_of(connection) is SQLITE:
        connection.execute("PRAGMA secure_delete = ON")


def purge(connection: Connection, tables: Sequence[str], timeout_seconds: float) -> str:
    """Write anew what some tables are stored in; gives why it could not be done, nothing if it was."""
    try:
        if dialect_of(connection) is SQLITE:
            return _purge_file(connection, timeout_seconds)
        return _purge_tables(connection, tables)
    except driver_errors() as error:
        return str(error).strip().partition("\n")[0]


def _purge_file(connection: Connection, timeout_seconds: float) -> str:
    """The whole file: free pages, and free room within pages, hold what was deleted at any time before."""
    connection.execute("VACUUM")
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return f"others have been reading for {timeout_seconds:g} s, so its -wal file could not be emptied" if busy else ""


def _purge_tables(connection: Connection, tables: Sequence[str]) -> str:
    """The tables one by one; nobody can read a table while it is written anew.

    The planner keeps some values of each column in its statistics, so these are made anew, too.
    """
    own = {name for (name,) in connection.execute(OWNED, (list(tables),)).fetchall()}
    for table in sorted(own):
        connection.execute(f'VACUUM (FULL, ANALYZE) "{table}"')
    others = sorted(set(tables) - own)
    return f"the owner of {', '.join(others)} must run VACUUM (FULL, ANALYZE) on them" if others else ""
