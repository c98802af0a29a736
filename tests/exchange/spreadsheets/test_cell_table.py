"""A table of cells, each with its right answer, written by hand. None is a refusal: nothing is read by halves."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.spreadsheets.cell import Cell
from armsledger.exchange.spreadsheets.date import date_text
from armsledger.exchange.spreadsheets.money import money_text
from armsledger.exchange.spreadsheets.number import Scale, number_text, share_text
from armsledger.exchange.spreadsheets.quantity import quantity_text

QUANTITIES: list[tuple[Cell, str | None]] = [
    # a number alone counts what the mapping says
    ("40", "40 tanks"),
    (40.0, "40 tanks"),
    ("0", "0 tanks"),
    ("~40", "~40 tanks"),
    ("≈ 40", "~40 tanks"),
    ("about 40", "~40 tanks"),
    ("ca. 40", "~40 tanks"),
    ("c.40", "~40 tanks"),
    ("approx. 40", "~40 tanks"),
    ("circa 40 guns", "~40 guns"),
    ("20-24", "20-24 tanks"),
    ("20 \u2013 24", "20-24 tanks"),
    ("5 to 6", "5-6 tanks"),
    ("24+", "24+ tanks"),
    ("up to 50", "up to 50 tanks"),
    ("Up to 50 missiles", "up to 50 missiles"),
    ("1 200", "1200 tanks"),
    ("1'200'000", "1200000 tanks"),
    # a unit of its own
    ("5 regiments", "5 regiments"),
    ("2 105mm guns", "2 105mm guns"),
    ("5 155mm rounds", "5 155mm rounds"),
    ("1 200 155mm rounds", "1200 155mm rounds"),
    ("12 F-16C/D aircraft", "12 F-16C/D aircraft"),
    ("6 Archer self-propelled guns", "6 Archer self-propelled guns"),
    ("100 pcs.", "100 pcs."),
    ("2 million rounds", "2000000 rounds"),
    ("3 thousand", "3000 tanks"),
    ("1 200 tanks", "1200 tanks"),
    ("20-24 aircraft", "20-24 aircraft"),
    # more than a number and a unit, or something else
    ("2 105 mm guns", None),
    ("5 500 kg bombs", None),
    ("24 (plus 12)", None),
    ("24 plus 12", None),
    ("24 + 12", None),
    ("10 tanks, 5 guns", None),
    ("10 tanks and 5 guns", None),
    ("10 tanks; guns", None),
    ("5 to six", None),
    ("5 or 6", None),
    ("5 of 6", None),
    ("5/6", None),
    ("1e3", None),
    ("10k", None),
    ("10 k", None),
    ("2nd batch", None),
    ("5 x F-16", None),
    ("5x", None),
    ("<500", None),
    (">24", None),
    ("≤50", None),
    ("±5", None),
    ("#5", None),
    ("№ 5", None),
    ("40?", None),
    ("40 (est.)", None),
    ("40*", None),
    ("40 tanks?", None),
    ("5%", None),
    ("5 per cent", None),
    ("5 dozen", None),
    ("2019 200", None),
    ("1 2000", None),
    ("12 34", None),
    ("0,800", None),
    ("2.5 tanks", None),
    ("-5", None),
    ("\u22125", None),
    ("(5)", None),
    ("some", None),
    ("tanks", None),
    ("n.d.", None),
    ("2021-02-01", None),
    ("18-Oct", None),
    (True, None),
    ("\uff15", None),
    ("up to 20-24", None),
    ("24-20", None),
]
MONEY: list[tuple[Cell, str | None]] = [
    ("5", "EUR 5"),
    ("0.5", "EUR 0.5"),
    ("~5", "~EUR 5"),
    ("≈5", "~EUR 5"),
    ("about 5m", "~EUR 5m"),
    ("€5", "EUR 5"),
    ("5 €", "EUR 5"),
    ("~€ 5bn", "~EUR 5bn"),
    ("5 EUR", "EUR 5"),
    ("EUR 5", "EUR 5"),
    ("USD 5bn", "USD 5bn"),
    ("5bn USD", "USD 5bn"),
    ("5-6bn", "EUR 5-6bn"),
    ("5 to 6 million", "EUR 5-6million"),
    ("up to 3bn", "up to EUR 3bn"),
    ("up to €3bn", "up to EUR 3bn"),
    ("2bn+", "EUR 2bn+"),
    ("1,200.50", "EUR 1200.5"),
    ("1.200,50", "EUR 1200.5"),
    ("EUR 1.200,50", "EUR 1200.5"),
    ("INR 39,000.0 crore", "INR 39000crore"),
    ("0,800", "EUR 0.8"),
    ("<500", None),
    (">500", None),
    ("±5", None),
    ("¥300", None),
    ("$5", None),
    ("5 £", None),
    ("Fr. 5", None),
    ("5 kr", None),
    ("1e3", None),
    ("5x", None),
    ("5%", None),
    ("5?", None),
    ("5*", None),
    ("5 (est.)", None),
    ("5m each", None),
    ("5m, 6m", None),
    ("5m + 6m", None),
    ("5 mrd", None),
    ("5 mm", None),
    ("(5)", None),
    ("-5", None),
    ("\u22125", None),
    ("€5 €", None),
    ("5m-6", None),
    ("n/a", None),
    ("undisclosed", None),
    ("2019 200", None),
    ("1 2000", None),
    ("2021-02-01", None),
    (True, None),
]
SHARES: list[tuple[Cell, str | None]] = [
    ("15", "15"),
    ("15%", "15"),
    ("15 %", "15"),
    ("12,5", "12.5"),
    ("15 %%", None),
    ("1e1", None),
    ("1_5", None),
    ("<15", None),
    ("15?", None),
    (0.15, None),
    (15, "15"),
]
NUMBERS: list[tuple[Cell, str | None]] = [
    ("21", "21"),
    (21.0, "21"),
    ("21%", None),
    ("21st", None),
    ("2_1", None),
    ("1e3", None),
    ("\uff12\uff11", None),
    ("21 or 22", None),
]
DATES: list[tuple[Cell, str | None]] = [
    ("2021", "2021"),
    ("2021-02", "2021-02"),
    ("2021-02-01~", "2021-02-01~"),
    ("2021/3/4", "2021-03-04"),
    ("13/02/2021", "2021-02-13"),
    ("1 Feb 2021", "2021-02-01"),
    ("Feb 1, 2021", "2021-02-01"),
    ("2018/2019", "2018/2019"),
    ("01/02/2021", None),
    ("31 Nov 2018", None),
    ("18-Oct", None),
    ("1.2.99", None),
    ("20211301", None),
    ("43831", None),
    ("2021 or 2022", None),
    ("spring 2021 or so", None),
    ("<2021", None),
    ("2021.5", None),
    (True, None),
]


@pytest.mark.parametrize(("cell", "answer"), QUANTITIES)
def test_a_quantity_is_wholly_understood_or_refused(cell: Cell, answer: str | None) -> None:
    if answer is None:
        with pytest.raises(ValueError, match=_shown(cell)):
            Quantity.parse(quantity_text(cell, "tanks", Scale()))
    else:
        assert quantity_text(cell, "tanks", Scale()) == answer
        assert str(Quantity.parse(answer)).replace(",", "").rstrip("s") == answer.rstrip("s")


@pytest.mark.parametrize(("cell", "answer"), MONEY)
def test_an_amount_is_wholly_understood_or_refused(cell: Cell, answer: str | None) -> None:
    if answer is None:
        with pytest.raises(ValueError, match=_shown(cell)):
            Money.parse(money_text(cell, "EUR", Scale()))
    else:
        assert money_text(cell, "EUR", Scale()) == answer
        assert Money.parse(answer).currency in answer


@pytest.mark.parametrize(("cell", "answer"), SHARES)
def test_a_share_is_wholly_understood_or_refused(cell: Cell, answer: str | None) -> None:
    if answer is None:
        with pytest.raises(InvalidCell, match=_shown(cell)):
            share_text(cell, Scale())
    else:
        assert share_text(cell, Scale()) == answer


@pytest.mark.parametrize(("cell", "answer"), NUMBERS)
def test_a_number_is_wholly_understood_or_refused(cell: Cell, answer: str | None) -> None:
    if answer is None:
        with pytest.raises(InvalidCell, match=_shown(cell)):
            number_text(cell, Scale())
    else:
        assert number_text(cell, Scale()) == answer


@pytest.mark.parametrize(("cell", "answer"), DATES)
def test_a_date_is_wholly_understood_or_refused(cell: Cell, answer: str | None) -> None:
    if answer is None:
        with pytest.raises(ValueError, match=_shown(cell)):
            When(date_text(cell, None, "day"))
    else:
        assert str(When(date_text(cell, None, "day"))) == answer


@pytest.mark.parametrize(
    ("cell", "currency", "answer"),
    [
        ("¥300", "JPY", "JPY 300"),
        ("¥300", "CNY", "CNY 300"),
        ("$5", "USD", "USD 5"),
        ("$5", "MXN", "MXN 5"),
        ("$5", "AED", None),
        ("US$5bn", "USD", "USD 5bn"),
        ("US$5bn", "AUD", None),
        ("US$5bn", "", "USD 5bn"),
        ("€5", "", "EUR 5"),
        ("$5", "", None),
        ("5", "", None),
        ("5 kr", "SEK", "SEK 5"),
        ("5 zł", "PLN", "PLN 5"),
        ("Rs. 5 crore", "INR", "INR 5crore"),
    ],
)
def test_a_sign_is_of_the_currencies_that_are_written_with_it(cell: str, currency: str, answer: str | None) -> None:
    if answer is None:
        with pytest.raises(InvalidCell, match=_shown(cell)):
            money_text(cell, currency, Scale())
    else:
        assert money_text(cell, currency, Scale()) == answer


def test_the_mark_of_the_mapping_holds_for_amounts_that_name_their_currency_too() -> None:
    assert money_text("EUR 1.200", "", Scale("comma")) == "EUR 1200"
    assert money_text("EUR 1.200", "", Scale("point")) == "EUR 1.2"
    assert quantity_text("1,200 tanks", "", Scale("point")) == "1200 tanks"


@pytest.mark.parametrize("cell", ["EUR 1.200", "USD 1,200", "~1.200", "1.200 EUR"])
def test_without_a_mark_an_amount_may_be_two_whatever_stands_beside_the_number(cell: str) -> None:
    with pytest.raises(InvalidCell, match=r"'1[.,]200' may be (1200 or 1\.2|1\.2 or 1200)"):
        money_text(cell, "EUR", Scale())


def test_both_ends_of_a_range_are_multiplied() -> None:
    thousand = Scale(None, Decimal(1000))
    assert quantity_text("20-24", "rounds", thousand) == "20000-24000 rounds"
    assert money_text("5-6", "USD", thousand) == "USD 5000-6000"
    assert money_text("up to 5", "USD", thousand) == "up to USD 5000"
    with pytest.raises(InvalidCell, match="multiplies it"):
        quantity_text("2 million rounds", "", thousand)


def _shown(cell: Cell) -> str:
    """What an error has to show: the cell, at least to its first figure."""
    text = "true" if cell is True else str(cell)
    return re.escape(text[:3])
