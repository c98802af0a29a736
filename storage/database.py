"""The database behind a journal that is written: one connection for the writer, and one to read meanwhile."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, RLock
from typing import Any, Final

from armsledger.domain.errors import LedgerError
from armsledger.storage.address import MEMORY, Place
from armsledger.storage.clock import Clock
from armsledger.storage.connection import Connection, batch
from armsledger.storage.errors import (
    AlreadyRecorded,
    Conflict,
    LedgerBusy,
    LedgerDamaged,
    LedgerFailed,
    LedgerForbidden,
    OutOfOrder,
)
from armsledger.storage.proofs.record import Record
from armsledger.storage.schema import Rule
from armsledger.storage.transaction import Transaction

JOURNAL_COLUMNS: Final = (*Record._fields, "hashes")
Row = Sequence[Any]
"""A row of the journal: a `Record`, and the hashes beside it."""


class Database(ABC):
    """One journal's database. Threads may share it; a process that was forked off may not.

    Threads share the one connection for writing, one at a time: that is fairer and faster than having the database
    try again and again. `_begin` keeps out other processes. Raises the errors of `armsledger.storage.errors`, and the
    driver's.
    """

    def __init__(
        self, place: Place, driver: Connection, *, clock: Clock | None, timeout_seconds: float, leap_days: int
    ) -> None:
        """Without a ``clock``, times are the server's, for a file the machine's."""
        self.ledger = MEMORY if place is None else str(place)
        """How messages call it."""
        self.driver = driver
        """The writer's own connection; to be used by the thread that holds `lock`."""
        self.timeout_seconds = timeout_seconds
        self.lock = RLock()
        """The thread that holds it is the one that writes."""
        self._readers_lock = RLock()
        self._reading: Connection | None = None
        self.current: Transaction | None = None
        """The transaction of that thread."""
        self.before_commit: Callable[[Transaction], None] | None = None
        """Called with a transaction that appended, as its last part: what it raises undoes the whole."""
        self.clock = clock
        self.leap_days = leap_days
        self._listeners: set[Event] = set()
        self._process = os.getpid()
        self._is_open = True

    @abstractmethod
    def _begin(self, *, durable: bool) -> Transaction:
        """Wait until nobody else writes, and begin."""

    @abstractmethod
    def _connect(self) -> Connection:
        """Another connection, which only reads."""

    @property
    def _readers(self) -> Connection:
        """The connection of the threads that read; an append needs none.

        It may take long to connect, and `cached_property` would keep the threads of all ledgers waiting (Python 3.11).
        """
        if self._reading is None:
            self._reading = self._connect()
        return self._reading

    @abstractmethod
    def insert(self, rows: Sequence[Row], *, restored: bool = False) -> None:
        """Insert rows of the journal in their order; raises Conflict, AlreadyRecorded, OutOfOrder or LedgerDamaged.

        Those that are ``restored`` bring the times at which another ledger recorded them.
        """

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
            case Rule.SERVERS_TIME | Rule.OWNERS:
                return LedgerForbidden(self.ledger, f"{record.stream}@{record.version}: {rule}")
            case Rule.FORM:
                return LedgerFailed(self.ledger, f"{record.stream}@{record.version}: {rule}")
            case _:
                return LedgerDamaged(self.ledger, f"{record.stream}@{record.version}: {rule}")

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Transaction]:
        """Wait for the writer's lock and hold it; commit at the end or, whatever is raised, roll back.

        Within another transaction of the same thread it is a part of that. If the part fails the whole does, even if
        somebody catches the error. A transaction that is not ``durable`` commits without waiting for the disk: a loss
        of power may undo it as a whole. It is for what can be made again, and never for entries.
        """
        if not self.lock.acquire(timeout=self.timeout_seconds):
            raise LedgerBusy(self.ledger, self.timeout_seconds)
        try:
            self.check_open()
            yield from self._whole(durable=durable) if self.current is None else _part(self.current)
        finally:
            self.lock.release()

    def _whole(self, *, durable: bool) -> Iterator[Transaction]:
        """A transaction from its beginning to COMMIT or ROLLBACK."""
        try:
            transaction = self.current = self._begin(durable=durable)
            yield transaction
            self.check_open()
            if transaction.failed or not self.driver.in_transaction:  # after some errors, the database has undone all
                raise LedgerFailed(self.ledger, "a part of the transaction failed, so nothing of it is recorded")
            self._commit(transaction)
        finally:
            self.current = None
            if not self.is_anothers and self.driver.in_transaction:  # the parent's goes on, whatever becomes of us
                self.driver.rollback()
        if transaction.added:
            self.notify()

    def _commit(self, transaction: Transaction) -> None:
        """Commit a transaction with what is to be done before."""
        with batch(self.driver):
            self._finish(transaction)
            self.driver.execute("COMMIT")

    def _finish(self, transaction: Transaction) -> None:
        if transaction.added and self.before_commit is not None:
            self.before_commit(transaction)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees what is committed and, in a transaction, what this thread has appended."""
        is_writer = self.in_transaction or not self.is_shared
        with self.lock if is_writer else self._readers_lock:
            self.check_open()
            yield self.driver if is_writer else self._readers

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
        with self.lock, self._readers_lock:
            if self._is_open and not self.is_anothers:
                self._is_open = False
                if self._reading is not None:
                    self._reading.close()
                self.driver.close()

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


def _part(whole: Transaction) -> Iterator[Transaction]:
    """A part of a transaction."""
    try:
        yield whole
    except BaseException:
        whole.failed = True
        raise
