"""Amounts of money and quantities: any text or value is read exactly, or refused with what to write."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st

from armsledger.domain.decisions.checks import check_text
from armsledger.domain.decisions.fields import event_class, read_event
from armsledger.domain.errors import InvalidValue
from armsledger.domain.events.payload import Payload
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.stream import StreamId
from tests.fuzz.campaign import campaign, outcome, try_out
from tests.fuzz.mutation import HIDDEN, damaged_text, scalars

MONEY = (
    "USD 5bn",
    "~USD 800m",
    "INR 60 bn",
    "RUB 1,234,567.89",
    "INR 12,34,567",
    "USD 0.5tn",
    "EUR5",
    "USD 3 lakh",
    "EUR 6.5bn-7bn",
    "~USD 6-7bn",
    "USD 2bn+",
    "up to USD 3bn",
    "US$5bn",
    "5 billion euros",
    "\u20ac5 billion",
    "between EUR 6.5bn and 7bn",
    "EUR 6 to 7bn",
    "more than USD 2bn",
    "about 39,000 crore INR",
    "INR 2 lakh crore",
    "less than USD 500m",
)
QUANTITIES = (
    "5 units",
    "~40 missiles",
    "2 regiments",
    "1,200 tanks",
    "7",
    "3 'Kilo' boats",
    "1 (one) battery",
    "0 units",
    "20-24 aircraft",
    "~24+ aircraft",
    "up to 50 missiles",
    "five tanks",
    "a dozen aircraft",
    "about 40 missiles",
    "more than 24 aircraft",
    "between 20 and 24 aircraft",
    "5 to 6",
    "5 (five) units",
    "10 tanks and 5 guns",
    "1.5 million rounds",
    "fewer than 50",
)
PIECES = [
    *"0123456789,.-~+ ",
    "up to ",
    "at least ",
    "about ",
    " to ",
    " and ",
    " or ",
    "<",
    ">",
    "\u2248",
    "\u00b1",
    "US$",
    "$",
    "million",
    "five",
    "dozen",
    " of ",
    "(",
    ")",
    "USD",
    "usd",
    "€",
    "bn",
    "k",
    "crore",
    "1e9",
    "e",
    "E+",
    "NaN",
    "Infinity",
    "_",
    "\u0663",
    "\uff11",
]
PIECES += ["½", "00", ",000", ".000", "units", "ies", "ss", "'", '"', "(", "é", "\n", "\t", *HIDDEN]
STREAM = StreamId.parse("deal/x")
PAID, DELIVERED = event_class(STREAM, "tranche-paid"), event_class(STREAM, "delivered")
DAYS = {"on": "2019", "asserted": "2020"}

money_texts = damaged_text(MONEY, PIECES)
quantity_texts = damaged_text(QUANTITIES, PIECES)
numbers = st.one_of(scalars, st.decimals(allow_nan=True), st.floats(), st.text("0123456789.eE+-_", max_size=14))
amounts: st.SearchStrategy[Any] = st.one_of(
    money_texts,
    scalars,
    st.fixed_dictionaries(
        {"amount": numbers},
        optional={
            "currency": scalars | st.just("USD"),
            "approximate": scalars,
            "amount_high": numbers | st.just("open"),
        },
    ),
)
counts: st.SearchStrategy[Any] = st.one_of(
    quantity_texts,
    scalars,
    st.fixed_dictionaries(
        {"count": numbers}, optional={"unit": scalars | quantity_texts, "count_high": numbers | st.just("open")}
    ),
)
fields = st.fixed_dictionaries({"amount": amounts, "share": numbers, "quantity": counts})
MOST_SHOWN = 10_000


def taken(kind: type[Statement], **fields: Any) -> Statement:
    """The event, if it can be read and stored."""
    event = read_event(kind, {**DAYS, **fields})
    payload = Payload.of(event)
    check_text(payload, payload.text())
    return event


def reads_or_refuses(given: dict[str, Any]) -> None:
    """Check that an amount that is read is the same again when it is stored, and when it is shown and read."""
    paid = outcome(lambda: taken(PAID, amount=given["amount"]))
    if isinstance(paid, PAID):
        same_when_stored(paid)
        money = paid.__dict__["amount"]
        assert money is None or Money.parse(str(money)) == money
    shared = outcome(lambda: taken(PAID, share=given["share"]))
    if isinstance(shared, PAID):
        same_when_stored(shared)
        share = shared.__dict__["share"]
        assert share is None or len(format(share, "f")) < MOST_SHOWN
    delivered = outcome(lambda: taken(DELIVERED, quantity=given["quantity"]))
    if isinstance(delivered, DELIVERED):
        same_when_stored(delivered)
        quantity = delivered.__dict__["quantity"]
        assert quantity is None or numbers_of(Quantity.parse(str(quantity))) == numbers_of(quantity)


def numbers_of(quantity: Quantity) -> tuple[Any, ...]:
    """A quantity without its unit, of which the plural is only guessed."""
    return quantity.count, quantity.count_high, quantity.approximate


def same_when_stored(event: Any) -> None:
    """Check that an event is the same when it is read from the JSON that it is stored as."""
    stored = event.model_dump_json()
    assert type(event).model_validate_json(stored) == event
    assert len(stored) < MOST_SHOWN
    json.loads(stored, parse_constant=pytest.fail)


def exactly(text: str) -> None:
    """Check that no figure and no sign of an amount is lost, and that every refusal has a remedy."""
    remedy = ""
    try:
        money = Money.read(text)
    except InvalidValue as error:
        remedy = error.remedy
    else:
        assert money.amount >= 0
        assert money.amount.is_finite()
        assert Decimal(str(money.amount)) == money.amount
        assert Money.read(str(money)) == money == Money.parse(str(money))
        ends = f"{money.amount:f} {money.amount_high}"
        assert figures(text) == figures(ends), (text, str(money))
        check_signs(text, str(money))
        return
    assert remedy


def figures(text: str) -> list[str]:
    """The figures that no power of ten adds or takes away."""
    return sorted(letter for letter in text if letter in "123456789")


def check_signs(text: str, plain: str) -> None:
    """Check that what limits the number in the text limits it in the plain form."""
    assert "\u00b1" not in text
    assert not set(text) & set("~\u2248") or "~" in plain, (text, plain)
    assert "<" not in text or "up to " in plain, (text, plain)
    assert ">" not in text or "+" in plain, (text, plain)


def counted(text: str) -> None:
    """Check that a quantity is the same when it is shown and read, and that no sign before the number is lost."""
    remedy = ""
    try:
        quantity = Quantity.read(text)
    except InvalidValue as error:
        remedy = error.remedy
    else:
        says_what_it_said(quantity, text)
        return
    assert remedy


def says_what_it_said(quantity: Quantity, text: str) -> None:
    """Check a quantity by the words that it was read from."""
    assert numbers_of(Quantity.read(str(quantity))) == numbers_of(quantity), (text, str(quantity))
    before = re.split(r"[0-9A-Za-z]", text.strip(), maxsplit=1)[0]
    check_signs(before, str(quantity))


def test_amounts_and_quantities_are_read_or_refused() -> None:
    try_out(fields, reads_or_refuses)
    try_out(money_texts, exactly)
    try_out(quantity_texts, counted)


@pytest.mark.soak
def test_amounts_and_quantities_are_read_or_refused_for_ten_minutes() -> None:
    campaign(fields, reads_or_refuses)


@pytest.mark.soak
def test_phrases_for_amounts_lose_no_figure_and_no_sign_for_ten_minutes() -> None:
    campaign(money_texts, exactly)


@pytest.mark.soak
def test_phrases_for_quantities_lose_no_sign_for_ten_minutes() -> None:
    campaign(quantity_texts, counted)
