"""Proofs over the Merkle tree: that an entry is in a tree, and that a tree is the continuation of an earlier one.

Both are made from a few stored nodes, and checked without the tree (RFC 9162, sections 2.1.3 and 2.1.4). The way from a
node up to the root passes three kinds of neighbours, in this order: those within its own peak; all the smaller peaks to
the right of it, folded into one hash; and the larger peaks to the left, one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from armsledger.storage.proofs.integrity_errors import OutsideTree
from armsledger.storage.proofs.merkle import EMPTY_ROOT, HASH_BYTES, BlobOf, fold, node_at, node_hash, peak_positions

Node = tuple[int, int]
"""Where a node is stored: position and level."""

LARGEST_SIZE = 2**63 - 1


def inclusion_proof(index: int, size: int, blob_of: BlobOf) -> list[bytes]:
    """The hashes that lead from the leaf of this index (0, 1, 2 ...) to the root of the tree of this size."""
    return _hashes(_inclusion(index, size), blob_of)


def consistency_proof(first: int, second: int, blob_of: BlobOf) -> list[bytes]:
    """The hashes that show that the tree of the first size is the beginning of the tree of the second."""
    return _hashes(_consistency(first, second), blob_of)


def positions_for_inclusion(index: int, size: int) -> list[int]:
    """The positions whose hashes `inclusion_proof` will ask for, so that they can be fetched at once."""
    return _positions(_inclusion(index, size))


def positions_for_consistency(first: int, second: int) -> list[int]:
    """The positions whose hashes `consistency_proof` will ask for."""
    return _positions(_consistency(first, second))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that the leaf of this hash and index is in the tree of this size and root.

    Never raises: values from an untrusted file that are not even of the right kind prove nothing.
    """
    if not (_are_sizes(index, size) and index < size and _are_hashes([leaf, root]) and _are_hashes(proof)):
        return False
    node, last, found = index, size - 1, leaf
    for neighbour in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(neighbour, found)
            node, last = _without_zeros(node, last)
        else:
            found = node_hash(found, neighbour)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of the first size and root is the beginning of that of the second.

    The empty tree is the beginning of any; that takes no proof, nor does that a tree continues itself.
    Never raises: values from an untrusted file that are not even of the right kind prove nothing.
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
    """One level up for each that the node passes without a neighbour, as the tree ends there."""
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
