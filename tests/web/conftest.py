"""The ledger of the longest story, which many tests only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from armsledger import Ledger
from tests.application.book import SEED, STORY, ledger_of_examples


@pytest.fixture(scope="session")
def story() -> Iterator[Ledger]:
    """India's S-400, by 47 sources."""
    with ledger_of_examples(SEED, STORY) as ledger:
        yield ledger
