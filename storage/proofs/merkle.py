"""The Merkle tree over the journal: which entries there are, in which order, in one hash of 32 bytes.

The tree of RFC 9162, section 2.1 (the one of RFC 6962), with SHA-256. Beside each entry stands what it adds to the
tree: its own leaf hash and the hash of every perfect subtree that it completes, lowest first. So a node is stored
once, beside the entry that completed it, and never changes:

    the node of level L and index I is at position (I + 1) << L, as the L-th hash there

A tree of any size is a few of these perfect subtrees side by side, its peaks, one for each bit of the size.

A proof that an entry is in a tree, or that a tree continues an earlier one, is made from a few stored nodes and checked
without the tree (sections 2.1.3 and 2.1.4). The way from a node up to the root passes three kinds of neighbours, in
this order: those within its own peak; all the smaller peaks to the right of it, folded into one hash; and the larger
peaks to the left, one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import chain
from typing import Final

from armsledger.storage.proofs.errors import OutsideTree, TreeUnreadable

HASH_BYTES: Final = 32
LEAF_PREFIX: Final = b"\x00"
NODE_PREFIX: Final = b"\x01"
EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of the tree without a leaf."""
LARGEST_SIZE: Final = 2**63 - 1

BlobOf = Callable[[int], object]
"""Gives the hashes beside the entry at a position, or whatever a tampered file holds there; KeyError if nothing."""
Node = tuple[int, int]
"""Where a node is stored: position and level."""


def leaf_hash(record: bytes) -> bytes:
    """The hash of one entry's record."""
    return sha256(LEAF_PREFIX + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees side by side."""
    return sha256(NODE_PREFIX + left + right).digest()


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root over peaks, the largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in peaks[-2::-1]:
        root = node_hash(peak, root)
    return root


def hashes_at(position: int) -> int:
    """How many hashes stand beside the entry at a position: its leaf, and each subtree that it completes."""
    return (position & -position).bit_length()


def peak_positions(size: int) -> list[Node]:
    """Where the peaks of a tree are stored, the largest first."""
    peaks = []
    position = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            position += 1 << level
            peaks.append((position, level))
    return peaks


def node_at(position: int, level: int, blob_of: BlobOf) -> bytes:
    """One stored node; raises TreeUnreadable if the hashes beside the entry are missing or of the wrong length."""
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
    """The right edge of a growing tree: all that it takes to add another entry.

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

    def extend(self, leaves: Iterable[bytes]) -> list[bytes]:
        """Add the hashes of leaves; gives for each the hashes to be stored beside its entry.

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
        """An equal edge, which grows on its own."""
        return Frontier(self.size, self.peaks)


def inclusion_proof(index: int, size: int, blob_of: BlobOf) -> list[bytes]:
    """The hashes that lead from the leaf of an index (0, 1, 2 ...) to the root of the tree of a size."""
    return _hashes(_inclusion(index, size), blob_of)


def consistency_proof(first: int, second: int, blob_of: BlobOf) -> list[bytes]:
    """The hashes that show that the tree of the first size is the beginning of the tree of the second."""
    return _hashes(_consistency(first, second), blob_of)


def positions_for_inclusion(index: int, size: int) -> list[int]:
    """The positions whose hashes `inclusion_proof` asks for, so that they can be read at once."""
    return _positions(_inclusion(index, size))


def positions_for_consistency(first: int, second: int) -> list[int]:
    """The positions whose hashes `consistency_proof` asks for."""
    return _positions(_consistency(first, second))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that the leaf of a hash and index is in the tree of a size and root.

    Never raises: values from an untrusted file that are not even of the right type prove nothing.
    """
    if not (_are_sizes(index, size) and index < size and _are_hashes([leaf, root]) and _are_hashes(proof)):
        return False
    node, last, root_so_far = index, size - 1, leaf
    for neighbour in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            root_so_far = node_hash(neighbour, root_so_far)
            node, last = _without_zeros(node, last)
        else:
            root_so_far = node_hash(root_so_far, neighbour)
        node, last = node >> 1, last >> 1
    return last == 0 and root_so_far == root


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree of the first size and root is the beginning of that of the second.

    The empty tree is the beginning of any, and each tree is its own beginning; neither takes a proof.
    Never raises: values from an untrusted file that are not even of the right type prove nothing.
    """
    if not (_are_sizes(first, second) and first <= second and _are_hashes([first_root, second_root])):
        return False
    if not _are_hashes(proof):
        return False
    if first == second:
        return not proof and first_root == second_root and (first > 0 or first_root == EMPTY_ROOT)
    if first == 0:
        return not proof and first_root == EMPTY_ROOT
    return _leads_to_both(first, second, first_root, second_root, proof)


def _leads_to_both(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    path = [first_root, *proof] if first & (first - 1) == 0 else proof
    if not path:
        return False
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    earlier = later = path[0]
    for neighbour in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            earlier, later = node_hash(neighbour, earlier), node_hash(neighbour, later)
            node, last = _without_zeros(node, last)
        else:
            later = node_hash(later, neighbour)
        node, last = node >> 1, last >> 1
    return last == 0 and earlier == first_root and later == second_root


def _without_zeros(node: int, last: int) -> tuple[int, int]:
    """Go up the levels at which the node has no neighbour, as the tree ends there."""
    while node and not node & 1:
        node, last = node >> 1, last >> 1
    return node, last


def _inclusion(index: int, size: int) -> list[list[Node]]:
    if not 0 <= index < size:
        raise OutsideTree(f"the entry at position {index + 1}", size)
    return _way_up(0, index, size)


def _consistency(first: int, second: int) -> list[list[Node]]:
    """The smallest peak of the first tree, unless it is all of that tree and so known, and the way up from it."""
    if not 0 <= first <= second:
        raise OutsideTree(f"the tree of {first} entries", second)
    if first in (0, second):
        return []
    *others, (position, level) = peak_positions(first)
    start: list[list[Node]] = [[(position, level)]] if others else []
    return [*start, *_way_up(level, (first >> level) - 1, second)]


def _way_up(level: int, index: int, size: int) -> list[list[Node]]:
    """The neighbours on the way from a node to the root, each as the nodes to be folded into its hash."""
    peaks = peak_positions(size)
    own = next(place for place, (position, _) in enumerate(peaks) if (index + 1) << level <= position)
    within: list[list[Node]] = []
    for height in range(level, peaks[own][1]):
        sibling = (index >> (height - level)) ^ 1
        within.append([((sibling + 1) << height, height)])
    smaller = [peaks[own + 1 :]] if peaks[own + 1 :] else []
    return [*within, *smaller, *([peak] for peak in reversed(peaks[:own]))]


def _hashes(neighbours: Iterable[list[Node]], blob_of: BlobOf) -> list[bytes]:
    return [fold([node_at(position, level, blob_of) for position, level in nodes]) for nodes in neighbours]


def _positions(neighbours: Iterable[list[Node]]) -> list[int]:
    return sorted({position for position, _ in chain.from_iterable(neighbours)})


def _are_sizes(*values: object) -> bool:
    return all(type(value) is int and 0 <= value <= LARGEST_SIZE for value in values)


def _are_hashes(values: object) -> bool:
    if not isinstance(values, (list, tuple)):
        return False
    return all(isinstance(value, bytes) and len(value) == HASH_BYTES for value in values)
