"""Taking out of the files what was deleted from the tables: a database leaves it there until it needs the room.

SQLite writes the whole ledger anew and empties the -wal file beside it; on PostgreSQL tables are written anew. What was
copied elsewhere before (archives of the log, standbys, backups) is beyond reach here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from armsledger.storage.connection import SQLITE, Connection, dialect_of
from armsledger.storage.database import Database
from armsledger.storage.failure import driver_errors

OWNED: Final = """
SELECT relname::text FROM pg_class
WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relname = ANY(?) AND relkind = 'r'
    AND pg_has_role(relowner, 'USAGE')"""


def overwrite_deleted(connection: Connection) -> None:
    """From here on, what is deleted over this connection is overwritten with zeros in the same step, where SQLite is.

    Most builds do so only when asked.
    """
    if dialect_of(connection) is SQLITE:
        connection.execute("PRAGMA secure_delete = ON")


def purge(database: Database, tables: Sequence[str]) -> str:
    """Write anew what some tables are stored in; gives why it could not be done, nothing if it was."""
    with database.lock:
        try:
            if dialect_of(database.driver) is SQLITE:
                return _purge_file(database.driver, database.timeout_seconds)
            return _purge_tables(database.driver, tables)
        except driver_errors() as error:
            return str(error).strip().partition("\n")[0]


def _purge_file(connection: Connection, timeout_seconds: float) -> str:
    """The whole file, in which free pages and free room within pages hold what was deleted at any time before."""
    connection.execute("VACUUM")
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return f"others have been reading for {timeout_seconds:g} s, so its -wal file could not be emptied" if busy else ""


def _purge_tables(connection: Connection, tables: Sequence[str]) -> str:
    """The tables one by one; each is locked against reading while it is written anew.

    The planner keeps some values of each column in its statistics, so these are taken anew, too.
    """
    own = {name for (name,) in connection.execute(OWNED, (list(tables),)).fetchall()}
    for table in sorted(own):
        connection.execute(f'VACUUM (FULL, ANALYZE) "{table}"')
    others = sorted(set(tables) - own)
    return f"the owner of {', '.join(others)} must run VACUUM (FULL, ANALYZE) on them" if others else ""
