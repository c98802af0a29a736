"""The connections of a journal that is written: one for the writer, a pool for those who read meanwhile."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, RLock
from typing import cast

from eventsourcing.persistence import ProgrammingError
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import QueuePool

from armsledger.storage.instant import utc_now
from armsledger.storage.layout import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.schema import install
from armsledger.storage.sqlite import open_for_writing, open_in_memory
from armsledger.storage.transaction import Transaction
from armsledger.storage.turn import Turn

DURABLE = ("PRAGMA synchronous = FULL", "PRAGMA wal_autocheckpoint = 1000")
"""As connections are opened for writing: a commit that returned survives a loss of power."""
QUICK = ("PRAGMA synchronous = NORMAL", "PRAGMA wal_autocheckpoint = 16000")
"""A commit waits for no disk, and what is written is merged into the main file by 64 MB at a time."""


class Database:
    """One journal's database. Threads may share it; a process that was forked off may not.

    Threads take turns at the one connection for writing, which is fairer and faster than having SQLite
    try again and again; other processes are kept out by BEGIN IMMEDIATE.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        clock: Callable[[], datetime] = utc_now,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    ) -> None:
        """Open the ledger at a path, or a new one in memory if there is none."""
        self.path = path
        self.timeout_seconds = timeout_seconds
        self.turn = RLock()
        self._clock = clock
        self._listeners: set[Event] = set()
        self.current: Transaction | None = None
        """The transaction of the thread that has the turn."""
        self.before_commit: Callable[[Transaction], None] | None = None
        """Called with a transaction that appended, as its last part: what it raises undoes the whole."""
        self._is_durable = True
        self._process = os.getpid()
        self._engine = create_engine("sqlite://", creator=self._connect, poolclass=QueuePool)
        self._writer: Connection | None = self._engine.connect()
        self._driver = driver_connection(self._writer)

    def _connect(self) -> sqlite3.Connection:
        """A new connection, for the pool."""
        if self.path is not None:
            return open_for_writing(self.path, self.timeout_seconds)
        connection = open_in_memory()
        install(connection, self._clock())
        return connection

    def transaction(self, *, durable: bool = True) -> Turn:
        """Wait for the writer's lock and hold it; commit at the end or, whatever is raised, roll back.

        One that is not ``durable`` commits without waiting for the disk: a loss of power may undo it as a whole. It is
        for what can be made again, and never for entries.
        """
        return Turn(self, durable=durable)

    def begin(self, *, durable: bool = True) -> Transaction:
        """Keep other processes out; to be called by whoever has the turn."""
        self._opened()
        if durable != self._is_durable:  # SQLite changes it between transactions only
            for pragma in DURABLE if durable else QUICK:
                self._driver.execute(pragma)
            self._is_durable = durable
        try:
            self._driver.execute("BEGIN IMMEDIATE")
            self.current = Transaction(self._driver, self._clock)
        except BaseException:
            self._driver.rollback()
            raise
        return self.current

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees what is committed and, in a transaction, what this thread has appended."""
        if self.path is None or self.in_transaction:
            with self.turn:
                yield self._opened()
        else:
            self._opened()
            with self._engine.connect() as connection:
                yield connection

    @property
    def in_transaction(self) -> bool:
        """Whether the thread that asks is in a transaction."""
        if not self.turn.acquire(blocking=False):
            return False
        try:
            return self.current is not None
        finally:
            self.turn.release()

    @property
    def driver(self) -> sqlite3.Connection:
        """The writer's own connection; to be used by whoever holds `turn`."""
        return self._driver

    def listen(self, listener: Event) -> None:
        """Have an event set after every commit."""
        self._listeners.add(listener)

    def unlisten(self, listener: Event) -> None:
        """No more of that."""
        self._listeners.discard(listener)

    def notify(self) -> None:
        """Tell the listeners that there is news."""
        for listener in tuple(self._listeners):
            listener.set()

    def close(self) -> None:
        """Close all connections; closing a file's last one, SQLite merges its -wal file."""
        with self.turn:
            if self._writer is None or os.getpid() != self._process:
                return
            self._writer.close()
            self._writer = None
            self._engine.dispose()

    def _opened(self) -> Connection:
        """The writer's connection, if it may be used."""
        if self._writer is None:
            raise ProgrammingError("the journal is closed")
        if os.getpid() != self._process:
            raise ProgrammingError("the journal was opened before this process was forked off: open it again")
        return self._writer


def driver_connection(connection: Connection) -> sqlite3.Connection:
    """The sqlite3 connection below one of SQLAlchemy's."""
    return cast("sqlite3.Connection", connection.connection.driver_connection)
