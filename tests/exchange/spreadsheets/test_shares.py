"""Shares: a workbook keeps 15% as 0.15, and shows the one or the other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.domain.events.payment import TranchePaid
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.spreadsheets.cell import Cell
from armsledger.exchange.spreadsheets.fields import takes
from armsledger.exchange.spreadsheets.number import Scale, share_text
from armsledger.exchange.spreadsheets.value import Takes


def test_the_share_of_an_event_takes_a_share() -> None:
    assert takes(TranchePaid, "share") is Takes.SHARE


@pytest.mark.parametrize(
    ("cell", "multiply", "share"),
    [
        ("15%", None, "15"),
        ("15", None, "15"),
        ("0.15", None, "0.15"),
        (15, None, "15"),
        (12.5, None, "12.5"),
        (0, None, "0"),
        (0.15, 100, "15"),
        (1.0, 100, "100"),
        (0.15, 1, "0.15"),
    ],
)
def test_a_share_is_in_per_cent(cell: Cell, multiply: int | None, share: str) -> None:
    factor = None if multiply is None else Decimal(multiply)
    assert Decimal(share_text(cell, Scale(multiply=factor))) == Decimal(share)


@given(st.floats(min_value=1e-9, max_value=1) | st.just(1))
def test_a_number_of_a_workbook_up_to_one_is_refused_until_the_mapping_says_which(cell: float) -> None:
    with pytest.raises(InvalidCell) as refused:
        share_text(cell, Scale())
    assert "multiply: 100" in refused.value.remedy
