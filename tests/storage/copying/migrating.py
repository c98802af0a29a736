"""Workers that migrate or copy a ledger and are killed, or run out of room."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from armsledger.storage.address import parse_address
from armsledger.storage.copying import migrations
from armsledger.storage.copying.copy import copy_rows, facts_of
from armsledger.storage.copying.migrations import migrate
from armsledger.storage.copying.new_ledger import new_ledger
from armsledger.storage.journal import Journal
from armsledger.storage.sqlite.connection import open_for_writing
from tests.processes import say
from tests.storage.drafts import NOON


def watched(path: Path, see: Callable[[str], None]) -> None:
    """Migrate a ledger, and have every statement of its transaction seen before it is run."""

    def opened(place: Path, timeout_seconds: float, *, oldest: int) -> sqlite3.Connection:
        connection = open_for_writing(place, timeout_seconds, oldest=oldest)
        connection.set_trace_callback(see)
        return connection

    with patch.object(migrations, "open_for_writing", opened):
        migrate(path, without_backup=True)


def count_statements(path: Path) -> int:
    """How many statements a migration runs, those of triggers included."""
    seen: list[str] = []
    watched(path, seen.append)
    return len(seen)


def kill_at(path: Path, moment: int) -> None:
    """Migrate in a process of its own, which is killed before one of its statements."""
    pid = os.fork()
    if pid:
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) in (-signal.SIGKILL, 0), status
        return
    left = iter(range(moment - 1, -1, -1))

    def see(statement: str) -> None:
        if next(left, 1) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        watched(path, see)
    finally:
        os._exit(0)


def kill_migrations(address: str, moments: list[int]) -> None:
    """Migrate copies of a ledger, each killed at a moment: before a statement, those below zero from the last."""
    path = Path(address)
    counted = path.with_name("counted.db")
    shutil.copy(path, counted)
    total = count_statements(counted)
    counted.unlink()
    for moment in moments:
        copy = path.with_name(f"killed-{moment}.db")
        shutil.copy(path, copy)
        kill_at(copy, moment if moment > 0 else total + 1 + moment)
    last = path.with_name("killed-not.db")
    shutil.copy(path, last)
    kill_at(last, total + 1)


def migrate_one(address: str) -> None:
    """Migrate a ledger, and say what came of it."""
    say("current" if migrate(Path(address), without_backup=True) is None else "migrated")


def migrate_under_a_limit(address: str, limit_bytes: int) -> None:
    """Migrate a ledger while no file may grow beyond some bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, resource.RLIM_INFINITY))
    migrate(Path(address), without_backup=True)


def copy_and_die(address: str, target: str) -> None:
    """Copy a ledger, and be killed before the last page is written."""

    def kill_here(done: int, total: int) -> None:
        if done >= total - 1000:
            os.kill(os.getpid(), signal.SIGKILL)

    with (
        Journal.open(address) as journal,
        journal.reader.snapshot(),
        new_ledger(parse_address(target), NOON, facts_of(journal.reader)) as made,
    ):
        copy_rows(journal.reader, address, made, kill_here)


TASKS = (kill_migrations, migrate_one, migrate_under_a_limit, copy_and_die)
