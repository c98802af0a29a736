"""Ledgers that many tests only read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from armsledger import Ledger
from tests.application.book import SEED, STORY, ledger_of_examples


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of whoever runs the tests."""
    for name in ("ARMSLEDGER_LEDGER", "ARMSLEDGER_RECORDED_BY", "ARMSLEDGER_TIMEOUT_SECONDS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def seed() -> Iterator[Ledger]:
    """A ledger that holds the seed article; to be read only."""
    with ledger_of_examples(SEED) as ledger:
        yield ledger


@pytest.fixture(scope="session")
def story() -> Iterator[Ledger]:
    """A ledger that holds the seed article and then the longer story; to be read only."""
    with ledger_of_examples(SEED, STORY) as ledger:
        yield ledger


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a ledger may be made."""
    return tmp_path / "armsledger.db"
