"""A forger: somebody with a raw connection who takes the triggers away, edits what they like, and puts them back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from armsledger.storage.canonical import Record, record_bytes
from armsledger.storage.merkle import Frontier, leaf_hash


@contextmanager
def forging(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to which nothing is refused; afterwards the triggers stand as they stood."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # forgeries need survive no loss of power
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        yield connection
        for _, text in triggers:
            connection.execute(text)


def forge(path: Path, *statements: str) -> None:
    """Run statements to which nothing is refused."""
    with forging(path) as connection:
        for statement in statements:
            connection.execute(statement)


def rehash(path: Path) -> None:
    """Compute the whole tree anew, so that it fits whatever the entries say now."""
    with forging(path) as connection:
        rows = connection.execute(f"SELECT {', '.join(Record._fields)} FROM journal ORDER BY position").fetchall()
        hashes = Frontier().extend(leaf_hash(record_bytes(row)) for row in rows)
        pairs = zip(hashes, (row[0] for row in rows), strict=True)
        connection.executemany("UPDATE journal SET hashes = ? WHERE position = ?", pairs)
