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
from armsledger.storage.errors import (
    AlreadyRecorded,
    Conflict,
    LedgerBusy,
    LedgerDamaged,
    LedgerFailed,
    OutOfOrder,
)
from armsledger.storage.eventsourcing_adapter.application import JournalApplication
from armsledger.storage.eventsourcing_adapter.mapper import Codec, Envelope, JournalEvent
from armsledger.storage.eventsourcing_adapter.persistence_failure import BrokenRule, WriterBusy
from armsledger.storage.failure import driver_errors, ledger_error, root
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import Rule
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
            turn=database.turn,
            timeout_seconds=database.timeout_seconds,
            known_head=self._head,
        )
        """Over the writer's own connection: sees what the current transaction has appended."""
        self._ledger = ledger

    def _head(self) -> int | None:
        """The last position, as the transaction knows it that this thread is in."""
        with self.database.turn:
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
            raise self._complaint(error) from error

    def _complaint(self, error: Exception) -> LedgerError:
        if isinstance(error, BrokenRule):
            return _broken(error, self._ledger)
        if isinstance(error, WriterBusy):
            return LedgerBusy(self._ledger, self.database.timeout_seconds)
        cause = root(error)
        if cause is None:
            return LedgerFailed(self._ledger, str(error))
        return ledger_error(cause, self._ledger, self.database.timeout_seconds)


def failures() -> tuple[type[Exception], ...]:
    """The errors of three libraries."""
    return PersistenceError, SQLAlchemyError, *driver_errors()


def _broken(error: BrokenRule, ledger: str) -> LedgerError:
    """What a broken rule means to whoever appends."""
    event = error.event
    stream, version = str(event.originator_id), event.originator_version
    match error.rule:
        case Rule.VERSION:
            return Conflict(ledger, stream, version)
        case Rule.ENTRY_ID if isinstance(event, JournalEvent):
            return AlreadyRecorded(ledger, event.entry_id)
        case Rule.RECORDED_AT:
            return OutOfOrder(ledger, stream, version)
        case _:
            return LedgerDamaged(ledger, str(error))
