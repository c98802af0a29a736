"""What is verified, signed for and proved from."""

from __future__ import annotations

from pathlib import Path

import pytest

from armsledger.storage.proofs.keys import new_key
from tests.application.maintenance.trust import Place, filled


@pytest.fixture
def ledger(place: Place) -> Place:
    """The address of a ledger of nine entries."""
    return filled(place)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The file of a signer key; beside it stands the verifier key."""
    new_key(tmp_path / "key", "tester")
    return tmp_path / "key"
