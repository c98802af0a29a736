"""The Merkle tree of a ledger, from the few of its nodes that a question is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from armsledger.storage.proofs.canonical import Record, record_bytes
from armsledger.storage.proofs.merkle import BlobOf, peak_positions, root_of
from armsledger.storage.proofs.merkle_proof import (
    consistency_proof,
    inclusion_proof,
    positions_for_consistency,
    positions_for_inclusion,
)
from armsledger.storage.reader import JournalReader


class TreeHead(NamedTuple):
    """The tree over the first ``size`` entries, in one hash of 32 bytes."""

    size: int
    root: bytes

    @property
    def hex(self) -> str:
        """The root in hexadecimal digits."""
        return self.root.hex()


def tree_head(reader: JournalReader, size: int | None = None) -> TreeHead:
    """The tree of a size (default: over all entries). To be called in a snapshot; raises TreeUnreadable."""
    size = reader.head() if size is None else size
    return TreeHead(size, root_of(size, _blobs(reader, [position for position, _ in peak_positions(size)])))


def proof_of_inclusion(reader: JournalReader, position: int, size: int) -> list[bytes]:
    """The hashes that lead from the entry at a position to the root of the tree of a size; raises OutsideTree."""
    asked = positions_for_inclusion(position - 1, size)
    return inclusion_proof(position - 1, size, _blobs(reader, asked))


def proof_of_consistency(reader: JournalReader, first: int, second: int) -> list[bytes]:
    """The hashes that show that the tree of the second size continues that of the first."""
    return consistency_proof(first, second, _blobs(reader, positions_for_consistency(first, second)))


def stored_record(reader: JournalReader, position: int) -> bytes | None:
    """The canonical bytes of the entry at a position; None if there is none. Raises UnreadableRecord."""
    rows = reader.query(f"SELECT {', '.join(Record._fields)} FROM journal WHERE position = ?", position)
    return record_bytes(rows[0]) if rows else None


def _blobs(reader: JournalReader, positions: Sequence[int]) -> BlobOf:
    """The hashes beside the entries at some positions, read at once."""
    marks = ", ".join("?" * len(positions)) or "NULL"
    found = reader.query(f"SELECT position, hashes FROM journal WHERE position IN ({marks})", *positions)
    return dict(found).__getitem__
