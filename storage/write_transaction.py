"""A thread's turn at writing: from the lock that keeps others out to COMMIT or ROLLBACK, or a part of that."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from eventsourcing.persistence import OperationalError

from armsledger.storage.connection import batch
from armsledger.storage.eventsourcing_adapter.persistence_failure import WriterBusy
from armsledger.storage.transaction import Transaction

if TYPE_CHECKING:
    from armsledger.storage.database import Database


class Turn:
    """What ``with database.transaction()`` enters and leaves.

    Commits if all went well and, whatever was raised, rolls back otherwise. Within another turn of the same
    thread it is a part of that; if the part fails the whole does, even if somebody catches the error.
    A class, as two generators in its place take longer than SQLite takes for a row.
    """

    __slots__ = ("_database", "_durable", "_is_part", "_transaction")

    def __init__(self, database: Database, *, durable: bool = True) -> None:
        self._database = database
        self._durable = durable
        self._is_part = False
        self._transaction: Transaction | None = None

    def __enter__(self) -> Transaction:
        database = self._database
        if not database.turn.acquire(timeout=database.timeout_seconds):
            raise WriterBusy(f"another thread has been writing for {database.timeout_seconds:g} s")
        try:
            database.check_open()
            self._is_part = database.current is not None
            self._transaction = database.current or database.begin(durable=self._durable)
        except BaseException:
            database.turn.release()
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
            self._database.turn.release()
        if not self._is_part and kind is None and transaction.appended:
            self._database.notify()

    def _end(self, transaction: Transaction, *, commit: bool) -> None:
        driver = transaction.connection
        committed = False
        try:
            if commit:
                self._database.check_open()
            if commit and transaction.failed:
                raise OperationalError("a part of the transaction failed, so nothing of it is recorded")
            if commit:
                with batch(driver):
                    if transaction.appended and self._database.before_commit is not None:
                        self._database.before_commit(transaction)
                    driver.execute("COMMIT")
                committed = True
        finally:
            self._database.current = None
            if not committed:
                self._database.forget_frontier()
            if not self._database.is_anothers and driver.in_transaction:  # theirs goes on, whatever becomes of us
                driver.rollback()
