"""What a migration adds to the journal: the entries of those who were forgotten before there were such entries."""

from __future__ import annotations

from typing import Final

from armsledger.domain.entry import Draft
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.values.stream import PERSON
from armsledger.storage.connection import Connection, dialect_of
from armsledger.storage.database import JOURNAL_COLUMNS
from armsledger.storage.erasure.entries import unentered_erasures
from armsledger.storage.errors import ClockLeapt
from armsledger.storage.proofs.merkle import leaf_hash
from armsledger.storage.proofs.record import Record, record_bytes
from armsledger.storage.schema import day_bounds, utc_now
from armsledger.storage.transaction import Transaction

INSERT: Final = f"INSERT INTO journal ({', '.join(JOURNAL_COLUMNS)}) VALUES ({', '.join('?' * len(JOURNAL_COLUMNS))})"
MOVE_ON: Final = "UPDATE read_model SET position = ? WHERE position = ? AND building = 0"
"""Read models tell of no person: those that were in step stay so."""


def enter_erasures(connection: Connection, recorded_by: str) -> None:
    """Append them, within the transaction of the migration."""
    transaction = Transaction(connection, utc_now)
    instant = _instant(transaction)
    drafts = unentered_erasures(connection, instant)
    rows = [
        _row(draft, position, instant, recorded_by) for position, draft in enumerate(drafts, transaction.before + 1)
    ]
    hashes = transaction.frontier.extend([leaf_hash(record_bytes(row)) for row in rows])
    connection.executemany(INSERT, [(*row, added) for row, added in zip(rows, hashes, strict=True)])
    if rows and ("read_model",) in [tuple(row) for row in connection.execute(dialect_of(connection).relations)]:
        connection.execute(MOVE_ON, (rows[-1].position, transaction.before))


def _instant(transaction: Transaction) -> str:
    """Now, or when the last entry was recorded if nobody can believe the clock: it must not hold back later entries."""
    try:
        return transaction.instant
    except ClockLeapt:
        return transaction.last


def _row(draft: Draft, position: int, instant: str, recorded_by: str) -> Record:
    event = draft.event
    name, format_, payload = CATALOGUE.encode(PERSON, event)
    days = (*day_bounds(event.on), *day_bounds(event.asserted))
    return Record(
        position, draft.stream, draft.version, name, format_, draft.id, *days, None, instant, recorded_by, None, payload
    )
