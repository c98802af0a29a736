"""The Merkle tree over the journal: which entries there are, in which order, in one hash of 32 bytes.

The tree of RFC 9162, section 2.1 (the one of RFC 6962), with SHA-256. Beside each entry stands what it adds to the
tree: its own leaf hash and the hash of every perfect subtree that it completes, lowest first. So a node is stored
once, where it came to be, and never changes:

    the node of level L and index I is at position (I + 1) << L, as the L-th hash there

A tree of any size is a few of these perfect subtrees side by side, its peaks, one for each bit of the size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from armsledger.storage.proofs.integrity_errors import TreeUnreadable

HASH_BYTES = 32
LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"
EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without a leaf."""

BlobOf = Callable[[int], object]
"""Gives the hashes beside the entry at a position, or whatever a tampered file holds there; KeyError if nothing."""


def leaf_hash(record: bytes) -> bytes:
    """What the tree holds of one entry."""
    return sha256(LEAF_PREFIX + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees side by side."""
    return sha256(NODE_PREFIX + left + right).digest()


def fold(peaks: Sequence[bytes]) -> bytes:
    """The one hash over peaks that stand side by side, the largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in peaks[-2::-1]:
        root = node_hash(peak, root)
    return root


def hashes_at(position: int) -> int:
    """How many hashes stand beside the entry at this position: its leaf, and each subtree that it completes."""
    return (position & -position).bit_length()


def peak_positions(size: int) -> list[tuple[int, int]]:
    """Where the peaks of a tree stand: position and level of each, the largest first."""
    peaks = []
    position = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            position += 1 << level
            peaks.append((position, level))
    return peaks


def node_at(position: int, level: int, blob_of: BlobOf) -> bytes:
    """One stored node; raises TreeUnreadable if it is not there, or beside it stands more or less than should."""
    try:
        blob = blob_of(position)
    except KeyError:
        raise TreeUnreadable(position, "there are none") from None
    expected = HASH_BYTES * hashes_at(position)
    if not isinstance(blob, bytes) or len(blob) != expected:
        raise TreeUnreadable(position, f"they are not {expected} bytes")
    return blob[HASH_BYTES * level : HASH_BYTES * (level + 1)]


def root_of(size: int, blob_of: BlobOf) -> bytes:
    """The root of the tree of the first entries, from what is stored."""
    return fold([node_at(position, level, blob_of) for position, level in peak_positions(size)])


class Frontier:
    """The right edge of a growing tree: all that must be known of its entries to add another.

    ``size`` is the number of leaves so far, ``peaks`` the hashes of the perfect subtrees, the largest first.
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if size < 0 or len(self.peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves does not have {len(self.peaks)} peaks")

    @classmethod
    def load(cls, size: int, blob_of: BlobOf) -> Frontier:
        """The edge of the tree of the first entries, from what is stored at `peak_positions`."""
        return cls(size, [node_at(position, level, blob_of) for position, level in peak_positions(size)])

    def append(self, leaf: bytes) -> bytes:
        """Add the hash of one leaf; gives the hashes to be stored beside its entry."""
        return self.extend((leaf,))[0]

    def extend(self, leaves: Iterable[bytes]) -> list[bytes]:
        """Add the hashes of many leaves; gives for each the hashes to be stored beside its entry.

        Every append and every verification goes through here, so it is one loop without calls of our own. If the
        leaves end in an exception, none of them is added.
        """
        hash_of, peaks, position = sha256, self.peaks[:], self.size
        push, pop = peaks.append, peaks.pop
        stored: list[bytes] = []
        store = stored.append
        for leaf in leaves:
            position += 1
            if position & 1:
                push(leaf)
                store(leaf)
                continue
            node = hash_of(b"\x01" + pop() + leaf).digest()
            hashes = leaf + node
            higher = position >> 1
            while not higher & 1:
                node = hash_of(b"\x01" + pop() + node).digest()
                hashes += node
                higher >>= 1
            push(node)
            store(hashes)
        self.size, self.peaks = position, peaks
        return stored

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        return fold(self.peaks)

    def copy(self) -> Frontier:
        """The same edge, which grows on its own."""
        return Frontier(self.size, self.peaks)
