"""The writing half of the journal. It loads eventsourcing, so it is imported only to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

from armsledger.domain.entry import Draft, Entry
from armsledger.storage.database import Database
from armsledger.storage.driver_errors import as_ledger_errors
from armsledger.storage.eventsourcing_adapter.mapper import Codec, JournalEvent, JournalMapper
from armsledger.storage.eventsourcing_adapter.recorder import JournalRecorder
from armsledger.storage.reader import JournalReader
from armsledger.storage.transaction import Transaction

if TYPE_CHECKING:
    from armsledger.storage.eventsourcing_adapter.application import JournalApplication

STREAMS_SHARED: Final = 512
"""Of how many streams a transaction keeps the entries, so that memory does not grow with what is recorded."""


class TransactionReader(JournalReader):
    """The journal over the writer's own connection: a thread in a transaction sees what that has appended.

    A transaction reads and decodes a stream once. Whoever decides on it, looks for findings in it and updates its
    read models shares the entries.
    """

    _has_logins = True
    """A ledger of an earlier release is not written."""

    def __init__(self, database: Database, codec: Codec) -> None:
        super().__init__(
            database.driver,
            lambda: codec.decode,
            ledger=database.ledger,
            lock=database.lock,
            timeout_seconds=database.timeout_seconds,
        )
        self._database = database

    def head(self) -> int:
        """The last position, 0 if there is none."""
        with self._database.lock:
            transaction = self._database.current
            return super().head() if transaction is None else transaction.head

    def several(self, streams: Sequence[str], *, upto: int | None = None) -> dict[str, list[Entry]]:
        """All entries of some streams; those that the transaction has not read yet are read together."""
        with self._database.lock:
            transaction = self._database.current
            if transaction is None:
                return super().several(streams, upto=upto)
            known = {stream: transaction.entries[stream] for stream in streams if stream in transaction.entries}
            unknown = [stream for stream in streams if stream not in known]
            entries = known | (self._share(super().several(unknown)) if unknown else {})
        return entries if upto is None else {stream: _upto(entries[stream], upto) for stream in streams}

    def with_sources(self, stream: str, source: object = None) -> dict[str, list[Entry]]:
        """All entries of a stream, of the sources that it cites, and of one more if that is the key of a source."""
        with self._database.lock:
            return self._share(super().with_sources(stream, source))

    def _share(self, entries: dict[str, list[Entry]]) -> dict[str, list[Entry]]:
        """Have what was read at hand to the end of the transaction."""
        transaction = self._database.current
        if transaction is not None:
            if len(transaction.entries) + len(entries) > STREAMS_SHARED:
                transaction.entries.clear()
            transaction.entries |= entries
        return entries


def _upto(entries: list[Entry], position: int) -> list[Entry]:
    if not entries or entries[-1].position <= position:
        return entries
    return [entry for entry in entries if entry.position <= position]


class JournalWriter:
    """Appends drafts through the recorder."""

    def __init__(self, database: Database, codec: Codec) -> None:
        self.database = database
        self.reader = TransactionReader(database, codec)
        self._recorder = JournalRecorder(database)
        self._to_stored = JournalMapper(codec).to_stored
        self._codec = codec

    @cached_property
    def application(self) -> JournalApplication:
        """The eventsourcing application, of which an append needs the recorder and the mapper only."""
        from armsledger.storage.eventsourcing_adapter.application import JournalApplication

        return JournalApplication(self.database, self._codec)

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Transaction]:
        """One transaction, or a part of the one that this thread is in."""
        database = self.database
        with (
            as_ledger_errors(database.ledger, database.timeout_seconds),
            database.transaction(durable=durable) as transaction,
        ):
            yield transaction

    def append(
        self,
        drafts: Sequence[Draft],
        recorded_by: str,
        recorded_at: Sequence[datetime] | None,
        login: str | None = None,
    ) -> list[Entry]:
        """Record drafts, all or none."""
        if not drafts:
            return []
        stored = list(map(self._to_stored, drafts))
        with self.transaction() as transaction:
            read = transaction.entries.copy()
            positions = self._recorder.append(transaction, stored, recorded_by, recorded_at, login)
            if recorded_at is None:
                instants, login = [transaction.recorded_at] * len(drafts), transaction.login
            else:
                instants = [at.astimezone(UTC) for at in recorded_at]
            entries = [
                Entry(draft.stream, draft.version, position, draft.id, instant, recorded_by, draft.event, login)
                for position, draft, instant in zip(positions, drafts, instants, strict=True)
            ]
            transaction.entries |= self._extended(read, entries, stored)
        return entries

    def _extended(
        self, read: Mapping[str, list[Entry]], entries: Sequence[Entry], stored: Sequence[JournalEvent]
    ) -> dict[str, list[Entry]]:
        """The streams that were read before something was appended to them, with that as whoever reads it decodes it.

        Where another ledger keeps a name, its person may be forgotten here: such a stream is read again.
        """
        unsure = {event.originator_id for event in stored if event.seals}
        added: dict[str, list[Entry]] = {}
        for entry, event in zip(entries, stored, strict=True):
            if entry.stream in read and entry.stream not in unsure:
                decoded = self._codec.decode(event.topic, event.format, event.state.decode())
                added.setdefault(entry.stream, []).append(entry._replace(event=decoded))
        return {stream: [*read[stream], *more] for stream, more in added.items()}
