"""Making a ledger together with all that is in it: nobody sees it until it is complete."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from armsledger.domain.errors import LedgerError
from armsledger.storage.address import MEMORY, Place, Server
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS, Connection
from armsledger.storage.creation import staging_ledger
from armsledger.storage.database import JOURNAL_COLUMNS
from armsledger.storage.driver_errors import as_ledger_errors
from armsledger.storage.errors import LedgerExists, UnsupportedAddress
from armsledger.storage.files import flush, sweep
from armsledger.storage.sqlite.connection import tidy

Rows = Sequence[tuple[Any, ...]]
SUFFIXES = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database while it is in use, and what a killed process leaves."""

COPY = f"COPY journal ({', '.join(JOURNAL_COLUMNS)}) FROM STDIN"
"""Takes rows as fast as they come; to the triggers, those of a page are the rows of one statement."""


class InTheWay(LedgerError):
    """Beside the place of a new ledger is a file that belongs to another database of that name."""

    def __init__(self, ledger: str, beside: str) -> None:
        super().__init__(
            f"nothing can be put at {ledger}: {beside} is there, which SQLite would take for a part of it",
            remedy="close the programs that use it; if there are none, move both files away",
        )


class NewLedger:
    """A ledger that is being made, over one connection and within a transaction."""

    def __init__(
        self, connection: Connection, insert: Callable[[Rows], None], page_done: Callable[[], None] = lambda: None
    ) -> None:
        self.connection = connection
        self.insert = insert
        """Inserts rows of the journal, in their order and with their hashes."""
        self.page_done = page_done
        """To be called after each page: in a staging file, rows need not wait in the -wal file for the end."""


@contextmanager
def new_ledger(
    place: Place,
    created_at: datetime,
    facts: Mapping[str, str],
    *,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    replace: bool = False,
    mode: int | None = None,
) -> Iterator[NewLedger]:
    """A new ledger at a place where none is, to be filled in the block; if the block fails, nothing is there.

    ``facts`` are those of the ledger of which it is to be a copy. Raises LedgerExists if there is something already,
    unless a file may be replaced.
    """
    if place is None:
        raise UnsupportedAddress(MEMORY, "a ledger in memory is gone with the command")
    if isinstance(place, Path):
        with _in_file(place, created_at, facts, replace=replace, mode=mode) as target:
            yield target
    else:
        with _on_server(place, created_at, facts, timeout_seconds) as target:
            yield target


@contextmanager
def _in_file(
    path: Path, created_at: datetime, facts: Mapping[str, str], *, replace: bool, mode: int | None
) -> Iterator[NewLedger]:
    check_free(path, replace=replace)
    with staging_ledger(path, created_at, facts=facts, replace=replace, mode=mode) as staging:
        with closing(sqlite3.connect(staging, isolation_level=None)) as connection, as_ledger_errors(path, 0):
            yield from _filled(connection)
        flush(staging)


def _filled(connection: sqlite3.Connection) -> Iterator[NewLedger]:
    """Nobody knows the file yet: each page is committed, and only the end waits for the disk."""
    from armsledger.storage.sqlite.database import INSERT

    for pragma in ("synchronous = OFF", "recursive_triggers = ON", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")

    def insert(rows: Rows) -> None:
        connection.executemany(INSERT, rows)

    def page_done() -> None:
        connection.execute("COMMIT")
        connection.execute("BEGIN")

    connection.execute("BEGIN")
    yield NewLedger(connection, insert, page_done)
    connection.execute("COMMIT")


@contextmanager
def _on_server(
    server: Server, created_at: datetime, facts: Mapping[str, str], timeout_seconds: float
) -> Iterator[NewLedger]:
    """In one transaction, tables included: if anything ends it before its commit, the server drops all of it."""
    from armsledger.storage.postgres.connection import LOCK, PostgresConnection, has_ledger
    from armsledger.storage.postgres.schema import make_tables

    def insert(rows: Rows) -> None:
        with connection.raw.cursor() as cursor, cursor.copy(COPY) as arriving:
            for row in rows:
                arriving.write_row(row)

    with (
        as_ledger_errors(server, timeout_seconds),
        closing(PostgresConnection(server, timeout_seconds)) as connection,
    ):
        connection.execute("BEGIN")
        try:
            connection.execute(LOCK)
            if has_ledger(connection):
                raise LedgerExists(str(server), what="a ledger")
            make_tables(connection, created_at, facts)
            yield NewLedger(connection, insert)
            connection.execute("COMMIT")
        finally:
            connection.rollback()


def check_free(path: Path, *, replace: bool = False) -> None:
    """Raise an error if something is at the place for a ledger, or beside it what SQLite would take for a part of it.

    A -wal file that was left without its database would be read into any database that takes its name. What a killed
    process has left of what was to take the place is swept away, whether it took it or not.
    """
    place = Path(os.path.realpath(path))
    sweep(place)
    is_taken = os.path.lexists(place)
    if is_taken and not replace:
        raise LedgerExists(str(path))
    if is_taken:
        tidy(place)
    for suffix in SUFFIXES:
        if os.path.lexists(f"{place}{suffix}"):
            raise InTheWay(str(path), f"{place}{suffix}")
