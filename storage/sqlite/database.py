"""A journal in an SQLite file, or in memory."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from random import uniform
from time import monotonic, sleep

from armsledger.storage.clock import DEFAULT_LEAP_DAYS, Clock
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.database import JOURNAL_COLUMNS, Database, Row
from armsledger.storage.driver_errors import primary_code
from armsledger.storage.errors import LedgerMoved
from armsledger.storage.schema import Rule, utc_now
from armsledger.storage.sqlite.connection import open_for_reading, open_for_writing, open_in_memory
from armsledger.storage.transaction import Transaction

DURABLE = ("PRAGMA synchronous = FULL", "PRAGMA wal_autocheckpoint = 1000")
"""As connections for writing are opened: a commit that returned survives a loss of power."""
QUICK = ("PRAGMA synchronous = NORMAL", "PRAGMA wal_autocheckpoint = 16000")
"""A commit does not wait for the disk, and SQLite merges what is written into the main file 64 MB at a time."""

INSERT = f"INSERT OR FAIL INTO journal ({', '.join(JOURNAL_COLUMNS)}) VALUES ({', '.join('?' * len(JOURNAL_COLUMNS))})"
RULES = frozenset(Rule)

PAUSE_SECONDS = (0.0005, 0.004)
"""Between one try for the writer's lock and the next, at random between the two."""


class SqliteDatabase(Database):
    """BEGIN IMMEDIATE keeps out other processes, or waits for them as long as the timeout says."""

    def __init__(
        self,
        path: Path | None,
        *,
        clock: Clock | None = None,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        leap_days: int = DEFAULT_LEAP_DAYS,
    ) -> None:
        """Open the ledger at a path, or a new one in memory if there is none."""
        driver = _in_memory(clock or utc_now) if path is None else open_for_writing(path, timeout_seconds)
        super().__init__(path, driver, clock=clock, timeout_seconds=timeout_seconds, leap_days=leap_days)
        self.path = path
        self.is_shared = path is not None
        self._is_durable = True
        self._file = self._identity()

    def insert(self, rows: Sequence[Row], *, restored: bool = False) -> None:
        """Insert rows of the journal in their order; raises Conflict, AlreadyRecorded, OutOfOrder or LedgerDamaged."""
        try:
            self.driver.executemany(INSERT, rows)
        except sqlite3.IntegrityError as error:
            if str(error) not in RULES:  # of a constraint, not of a trigger
                raise
            (last,) = self.driver.execute("SELECT max(position) FROM journal").fetchone()
            raise self.refusal(Rule(str(error)), rows[(last or 0) - rows[0][0] + 1]) from error

    def _connect(self) -> sqlite3.Connection:
        assert self.path is not None, "nobody else sees what is in memory"
        return open_for_reading(self.path, self.timeout_seconds)

    def _begin(self, *, durable: bool) -> Transaction:
        if durable != self._is_durable:  # SQLite changes it between transactions only
            for pragma in DURABLE if durable else QUICK:
                self.driver.execute(pragma)
            self._is_durable = durable
        self._lock()
        if self._file != self._identity():  # what is written now would be lost or moved with the old file
            raise LedgerMoved(str(self.path))
        return Transaction(self.driver, self.clock or utc_now, leap_days=self.leap_days)

    def _lock(self) -> None:
        """Wait for the writer's lock.

        SQLite itself waits in longer and longer steps, so that newcomers overtake those who have waited long. Here all
        who wait try equally often.
        """
        try:
            self.driver.execute("PRAGMA busy_timeout = 0")
            self.driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY:
                raise
            self._wait_for_lock()
        finally:
            self.driver.execute(f"PRAGMA busy_timeout = {int(self.timeout_seconds * 1000)}")

    def _wait_for_lock(self) -> None:
        until = monotonic() + self.timeout_seconds
        while True:
            sleep(uniform(*PAUSE_SECONDS))
            try:
                self.driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if primary_code(error) != sqlite3.SQLITE_BUSY or monotonic() > until:
                    raise

    def _identity(self) -> tuple[int, int] | None:
        """Which file is at the ledger's path; None if there is none, and in memory."""
        if self.path is None:
            return None
        try:
            status = os.stat(self.path)
        except OSError:
            return None
        return status.st_dev, status.st_ino


def _in_memory(clock: Clock) -> sqlite3.Connection:
    """A new ledger, which ends with its connection."""
    from armsledger.storage.sqlite.schema import install

    connection = open_in_memory()
    install(connection, clock())
    return connection
