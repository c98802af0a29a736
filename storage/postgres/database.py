"""A journal on a PostgreSQL server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, cast

import psycopg
from eventsourcing.persistence import PersistenceError, StoredEvent
from sqlalchemy import Connection as Session
from sqlalchemy import create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.pool import QueuePool

from armsledger.storage.address import Server
from armsledger.storage.connection import Connection
from armsledger.storage.database import Clock, Database
from armsledger.storage.eventsourcing_adapter.persistence_failure import BrokenRule, persistence_error
from armsledger.storage.format import DEFAULT_TIMEOUT_SECONDS, SCHEMA_VERSION
from armsledger.storage.instant import DAWN, utc_now
from armsledger.storage.lent import session_over
from armsledger.storage.postgres.connection import connect, open_server
from armsledger.storage.postgres.failure import first_line
from armsledger.storage.postgres.schema import LOCK
from armsledger.storage.schema import Rule, journal
from armsledger.storage.transaction import LAST, Transaction

BEGIN: Final = f"BEGIN; {LOCK}; {LAST}"
"""In one round trip: wait for the other writers, and see where they have left the journal."""
BEGIN_QUICKLY: Final = f"BEGIN; SET LOCAL synchronous_commit = off; {LOCK}; {LAST}"
"""The same; the commit will wait for no disk."""

DIALECT: Any = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it so
TYPES: Final = [str(column.type.compile(dialect=DIALECT)).partition(" ")[0].lower() for column in journal.columns]
COLUMNS: Final = ", ".join(column.name for column in journal.columns)
INSERT: Final = f"INSERT INTO journal ({COLUMNS}) VALUES ({', '.join('?' * len(journal.columns))})"
COPY: Final = f"COPY journal ({COLUMNS}) FROM STDIN (FORMAT binary)"
"""Takes rows as fast as they come, and the triggers see them as those of one statement."""
ROWS_NOT_COPIED: Final = 3
"""To begin and to end a COPY takes a round trip each."""

ENTRY_ID: Final = re.compile(r"Key \(entry_id\)=\((?P<id>.*)\) already exists", re.DOTALL)
STREAM_VERSION: Final = re.compile(
    r"Key \(stream, version\)=\((?P<stream>.*), (?P<version>-?\d+)\) already exists", re.DOTALL
)


class PostgresDatabase(Database):
    """Other writers, in whichever process and on whichever machine, are kept out by an advisory lock."""

    def __init__(
        self, server: Server, *, clock: Clock = utc_now, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    ) -> None:
        """Open the ledger at a server's address."""
        super().__init__(clock=clock, timeout_seconds=timeout_seconds)
        self._driver = open_server(server, timeout_seconds, oldest=SCHEMA_VERSION)
        self._engine = create_engine(
            "postgresql+psycopg://", creator=lambda: connect(server, timeout_seconds), poolclass=QueuePool
        )

    @property
    def driver(self) -> Connection:
        """The writer's own connection; to be used by whoever holds `turn`."""
        return self._driver

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows of the journal in their order; raises the driver's errors."""
        if len(rows) <= ROWS_NOT_COPIED:
            for row in rows:
                self._driver.execute(INSERT, row)
            return
        with self._driver.raw.cursor() as cursor, cursor.copy(COPY.encode()) as copy:
            copy.set_types(TYPES)
            for row in rows:
                copy.write_row(row)

    def refusal(self, error: Exception, events: Sequence[StoredEvent], first: int) -> PersistenceError:
        """The rule that one of the events broke, by what the server says of it."""
        detail = cast("psycopg.Error", error).diag.message_detail or ""
        if detail.startswith('Key ("position")'):
            return BrokenRule(Rule.POSITION, events[0])
        if found := ENTRY_ID.match(detail):
            event = next((e for e in events if getattr(e, "entry_id", None) == found["id"]), events[0])
            return BrokenRule(Rule.ENTRY_ID, event)
        if found := STREAM_VERSION.match(detail):
            key = (found["stream"], int(found["version"]))
            event = next((e for e in events if (str(e.originator_id), e.originator_version) == key), events[0])
            return BrokenRule(Rule.VERSION, event)
        try:
            return BrokenRule(Rule(first_line(error)), events[int(detail) - first])
        except (ValueError, IndexError):
            return persistence_error(error)

    def _own_session(self) -> AbstractContextManager[Session]:
        return session_over(self._driver)

    def _other_session(self) -> AbstractContextManager[Session]:
        return self._engine.connect()

    def _close(self) -> None:
        self._driver.close()
        self._engine.dispose()

    def _begin(self, *, durable: bool) -> Transaction:
        cursor = self._driver.execute(BEGIN if durable else BEGIN_QUICKLY)
        while cursor.nextset():
            pass
        position, recorded_at = cursor.fetchone() or (0, DAWN)
        return Transaction(self._driver, self._clock, (position, recorded_at))
