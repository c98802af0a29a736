"""The database behind a journal that is written: one connection for the writer, and others for readers meanwhile."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from threading import Event, RLock
from types import TracebackType
from typing import Any

from sqlalchemy import Connection as Session

from armsledger.domain.errors import LedgerError
from armsledger.storage.address import MEMORY, Place
from armsledger.storage.connection import Connection, batch
from armsledger.storage.errors import AlreadyRecorded, Conflict, LedgerBusy, LedgerDamaged, LedgerFailed, OutOfOrder
from armsledger.storage.format import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.instant import utc_now
from armsledger.storage.proofs.canonical import Record
from armsledger.storage.proofs.merkle import Frontier, peak_positions
from armsledger.storage.schema import Rule
from armsledger.storage.transaction import Transaction

Clock = Callable[[], datetime]
Row = Sequence[Any]
"""A row of the journal: a `Record`, and the hashes beside it."""


class Database(ABC):
    """One journal's database. Threads may share it; a process that was forked off may not.

    Threads share the one connection for writing, one at a time: that is fairer and faster than having the database
    try again and again. `_begin` keeps out other processes. Raises the errors of `armsledger.storage.errors`, and the
    driver's.
    """

    def __init__(
        self, place: Place, *, clock: Clock = utc_now, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    ) -> None:
        self.ledger = MEMORY if place is None else str(place)
        """How messages call it."""
        self.timeout_seconds = timeout_seconds
        self.lock = RLock()
        """The thread that holds it is the one that writes."""
        self.current: Transaction | None = None
        """The transaction of that thread."""
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
        """The writer's own connection; to be used by the thread that holds `lock`."""

    @abstractmethod
    def _begin(self, *, durable: bool) -> Transaction:
        """Wait until nobody else writes, and begin."""

    @abstractmethod
    def _own_session(self) -> AbstractContextManager[Session]:
        """The writer's own connection for SQLAlchemy; to be used by the thread that holds `lock`."""

    @abstractmethod
    def _other_session(self) -> AbstractContextManager[Session]:
        """Another connection."""

    @abstractmethod
    def _close(self) -> None:
        """Close all connections."""

    @abstractmethod
    def insert(self, rows: Sequence[Row]) -> None:
        """Insert rows of the journal in their order; raises Conflict, AlreadyRecorded, OutOfOrder or LedgerDamaged."""

    def refusal(self, rule: Rule, row: Row) -> LedgerError:
        """What it means that a row broke a rule."""
        record = Record._make(row[: len(Record._fields)])
        match rule:
            case Rule.VERSION:
                return Conflict(self.ledger, record.stream, record.version)
            case Rule.ENTRY_ID:
                return AlreadyRecorded(self.ledger, record.entry_id)
            case Rule.RECORDED_AT:
                return OutOfOrder(self.ledger, record.stream, record.version)
            case _:
                return LedgerDamaged(self.ledger, f"{record.stream}@{record.version}: {rule}")

    def transaction(self, *, durable: bool = True) -> WriteTransaction:
        """Wait for the writer's lock and hold it; commit at the end or, whatever is raised, roll back.

        A transaction that is not ``durable`` commits without waiting for the disk: a loss of power may undo it as a
        whole. It is for what can be made again, and never for entries.
        """
        return WriteTransaction(self, durable=durable)

    def begin(self, *, durable: bool = True) -> Transaction:
        """Keep other processes out; to be called by the thread that holds `lock`."""
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
            with self.lock, self._own_session() as session:
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
        if not self.lock.acquire(blocking=False):
            return False
        try:
            return self.current is not None
        finally:
            self.lock.release()

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
        with self.lock:
            if self._is_open and not self.is_anothers:
                self._is_open = False
                self._close()

    @property
    def is_anothers(self) -> bool:
        """Whether this process was forked off the one that opened it, whose connections these are."""
        return os.getpid() != self._process

    def check_open(self) -> None:
        """Raise LedgerFailed if the connections may not be used."""
        if not self._is_open:
            raise LedgerFailed(self.ledger, "the journal is closed")
        if self.is_anothers:
            raise LedgerFailed(self.ledger, "the journal was opened before this process was forked off: open it again")


class WriteTransaction:
    """What ``with database.transaction()`` enters and leaves: from the writer's lock to COMMIT or ROLLBACK.

    Within another one of the same thread it is a part of that. If the part fails the whole does, even if somebody
    catches the error. A class, as two generators in its place take longer than SQLite takes for a row.
    """

    __slots__ = ("_database", "_durable", "_is_part", "_transaction")

    def __init__(self, database: Database, *, durable: bool) -> None:
        self._database = database
        self._durable = durable
        self._is_part = False
        self._transaction: Transaction | None = None

    def __enter__(self) -> Transaction:
        database = self._database
        if not database.lock.acquire(timeout=database.timeout_seconds):
            raise LedgerBusy(database.ledger, database.timeout_seconds)
        try:
            database.check_open()
            self._is_part = database.current is not None
            self._transaction = database.current or database.begin(durable=self._durable)
        except BaseException:
            database.lock.release()
            raise
        return self._transaction

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        transaction = self._transaction
        assert transaction is not None
        try:
            if self._is_part:
                transaction.failed |= kind is not None
            else:
                self._end(transaction, commit=kind is None)
        finally:
            self._database.lock.release()
        if not self._is_part and kind is None and transaction.appended:
            self._database.notify()

    def _end(self, transaction: Transaction, *, commit: bool) -> None:
        database, driver = self._database, transaction.connection
        committed = False
        try:
            if commit:
                database.check_open()
            if commit and transaction.failed:
                raise LedgerFailed(database.ledger, "a part of the transaction failed, so nothing of it is recorded")
            if commit:
                with batch(driver):
                    if transaction.appended and database.before_commit is not None:
                        database.before_commit(transaction)
                    driver.execute("COMMIT")
                committed = True
        finally:
            database.current = None
            if not committed:
                database.forget_frontier()
            if not database.is_anothers and driver.in_transaction:  # the parent's goes on, whatever becomes of us
                driver.rollback()


def load_frontier(connection: Connection, size: int) -> Frontier:
    """The end of the Merkle tree over the first so many entries, from what is stored with them."""
    positions = [position for position, _ in peak_positions(size)]
    marks = ", ".join("?" * len(positions))
    found = connection.execute(f"SELECT position, hashes FROM journal WHERE position IN ({marks or 'NULL'})", positions)
    return Frontier.load(size, dict(found.fetchall()).__getitem__)
