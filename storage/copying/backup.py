"""Copying the file of a ledger as it is, read models included, while others write to it.

The copy is of one commit: a read transaction is held from its first page to its last, and does not hinder those who
write (SQLite's backup API). The copy is read and checked before it gets its name.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from armsledger.domain.errors import LedgerError
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.copying.new_ledger import check_free
from armsledger.storage.copying.rows import checked_entries, silent, undecoded
from armsledger.storage.creation import staging_file
from armsledger.storage.driver_errors import as_ledger_errors
from armsledger.storage.files import flush
from armsledger.storage.proofs.merkle import Frontier
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import Report
from armsledger.storage.sqlite.connection import open_for_reading, tidy

PAGES_AT_ONCE: Final = 2048
"""Eight megabytes, after each of which progress is reported."""


class Backup(NamedTuple):
    """A copy of a ledger in a file: how much it holds, and the root of the tree over its entries."""

    path: Path
    entries: int
    root: bytes
    size_bytes: int


def examined(path: Path) -> tuple[int, bytes]:
    """How many entries a ledger's file holds and the root over them, computed anew; raises LedgerDamaged."""
    with reading_file(path) as reader:
        return size_and_root(reader, str(path))


def copy_file(
    source: JournalReader,
    path: Path,
    *,
    replace: bool = False,
    mode: int | None = None,
    report: Report = silent,
    examine: Callable[[Path], tuple[int, bytes]] = examined,
) -> Backup:
    """Copy an SQLite ledger into a file; to be called within a snapshot of it, which is what is copied.

    ``examine`` checks the copy before it gets its name. Raises LedgerExists if there is a file already, unless that is
    to be replaced, and LedgerDamaged if the copy is not sound; then no copy is left.
    """
    connection = source.connection
    assert isinstance(connection, sqlite3.Connection)
    head = source.head()  # the first read begins the snapshot
    check_free(path, replace=replace)
    with staging_file(path, replace=replace, mode=mode) as staging:
        with as_ledger_errors(path, 0), closing(sqlite3.connect(staging, isolation_level=None)) as copy:
            copy.execute("PRAGMA synchronous = OFF")  # `flush` waits for the disk once, when all is written

            def progress(_: int, remaining: int, total: int) -> None:
                report(head * (total - remaining) // max(total, 1), head)

            connection.backup(copy, pages=PAGES_AT_ONCE, progress=progress)
        entries, root = examine(staging)
        flush(staging)
        size_bytes = staging.stat().st_size
    return Backup(path, entries, root, size_bytes)


@contextmanager
def reading_file(path: Path, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> Iterator[JournalReader]:
    """A reader of a file as of one commit, which leaves no file beside it that was not there before."""
    makes_litter = not os.path.exists(f"{path}-wal")
    try:
        with closing(open_for_reading(path, timeout_seconds)) as connection:
            reader = JournalReader(connection, lambda: undecoded, ledger=str(path), timeout_seconds=timeout_seconds)
            with reader.snapshot():
                yield reader
    finally:
        if makes_litter and os.path.exists(f"{path}-wal"):
            tidy(path)


def size_and_root(reader: JournalReader, ledger: str, report: Report = silent) -> tuple[int, bytes]:
    """How many entries there are and the root over them, computed anew from every row; raises LedgerDamaged."""
    frontier, total = Frontier(), reader.head()
    for _ in checked_entries(reader, ledger, frontier):
        report(frontier.size, total)
    return frontier.size, frontier.root()


def is_same_ledger(backup: Path, facts: dict[str, str], entries: int, root: bytes) -> bool:
    """Whether a file is a sound copy of a ledger as it is now."""
    try:
        with reading_file(backup) as reader:
            return reader.meta() == facts and size_and_root(reader, str(backup)) == (entries, root)
    except LedgerError:
        return False
