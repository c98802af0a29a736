"""A forger: somebody who keeps the triggers off, edits what they like, and leaves no trace of that."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from armsledger.storage.proofs.merkle import Frontier, leaf_hash
from armsledger.storage.proofs.record import Record, record_bytes

RECORDS = f"SELECT {', '.join(Record._fields)} FROM journal ORDER BY position"


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


@contextmanager
def forging_on_server(address: str) -> Iterator[psycopg.Connection[Any]]:
    """The same on PostgreSQL, where the owner need not even drop the triggers."""
    with psycopg.connect(address) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def forge(place: Path | str, *statements: str) -> None:
    """Run statements to which nothing is refused."""
    if isinstance(place, str) and "://" in place:
        with forging_on_server(place) as server:
            for statement in statements:
                server.execute(statement.encode())
        return
    with forging(Path(place)) as connection:
        for statement in statements:
            connection.execute(statement)


def rehash(place: Path | str) -> None:
    """Compute the whole tree anew, so that it fits whatever the entries say now."""
    if isinstance(place, str) and "://" in place:
        with forging_on_server(place) as server, server.cursor() as cursor:
            pairs = _hashes(server.execute(RECORDS.encode()).fetchall())
            cursor.executemany("UPDATE journal SET hashes = %s WHERE position = %s", pairs)
        return
    with forging(Path(place)) as connection:
        pairs = _hashes(connection.execute(RECORDS).fetchall())
        connection.executemany("UPDATE journal SET hashes = ? WHERE position = ?", pairs)


def _hashes(rows: list[tuple[Any, ...]]) -> list[tuple[bytes, int]]:
    hashes = Frontier().extend(leaf_hash(record_bytes(row)) for row in rows)
    return [(added, row[0]) for added, row in zip(hashes, rows, strict=True)]
