"""What all tests of lakes rely on."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _verified_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small lakes are verified in this process, unless a test asks for others."""
    monkeypatch.setattr("armsledger.lake.verification.FEWEST", 0)
