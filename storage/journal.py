"""The journal: the one way for the rest of the program to what is recorded."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property
from itertools import count
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, NamedTuple, Self, TypedDict, Unpack

from armsledger.storage.address import MEMORY, Place, Server, parse_address
from armsledger.storage.clock import DEFAULT_LEAP_DAYS, Clock, held_back
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS, SQLITE, Connection
from armsledger.storage.driver_errors import persistently
from armsledger.storage.erasure.unpurged import LEFT_IN_FILES, unpurged_since
from armsledger.storage.errors import LedgerDamaged, LedgerExists, LedgerFailed, LedgerReadOnly, LedgerTooNew
from armsledger.storage.opening import open_connection, open_database
from armsledger.storage.reader import Counts, JournalReader
from armsledger.storage.schema import FIRST_WITH_TREE
from armsledger.storage.sqlite.connection import tidy
from armsledger.storage.sqlite.waiting import wal_bytes

if TYPE_CHECKING:
    from armsledger.domain.entry import Draft, Entry
    from armsledger.storage.database import Database
    from armsledger.storage.eventsourcing_adapter.application import JournalApplication
    from armsledger.storage.eventsourcing_adapter.mapper import Codec
    from armsledger.storage.integrity.checkpoints import KeptCheckpoint
    from armsledger.storage.transaction import Transaction
    from armsledger.storage.writer import JournalWriter

Keep = Callable[["Transaction", JournalReader], None]
"""What keeps tables of its own in step: called with a transaction that appended, before it is committed."""
SYNCHRONOUS = ("off", "normal", "full", "extra")
"""SQLite's names for how far a commit waits for the disk."""


class JournalInfo(NamedTuple):
    """What a ledger is and holds.

    ``root`` is that of the Merkle tree over all entries, None if it cannot be read, or the ledger is too old to have a
    tree; ``checkpoint`` the last one that was signed. ``held_back`` is what is to be said while the last entry's time
    is ahead of the clock, and empty otherwise. ``journal_mode`` and ``synchronous`` are the database's own
    words: on PostgreSQL those of ``wal_level`` and ``synchronous_commit``.
    """

    path: str
    size_bytes: int
    schema_version: int
    ledger_id: str
    created_at: str
    journal_mode: str
    synchronous: str
    counts: Counts
    head: int
    last_recorded_at: str | None
    held_back: str
    root: bytes | None
    checkpoint: KeptCheckpoint | None


class JournalOptions(TypedDict, total=False):
    """How a journal is used."""

    clock: Clock | None
    """In place of the server's clock, and for a file in place of the machine's."""
    leap_days: int
    """How long after the last entry the clock is not doubted."""
    timeout_seconds: float
    """How long to wait for another writer."""
    codec: Codec
    """In place of the catalogue of this release."""
    keep: Keep
    """Called with every transaction that appended, before it is committed."""
    notice: Callable[[str], None]
    """Called with what somebody must know of the ledger when it is opened."""


class Journal:
    """What is recorded, in one order without gaps; entries are appended and never changed.

    Threads may share it. Raises the errors of `armsledger.storage.errors`.
    """

    def __init__(self, place: Place, *, write: bool, **options: Unpack[JournalOptions]) -> None:
        """Use `open`, `create` or `in_memory`, which connect it."""
        self.place = place
        self.path = place if isinstance(place, Path) else None
        """The ledger's file, if it is in one."""
        self.ledger = MEMORY if place is None else str(place)
        """How messages call it."""
        self._write = write
        self._clock = options.get("clock")
        self._leap_days = options.get("leap_days", DEFAULT_LEAP_DAYS)
        self._timeout_seconds = options.get("timeout_seconds", DEFAULT_TIMEOUT_SECONDS)
        self._given_codec = options.get("codec")
        self._keep = options.get("keep")
        self._notice = options.get("notice", _to_nobody)
        self._opening = RLock()
        self._writer: JournalWriter | None = None
        self._reader: JournalReader | None = None
        self._connection: Connection | None = None
        self._makes_litter = False
        self._is_closed = False

    @classmethod
    def open(
        cls,
        address: str | Path,
        *,
        write: bool = False,
        writes_first: bool = False,
        **options: Unpack[JournalOptions],
    ) -> Self:
        """The journal at a path, or a ``sqlite:///`` or ``postgresql://`` URL, which must exist.

        It connects for reading, or for writing if that is what comes first; to do the other too, it connects again.
        """
        journal = cls(parse_address(address), write=write, **options)
        journal._connect(to_write=writes_first)
        return journal

    @classmethod
    def create(cls, address: str | Path, *, exist_ok: bool = False, **options: Unpack[JournalOptions]) -> Self:
        """Make an empty ledger and open it for writing; with ``exist_ok``, open the one that is there.

        Any number of processes may do so at once: one makes it, and with ``exist_ok`` the others open it.
        """
        from armsledger.storage.creation import create_ledger

        journal = cls(parse_address(address), write=True, **options)
        place = journal.place
        created_at = journal._clock() if journal._clock else None
        if place is not None and not create_ledger(place, created_at, journal._timeout_seconds) and not exist_ok:
            raise LedgerExists(str(place), what="a file" if isinstance(place, Path) else "a ledger")
        journal._connect(to_write=False)
        return journal

    @classmethod
    def in_memory(cls, **options: Unpack[JournalOptions]) -> Self:
        """A new journal that ends when it is closed."""
        journal = cls(None, write=True, **options)
        journal._connect(to_write=True)
        return journal

    @property
    def reader(self) -> JournalReader:
        """What is committed; to a thread in a transaction, also what that has appended."""
        if self._writer is not None and self.in_transaction:
            return self._writer.reader
        return self._reader or self._reading()

    @property
    def in_transaction(self) -> bool:
        """Whether the thread that asks is in a transaction."""
        return self._writer is not None and self._writer.database.in_transaction

    @property
    def application(self) -> JournalApplication:
        """The eventsourcing application: its ``notification_log``, and its recorder to subscribe to."""
        return self._writing().application

    def transaction(self, *, durable: bool = True) -> AbstractContextManager[Transaction]:
        """All that is appended in it is recorded together or, whatever is raised, not at all.

        Waits for other writers first. Within another transaction of the same thread it is a part of that.
        The transaction's ``connection`` may be used to keep tables of one's own in step. One that is not
        ``durable`` is for such tables only: a loss of power may undo it, as a whole.
        """
        return self._writing().transaction(durable=durable)

    def append(
        self,
        drafts: Sequence[Draft],
        *,
        recorded_by: str,
        recorded_at: Sequence[datetime] | None = None,
        login: str | None = None,
    ) -> list[Entry]:
        """Record drafts in their order, all or none, and return them as entries.

        ``recorded_at``, one for each draft and never decreasing, and the ``login`` of whoever recorded them are for
        restoring an export; else the clock is read, and the server knows the login. Raises `Conflict` if a version does
        not come next and `AlreadyRecorded` for a known id.
        """
        writer = self._writing()
        if self.in_transaction:  # whoever began it begins again
            return writer.append(drafts, recorded_by, recorded_at, login)
        tries = count()

        def attempt() -> list[Entry]:
            """Another try finds what the one before has recorded, if only its acknowledgement was lost."""
            entries = _recorded(writer.reader, drafts) if next(tries) else []
            return entries or writer.append(drafts, recorded_by, recorded_at, login)

        return persistently(attempt, self._timeout_seconds)

    def enter_erasures(self, recorded_by: str) -> int:
        """Append an entry for each person who is forgotten without one, and return how many there were.

        They were forgotten in another ledger, which had no such entries, or of which only a part was recorded here.
        """
        from armsledger.storage.erasure.entries import unentered_erasures

        with self.transaction() as transaction:
            return len(
                self.append(unentered_erasures(transaction.connection, transaction.instant), recorded_by=recorded_by)
            )

    def purge(self) -> str:
        """Take out of the files what was erased; why it could not be done, nothing if it was, or there was nothing."""
        from armsledger.storage.erasure.forgetting import purge

        database = self._writing().database
        with database.lock:
            return purge(database.driver, database.timeout_seconds)

    def info(self) -> JournalInfo:
        """What the ledger is and holds."""
        from armsledger.storage.integrity.checkpoints import last_checkpoint

        reader, meta = self.reader, self.reader.meta()
        head = reader.head()
        last = reader.recorded_at(head)
        journal_mode, synchronous = _modes(reader)
        has_tree = int(meta["schema_version"]) >= FIRST_WITH_TREE
        return JournalInfo(
            path=self.ledger,
            size_bytes=self._size_bytes(),
            schema_version=int(meta["schema_version"]),
            ledger_id=meta["ledger_id"],
            created_at=meta["created_at"],
            journal_mode=journal_mode,
            synchronous=synchronous,
            counts=reader.counts(),
            head=head,
            last_recorded_at=last,
            held_back=held_back(self.now(), last or ""),
            root=_root(reader) if has_tree else None,
            checkpoint=last_checkpoint(reader) if has_tree else None,
        )

    def now(self) -> datetime:
        """The time by the clock that entries are recorded by."""
        return self._clock() if self._clock else self.reader.now()

    def close(self) -> None:
        """Close all connections; to be called once nobody uses them any more."""
        with self._opening:
            self._is_closed = True
            if self._connection is not None:
                self._connection.close()  # first: the last one merges the -wal file, and must be able to
            if self._writer is not None:
                self._writer.database.close()
            elif self.path is not None and self._makes_litter:
                tidy(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    def _connect(self, *, to_write: bool) -> None:
        if to_write:
            self._writing()
        else:
            self._reading()

    def _reading(self) -> JournalReader:
        """The reader, made when it is first needed."""
        with self._opening:
            if self._reader is None:
                self._reader = self._writing().reader if self.place is None else self._open_reader(self.place)
            return self._reader

    def _open_reader(self, place: Path | Server) -> JournalReader:
        self._check_open()
        if isinstance(place, Path):
            self._makes_litter = not os.path.exists(f"{place}-wal")
        try:
            self._connection = open_connection(place, self._timeout_seconds)
        except (LedgerDamaged, LedgerTooNew):
            if isinstance(place, Path) and self._makes_litter:
                tidy(place)
            raise
        self._tell_of_erasure(self._connection)
        return JournalReader(
            self._connection,
            lambda: self._codec.decode,
            ledger=self.ledger,
            lock=RLock(),
            timeout_seconds=self._timeout_seconds,
        )

    def _writing(self) -> JournalWriter:
        """The writing half, made when it is first needed."""
        if self._writer is None:
            with self._opening:
                if self._writer is None:
                    self._writer = self._open_writer()
        return self._writer

    def _open_writer(self) -> JournalWriter:
        self._check_open()
        if not self._write:
            raise LedgerReadOnly(self.ledger, "it was opened for reading")
        from armsledger.storage.writer import JournalWriter

        database = open_database(
            self.place, clock=self._clock, timeout_seconds=self._timeout_seconds, leap_days=self._leap_days
        )
        writer = JournalWriter(database, self._codec)
        self._finish_erasure(database)
        keep = self._keep
        if keep is not None:
            database.before_commit = lambda transaction: keep(transaction, writer.reader)
        return writer

    def _tell_of_erasure(self, connection: Connection) -> None:
        """Say that an erasure was interrupted, which only who writes can finish."""
        if (since := unpurged_since(connection)) is not None:
            self._notice(f"{LEFT_IN_FILES % since}: that was interrupted; the next command that writes finishes it")

    def _finish_erasure(self, database: Database) -> None:
        """Take out of the files what an interrupted erasure has left there, or say why that cannot be done."""
        since = unpurged_since(database.driver)
        if since is None:
            return
        from armsledger.storage.erasure.forgetting import purge

        self._notice(f"finishing the erasure of {since}, which was interrupted")
        if why := purge(database.driver, timeout_seconds=0):
            self._notice(f"{LEFT_IN_FILES % since}: {why}; the next command that writes tries again")

    @cached_property
    def _codec(self) -> Codec:
        """What reads and writes events: the catalogue of this release, loaded when the first entry is."""
        if self._given_codec is not None:
            return self._given_codec
        from armsledger.domain.events.catalogue import CATALOGUE

        return CATALOGUE

    def _check_open(self) -> None:
        if self._is_closed:
            raise LedgerFailed(self.ledger, "the journal is closed")

    def _size_bytes(self) -> int:
        if self.path is not None:
            return os.stat(self.path).st_size + wal_bytes(self.path)
        return self.reader.size_bytes()


def _to_nobody(notice: str) -> None:
    """Give a notice to nobody."""


def _recorded(reader: JournalReader, drafts: Sequence[Draft]) -> list[Entry]:
    """The entries of drafts that are all recorded as they are drafted; none otherwise."""
    entries = [entry for entry in map(reader.by_id, [draft.id for draft in drafts]) if entry is not None]
    same = [(entry.stream, entry.version, entry.event) for entry in entries]
    return entries if same == [(draft.stream, draft.version, draft.event) for draft in drafts] else []


def _root(reader: JournalReader) -> bytes | None:
    """The root of the tree over all entries, from the few nodes that it takes; None if one cannot be read."""
    from armsledger.storage.integrity.checkpoints import tree_head
    from armsledger.storage.proofs.errors import TreeUnreadable

    with reader.snapshot():
        try:
            return tree_head(reader).root
        except TreeUnreadable:
            return None


def _modes(reader: JournalReader) -> tuple[str, str]:
    """How the database keeps its log, and how far a commit waits for the disk, in the database's words."""
    if reader.dialect is SQLITE:
        return reader.setting("journal_mode"), SYNCHRONOUS[int(reader.setting("synchronous"))]
    return reader.setting("wal_level"), reader.setting("synchronous_commit")
