"""The writing half of the journal. Loads SQLAlchemy and eventsourcing, so it is imported only to write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from armsledger.domain.entry import Draft, Entry
from armsledger.domain.errors import LedgerError
from armsledger.storage.database import Database
from armsledger.storage.errors import LedgerFailed
from armsledger.storage.eventsourcing_adapter.application import JournalApplication
from armsledger.storage.eventsourcing_adapter.mapper import Codec, Envelope
from armsledger.storage.failure import driver_errors, ledger_error, root
from armsledger.storage.reader import JournalReader
from armsledger.storage.transaction import Transaction


class JournalWriter:
    """Appends drafts through the application's event store."""

    def __init__(self, database: Database, codec: Codec, ledger: str) -> None:
        self.database = database
        self.application = JournalApplication(database, codec)
        self._event_store = self.application.construct_event_store()
        self.reader = JournalReader(
            database.driver,
            codec.decode,
            ledger=ledger,
            lock=database.lock,
            timeout_seconds=database.timeout_seconds,
            known_head=self._head,
        )
        """Over the writer's own connection: sees what the current transaction has appended."""
        self._ledger = ledger

    def _head(self) -> int | None:
        """The last position, as the transaction knows it that this thread is in."""
        with self.database.lock:
            current = self.database.current
            return None if current is None else current.head

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Transaction]:
        """One transaction, or a part of the one that this thread is in."""
        with self._complaining(), self.database.transaction(durable=durable) as transaction:
            yield transaction

    def append(self, drafts: Sequence[Draft], recorded_by: str, recorded_at: Sequence[datetime] | None) -> list[Entry]:
        """Record drafts, all or none."""
        if not drafts:
            return []
        envelopes = [Envelope(draft.stream, draft.version, draft) for draft in drafts]
        with self.transaction() as transaction:
            first = transaction.head + 1
            self._event_store.record(envelopes, recorded_by=recorded_by, recorded_at=recorded_at)
            now = transaction.recorded_at
        instants = [now] * len(drafts) if recorded_at is None else [at.astimezone(UTC) for at in recorded_at]
        return [
            Entry(draft.stream, draft.version, position, draft.id, instant, recorded_by, draft.event)
            for position, (draft, instant) in enumerate(zip(drafts, instants, strict=True), first)
        ]

    def close(self) -> None:
        """Close all connections."""
        self.application.close()

    @contextmanager
    def _complaining(self) -> Iterator[None]:
        """Turn the errors of three libraries into ours."""
        try:
            yield
        except failures() as error:
            cause = root(error)
            if isinstance(cause, LedgerError):
                raise cause from cause.__cause__
            raise self._complaint(cause or error) from error

    def _complaint(self, error: Exception) -> LedgerError:
        if isinstance(error, driver_errors()):
            return ledger_error(error, self._ledger, self.database.timeout_seconds)
        return LedgerFailed(self._ledger, str(error))


def failures() -> tuple[type[Exception], ...]:
    """The errors of three libraries."""
    return PersistenceError, SQLAlchemyError, *driver_errors()
