"""The Merkle tree of RFC 9162: how it grows, what is stored of it, and its roots."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.storage.proofs.errors import TreeUnreadable, UnreadableRecord
from armsledger.storage.proofs.merkle import EMPTY_ROOT, HASH_BYTES, Frontier, hashes_at, peak_positions, root_of
from tests.storage.proofs.trees import PUBLISHED_LEAVES, PUBLISHED_ROOTS, STORED, tree_hash


def test_the_roots_are_those_that_were_published() -> None:
    frontier = Frontier()
    found = [frontier.root().hex()]
    for leaf in PUBLISHED_LEAVES:
        frontier.extend([leaf])
        found.append(frontier.root().hex())
    assert found == PUBLISHED_ROOTS


def test_beside_each_entry_stand_its_leaf_and_the_subtrees_that_it_completes() -> None:
    for position, blob in enumerate(STORED.blobs, start=1):
        assert len(blob) == HASH_BYTES * hashes_at(position)
        levels = [blob[place : place + HASH_BYTES] for place in range(0, len(blob), HASH_BYTES)]
        assert levels == [tree_hash(position - (1 << level), position) for level in range(len(levels))]
        assert position % (1 << len(levels)) != 0


def test_the_blob_of_a_position_is_as_long_as_the_position_has_zeros_at_the_end() -> None:
    assert [HASH_BYTES * hashes_at(position) for position in (1, 2, 3, 4, 6, 8)] == [32, 64, 32, 96, 64, 128]
    assert hashes_at(1 << 40) == 41


def test_a_root_is_read_from_what_is_stored() -> None:
    assert [root_of(size, STORED) for size in range(301)] == [tree_hash(0, size) for size in range(301)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 200, 255, 256, 300])
def test_the_peaks_stand_where_they_are_said_to(size: int) -> None:
    peaks = peak_positions(size)
    assert sum(1 << level for _, level in peaks) == size
    assert peaks[-1][0] == size
    assert len(peaks) == size.bit_count()


@given(st.lists(st.integers(0, 40), max_size=8))
def test_a_tree_grows_alike_in_whatever_portions_and_from_wherever_it_is_loaded(portions: list[int]) -> None:
    frontier, stored = Frontier(), list[bytes]()
    for portion in portions:
        frontier = Frontier.load(frontier.size, dict(enumerate(stored, start=1)).__getitem__)
        stored += frontier.extend(STORED.leaves[frontier.size : frontier.size + portion])
    assert frontier.size == len(stored)
    assert stored == STORED.blobs[: frontier.size]
    assert frontier.root() == tree_hash(0, frontier.size)


def test_a_leaf_at_a_time_comes_to_the_same() -> None:
    frontier = Frontier()
    assert [frontier.extend([leaf])[0] for leaf in STORED.leaves] == STORED.blobs
    assert frontier.size == len(STORED.leaves)


def test_a_copy_of_a_frontier_grows_on_its_own() -> None:
    frontier = Frontier()
    frontier.extend(STORED.leaves[:5])
    frontier.copy().extend(STORED.leaves[5:9])
    assert (frontier.size, frontier.root()) == (5, tree_hash(0, 5))


def test_leaves_that_end_in_an_exception_are_not_added() -> None:
    def leaves() -> Iterator[bytes]:
        yield from STORED.leaves[5:9]
        raise UnreadableRecord("an entry that was tampered with")

    frontier = Frontier()
    frontier.extend(STORED.leaves[:5])
    with pytest.raises(UnreadableRecord):
        frontier.extend(leaves())
    assert (frontier.size, frontier.root()) == (5, tree_hash(0, 5))
    assert frontier.extend(STORED.leaves[5:9]) == STORED.blobs[5:9]


@pytest.mark.parametrize(("size", "peaks"), [(0, 1), (1, 0), (3, 1), (4, 2), (-1, 0)])
def test_a_frontier_has_one_peak_for_each_bit_of_its_size(size: int, peaks: int) -> None:
    with pytest.raises(ValueError, match=f"a tree of {size} leaves does not have {peaks} peaks"):
        Frontier(size, [EMPTY_ROOT] * peaks)


@pytest.mark.parametrize("blob", [b"", bytes(31), bytes(64), bytes(128), None, "x" * 96])
def test_hashes_of_the_wrong_length_are_refused_with_their_position(blob: object) -> None:
    with pytest.raises(TreeUnreadable, match="beside the entry at position 4 cannot be read: they are not 96 bytes"):
        root_of(5, lambda position: blob if position == 4 else STORED(position))


def test_hashes_that_are_missing_are_refused_with_their_position() -> None:
    with pytest.raises(TreeUnreadable, match="beside the entry at position 4 cannot be read: there are none"):
        Frontier.load(5, dict(enumerate(STORED.blobs[:3], start=1)).__getitem__)
