"""A journal in an SQLite file, or in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, cast

from eventsourcing.persistence import PersistenceError, StoredEvent
from sqlalchemy import Connection as Session
from sqlalchemy import create_engine, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import QueuePool

from armsledger.storage.database import Clock, Database
from armsledger.storage.instant import utc_now
from armsledger.storage.layout import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.persistence_failure import BrokenRule, persistence_error
from armsledger.storage.schema import Rule, journal
from armsledger.storage.sqlite import open_for_writing, open_in_memory
from armsledger.storage.sqlite_schema import install
from armsledger.storage.transaction import Transaction

DURABLE = ("PRAGMA synchronous = FULL", "PRAGMA wal_autocheckpoint = 1000")
"""As connections are opened for writing: a commit that returned survives a loss of power."""
QUICK = ("PRAGMA synchronous = NORMAL", "PRAGMA wal_autocheckpoint = 16000")
"""A commit waits for no disk, and what is written is merged into the main file by 64 MB at a time."""

INSERT = str(insert(journal).prefix_with("OR FAIL").compile(dialect=sqlite.dialect()))
"""Compiled once, a question mark for each column in the table's order. The driver runs it for all rows of a
save: through SQLAlchemy's execution the same takes longer than SQLite itself for a small save."""


class SqliteDatabase(Database):
    """Other processes are kept out by BEGIN IMMEDIATE, for which SQLite waits as long as the timeout says."""

    def __init__(
        self, path: Path | None, *, clock: Clock = utc_now, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    ) -> None:
        """Open the ledger at a path, or a new one in memory if there is none."""
        super().__init__(clock=clock, timeout_seconds=timeout_seconds)
        self.path = path
        self.is_shared = path is not None
        self._is_durable = True
        self._engine = create_engine("sqlite://", creator=self._connect, poolclass=QueuePool)
        self._writer = self._engine.connect()
        self._driver = cast("sqlite3.Connection", self._writer.connection.driver_connection)

    @property
    def driver(self) -> sqlite3.Connection:
        """The writer's own connection; to be used by whoever holds `turn`."""
        return self._driver

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows of the journal in their order; raises the driver's errors."""
        self._driver.executemany(INSERT, rows)

    def refusal(self, error: Exception, events: Sequence[StoredEvent], first: int) -> PersistenceError:
        """The trigger's message as the rule it stands for; what went in before tells which row failed."""
        (last,) = self._driver.execute("SELECT max(position) FROM journal").fetchone()
        try:
            return BrokenRule(Rule(str(error)), events[(last or 0) - first + 1])
        except ValueError:
            return persistence_error(error)

    def _own_session(self) -> AbstractContextManager[Session]:
        return nullcontext(self._writer)

    def _other_session(self) -> AbstractContextManager[Session]:
        return self._engine.connect()

    def _close(self) -> None:
        self._writer.close()
        self._engine.dispose()

    def _connect(self) -> sqlite3.Connection:
        """A new connection, for the pool."""
        if self.path is not None:
            return open_for_writing(self.path, self.timeout_seconds)
        connection = open_in_memory()
        install(connection, self._clock())
        return connection

    def _begin(self, *, durable: bool) -> Transaction:
        if durable != self._is_durable:  # SQLite changes it between transactions only
            for pragma in DURABLE if durable else QUICK:
                self._driver.execute(pragma)
            self._is_durable = durable
        self._driver.execute("BEGIN IMMEDIATE")
        return Transaction(self._driver, self._clock)
