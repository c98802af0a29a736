"""The story of India's S-400, which tests of parts only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from armsledger import Ledger
from tests.application.book import SEED, STORY, ledger_of_examples


@pytest.fixture(scope="session")
def story() -> Iterator[Ledger]:
    """The seed article and then the longer story."""
    with ledger_of_examples(SEED, STORY) as ledger:
        yield ledger
