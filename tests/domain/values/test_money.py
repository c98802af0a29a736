"""Amounts of money: how they are written, refused, shown and added."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from armsledger.domain.errors import InvalidValue
from armsledger.domain.values.money import Money
from armsledger.domain.values.value import added

MONEY = TypeAdapter(Money)


def usd(amount: str, high: str | None = None, *, approximate: bool = False) -> Money:
    """Dollars."""
    return MONEY.validate_python({"amount": amount, "amount_high": high, "currency": "USD", "approximate": approximate})


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("USD 5bn", usd("5000000000")),
        ("~USD 800m", usd("800000000", approximate=True)),
        ("~ USD 800 million", usd("800000000", approximate=True)),
        ("USD5.43bn", usd("5430000000")),
        ("USD 5.43 Billion", usd("5430000000")),
        ("USD 1,234,567.89", usd("1234567.89")),
        ("USD 12,34,567", usd("1234567")),
        ("USD 400 crore", usd("4000000000")),
        ("USD 3 lakh", usd("300000")),
        ("USD 20k", usd("20000")),
        ("USD 20 thousand", usd("20000")),
        ("USD 1.5tn", usd("1500000000000")),
        ("USD 7 mn", usd("7000000")),
        ("USD 7 mln", usd("7000000")),
        ("  USD 7M  ", usd("7000000")),
        ("USD 0", usd("0")),
        ("USD 800.00", usd("800")),
        ("USD 123456789012345678901234", usd("123456789012345678901234")),
        ("USD 6.5bn-7bn", usd("6500000000", "7000000000")),
        ("USD 6-7bn", usd("6000000000", "7000000000")),
        ("USD 6bn \u2013 7bn", usd("6000000000", "7000000000")),
        ("~USD 800m-1bn", usd("800000000", "1000000000", approximate=True)),
        ("up to USD 3bn", usd("0", "3000000000")),
        ("USD 2bn+", usd("2000000000", "open")),
    ],
)
def test_an_amount_is_read_as_it_is_written(text: str, money: Money) -> None:
    assert Money.parse(text) == money


@pytest.mark.parametrize(
    ("text", "reason", "remedy"),
    [
        ("", "is not an amount of money", "'USD 5bn'"),
        ("5bn", "is not an amount of money", "'USD 5bn'"),
        ("5bn USD", "is not an amount of money", "'USD 5bn'"),
        ("$5bn", "is not an amount of money", "'USD 5bn'"),
        ("usd 5bn", "is not an amount of money", "'USD 5bn'"),
        ("USD", "is not an amount of money", "'USD 5bn'"),
        ("USD 5e9", "is not an amount of money", "'USD 5bn'"),
        ("USD 5,43bn", "is not an amount of money", "'USD 5bn'"),
        ("USD 1,2345", "is not an amount of money", "'USD 5bn'"),
        ("USD 1,,234", "is not an amount of money", "'USD 5bn'"),
        ("USD .5bn", "is not an amount of money", "'USD 5bn'"),
        ("USD 5-", "is not an amount of money", "'USD 5bn'"),
        ("USD 5bn-USD 6bn", "is not an amount of money", "'EUR 6.5bn-7bn'"),
        ("USD 7bn-6bn", "ends before it begins", "'EUR 6.5bn-7bn'"),
        ("USD 7bn-7bn", "ends before it begins", "'EUR 6.5bn-7bn'"),
        ("up to USD 0", "ends before it begins", "'up to USD 3bn'"),
        ("up to USD 3bn+", "has two upper ends", "'up to USD 3bn'"),
        ("up to USD 2bn-3bn", "has two upper ends", "'up to USD 3bn'"),
        ("USD 5 zillion", "'zillion' in 'USD 5 zillion' is no known magnitude", "lakh or crore"),
        ("USD -5bn", "'USD -5bn' is negative", "payment-refunded"),
        ("USD " + "9" * 25, "has more than 24 digits", "'USD 5bn'"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_remedy(text: str, reason: str, remedy: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Money.parse(text)
    assert reason in refusal.value.message
    assert remedy in refusal.value.remedy


@pytest.mark.parametrize(
    "value",
    [
        5,
        None,
        5.5,
        True,
        ["USD", 5],
        {"amount": "-1", "currency": "USD"},
        {"amount": "NaN", "currency": "USD"},
        {"amount": "Infinity", "currency": "USD"},
        {"amount": "much", "currency": "USD"},
        {"amount": "1", "currency": "usd"},
        {"amount": "1"},
        {"currency": "USD"},
        {"amount": "1", "currency": "USD", "rounded": True},
        {"amount": [1], "currency": "USD"},
        {"amount": "2", "amount_high": "1", "currency": "USD"},
        {"amount": "2", "amount_high": "2", "currency": "USD"},
        {"amount": "2", "amount_high": "-1", "currency": "USD"},
        {"amount": "2", "amount_high": "more", "currency": "USD"},
        {"amount": "2", "amount_high": "Infinity", "currency": "USD"},
        {"amount": "NaN", "amount_high": "3", "currency": "USD"},
        {"amount": "2", "amount_high": "NaN", "currency": "USD"},
    ],
)
def test_a_value_that_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        MONEY.validate_python(value)


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (usd("5000000000"), "USD 5bn"),
        (usd("5430000000"), "USD 5.43bn"),
        (usd("800000000", approximate=True), "~USD 800m"),
        (usd("1500000000000"), "USD 1.5tn"),
        (usd("1234567"), "USD 1,234,567"),
        (usd("1234500"), "USD 1.2345m"),
        (usd("123456000000"), "USD 123,456,000,000"),
        (usd("999"), "USD 999"),
        (usd("0.5"), "USD 0.5"),
        (usd("0"), "USD 0"),
        (usd("6500000000", "7000000000"), "USD 6.5bn-7bn"),
        (usd("800000000", "1000000000", approximate=True), "~USD 800m-1bn"),
        (usd("0", "3000000000"), "up to USD 3bn"),
        (usd("0", "3000000000", approximate=True), "up to ~USD 3bn"),
        (usd("2000000000", "open"), "USD 2bn+"),
        (usd("6", "7000000000"), "USD 6-7,000,000,000"),
    ],
)
def test_an_amount_is_shown_in_words_that_can_be_read_again(money: Money, text: str) -> None:
    assert str(money) == text
    assert Money.parse(str(money)) == money


NUMBERS = st.decimals(0, 10**15, places=2).map(lambda number: number.normalize())
CURRENCIES = st.sampled_from(["USD", "INR", "RUB"])
AMOUNTS = st.builds(Money, amount=NUMBERS, currency=CURRENCIES, approximate=st.booleans())
RANGES = st.builds(
    lambda ends, currency, approximate, is_open: MONEY.validate_python(
        {
            "amount": ends[0],
            "amount_high": "open" if is_open else ends[1],
            "currency": currency,
            "approximate": approximate,
        }
    ),
    st.lists(NUMBERS, min_size=2, max_size=2, unique=True).map(sorted),
    CURRENCIES,
    st.booleans(),
    st.booleans(),
)


@given(AMOUNTS | RANGES)
def test_every_amount_can_be_written_and_read_again(money: Money) -> None:
    assert Money.parse(str(money)) == money
    assert MONEY.validate_json(MONEY.dump_json(money)) == money
    assert MONEY.validate_python(MONEY.dump_python(money, mode="json")) == money


@pytest.mark.parametrize("amount", ["1000", "1E+3", "1000.00", 1000, 1000.0, Decimal("1E+3")])
def test_an_amount_has_one_form_however_it_was_written(amount: object) -> None:
    money = MONEY.validate_python({"amount": amount, "currency": "USD"})
    assert MONEY.dump_json(money, exclude_defaults=True) == b'{"amount":"1000","currency":"USD"}'


@pytest.mark.parametrize("amount", ["1E+999999999", "1E-999999999", "1" * 25, "0." + "1" * 25])
def test_an_amount_beyond_all_measure_is_refused(amount: str) -> None:
    with pytest.raises(ValidationError, match="has more than 24 digits"):
        MONEY.validate_python({"amount": amount, "currency": "USD"})


def test_amounts_are_added_by_currency_in_the_order_in_which_these_first_came() -> None:
    sums: tuple[Money, ...] = ()
    for text in ("USD 5bn", "INR 60bn", "~USD 43m", "INR 1"):
        sums = added(sums, Money.parse(text))
    assert [str(total) for total in sums] == ["~USD 5.043bn", "INR 60,000,000,001"]


@given(st.lists(AMOUNTS, max_size=8))
def test_a_sum_is_exact_and_never_mixes_currencies(amounts: list[Money]) -> None:
    sums: tuple[Money, ...] = ()
    for amount in amounts:
        sums = added(sums, amount)
    for total in sums:
        parts = [amount for amount in amounts if amount.currency == total.currency]
        assert total.amount == sum(part.amount for part in parts)
        assert total.approximate == any(part.approximate for part in parts)
    assert len(sums) == len({amount.currency for amount in amounts})


def test_ranges_are_added_by_their_ends() -> None:
    sums: tuple[Money, ...] = ()
    for text in ("USD 1bn-2bn", "USD 5bn", "INR 1", "INR 2+"):
        sums = added(sums, Money.parse(text))
    assert [str(total) for total in sums] == ["USD 6bn-7bn", "INR 3+"]


def test_the_upper_end_is_the_amount_itself_where_it_is_no_range() -> None:
    assert [Money.parse(text).most for text in ("USD 5", "up to USD 7", "USD 9+")] == [5, 7, Decimal("Infinity")]


@pytest.mark.parametrize("amount", ["-0", "-0.00", 0, "0E+5"])
def test_nothing_is_stored_as_plain_zero(amount: object) -> None:
    assert str(MONEY.validate_python({"amount": amount, "currency": "USD"}).amount) == "0"


@pytest.mark.parametrize(
    "amount", [10**100_000, "1" * 101, "1e-999999999", 1e308], ids=["int", "text", "small", "float"]
)
def test_an_amount_of_many_digits_is_refused_by_a_short_message(amount: object) -> None:
    with pytest.raises(ValidationError, match="has more than 24 digits") as caught:
        MONEY.validate_python({"amount": amount, "currency": "USD"})
    assert len(caught.value.errors()[0]["msg"]) < 300


@pytest.mark.parametrize(
    "number", ["1e999999999", "1e-999999999", "0e-999999999", "0e999999999", "NaN", "-1", "9" * 101]
)
def test_no_stored_amount_is_endless_to_show(number: str) -> None:
    """Such a number ended processes that read it, or kept them for minutes."""
    for stored in (
        f'{{"amount":"{number}","currency":"USD"}}',
        f'{{"amount":"0","amount_high":"{number}","currency":"USD"}}',
    ):
        with pytest.raises(ValidationError):
            MONEY.validate_json(stored)


def test_stored_amounts_of_earlier_releases_are_read() -> None:
    assert MONEY.validate_json('{"amount":"1E+3","currency":"USD"}') == usd("1000")
    assert MONEY.validate_json('{"amount":"0.50","amount_high":"open","currency":"USD"}') == usd("0.50", "open")
