"""Rows of a journal with the hashes that belong beside them, for those who insert them past the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from armsledger.storage.proofs.errors import UnreadableRecord
from armsledger.storage.proofs.merkle import Frontier, leaf_hash
from armsledger.storage.proofs.record import Record, record_bytes

RECORDS = f"SELECT {', '.join(Record._fields)} FROM %s.journal ORDER BY position"


def hashes_of(connection: psycopg.Connection[Any], schema: str, records: Sequence[Record]) -> list[bytes]:
    """The hashes beside records that come next; nothing beside those that can have none."""
    frontier = Frontier()
    frontier.extend(_leaf(row) for row in connection.execute((RECORDS % schema).encode()).fetchall())
    return frontier.extend(_leaf(record) for record in records)


def _leaf(row: Sequence[Any]) -> bytes:
    try:
        return leaf_hash(record_bytes(row))
    except UnreadableRecord:
        return leaf_hash(b"")
