"""What people write for amounts of money: the plain form that it means, and what is refused with its meanings."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from armsledger.domain.errors import InvalidValue
from armsledger.domain.values.currency_names import CODES_IN_USE, ONE, SEVERAL
from armsledger.domain.values.money import Money
from tests.processes import python

PHRASES = [
    ("USD 5bn", "USD 5bn"),
    ("US$5bn", "USD 5bn"),
    ("US$ 5 bn", "USD 5bn"),
    ("US $5 billion", "USD 5bn"),
    ("U.S.$5bn", "USD 5bn"),
    ("U.S. $5 billion", "USD 5bn"),
    ("5bn USD", "USD 5bn"),
    ("5 billion USD", "USD 5bn"),
    ("5 billion US dollars", "USD 5bn"),
    ("5 billion U.S. dollars", "USD 5bn"),
    ("usd 5bn", "USD 5bn"),
    ("$5bn USD", "USD 5bn"),
    ("USD 5 bln", "USD 5bn"),
    ("USD 5 billions", "USD 5bn"),
    ("YEN 5bn", "JPY 5bn"),
    ("5 milliard USD", "USD 5bn"),
    ("US$3.37 billion", "USD 3.37bn"),
    ("US$1,234,567.89", "USD 1,234,567.89"),
    ("\u20ac5 billion", "EUR 5bn"),
    ("5bn\u20ac", "EUR 5bn"),
    ("5 billion euros", "EUR 5bn"),
    ("EUR5bn", "EUR 5bn"),
    ("\u00a32.1m", "GBP 2.1m"),
    ("5 million pounds sterling", "GBP 5m"),
    ("\u20b939,000 crore", "INR 390bn"),
    ("INR 39,000 crore", "INR 390bn"),
    ("39,000 crore Indian rupees", "INR 390bn"),
    ("INR 39 thousand crore", "INR 390bn"),
    ("INR 2 lakh crore", "INR 2tn"),
    ("INR 3.5 lakh crores", "INR 3.5tn"),
    ("EUR 0.289", "EUR 0.289"),
    ("EUR 6.0570", "EUR 6.0570"),
    ("EUR 6.0570-7.1230", "EUR 6.0570-7.1230"),
    ("A$2bn", "AUD 2bn"),
    ("C$ 3 million", "CAD 3m"),
    ("NT$5bn", "TWD 5bn"),
    ("HK$5bn", "HKD 5bn"),
    ("S$5m", "SGD 5m"),
    ("NZ$5m", "NZD 5m"),
    ("R$ 5bn", "BRL 5bn"),
    ("\u20bd5bn", "RUB 5bn"),
    ("100 billion Russian roubles", "RUB 100bn"),
    ("\u20a920.8 trillion", "KRW 20.8tn"),
    ("5 z\u0142", "PLN 5"),
    ("23 billion zloty", "PLN 23bn"),
    ("\u20ba5m", "TRY 5m"),
    ("\u20aa5m", "ILS 5m"),
    ("\u20b45m", "UAH 5m"),
    ("NIS 5bn", "ILS 5bn"),
    ("5bn NIS", "ILS 5bn"),
    ("RMB 5bn", "CNY 5bn"),
    ("2bn yuan", "CNY 2bn"),
    ("2bn yen", "JPY 2bn"),
    ("\u00a52bn JPY", "JPY 2bn"),
    ("50 million Swedish kronor", "SEK 50m"),
    ("about USD 5bn", "~USD 5bn"),
    ("around 5 billion USD", "~USD 5bn"),
    ("approximately US$5bn", "~USD 5bn"),
    ("approx. EUR 5m", "~EUR 5m"),
    ("some \u20ac5bn", "~EUR 5bn"),
    ("roughly USD 5bn", "~USD 5bn"),
    ("nearly USD 5bn", "~USD 5bn"),
    ("an estimated USD 5bn", "~USD 5bn"),
    ("\u22485 USD", "~USD 5"),
    ("~US$5bn", "~USD 5bn"),
    ("5bn-7bn EUR", "EUR 5bn-7bn"),
    ("5-7bn EUR", "EUR 5bn-7bn"),
    ("EUR 6.5bn to 7bn", "EUR 6.5bn-7bn"),
    ("EUR 800m to 1bn", "EUR 800m-1bn"),
    ("between EUR 6bn and 7bn", "EUR 6bn-7bn"),
    ("between 6 and 7 billion euros", "EUR 6bn-7bn"),
    ("from EUR 6bn to EUR 7bn", "EUR 6bn-7bn"),
    ("USD 5bn-USD 6bn", "USD 5bn-6bn"),
    ("about US$6-7bn", "~USD 6bn-7bn"),
    ("up to \u20ac3bn", "up to EUR 3bn"),
    ("up to about USD 3bn", "up to ~USD 3bn"),
    ("no more than USD 3bn", "up to USD 3bn"),
    ("less than USD 500m", "up to USD 500m"),
    ("<USD 500m", "up to USD 500m"),
    ("at least USD 2bn", "USD 2bn+"),
    ("more than USD 2bn", "USD 2bn+"),
    ("over 2 billion USD", "USD 2bn+"),
    ("in excess of US$2bn", "USD 2bn+"),
    (">2bn USD", "USD 2bn+"),
    ("US$2bn+", "USD 2bn+"),
    ("2bn+ USD", "USD 2bn+"),
    ("USD 2bn or more", "USD 2bn+"),
    ("a total of USD 2bn", "USD 2bn"),
]


@pytest.mark.parametrize(("text", "plain"), PHRASES)
def test_what_people_write_is_read_where_it_can_mean_one_thing_only(text: str, plain: str) -> None:
    assert str(Money.read(text)) == plain
    assert Money.read(plain) == Money.parse(plain) == Money.read(text)


REFUSED = [
    ("$5bn", "'$5bn' may be USD, AUD, CAD or another dollar", "such as USD 5bn"),
    ("5bn dollars", "may be USD, AUD, CAD or another dollar", "such as USD 5bn"),
    ("$5bn-$6bn", "may be USD, AUD, CAD or another dollar", "such as USD 5bn"),
    ("about $5 billion", "may be USD, AUD, CAD or another dollar", "such as USD 5 billion"),
    ("\u00a55bn", "may be JPY or CNY", "such as JPY 5bn"),
    ("\uffe55bn", "may be JPY or CNY", "such as JPY 5bn"),
    ("Rs 39,000 crore", "may be INR, PKR, LKR, NPR or another rupee", "such as INR 39,000 crore"),
    ("Rs. 500 crore", "may be INR, PKR, LKR, NPR or another rupee", "such as INR 500 crore"),
    ("500 crore rupees", "may be INR, PKR, LKR, NPR or another rupee", "such as INR 500 crore"),
    ("100 billion rubles", "may be RUB, BYN or SUR (Soviet Union)", "such as RUB 100 billion"),
    ("100 billion roubles", "may be RUB, BYN or SUR (Soviet Union)", "such as RUB 100 billion"),
    ("kr 500m", "may be SEK, NOK, DKK or ISK", "such as SEK 500m"),
    ("5bn won", "may be KRW or KPW", "such as KRW 5bn"),
    ("10 pounds", "may be GBP, EGP, SYP or another pound", "such as GBP 10"),
    ("\u20ac5bn USD", "is of two currencies", "write a currency code"),
    ("\u00a55bn USD", "is of two currencies", "write a currency code"),
    ("USD 5bn to EUR 6bn", "is of two currencies", "write an amount in each"),
    ("5bn", "names no currency", "write a currency code"),
    ("<500", "names no currency", "write a currency code"),
    ("5bn to 6bn", "names no currency", "write a currency code"),
    ("USD", "is not an amount of money", "write a currency code"),
    ("1e3", "is not an amount of money", "write a currency code"),
    ("[USD 4bn, PLN 16bn]", "is a list, not an amount", "a list is JSON"),
    ("USD 1e3", "is not an amount of money", "write a currency code"),
    ("\u00b15 USD", "has a margin", "write the range"),
    ("USD 5\u00b11bn", "has a margin", "write the range"),
    ("5,43bn EUR", "has a comma before its decimals", "write a point there"),
    ("\u20ac5,4bn", "has a comma before its decimals", "write a point there"),
    ("EUR 1.200.000", "is not an amount of money", "write a currency code"),
    ("EUR 1.250", "may be 1250 or 1.25", "write the one that is meant"),
    ("up to EUR 100.000", "may be 100000 or 100", "write the one that is meant"),
    ("EUR 0783.289", "may be 0783289 or 783.289", "write the one that is meant"),
    ("EUR 1.250-1.500", "may be 1250 or 1.25", "write the one that is meant"),
    ("5.000 EUR", "may be 5000 or 5", "write the one that is meant"),
    ("\u20ac1.250", "may be 1250 or 1.25", "write the one that is meant"),
    ("-5 USD", "is not an amount of money", "write a currency code"),
    ("US$-5bn", "is not an amount of money", "write a currency code"),
    ("USD -5bn", "is negative", "payment-refunded"),
    ("up to US$2bn-3bn", "has two ends of one kind", "write a currency code"),
    ("at least US$2bn+", "has two ends of one kind", "write a currency code"),
    ("up to at least USD 2bn", "is not an amount of money", "write a currency code"),
    ("EUR 5 million and 3 million", "is not an amount of money", "write a currency code"),
    ("EUR 7bn to 6bn", "ends before it begins", "write a currency code"),
    ("\u20ac5bn per year", "is not an amount of money", "write a currency code"),
    ("USD 5bn (approx)", "is not an amount of money", "write a currency code"),
    ("several million USD", "is not an amount of money", "write a currency code"),
    ("5 zillion USD", "is not an amount of money", "write a currency code"),
    (f"{'9' * 25} USD", "has more than 24 digits", "write a currency code"),
    ("5 USD" + " " * 10 + "x" * 100, "is not an amount of money", "write a currency code"),
]


@pytest.mark.parametrize(("text", "reason", "remedy"), REFUSED)
def test_what_can_mean_several_amounts_is_refused_with_all_of_them(text: str, reason: str, remedy: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Money.read(text)
    assert reason in refusal.value.message
    assert remedy in refusal.value.remedy


def test_a_model_reads_what_people_write() -> None:
    assert TypeAdapter(Money).validate_python("about US$5bn") == Money.parse("~USD 5bn")


def test_whoever_writes_the_plain_form_never_loads_what_reads_words() -> None:
    script = (
        "import sys; from armsledger.domain.values.money import Money; Money.read('~USD 5bn'); "
        "print('armsledger.domain.values.money_phrases' in sys.modules)"
    )
    assert python("-c", script) == "False\n"


def test_a_name_is_of_one_currency_or_of_several_and_never_both() -> None:
    assert not ONE.keys() & SEVERAL.keys()
    assert all(ONE.get(code.lower(), meant) == meant for code, meant in CODES_IN_USE.items())
    assert all(re.fullmatch("[A-Z]{3}", code) for code in [*ONE.values(), *CODES_IN_USE.values()])


NUMBERS = st.decimals(1, 9999, places=2).map(lambda number: number.normalize())
MAGNITUDES = st.sampled_from([("", 1), ("k", 10**3), (" million", 10**6), ("bn", 10**9), (" lakh crore", 10**12)])


@given(NUMBERS, MAGNITUDES, st.sampled_from(sorted(ONE)))
def test_before_or_behind_the_amount_a_name_is_its_currency_and_no_figure_is_lost(
    number: Decimal, magnitude: tuple[str, int], name: str
) -> None:
    word, factor = magnitude
    figures = f"{number:,f}"
    for text in (f"{name} {figures}{word}", f"{figures}{word} {name}", f"{name.upper()} {figures}{word}"):
        money = Money.read(text)
        assert (money.currency, money.amount) == (ONE[name], number * factor)


@given(NUMBERS, st.integers(2, 9999).map(Decimal), MAGNITUDES)
def test_limits_in_words_are_the_ends_of_the_range(number: Decimal, times: Decimal, magnitude: tuple[str, int]) -> None:
    word, factor = magnitude
    low, high = number * factor, number * times * factor
    top = f"{number * times:f}"
    ends = {
        f"from \u20ac{number:f}{word} to \u20ac{top}{word}": (low, high),
        f"between {number:f}{word} and {top}{word} EUR": (low, high),
        f"up to \u20ac{number:f}{word}": (0, low),
        f"at least {number:f}{word} euros": (low, Decimal("Infinity")),
    }
    assert {text: (Money.read(text).least, Money.read(text).most) for text in ends} == ends
