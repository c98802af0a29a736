"""The properties and fuzzed parsers of the tree again, over as many examples as the profile ``soak`` asks for."""

from __future__ import annotations

import pytest

from armsledger.storage.proofs.merkle import consistency_proof, inclusion_proof, verify_consistency, verify_inclusion
from tests.storage.proofs import test_keys, test_merkle, test_merkle_proof, test_note, test_proof, test_record
from tests.storage.proofs.trees import STORED, path, subproof, tree_hash

pytestmark = pytest.mark.soak

for module in (test_record, test_keys, test_merkle, test_merkle_proof, test_note, test_proof):
    globals().update({name: test for name, test in vars(module).items() if hasattr(test, "hypothesis")})


@pytest.mark.parametrize("size", range(1, 301))
def test_every_proof_of_every_tree_is_that_of_the_definition_and_verifies(size: int) -> None:
    root = tree_hash(0, size)
    for number in range(size):
        proof = inclusion_proof(number, size, STORED)
        assert proof == path(number, 0, size)
        assert verify_inclusion(STORED.leaves[number], number, size, proof, root)
        proof = consistency_proof(number + 1, size, STORED)
        assert proof == subproof(number + 1, 0, size, True)
        assert verify_consistency(number + 1, size, tree_hash(0, number + 1), root, proof)
