"""Shares in per cent: exact, within bounds, and never longer than they are worth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from armsledger.domain.values.money import Share

SHARE: TypeAdapter[Decimal] = TypeAdapter(Share)


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ("15", "15"),
        (15, "15"),
        ("12.50", "12.50"),
        (0.1, "0.1"),
        ("0", "0"),
        ("1e2", "1E+2"),
        (Decimal("33.3"), "33.3"),
    ],
)
def test_a_share_is_read_exactly(said: Any, share: str) -> None:
    assert str(SHARE.validate_python(said)) == share


@pytest.mark.parametrize("said", ["101", "-1", "NaN", "Infinity", "1e999999999", "a", "", True, [15], None, 10**400])
def test_what_is_no_share_is_refused(said: Any) -> None:
    with pytest.raises(ValidationError):
        SHARE.validate_python(said)


@pytest.mark.parametrize("said", ["1e-999999999", "1e-24", f"1.{'1' * 24}", "1" * 101, Decimal("1e-1000"), 1e-300])
def test_a_share_that_is_endless_when_written_out_is_refused(said: Any) -> None:
    with pytest.raises(ValidationError, match=r"has more than 24 digits; write a share such as 15 or 12\.5"):
        SHARE.validate_python(said)


def test_what_is_stored_is_read_as_it_is() -> None:
    assert SHARE.validate_json('"1E-30"') == Decimal("1E-30")
    assert SHARE.validate_json('"-0"') == 0


def test_no_stored_share_is_endless_to_show() -> None:
    for number in ("1e-999999999", "0e-999999999"):
        with pytest.raises(ValidationError):
            TypeAdapter(Share).validate_json(f'"{number}"')
