"""The writing half of the journal. It loads eventsourcing, so it is imported only to write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from armsledger.domain.entry import Draft, Entry
from armsledger.domain.events.statement import Role
from armsledger.storage.database import Database
from armsledger.storage.driver_errors import as_ledger_errors
from armsledger.storage.erasure.persons import count_forgotten
from armsledger.storage.erasure.seals import SPEAKER
from armsledger.storage.eventsourcing_adapter.mapper import Codec, JournalEvent, JournalMapper
from armsledger.storage.eventsourcing_adapter.recorder import JournalRecorder
from armsledger.storage.kept_streams import KeptStreams
from armsledger.storage.reader import COLUMNS, JournalReader, with_source
from armsledger.storage.transaction import Transaction

if TYPE_CHECKING:
    from armsledger.storage.eventsourcing_adapter.application import JournalApplication

MOST_AT_HAND: Final = 5_000
"""Entries that are at hand in a transaction, so that memory does not grow with what it appends: some 10 MB."""
INCREMENT: Final = f"SELECT {COLUMNS} FROM journal WHERE stream = ? AND version > ? ORDER BY version"


class TransactionReader(JournalReader):
    """The journal over the writer's own connection: a thread in a transaction sees what that has appended.

    A transaction reads and decodes a stream once. Whoever decides on it, looks for findings in it and updates its
    read models shares the entries; the next transaction reads what others have appended meanwhile.
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
        self._kept = KeptStreams()
        self._current: Transaction | None = None
        """The transaction as of whose beginning streams are kept."""
        self._shared = 0
        """How many entries are at hand in it."""

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
            entries = {stream: transaction.entries[stream] for stream in streams if stream in transaction.entries}
            fresh = self._from_before(transaction, [stream for stream in streams if stream not in entries])
            if unknown := [stream for stream in streams if stream not in entries and stream not in fresh]:
                fresh |= super().several(unknown)
            entries |= self.share(transaction, fresh)
        return entries if upto is None else {stream: _upto(entries[stream], upto) for stream in streams}

    def with_sources(self, stream: str, source: object = None) -> dict[str, list[Entry]]:
        """All entries of a stream, of the sources that it cites, and of one more if that is the key of a source.

        Of a stream that is at hand, the sources that it cites are at hand, too, or not asked for.
        """
        with self._database.lock:
            transaction = self._database.current
            if transaction is None:
                return super().with_sources(stream, source)
            known = self._from_before(transaction, [stream])
            if not known:
                return self.share(transaction, super().with_sources(stream, source))
            self.share(transaction, known)
            return self.several(with_source(stream, source))

    def keep(self, transaction: Transaction) -> None:
        """Keep for the next transaction what one that is committed has at hand."""
        with self._database.lock:
            if transaction.forgot:
                self._kept.clear()
            if self._current is not transaction or transaction.head < self._kept.position:
                return  # it has not looked what others did before it, or another thread was quicker
            self._kept.move_on(transaction.head, transaction.touched)
            self._kept.keep(transaction.entries)

    def note_persons(self, payloads: Iterable[str]) -> None:
        """Take note of it if some payloads name a person: whoever is forgotten later must not be remembered."""
        if self._kept.forgotten is None and any(SPEAKER in payload for payload in payloads):
            self._kept.forgotten = count_forgotten(self._rows)

    def _from_before(self, transaction: Transaction, streams: Sequence[str]) -> dict[str, list[Entry]]:
        """The entries of those streams that are kept from earlier transactions."""
        kept = self._kept
        if self._current is not transaction:
            self._begin(transaction)
        if transaction.forgot:
            return {}
        found = {}
        for stream in streams:
            entries = None if stream in transaction.touched else kept.of(stream)
            if entries is not None:
                if not kept.is_whole(stream):
                    entries = entries + self._entries(self._rows(INCREMENT, stream, len(entries)))
                found[stream] = entries
        return found

    def _begin(self, transaction: Transaction) -> None:
        """Take note of what others did since the last transaction."""
        kept, self._current, self._shared = self._kept, transaction, 0
        if kept.forgotten is not None and count_forgotten(self._rows) != kept.forgotten:
            kept.clear()
        if kept.is_empty or transaction.before < kept.position:
            kept.clear()
            kept.position = transaction.before
        elif transaction.before > kept.position:
            kept.move_on(transaction.before, self.streams_touched(after=kept.position, upto=transaction.before))

    def share(self, transaction: Transaction, entries: dict[str, list[Entry]]) -> dict[str, list[Entry]]:
        """Have all entries of some streams at hand to the end of the transaction, or until there are too many."""
        at_hand = transaction.entries
        self._shared += sum(len(more) - len(at_hand.get(stream, ())) for stream, more in entries.items())
        if self._shared > MOST_AT_HAND:
            at_hand.clear()
            self._shared = sum(map(len, entries.values()))
        at_hand |= entries
        return entries

    def _entries(self, rows: list[tuple[Any, ...]], names: Mapping[str, str] | None = None) -> list[Entry]:
        self.note_persons(row[-1] for row in rows)
        return super()._entries(rows, names)


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
        is_part = database.in_transaction
        with (
            as_ledger_errors(database.ledger, database.timeout_seconds),
            database.transaction(durable=durable) as transaction,
        ):
            yield transaction
        if not is_part:
            self.reader.keep(transaction)

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
            self.reader.share(transaction, self._extended(read, entries, stored))
        return entries

    def _extended(
        self, read: Mapping[str, list[Entry]], entries: Sequence[Entry], stored: Sequence[JournalEvent]
    ) -> dict[str, list[Entry]]:
        """The streams that were read before something was appended to them, with that as whoever reads it decodes it.

        Where another ledger keeps a name, its person may be forgotten here, and what another release could not read
        this one may: such a stream is read again.
        """
        unsure = {
            entry.stream
            for entry, event in zip(entries, stored, strict=True)
            if event.seals or entry.event.role is Role.UNREADABLE
        }
        self.reader.note_persons(event.state.decode() for event in stored)
        added: dict[str, list[Entry]] = {}
        for entry, event in zip(entries, stored, strict=True):
            if entry.stream in read and entry.stream not in unsure:
                decoded = self._codec.decode(event.topic, event.format, event.state.decode())
                added.setdefault(entry.stream, []).append(entry._replace(event=decoded))
        return {stream: [*read[stream], *more] for stream, more in added.items()}
