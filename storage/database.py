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

from eventsourcing.persistence import OperationalError, ProgrammingError
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import QueuePool

from armsledger.storage.instant import utc_now
from armsledger.storage.layout import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.persistence_failure import WriterBusy
from armsledger.storage.schema import install
from armsledger.storage.sqlite import open_for_writing, open_in_memory
from armsledger.storage.transaction import Transaction


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
        self._current: Transaction | None = None
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

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Hold the writer's lock, and commit at the end or, whatever is raised, roll back.

        Within another transaction of the same thread it is a part of that one.
        """
        self._take_turn()
        try:
            part_of = self._current
            with self._begun() if part_of is None else _joined(part_of) as current:
                yield current
        finally:
            self.turn.release()
        if part_of is None and current.appended:
            self._notify()

    @contextmanager
    def _begun(self) -> Iterator[Transaction]:
        """From BEGIN to COMMIT or ROLLBACK."""
        self._opened()
        driver = self._driver
        try:
            driver.execute("BEGIN IMMEDIATE")
            current = self._current = Transaction(driver, self._clock)
            yield current
            if current.failed:
                raise OperationalError("a part of the transaction failed, so nothing of it is recorded")
            driver.execute("COMMIT")
        except BaseException:
            driver.rollback()
            raise
        finally:
            self._current = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees what is committed and, in a transaction, what this thread has appended."""
        if self.path is None or self.in_transaction:
            self._take_turn()
            try:
                yield self._opened()
            finally:
                self.turn.release()
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
            return self._current is not None
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

    def _notify(self) -> None:
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

    def _take_turn(self) -> None:
        """Wait for the writer's connection; whoever took it releases it."""
        if not self.turn.acquire(timeout=self.timeout_seconds):
            raise WriterBusy(f"another thread has been writing for {self.timeout_seconds:g} s")

    def _opened(self) -> Connection:
        """The writer's connection, if it may be used."""
        if self._writer is None:
            raise ProgrammingError("the journal is closed")
        if os.getpid() != self._process:
            raise ProgrammingError("the journal was opened before this process was forked off: open it again")
        return self._writer


@contextmanager
def _joined(current: Transaction) -> Iterator[Transaction]:
    """A part of a transaction; if it fails, the whole does, even if somebody catches the error."""
    try:
        yield current
    except BaseException:
        current.failed = True
        raise


def driver_connection(connection: Connection) -> sqlite3.Connection:
    """The sqlite3 connection below one of SQLAlchemy's."""
    return cast("sqlite3.Connection", connection.connection.driver_connection)
