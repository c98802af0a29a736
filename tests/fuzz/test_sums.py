"""Sums of money and of things: minted at random, they are what fractions, which know no rounding, say."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st
from pydantic import TypeAdapter

from armsledger.application.view import View
from armsledger.domain.errors import LedgerError
from armsledger.domain.limits import COUNT_DIGITS, DECIMAL_PLACES, NUMBER_DIGITS, WHOLE_DIGITS
from armsledger.domain.states.deal import Deal
from armsledger.domain.values.money import Money
from tests.application.book import Object, book, entry, opened, take
from tests.fuzz.campaign import campaign, outcome, try_out

POWERS: Mapping[str, int] = {
    "": 0,
    "k": 3,
    "m": 6,
    "million": 6,
    "bn": 9,
    " billion": 9,
    "tn": 12,
    " lakh": 5,
    " crore": 7,
}
"""What the words multiply by: powers of ten."""
FEW, MOST = 1, 6
MONEY = TypeAdapter(Money)


class Minted(NamedTuple):
    """An amount as somebody writes it, and what it is exactly."""

    written: Any
    worth: Fraction


def with_commas(figures: str) -> str:
    """The figures in groups of three."""
    first = len(figures) % 3 or 3
    return ",".join([figures[:first], *(figures[at : at + 3] for at in range(first, len(figures), 3))])


@st.composite
def money(draw: st.DrawFn) -> Minted:
    """An amount of dollars within the limits."""
    word = draw(st.sampled_from(sorted(POWERS)))
    whole = str(draw(st.integers(0, 10 ** draw(st.integers(1, WHOLE_DIGITS - POWERS[word])) - 1)))
    most = min(DECIMAL_PLACES + POWERS[word], NUMBER_DIGITS - POWERS[word] - len(whole) - 1)
    places = draw(st.text("0123456789", max_size=max(0, most)))
    worth = Fraction(int(whole + places), 10 ** len(places)) * 10 ** POWERS[word]
    number = f"{draw(st.sampled_from((whole, with_commas(whole))))}{'.' if places else ''}{places}"
    if word == "" and draw(st.booleans()):
        return Minted({"amount": number.replace(",", ""), "currency": "USD"}, worth)
    if word == "" and len(places) == 3:  # which may be thousands: nobody guesses
        return Minted({"amount": number.replace(",", ""), "currency": "USD"}, worth)
    return Minted(f"{draw(st.sampled_from(('', '~')))}USD {number}{word}", worth)


@st.composite
def counts(draw: st.DrawFn) -> Minted:
    """A number of tanks within the limits."""
    figures = str(draw(st.integers(1, 10 ** draw(st.integers(1, COUNT_DIGITS)) - 1)))
    return Minted(f"{draw(st.sampled_from((figures, with_commas(figures))))} tanks", Fraction(int(figures)))


payments = st.lists(money(), min_size=FEW, max_size=MOST)
deliveries = st.lists(counts(), min_size=FEW, max_size=MOST)


def years_apart(event: str, field: str, minted: list[Minted]) -> list[Object]:
    """An entry for each amount, so far apart that no two can be the same."""
    return [entry("deal/x", event, on=f"{1990 + 2 * at}", **{field: one.written}) for at, one in enumerate(minted)]


def adds_up_to_the_unit(minted: list[Minted]) -> None:
    """Check what is paid in all against fractions, wherever a sum of it is told; nothing paid is no payment."""
    minted = [one for one in minted if one.worth]
    with book(opened(), *years_apart("tranche-paid", "amount", minted)) as ledger:
        view = ledger.at("2024-01-01")
        worth = sum((one.worth for one in minted), Fraction(0))
        told: list[Any] = [amount.amount for amount in certain(view).paid]
        told += [amount.amount for row in view.deals() for amount in row.paid]
        assert len(told) == (2 if minted else 0)
        assert [Fraction(amount) for amount in told] == [worth] * len(told)
        assert sum(Fraction(row.amount) for row in view.payments() if row.amount is not None) == worth
        assert all(Money.parse(str(one)) == one for row in view.payments() for one in dollars(row.amount))


def is_exact(minted: list[Minted]) -> None:
    """Check that each amount is read exactly, and that their sum is, in whatever way it is made."""
    amounts = [MONEY.validate_python(one.written) for one in minted]
    assert [Fraction(amount.amount) for amount in amounts] == [one.worth for one in minted]
    worth = sum((one.worth for one in minted), Fraction(0))
    total = amounts[0]
    for amount in amounts[1:]:
        more = total.plus(amount)
        assert more is not None
        total = more
    assert Fraction(total.amount) == worth
    least = sum(amount.least for amount in amounts)
    assert Fraction(least) == worth
    assert Fraction(least - amounts[0].most) == worth - minted[0].worth
    assert Fraction(least * 102) == worth * 102
    assert all(Money.parse(str(amount)) == amount for amount in amounts)


def certain(view: View) -> Deal:
    """What is certain of the deal."""
    deal = view.deal("x").certain
    assert deal is not None
    return deal


def dollars(amount: Decimal | None) -> list[Money]:
    """The amount of a row as money."""
    return [] if amount is None else [Money(amount, "USD")]


def counts_to_the_last(minted: list[Minted]) -> None:
    """Check what is delivered in all against fractions."""
    with book(opened(), *years_apart("delivered", "quantity", minted)) as ledger:
        view = ledger.at("2024-01-01")
        [line] = certain(view).delivered
        assert Fraction(line.count) == sum((one.worth for one in minted), Fraction(0))


def test_amounts_add_up_as_fractions_do() -> None:
    try_out(payments, is_exact)
    try_out(payments, adds_up_to_the_unit, 20)
    try_out(deliveries, counts_to_the_last, 10)


def test_a_sum_that_python_would_round_is_told_whole() -> None:
    small, large = "0.0000000001", "9" * WHOLE_DIGITS
    minted = [Minted({"amount": text, "currency": "USD"}, Fraction(text)) for text in (large, small) * 3]
    adds_up_to_the_unit(minted)
    assert Fraction(str(Decimal(large) + Decimal(small))) == Fraction(large) + Fraction(small)  # 28 figures: as many as
    assert Fraction(str(3 * Decimal(large) + Decimal(small))) != 3 * Fraction(large) + Fraction(small)  # Python keeps


def test_numbers_beyond_the_limits_that_earlier_releases_recorded_are_restored_and_summed_exactly() -> None:
    stamp = {"recorded_at": "2026-11-20T12:00:00.000000Z", "recorded_by": "a"}
    with book() as ledger:
        large = {"amount": "9" * NUMBER_DIGITS, "currency": "USD"}
        small = {"amount": f"0.{'1' * 22}", "currency": "USD"}
        minted = [Minted(written, Fraction(written["amount"])) for written in (large, small)]
        given = [opened(), *years_apart("tranche-paid", "amount", minted)]
        take(ledger, *[{"id": f"id{at}", **one, **stamp} for at, one in enumerate(given)])
        [paid] = certain(ledger.at("2024")).paid
        assert Fraction(paid.amount) == minted[0].worth + minted[1].worth
        assert isinstance(outcome(lambda: take(ledger, {**given[1], "on": "2001"})), LedgerError)


@pytest.mark.soak
def test_amounts_are_exact_for_ten_minutes() -> None:
    campaign(payments, is_exact)


@pytest.mark.soak
def test_amounts_of_deals_add_up_as_fractions_do_for_ten_minutes() -> None:
    campaign(payments, adds_up_to_the_unit)


@pytest.mark.soak
def test_counts_of_deals_add_up_as_fractions_do_for_ten_minutes() -> None:
    campaign(deliveries, counts_to_the_last)
