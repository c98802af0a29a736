"""What can go wrong with the proof that nothing was changed, as one tree.

LedgerError
├── TreeUnreadable           hashes of the Merkle tree that are missing or of the wrong length
├── OutsideTree              an entry, or an earlier tree, that a tree of this size does not hold
├── UnreadableRecord         bytes that are not the canonical text of one entry
├── UnreadableNote           a text that is not a signed note, or not one of a checkpoint
├── CheckpointFails          a checkpoint whose signatures or contents do not fit
├── UnreadableKey            a text or file that is not a key
│   └── KeyNotPrivate        a signer key that others may read
├── KeyExists                a file that stands where a new key would be written
├── UnreadableProof          a text that is not a proof
└── ProofFails               a proof that does not prove its entry
"""

from __future__ import annotations

from armsledger.domain.errors import LedgerError


class TreeUnreadable(LedgerError):
    """The hashes beside an entry are missing or of the wrong length."""

    def __init__(self, position: int, detail: str) -> None:
        super().__init__(
            f"the hashes beside the entry at position {position} cannot be read: {detail}",
            remedy="see what else does not fit with `armsledger verify`, and go back to a copy of the ledger",
        )
        self.position = position


class OutsideTree(LedgerError):
    """A proof was asked for something that a tree of this size does not hold."""

    def __init__(self, what: str, size: int) -> None:
        super().__init__(
            f"{what} is not in the tree of {size} entries",
            remedy="ask for something within it, or make a new checkpoint first, which covers all entries",
        )
        self.size = size


class UnreadableRecord(LedgerError):
    """Bytes that are not the canonical text of one entry, or an entry that has none."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"this is not the record of an entry: {detail}",
            remedy="use the bytes as they were written, without any change",
        )
