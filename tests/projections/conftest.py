"""Ledgers that the tests of the projections only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from armsledger import Ledger
from tests.application.book import SEED, STORY, ledger_of_examples


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
