"""The proof of a stream: whether each of its entries leads to the root of the ledger's Merkle tree.

To verify a whole ledger takes a minute for a million entries. This looks at the entries of one stream: it hashes anew
what each says, and follows the hashes that stand beside other entries up to the root.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

from armsledger.domain.errors import LedgerError
from armsledger.storage.errors import INTERRUPTED
from armsledger.storage.integrity.checkpoints import (
    check_beginning,
    check_has_tree,
    proof_of_consistency,
    readable_checkpoints,
    tree_head,
)
from armsledger.storage.proofs.errors import TreeUnreadable, UnreadableRecord
from armsledger.storage.proofs.merkle import (
    HASH_BYTES,
    inclusion_proof,
    leaf_hash,
    positions_for_inclusion,
    verify_consistency,
    verify_inclusion,
)
from armsledger.storage.proofs.note import Checkpoint
from armsledger.storage.proofs.record import record_bytes, record_columns
from armsledger.storage.reader import JournalReader

RECORDS: Final = "SELECT %s, hashes FROM journal WHERE stream = ? AND position <= ? ORDER BY position"
POSITIONS_AT_ONCE: Final = 500
"""So many positions are named in one query; SQLite takes a thousand at least."""


class Kept(NamedTuple):
    """The last checkpoint that the ledger keeps: of how many entries, when it was made, and whom its signatures name.

    ``is_continued`` says whether today's tree continues the signed one. No signature was checked: there is no key.
    """

    size: int
    made_at: str
    names: tuple[str, ...]
    is_continued: bool


class StreamProof(NamedTuple):
    """The entries of a stream in the tree of the first ``size`` entries of the ledger, which has the root ``root``.

    ``leaves`` has the hash of each entry, in hexadecimal digits, by its version; ``misfits`` are the versions of those
    that do not lead to the root. ``kept`` is the last checkpoint, None if there is none.
    """

    size: int
    root: str
    leaves: Mapping[int, str]
    misfits: tuple[int, ...]
    kept: Kept | None


def stream_proof(reader: JournalReader, stream: str, size: int) -> StreamProof:
    """Look at the entries of a stream among the first ``size`` of the ledger.

    Raises TreeUnreadable, and LedgerOutdated for a ledger of an earlier release, which has no tree.
    """
    with reader.snapshot():
        check_has_tree(reader)
        root = tree_head(reader, size).root
        columns = record_columns(int(reader.meta()["schema_version"]))
        rows = reader.query(RECORDS % columns, stream, size)
        leaves = dict(_leaves(rows))
        fitting = set(_fitting(reader, rows, leaves, size, root))
        misfits = tuple(version for _, version in _places(rows) if version not in fitting)
        hashes = {version: leaf.hex() for version, leaf in leaves.items()}
        return StreamProof(size, root.hex(), hashes, misfits, _kept(reader, size))


def _places(rows: Iterable[Sequence[object]]) -> Iterator[tuple[int, int]]:
    """The positions and versions of rows."""
    yield from ((int(str(row[0])), int(str(row[2]))) for row in rows)


def _leaves(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, bytes]]:
    """The versions of rows and the hashes of what they say; what cannot be an entry has none."""
    for row, (_, version) in zip(rows, _places(rows), strict=True):
        with suppress(UnreadableRecord):
            yield version, leaf_hash(record_bytes(row[:-1]))


def _fitting(
    reader: JournalReader, rows: Sequence[Sequence[object]], leaves: Mapping[int, bytes], size: int, root: bytes
) -> Iterator[int]:
    """The versions of the entries of which the hash stands beside them, and leads to the root."""
    needed = {place for position, _ in _places(rows) for place in positions_for_inclusion(position - 1, size)}
    beside = _hashes_beside(reader, sorted(needed))
    for row, (position, version) in zip(rows, _places(rows), strict=True):
        leaf, stored = leaves.get(version), row[-1]
        is_stored = isinstance(stored, bytes) and stored[:HASH_BYTES] == leaf
        if leaf is not None and is_stored and _leads_to(root, leaf, position - 1, size, beside):
            yield version


def _leads_to(root: bytes, leaf: bytes, index: int, size: int, beside: Mapping[int, object]) -> bool:
    try:
        return verify_inclusion(leaf, index, size, inclusion_proof(index, size, beside.__getitem__), root)
    except TreeUnreadable:
        return False


def _hashes_beside(reader: JournalReader, positions: Sequence[int]) -> dict[int, object]:
    """The hashes beside the entries at some positions."""
    hashes: dict[int, object] = {}
    for start in range(0, len(positions), POSITIONS_AT_ONCE):
        some = positions[start : start + POSITIONS_AT_ONCE]
        marks = ", ".join("?" * len(some))
        hashes |= dict(reader.query(f"SELECT position, hashes FROM journal WHERE position IN ({marks})", *some))
    return hashes


def _kept(reader: JournalReader, size: int) -> Kept | None:
    """The last checkpoint that can be read, and whether the tree of a size continues it."""
    for kept, note, checkpoint in readable_checkpoints(reader):
        try:
            is_continued = _is_continued(reader, checkpoint, size)
        except INTERRUPTED:
            raise
        except LedgerError:
            is_continued = False
        return Kept(kept.size, kept.made_at, tuple(note.unchecked(())), is_continued)
    return None


def _is_continued(reader: JournalReader, checkpoint: Checkpoint, size: int) -> bool:
    """Whether a checkpoint is one of this ledger, and the tree of a size continues it, or is its beginning."""
    first, second = sorted((checkpoint.size, size))
    if check_beginning(reader, checkpoint) is not None:
        return False
    signed, root = checkpoint.root, tree_head(reader, size).root
    roots = (signed, root) if checkpoint.size <= size else (root, signed)
    return verify_consistency(first, second, *roots, proof_of_consistency(reader, first, second))
