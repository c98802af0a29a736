"""What cells say: dates and numbers in the forms that people write, and keys made of names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.domain.values.money import Money
from armsledger.domain.values.when import When
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.slug import slug
from armsledger.exchange.spreadsheets.cell import Cell, as_text, stripped
from armsledger.exchange.spreadsheets.date import DateOrder, Precision, date_text
from armsledger.exchange.spreadsheets.money import money_text
from armsledger.exchange.spreadsheets.number import (
    Mark,
    Scale,
    factor,
    number_text,
    share_text,
)
from armsledger.exchange.spreadsheets.quantity import quantity_text
from tests.exchange.spreadsheets.sheets import refused

CELLS = st.one_of(
    st.text(max_size=40),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
ORDERS: list[DateOrder | None] = [None, "day-first", "month-first"]
MARKS: list[Mark | None] = [None, "point", "comma"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (5.0, "5"),
        (0.1 + 0.2, "0.3"),
        (1e20, "100000000000000000000"),
        (1e-7, "0.0000001"),
        (12, "12"),
        (True, "true"),
        (date(2021, 2, 1), "2021-02-01"),
        (datetime(2021, 2, 1), "2021-02-01"),
        (datetime(2021, 2, 1, 13, 5), "2021-02-01T13:05:00"),
        (time(3, 4), "03:04:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
        (None, ""),
        ("as it is", "as it is"),
    ],
)
def test_a_cell_is_text_as_people_see_it(cell: Cell, text: str) -> None:
    assert as_text(cell) == text


def test_blank_cells_and_those_that_the_mapping_lists_tell_nothing() -> None:
    assert [stripped(cell, {"n/a", "-"}) for cell in ("", "  ", " N/A ", "-", None)] == [None] * 5
    assert [stripped(cell, {"n/a", "-"}) for cell in ("0", 0, False, " x ")] == ["0", 0, False, "x"]


@pytest.mark.parametrize(
    ("cell", "edtf"),
    [
        ("2021-02-01", "2021-02-01"),
        ("2021-02-01 00:00:00", "2021-02-01"),
        ("2021-02-01T00:00", "2021-02-01"),
        ("2021/3/4", "2021-03-04"),
        ("2021.03.04", "2021-03-04"),
        ("13/02/2021", "2021-02-13"),
        ("02-13-2021", "2021-02-13"),
        ("05.05.2021", "2021-05-05"),
        ("5 Oct 2018", "2018-10-05"),
        ("05-Oct-2018", "2018-10-05"),
        ("5th October 2018", "2018-10-05"),
        ("October 5, 2018", "2018-10-05"),
        ("Sept. 2019", "2019-09"),
        ("2018", "2018"),
        (2018.0, "2018"),
        (date(2018, 10, 5), "2018-10-05"),
        ("2018-10~", "2018-10~"),
        ("2018/2019", "2018/2019"),
        ("[2018-10..2018-12]", "[2018-10..2018-12]"),
    ],
)
def test_a_date_that_can_be_read_in_one_way_is_read(cell: Cell, edtf: str) -> None:
    assert date_text(cell, None, "day") == edtf
    assert str(When(edtf)) == edtf


@pytest.mark.parametrize(("order", "edtf"), [("day-first", "2021-02-01"), ("month-first", "2021-01-02")])
def test_the_mapping_says_whether_the_day_comes_first(order: DateOrder, edtf: str) -> None:
    with pytest.raises(InvalidCell, match="may be 2021-02-01 or 2021-01-02"):
        date_text("01/02/2021", None, "day")
    assert date_text("01/02/2021", order, "day") == edtf


def test_a_day_that_the_order_does_not_allow_is_refused() -> None:
    with pytest.raises(InvalidCell, match="no date with the month first"):
        date_text("13/02/2021", "month-first", "day")


@pytest.mark.parametrize("cell", ["01/02/21", "5-Oct-18", "1.2.99"])
def test_a_year_of_two_figures_is_refused(cell: str) -> None:
    with pytest.raises(InvalidCell, match="two figures"):
        date_text(cell, "day-first", "day")


@pytest.mark.parametrize("cell", ["Oct-18", "18-Oct", "Oct '18", "5 May"])
def test_what_spreadsheet_programs_make_of_dates_is_refused(cell: str) -> None:
    with pytest.raises(InvalidCell, match="no year of four figures") as caught:
        date_text(cell, None, "day")
    assert "formatted as text" in caught.value.remedy


@pytest.mark.parametrize("cell", ["soon", "31/31/2021", "5 Foo 2018", "99999", "May", "2018-13"])
def test_what_is_no_date_is_left_for_the_field_to_refuse(cell: str) -> None:
    assert date_text(cell, None, "day") == cell


@pytest.mark.parametrize(("precision", "edtf"), [("year", "2018"), ("month", "2018-10"), ("day", "2018-10-01")])
def test_a_day_that_is_only_meant_as_its_month_or_year_is_cut(precision: Precision, edtf: str) -> None:
    assert date_text(date(2018, 10, 1), None, precision) == edtf
    assert date_text("2018~", None, precision) == "2018~"


@given(CELLS, st.sampled_from(ORDERS))
def test_no_cell_stops_the_reading_of_dates(cell: Cell, order: DateOrder | None) -> None:
    error = refused(lambda: date_text(cell, order, "day"))
    assert error is None or error.remedy


@given(st.dates(), st.sampled_from(["day-first", "month-first"]), st.sampled_from("/.-"))
def test_a_day_comes_back_from_the_order_it_was_written_in(day: date, order: DateOrder, sign: str) -> None:
    parts = (day.day, day.month) if order == "day-first" else (day.month, day.day)
    written = f"{parts[0]}{sign}{parts[1]}{sign}{day.year:04}"
    assert date_text(written, order, "day") == day.isoformat()
    try:
        assert date_text(written, None, "day") == day.isoformat()
    except InvalidCell:
        assert day.day <= 12


@pytest.mark.parametrize(
    ("cell", "currency", "money"),
    [
        ("1,200.50", "USD", "USD 1200.5"),
        ("1.200,50", "EUR", "EUR 1200.5"),
        ("1 200 000", "EUR", "EUR 1200000"),
        ("1\u202f200\u202f000,5", "EUR", "EUR 1200000.5"),
        ("1'200'000", "CHF", "CHF 1200000"),
        ("2,50,000", "INR", "INR 250000"),
        ("12,5", "EUR", "EUR 12.5"),
        ("$5", "USD", "USD 5"),
        ("$5", "AUD", "AUD 5"),
        ("5 €", "EUR", "EUR 5"),
        ("5 EUR", "EUR", "EUR 5"),
        ("~800m", "USD", "~USD 800m"),
        ("5.43 billion", "USD", "USD 5.43billion"),
        (800.5, "USD", "USD 800.5"),
        (1e15, "IRR", "IRR 1000000000000000"),
        ("USD 5bn", "EUR", "USD 5bn"),
        ("USD 5bn", "", "USD 5bn"),
    ],
)
def test_an_amount_is_read_as_it_is_written(cell: Cell, currency: str, money: str) -> None:
    assert money_text(cell, currency, Scale()) == money
    assert Money.parse(money).currency == money.removeprefix("~")[:3]


@pytest.mark.parametrize(("mark", "money"), [("point", "USD 1200"), ("comma", "USD 1.2")])
def test_the_mapping_says_which_mark_is_before_the_decimals(mark: Mark, money: str) -> None:
    with pytest.raises(InvalidCell, match=r"may be 1200 or 1\.2"):
        money_text("1,200", "USD", Scale())
    assert money_text("1,200", "USD", Scale(mark)) == money


def test_a_number_of_a_workbook_is_never_read_as_its_country_writes_it() -> None:
    assert money_text(1.2, "EUR", Scale("comma")) == "EUR 1.2"
    assert number_text(12.5, Scale("comma")) == "12.5"
    assert quantity_text(1200.0, "tanks", Scale("comma")) == "1200 tanks"


@pytest.mark.parametrize(
    ("word", "money"), [("million", "USD 3370500000"), ("millions", "USD 3370500000"), ("1000", "USD 3370500")]
)
def test_amounts_in_millions_are_multiplied_exactly(word: str, money: str) -> None:
    assert money_text("3370.5", "USD", Scale(None, factor(word))) == money


@pytest.mark.parametrize("cell", ["5m", "USD 5m"])
def test_nothing_is_multiplied_twice(cell: str) -> None:
    with pytest.raises(InvalidCell, match="multiplies it"):
        money_text(cell, "USD", Scale(None, Decimal(1000)))


@pytest.mark.parametrize(("cell", "currency"), [("€5", "USD"), ("5 £", "USD"), ("$5", "EUR")])
def test_the_sign_of_another_currency_is_refused(cell: str, currency: str) -> None:
    with pytest.raises(InvalidCell, match="another currency"):
        money_text(cell, currency, Scale())


@pytest.mark.parametrize("word", ["", "0", "-5", "1e3", "dozen", "1" * 30])
def test_there_are_words_that_nothing_is_multiplied_by(word: str) -> None:
    assert factor(word) is None


@pytest.mark.parametrize(
    ("cell", "quantity"),
    [("40", "40 tanks"), (40.0, "40 tanks"), ("~40", "~40 tanks"), ("5 regiments", "5 regiments")],
)
def test_a_unit_is_for_numbers_that_have_none(cell: Cell, quantity: str) -> None:
    assert quantity_text(cell, "tanks", Scale()) == quantity


def test_a_share_may_have_its_sign() -> None:
    assert share_text("15%", Scale()) == share_text("15 %", Scale()) == "15"
    assert share_text(0.15, Scale(None, Decimal(100))) == "15"


@given(CELLS, st.sampled_from(["USD", "EUR", ""]), st.sampled_from(MARKS))
def test_no_cell_stops_the_reading_of_numbers(cell: Cell, currency: str, mark: Mark | None) -> None:
    for scale in (Scale(mark), Scale(mark, Decimal(1000))):
        attempts: list[Callable[[], str]] = [
            partial(money_text, cell, currency, scale),
            partial(quantity_text, cell, "tanks", scale),
            partial(number_text, cell, scale),
        ]
        assert all(error is None or error.remedy for error in map(refused, attempts))


@given(st.decimals(0, 10**12, places=2), st.sampled_from([("point", ",", "."), ("comma", ".", ",")]))
def test_a_number_comes_back_from_the_marks_it_was_written_with(number: Decimal, marks: tuple[Mark, str, str]) -> None:
    mark, group, point = marks
    written = f"{number:,f}".replace(",", " ").replace(".", point).replace(" ", group)
    assert Decimal(number_text(written, Scale(mark))) == number
    try:
        assert Decimal(number_text(written, Scale())) == number
    except InvalidCell:
        assert number < 1000


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("India", "india"),
        ("S-400 Triumf", "s-400-triumf"),
        ("  K2 / K2PL  ", "k2-k2pl"),
        ("Çetin & Söhne", "cetin-sohne"),
        ("Триумф 400", "триумф-400"),
        ("राफेल", "राफेल"),
        ("___", ""),
        ("?", ""),
    ],
)
def test_a_key_is_made_of_a_name(text: str, key: str) -> None:
    assert slug(text) == key


@given(st.text())
def test_a_key_stays_the_same_when_it_is_made_again(text: str) -> None:
    assert slug(slug(text)) == slug(text)
