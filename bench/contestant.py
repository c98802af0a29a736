"""Those who append the same events to a file of their own: the journal, and what it is compared with.

All write to SQLite on disk with a write-ahead log and ``synchronous=FULL``, so a save that returned
survives a loss of power with each of them.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import EventStore, JSONTranscoder, Mapper, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteConnection, SQLiteConnectionPool, SQLiteDatastore
from sqlalchemy import create_engine, insert

from armsledger import Ledger
from armsledger.domain.entry import Draft
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.statement import Statement
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.merkle import Frontier, leaf_hash
from armsledger.storage.proofs.record import record_bytes
from armsledger.storage.schema import instant_text
from armsledger.storage.sqlite.schema import TRIGGERS
from armsledger.storage.tables import journal, metadata

Batch = Sequence[Any]
RECORDED_BY = "bench"
DURABLE = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")


class Contestant(ABC):
    """Saves batches of events in a new file. What a batch is made of is prepared before the clock runs."""

    name: str

    @abstractmethod
    def __init__(self, path: Path) -> None:
        """Make the file."""

    @abstractmethod
    def prepare(self, drafts: Sequence[Draft]) -> Batch:
        """The events of one save, in the form that it takes."""

    @abstractmethod
    def save(self, batch: Batch) -> None:
        """Store them durably, all or none."""

    @abstractmethod
    def count(self) -> int:
        """How many are stored."""

    @abstractmethod
    def close(self) -> None:
        """Close the file."""


class OurJournal(Contestant):
    """The journal: mapper, recorder and event store, with all that the ledger promises."""

    name = "armsledger"

    def __init__(self, path: Path) -> None:
        self._journal = Journal.create(path)

    def prepare(self, drafts: Sequence[Draft]) -> Batch:
        """Drafts as they are."""
        return drafts

    def save(self, batch: Batch) -> None:
        """Append."""
        self._journal.append(batch, recorded_by=RECORDED_BY)

    def count(self) -> int:
        """The last position."""
        return self._journal.reader.head()

    def close(self) -> None:
        """Close it."""
        self._journal.close()


class OurLedger(OurJournal):
    """The same with all read models kept in step, in the same transaction."""

    name = "armsledger, read models kept"

    def __init__(self, path: Path) -> None:
        self._ledger = Ledger.create(path)
        self._journal = self._ledger.journal()

    def close(self) -> None:
        """Close it."""
        self._ledger.close()


class Core(Contestant):
    """SQLAlchemy Core's ``executemany`` of rows made before, into a table with our columns and indexes."""

    name = "SQLAlchemy Core, same table"
    triggers: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self._engine = create_engine(f"sqlite:///{path}")
        self._positions = count(1)
        self._frontier = Frontier()
        metadata.create_all(self._engine)
        self._connection = self._engine.connect()
        for statement in (*DURABLE, *self.triggers):
            self._connection.exec_driver_sql(statement)
        self._connection.commit()

    def prepare(self, drafts: Sequence[Draft]) -> Batch:
        """Finished rows: nothing is left to be encoded or looked up."""
        now = instant_text(datetime.now(UTC))
        rows = [row(draft, next(self._positions), now) for draft in drafts]
        hashes = self._frontier.extend([leaf_hash(record_bytes(tuple(made.values()))) for made in rows])
        return [{**made, "hashes": added} for made, added in zip(rows, hashes, strict=True)]

    def save(self, batch: Batch) -> None:
        """One statement, one transaction."""
        self._connection.execute(insert(journal), batch)
        self._connection.commit()

    def count(self) -> int:
        """The rows of the table."""
        return int(self._connection.exec_driver_sql("SELECT count(*) FROM journal").scalar_one())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._engine.dispose()


class CoreWithTriggers(Core):
    """The same with our triggers too, which keep the table append-only."""

    name = "SQLAlchemy Core, same table and triggers"
    triggers = TRIGGERS


def row(draft: Draft, position: int, recorded_at: str) -> dict[str, Any]:
    """The journal's row for a draft, in the order of its columns, without the hashes."""
    event = draft.event
    name, schema_version, payload = CATALOGUE.encode(draft.stream.partition("/")[0], event)
    days = (event.on.earliest, event.on.latest, event.asserted.earliest, event.asserted.latest)
    on_earliest, on_latest, asserted_earliest, asserted_latest = (day and day.isoformat() for day in days)
    return {
        "position": position,
        "stream": draft.stream,
        "version": draft.version,
        "name": name,
        "format": schema_version,
        "entry_id": draft.id,
        "on_earliest": on_earliest,
        "on_latest": on_latest,
        "asserted_earliest": asserted_earliest,
        "asserted_latest": asserted_latest,
        "source": event.source,
        "recorded_at": recorded_at,
        "recorded_by": RECORDED_BY,
        "payload": payload,
    }


class Carried(NamedTuple):
    """A statement as an event of the eventsourcing library."""

    originator_id: str
    originator_version: int
    event: Statement


class DumpingMapper(Mapper[str]):
    """The shortest mapper for pydantic events: their own JSON under their own name."""

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """The stored event."""
        assert isinstance(domain_event, Carried)
        event = domain_event.event
        state = event.model_dump_json(exclude_none=True, exclude_defaults=True).encode()
        return StoredEvent(domain_event.originator_id, domain_event.originator_version, event.name, state)


class DurablePool(SQLiteConnectionPool):
    """The library's connections, told to wait for the disk as ours do."""

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        connection.cursor().execute("PRAGMA synchronous = FULL")
        return connection


class BareEventSourcing(Contestant):
    """The eventsourcing library with its own SQLite recorder: name, stream, version and payload only."""

    name = "eventsourcing, its own recorder"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._datastore = SQLiteDatastore(str(path), originator_id_type="text")
        self._datastore.pool.close()
        self._datastore.pool = DurablePool(db_name=str(path))
        recorder = SQLiteApplicationRecorder(self._datastore)
        recorder.create_table()
        self._events = EventStore(DumpingMapper(JSONTranscoder()), recorder)

    def prepare(self, drafts: Sequence[Draft]) -> Batch:
        """The same statements, in the library's kind of event."""
        return [Carried(draft.stream, draft.version, draft.event) for draft in drafts]

    def save(self, batch: Batch) -> None:
        """Put them into the event store."""
        self._events.put(batch)

    def count(self) -> int:
        """The rows of its table."""
        with sqlite3.connect(self._path) as connection:
            (rows,) = connection.execute("SELECT count(*) FROM stored_events").fetchone()
        return int(rows)

    def close(self) -> None:
        """Close its connections."""
        self._datastore.close()


CONTESTANTS: tuple[type[Contestant], ...] = (OurJournal, CoreWithTriggers, Core, BareEventSourcing)
