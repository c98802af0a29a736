"""The checkpoints that a ledger keeps of itself, for information: whoever can write the ledger can write these too."""

from __future__ import annotations

from typing import Final, NamedTuple

from armsledger.storage.connection import Connection
from armsledger.storage.reader import JournalReader

COLUMNS: Final = "size, made_at, note"
ALL: Final = f"SELECT {COLUMNS} FROM checkpoint ORDER BY size, made_at"
LAST: Final = f"SELECT {COLUMNS} FROM checkpoint ORDER BY size DESC, made_at DESC LIMIT 1"
INSERT: Final = f"INSERT INTO checkpoint ({COLUMNS}) VALUES (?, ?, ?)"


class KeptCheckpoint(NamedTuple):
    """A signed note, how many entries it speaks of, and when it was made."""

    size: int
    made_at: str
    note: str


def kept_checkpoints(reader: JournalReader) -> list[KeptCheckpoint]:
    """All that were made, in the order of their sizes."""
    return [KeptCheckpoint(*row) for row in reader.query(ALL)]


def last_checkpoint(reader: JournalReader) -> KeptCheckpoint | None:
    """The one of the most entries."""
    rows = reader.query(LAST)
    return KeptCheckpoint(*rows[0]) if rows else None


def keep_checkpoint(connection: Connection, checkpoint: KeptCheckpoint) -> None:
    """Write one down, in the transaction that is under way."""
    connection.execute(INSERT, checkpoint)
