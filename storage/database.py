"""The database behind a journal that is written: one connection for the writer, and others who read meanwhile."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, RLock
from typing import Any

from eventsourcing.persistence import PersistenceError, ProgrammingError, StoredEvent
from sqlalchemy import Connection as Session

from armsledger.storage.address import Place
from armsledger.storage.connection import Connection
from armsledger.storage.format import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.instant import utc_now
from armsledger.storage.proofs.merkle import Frontier, peak_positions
from armsledger.storage.transaction import Transaction
from armsledger.storage.write_transaction import Turn

Clock = Callable[[], datetime]


class Database(ABC):
    """One journal's database. Threads may share it; a process that was forked off may not.

    Threads take turns at the one connection for writing, which is fairer and faster than having the database
    try again and again; other processes are kept out by `_begin`.
    """

    def __init__(self, *, clock: Clock = utc_now, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> None:
        self.timeout_seconds = timeout_seconds
        self.turn = RLock()
        self.current: Transaction | None = None
        """The transaction of the thread that has the turn."""
        self.before_commit: Callable[[Transaction], None] | None = None
        """Called with a transaction that appended, as its last part: what it raises undoes the whole."""
        self._clock = clock
        self._listeners: set[Event] = set()
        self._process = os.getpid()
        self._frontier: Frontier | None = None
        self._is_open = True

    @property
    @abstractmethod
    def driver(self) -> Connection:
        """The writer's own connection; to be used by whoever holds `turn`."""

    @abstractmethod
    def _begin(self, *, durable: bool) -> Transaction:
        """Wait until nobody else writes, and begin."""

    @abstractmethod
    def _own_session(self) -> AbstractContextManager[Session]:
        """The writer's own connection for SQLAlchemy; to be used by whoever holds `turn`."""

    @abstractmethod
    def _other_session(self) -> AbstractContextManager[Session]:
        """Another connection."""

    @abstractmethod
    def _close(self) -> None:
        """Close all connections."""

    @abstractmethod
    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows of the journal in their order; raises the driver's errors."""

    @abstractmethod
    def refusal(self, error: Exception, events: Sequence[StoredEvent], first: int) -> PersistenceError:
        """Why rows were not inserted: the rule that one of the events broke. ``first`` is the first one's position."""

    def transaction(self, *, durable: bool = True) -> Turn:
        """Wait for the writer's lock and hold it; commit at the end or, whatever is raised, roll back.

        One that is not ``durable`` commits without waiting for the disk: a loss of power may undo it as a whole. It is
        for what can be made again, and never for entries.
        """
        return Turn(self, durable=durable)

    def begin(self, *, durable: bool = True) -> Transaction:
        """Keep other processes out; to be called by whoever has the turn."""
        self.check_open()
        try:
            self.current = self._begin(durable=durable)
        except BaseException:
            self.driver.rollback()
            raise
        return self.current

    def frontier(self, transaction: Transaction) -> Frontier:
        """Where the Merkle tree goes on: kept from one append to the next, and read where others appended meanwhile."""
        known = self._frontier
        if known is None or known.size != transaction.head:
            known = self._frontier = load_frontier(transaction.connection, transaction.head)
        return known

    def forget_frontier(self) -> None:
        """A transaction was rolled back: the tree ends elsewhere than it seemed to."""
        self._frontier = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A connection that sees what is committed and, in a transaction, what this thread has appended."""
        self.check_open()
        if self.in_transaction or not self.is_shared:
            with self.turn, self._own_session() as session:
                yield session
        else:
            with self._other_session() as session:
                try:
                    yield session
                finally:
                    if not self._is_open:  # closed meanwhile: nobody would close what goes back to the pool
                        session.invalidate()

    is_shared = True
    """Whether other connections see the same database."""

    @property
    def in_transaction(self) -> bool:
        """Whether the thread that asks is in a transaction."""
        if not self.turn.acquire(blocking=False):
            return False
        try:
            return self.current is not None
        finally:
            self.turn.release()

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
            if self._is_open and not self.is_anothers:
                self._is_open = False
                self._close()

    @property
    def is_anothers(self) -> bool:
        """Whether this process was forked off the one that opened it, whose connections these are."""
        return os.getpid() != self._process

    def check_open(self) -> None:
        """Raise an error if the connections may not be used."""
        if not self._is_open:
            raise ProgrammingError("the journal is closed")
        if self.is_anothers:
            raise ProgrammingError("the journal was opened before this process was forked off: open it again")


def load_frontier(connection: Connection, size: int) -> Frontier:
    """The end of the Merkle tree over the first so many entries, from what is stored with them."""
    positions = [position for position, _ in peak_positions(size)]
    marks = ", ".join("?" * len(positions))
    found = connection.execute(f"SELECT position, hashes FROM journal WHERE position IN ({marks or 'NULL'})", positions)
    return Frontier.load(size, dict(found.fetchall()).__getitem__)


def open_database(
    place: Place, *, clock: Clock = utc_now, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
) -> Database:
    """The database at a place: a file, a server, or nowhere but in memory."""
    if place is None or isinstance(place, Path):
        from armsledger.storage.sqlite.database import SqliteDatabase

        return SqliteDatabase(place, clock=clock, timeout_seconds=timeout_seconds)
    from armsledger.storage.postgres.database import PostgresDatabase

    return PostgresDatabase(place, clock=clock, timeout_seconds=timeout_seconds)
