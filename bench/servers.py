"""Those who append the same events to a PostgreSQL server: the ledger, and the eventsourcing library's own recorder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import uuid4

import psycopg
from eventsourcing.persistence import EventStore, JSONTranscoder
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from armsledger import Ledger
from armsledger.domain.entry import Draft
from armsledger.storage.journal import Journal
from bench.contestant import RECORDED_BY, Batch, Carried, DumpingMapper
from tests.postgres import Server


class ServerContestant(Protocol):
    """Saves batches of events on a server, in a schema of its own."""

    name: str

    def __init__(self, server: Server) -> None: ...

    def prepare(self, drafts: Sequence[Draft]) -> Batch:
        """The events of one save, in the form that it takes."""

    def save(self, batch: Batch) -> None:
        """Store them durably, all or none."""

    def count(self) -> int:
        """How many are stored."""

    def close(self) -> None:
        """Close it, and take what it stored away."""


class OurPostgres:
    """The journal on a server."""

    name = "armsledger"

    def __init__(self, server: Server) -> None:
        self._server = server
        self._schema = server.schema()
        self._journal = self._open(server.address("owner", self._schema))

    def _open(self, address: str) -> Journal:
        return Journal.create(address)

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
        """Close it, and take its schema away."""
        self._journal.close()
        self._server.drop(self._schema)


class OurPostgresLedger(OurPostgres):
    """The same with all read models kept."""

    name = "armsledger, read models kept"

    def _open(self, address: str) -> Journal:
        self._ledger = Ledger.create(address)
        return self._ledger.journal()


class BarePostgres:
    """The eventsourcing library with its own PostgreSQL recorder: name, stream, version and payload only."""

    name = "eventsourcing, its own recorder"

    def __init__(self, server: Server) -> None:
        self._server = server
        self._table = f"events_{uuid4().hex[:12]}"
        self._datastore = PostgresDatastore(
            "postgres", "127.0.0.1", str(server.port), "owner", "", originator_id_type="text"
        )
        recorder = PostgresApplicationRecorder(self._datastore, events_table_name=self._table)
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
        with psycopg.connect(self._server.url) as connection:
            row = connection.execute(f"SELECT count(*) FROM {self._table}".encode()).fetchone()
        assert row is not None
        return int(row[0])

    def close(self) -> None:
        """Close its connections, and take its table away."""
        self._datastore.close()
        with psycopg.connect(self._server.url, autocommit=True) as connection:
            connection.execute(f"DROP TABLE {self._table}".encode())
