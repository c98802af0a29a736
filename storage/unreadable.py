"""Entries that the catalogue cannot read, as the journal has them.

The leaf of the Merkle tree tells whether one was recorded so (`armsledger.domain.events.unreadable`) or damaged since.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from armsledger.domain.entry import Entry
from armsledger.domain.events.unreadable import Unreadable
from armsledger.domain.values.when import When
from armsledger.storage.proofs.errors import UnreadableRecord
from armsledger.storage.proofs.merkle import HASH_BYTES, leaf_hash
from armsledger.storage.proofs.record import Record, record_bytes, record_columns
from armsledger.storage.schema import FIRST_WITH_TREE, parse_instant

Ask = Callable[..., list[tuple[Any, ...]]]


def unreadable_entry(ask: Ask, schema_version: int, position: Any) -> Entry | None:
    """The entry at a position; None if it is not what was hashed when it was recorded, or nobody can tell."""
    if schema_version < FIRST_WITH_TREE:
        return None
    try:
        ((*values, hashes),) = ask(
            f"SELECT {record_columns(schema_version)}, hashes FROM journal WHERE position = ?", position
        )
        if leaf_hash(record_bytes(values)) != hashes[:HASH_BYTES]:
            return None
        record = Record._make(values)
        instant = parse_instant(record.recorded_at)
    except (UnreadableRecord, ValueError, TypeError):
        return None
    event = unreadable(record, When.day(instant.date()))
    return Entry(
        record.stream,
        record.version,
        record.position,
        record.entry_id,
        instant,
        record.recorded_by,
        event,
        record.login,
    )


def unreadable(record: Record, day: When) -> Unreadable:
    """What there is of an entry that was recorded on a day."""
    return Unreadable(
        on=day,
        asserted=day,
        stored_name=record.name,
        format=record.format,
        payload=record.payload,
        days=(record.on_earliest, record.on_latest, record.asserted_earliest, record.asserted_latest),
        cites=record.source,
    )
