"""The order of rows: money by amount in one currency, dates by first and last day, nothing last either way."""

from __future__ import annotations

from decimal import Decimal

import pytest

from armsledger.domain.errors import UsageError
from armsledger.domain.values.when import When
from armsledger.projections.rows import Rows
from tests.projections.test_filtering import Order, money, order


def ordered(rows: list[Order], *names: str, currency: str | None = None) -> list[str]:
    return [row.name for row in Rows(Order, rows).order_by(*names, currency=currency)]


DOLLARS = [
    order("dear", value=money("USD 2bn")),
    order("none"),
    order("cheap", value=money("~USD 900m")),
    order("range", value=money("USD 2bn-3bn")),
]


def test_money_is_ordered_by_its_amount_and_what_has_none_is_last_either_way() -> None:
    assert ordered(DOLLARS, "value") == ["cheap", "dear", "range", "none"]
    assert ordered(DOLLARS, "-value") == ["range", "dear", "cheap", "none"]


def test_amounts_of_several_currencies_are_refused_unless_one_is_named() -> None:
    rows = [*DOLLARS, order("rupees", value=money("INR 400bn"))]
    with pytest.raises(UsageError, match="value is in INR, USD: amounts of several currencies") as refusal:
        ordered(rows, "-value")
    assert refusal.value.remedy == "name one: --currency INR (--where currency=INR), or currency='INR'"
    assert ordered(rows, "-value", currency="usd") == ["range", "dear", "cheap", "none", "rupees"]
    assert ordered(rows, "value", currency="INR")[0] == "rupees"


def test_several_sums_of_one_row_are_ordered_by_the_currency_that_is_named() -> None:
    rows = [
        order("both", paid=(money("USD 5m"), money("INR 1bn"))),
        order("rupees", paid=(money("INR 2bn"),)),
        order("nothing"),
    ]
    assert ordered(rows, "-paid", currency="INR") == ["rupees", "both", "nothing"]
    assert ordered(rows, "paid", currency="USD") == ["both", "rupees", "nothing"]
    with pytest.raises(UsageError, match="paid is in INR, USD"):
        ordered(rows, "paid")


def test_amounts_beside_their_currency_are_money_too() -> None:
    rows = [
        order("ten", amount=Decimal(10), paid_in="USD"),
        order("nine", amount=Decimal(9), paid_in="USD"),
        order("eight", amount=Decimal(8), paid_in="EUR"),
    ]
    with pytest.raises(UsageError, match="amount is in EUR, USD"):
        ordered(rows, "amount")
    assert ordered(rows, "amount", currency="USD") == ["nine", "ten", "eight"]
    assert ordered(rows[:2], "amount") == ["nine", "ten"]


def test_dates_are_ordered_by_their_first_day_and_then_by_their_last() -> None:
    texts = ("2018-03", "2018", "2018-01-01", "../2017", "2018/..")
    rows = [order("none"), *(order(text, signed_on=When.parse(text)) for text in texts)]
    assert ordered(rows, "signed_on") == ["../2017", "2018-01-01", "2018", "2018/..", "2018-03", "none"]
    assert ordered(rows, "-signed_on")[-1] == "none"


def test_a_field_that_is_misspelt_is_refused_with_what_is_near() -> None:
    with pytest.raises(UsageError, match="Order has no field 'vale'") as refusal:
        ordered(DOLLARS, "-vale")
    assert "did you mean value?" in refusal.value.remedy
