"""A ledger to add to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from armsledger import Ledger
from tests.application.book import book, opened


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """A ledger with some sources and a deal that the wire told of."""
    with book(opened()) as made:
        yield made
