"""The properties and fuzzed parsers of the tree again, over as many examples as the profile ``soak`` asks for."""

from __future__ import annotations

import pytest

from tests.storage.proofs import test_keys, test_merkle, test_merkle_proof, test_note, test_proof, test_record

pytestmark = pytest.mark.soak

for module in (test_record, test_keys, test_merkle, test_merkle_proof, test_note, test_proof):
    globals().update({name: test for name, test in vars(module).items() if hasattr(test, "hypothesis")})
