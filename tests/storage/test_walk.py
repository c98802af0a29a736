"""Walks in pages end, however damaged the index is that leads them."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.walk import check_gets_on


@pytest.mark.parametrize(
    ("before", "after"), [(5, 5), (5, 3), ("deal/b", "deal/a"), (("deal/a", 2), ("deal/a", 1)), ("deal/a", b"deal/b")]
)
def test_a_page_that_leads_back_ends_the_walk(before: Any, after: Any) -> None:
    with pytest.raises(LedgerDamaged, match="does not come after that"):
        check_gets_on("the ledger", before, after)


@pytest.mark.parametrize(("before", "after"), [(0, 1), ("", "deal/a"), (("deal/a", 2), ("deal/b", 1))])
def test_a_page_that_leads_on_does_not(before: Any, after: Any) -> None:
    check_gets_on("the ledger", before, after)
