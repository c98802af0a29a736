"""Proofs over the Merkle tree of RFC 9162: those of the definition, and no others, verify."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.storage.proofs.errors import OutsideTree
from armsledger.storage.proofs.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    Frontier,
    consistency_proof,
    hashes_at,
    inclusion_proof,
    leaf_hash,
    node_hash,
    positions_for_consistency,
    positions_for_inclusion,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.storage.proofs.trees import (
    PUBLISHED_CONSISTENCIES,
    PUBLISHED_INCLUSIONS,
    PUBLISHED_LEAVES,
    PUBLISHED_ROOTS,
    STORED,
    path,
    subproof,
    tree_hash,
)

ALL_SIZES = 70
"""Trees up to this size are gone through one by one; it is past 64, so that there are seven levels."""


@pytest.mark.parametrize(("index", "size"), PUBLISHED_INCLUSIONS)
def test_the_inclusion_proofs_are_those_that_were_published(index: int, size: int) -> None:
    blobs = Frontier().extend(PUBLISHED_LEAVES)
    proof = inclusion_proof(index, size, lambda position: blobs[position - 1])
    assert [one.hex() for one in proof] == PUBLISHED_INCLUSIONS[index, size]
    assert verify_inclusion(PUBLISHED_LEAVES[index], index, size, proof, bytes.fromhex(PUBLISHED_ROOTS[size]))


@pytest.mark.parametrize(("first", "second"), PUBLISHED_CONSISTENCIES)
def test_the_consistency_proofs_are_those_that_were_published(first: int, second: int) -> None:
    blobs = Frontier().extend(PUBLISHED_LEAVES)
    proof = consistency_proof(first, second, lambda position: blobs[position - 1])
    assert [one.hex() for one in proof] == PUBLISHED_CONSISTENCIES[first, second]
    roots = [bytes.fromhex(PUBLISHED_ROOTS[size]) for size in (first, second)]
    assert verify_consistency(first, second, roots[0], roots[1], proof)


@pytest.mark.parametrize("largest", [ALL_SIZES, pytest.param(len(STORED.leaves), marks=pytest.mark.soak)])
def test_proofs_are_those_of_the_definition_and_verify(largest: int) -> None:
    for size in range(1, largest + 1):
        root = tree_hash(0, size)
        for index in range(size):
            proof = inclusion_proof(index, size, STORED)
            assert proof == path(index, 0, size)
            assert verify_inclusion(STORED.leaves[index], index, size, proof, root)
        for first in range(1, size + 1):
            proof = consistency_proof(first, size, STORED)
            assert proof == subproof(first, 0, size, True)
            assert verify_consistency(first, size, tree_hash(0, first), root, proof)


def test_the_empty_tree_is_the_beginning_of_every_tree() -> None:
    assert consistency_proof(0, 5, STORED) == []
    assert verify_consistency(0, 5, EMPTY_ROOT, tree_hash(0, 5), [])
    assert verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not verify_consistency(0, 5, tree_hash(0, 5), tree_hash(0, 5), [])
    assert not verify_consistency(0, 0, tree_hash(0, 5), tree_hash(0, 5), [])
    assert not verify_consistency(0, 5, EMPTY_ROOT, tree_hash(0, 5), [EMPTY_ROOT])


@given(st.data(), st.integers(1, 300))
def test_the_positions_that_a_proof_asks_for_are_known_beforehand_and_few(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    most = 2 * size.bit_length() + 1
    for foretold, prove in (
        (positions_for_inclusion(index, size), inclusion_proof),
        (positions_for_consistency(index, size), consistency_proof),
    ):
        STORED.asked.clear()
        prove(index, size, STORED)
        assert sorted(set(STORED.asked)) == foretold
        assert len(STORED.asked) <= most


@given(st.data(), st.integers(2, 300))
def test_no_changed_inclusion_proof_verifies(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaf, root, proof = STORED.leaves[index], tree_hash(0, size), inclusion_proof(index, size, STORED)
    for changed in _changed_proofs(proof, data.draw(st.integers(0, 255)), [root, leaf, EMPTY_ROOT]):
        assert not verify_inclusion(leaf, index, size, changed, root)
    assert not verify_inclusion(leaf, index, size, proof, EMPTY_ROOT)
    assert not verify_inclusion(root, index, size, proof, root)
    assert not any(verify_inclusion(leaf, other, size, proof, root) for other in range(size) if other != index)
    assert not any(verify_inclusion(leaf, index, other, proof, root) for other in (index, size * 2, size * 4))
    assert not any(verify_inclusion(other, index, size, proof, root) for other in STORED.leaves if other != leaf)


@given(st.data(), st.integers(2, 300))
def test_no_changed_consistency_proof_verifies(data: st.DataObject, second: int) -> None:
    first = data.draw(st.integers(1, second - 1))
    roots = tree_hash(0, first), tree_hash(0, second)
    proof = consistency_proof(first, second, STORED)
    for changed in _changed_proofs(proof, data.draw(st.integers(0, 255)), [*roots, EMPTY_ROOT]):
        assert not verify_consistency(first, second, *roots, changed)
    assert not verify_consistency(first, second, roots[1], roots[0], proof)
    assert not verify_consistency(second, first, *roots, proof)
    assert not verify_consistency(first, second, EMPTY_ROOT, roots[1], proof)
    assert not verify_consistency(first, second, roots[0], EMPTY_ROOT, proof)
    assert not any(verify_consistency(other, second, *roots, proof) for other in (0, second))
    assert not any(verify_consistency(first, other, *roots, proof) for other in (0, first, second * 2, second * 4))


def _changed_proofs(proof: list[bytes], bit: int, added: list[bytes]) -> list[list[bytes]]:
    """A bit of each hash turned, each hash left out, doubled or swapped with the next, and hashes put around them."""
    changed = [[]] if proof else list[list[bytes]]()
    for place, one in enumerate(proof):
        turned = (int.from_bytes(one, "big") ^ 1 << bit).to_bytes(HASH_BYTES, "big")
        changed.append([*proof[:place], turned, *proof[place + 1 :]])
        changed.append([*proof[:place], *proof[place + 1 :]])
        changed.append([*proof[:place], one, *proof[place:]])
        changed.append([*proof[:place], one[:-1], *proof[place + 1 :]])
        changed.append([*proof[:place], *proof[place : place + 2][::-1], *proof[place + 2 :]])
    changed += [[*proof, one] for one in added] + [[one, *proof] for one in added]
    return [one for one in changed if one != proof]


NONSENSE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.binary(max_size=40),
    st.sampled_from([EMPTY_ROOT, *STORED.leaves[:4]]),
    st.lists(
        st.one_of(st.none(), st.integers(), st.binary(min_size=32, max_size=32), st.text(max_size=2)), max_size=70
    ),
)


@given(NONSENSE, NONSENSE, NONSENSE, NONSENSE, NONSENSE)
def test_nonsense_proves_nothing_and_raises_nothing(one: Any, two: Any, three: Any, four: Any, five: Any) -> None:
    assert verify_inclusion(one, two, three, four, five) in (False, two == 0 and three == 1 and one == five)
    trivial = one in (two, 0)
    assert verify_consistency(one, two, three, four, five) in (False, trivial)


@pytest.mark.parametrize("proof", [None, 3, "ab", b"ab", {}, [None], ["a" * 32], [bytearray(32)], [[]]])
def test_what_is_no_list_of_hashes_proves_nothing(proof: Any) -> None:
    assert not verify_inclusion(STORED.leaves[0], 0, 2, proof, tree_hash(0, 2))
    assert not verify_consistency(1, 2, tree_hash(0, 1), tree_hash(0, 2), proof)


@pytest.mark.parametrize("size", [2**62, 2**62 + 1, 2**63 - 1, 10**12 + 7])
def test_the_largest_trees_have_proofs_too(size: int) -> None:
    """All entries alike, so that nodes of one level are alike and the tree need not be built."""
    levels = [leaf_hash(b"the same")]
    for _ in range(63):
        levels.append(node_hash(levels[-1], levels[-1]))

    def blob_of(position: int) -> bytes:
        return b"".join(levels[: hashes_at(position)])

    places = random.Random(size)
    root = root_of(size, blob_of)
    for number in (0, 1, size // 2, size - 1, *(places.randrange(size) for _ in range(20))):
        proof = inclusion_proof(number, size, blob_of)
        assert verify_inclusion(levels[0], number, size, proof, root)
        if number:
            proof = consistency_proof(number, size, blob_of)
            assert verify_consistency(number, size, root_of(number, blob_of), root, proof)


@pytest.mark.parametrize(("index", "size"), [(5, 5), (6, 5), (-1, 5), (0, 0)])
def test_an_entry_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(OutsideTree, match=f"the entry at position {index + 1} is not in the tree of {size} entries"):
        inclusion_proof(index, size, STORED)
    with pytest.raises(OutsideTree):
        positions_for_inclusion(index, size)


@pytest.mark.parametrize(("first", "second"), [(6, 5), (-1, 5)])
def test_a_later_tree_is_not_the_beginning_of_an_earlier_one(first: int, second: int) -> None:
    with pytest.raises(OutsideTree, match=f"the tree of {first} entries is not in the tree of {second} entries"):
        consistency_proof(first, second, STORED)
