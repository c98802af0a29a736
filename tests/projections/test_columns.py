"""The columns of rows: one declaration for files and frames, with columns that can be computed with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line, Quantity
from armsledger.domain.values.when import When
from armsledger.projections.columns import CSV, DATABASE, FRAME, WORKBOOK, Form
from armsledger.projections.rows import Row, Rows
from armsledger.storage.schema import parse_instant


@dataclass(frozen=True)
class Order(Row):
    """A field of each kind that has columns beside it."""

    on: When | None
    value: Money | None
    size: Quantity | None
    ordered: tuple[Line, ...]
    paid: tuple[Money, ...]
    buyers: tuple[str, ...]
    late: bool
    share: Decimal | None
    said_at: datetime | None


@dataclass(frozen=True)
class Said(Row):
    """A field of no particular type."""

    data: dict[str, Any]


NOON = parse_instant("2026-11-22T12:00:00.000000Z")
NOTHING = Order(None, None, None, (), (), (), False, None, None)


def order(**fields: Any) -> Order:
    return Order(**{**NOTHING.__dict__, **fields})


def record(row: Row, form: Form) -> dict[str, Any]:
    """The values of a row's columns in a form, by their names."""
    rows = Rows(type(row), [row])
    (page,) = rows.spread(form)
    return {column.name: value for column, (value,) in zip(rows.columns_in(form), page, strict=True)}


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2018-10?", date(2018, 10, 1), date(2018, 10, 31)),
        ("2018-10-05", date(2018, 10, 5), date(2018, 10, 5)),
        ("2018/..", date(2018, 1, 1), None),
        ("../2021-12-15~", None, date(2021, 12, 15)),
    ],
)
def test_beside_a_date_stand_the_first_and_the_last_day_that_it_can_mean(
    text: str, earliest: date | None, latest: date | None
) -> None:
    told = record(order(on=When.parse(text)), FRAME)
    assert (told["on"], told["on_earliest"], told["on_latest"]) == (text, earliest, latest)


@pytest.mark.parametrize(
    ("text", "amount", "high", "currency"),
    [
        ("~USD 800m", 800_000_000, None, "USD"),
        ("EUR 6.5bn-7bn", 6_500_000_000, 7_000_000_000, "EUR"),
        ("up to USD 3bn", 0, 3_000_000_000, "USD"),
        ("USD 2bn+", 2_000_000_000, None, "USD"),
        ("INR 0.07", Decimal("0.07"), None, "INR"),
    ],
)
def test_beside_money_stand_both_ends_of_it_as_numbers_and_its_currency(
    text: str, amount: Any, high: Any, currency: str
) -> None:
    told = record(order(value=Money.parse(text)), DATABASE)
    assert (told["value_amount"], told["value_amount_high"], told["value_currency"]) == (amount, high, currency)
    assert type(told["value_amount"]) is Decimal
    assert type(record(order(value=Money.parse(text)), FRAME)["value_amount"]) is float


def test_beside_a_quantity_stand_both_ends_of_it_and_its_unit() -> None:
    told = record(order(size=Quantity.parse("20-24 aircraft")), FRAME)
    assert (told["size"], told["size_count"], told["size_count_high"], told["size_unit"]) == (
        "20-24 aircraft",
        20,
        24,
        "aircraft",
    )


def test_a_list_of_one_amount_can_be_computed_with_and_a_list_of_several_is_no_single_number() -> None:
    five, two = Line(count=5, unit="regiment"), Line(count=2, unit="radar")
    one = record(order(ordered=(five,), paid=(Money.parse("USD 1m"),)), FRAME)
    assert (one["ordered_count"], one["ordered_unit"], one["paid_amount"], one["paid_currency"]) == (
        5,
        "regiment",
        1_000_000,
        "USD",
    )
    several = record(order(ordered=(five, two), paid=(Money.parse("USD 1m"), Money.parse("EUR 1m"))), FRAME)
    none = record(NOTHING, FRAME)
    for told in (several, none):
        assert {told[name] for name in ("ordered_count", "ordered_unit", "paid_amount", "paid_currency")} == {None}


def test_lists_are_words_for_people_and_json_for_databases() -> None:
    row = order(ordered=(Line(count=5, unit="regiment"), Line(count=2, unit="radar")), buyers=("IND", "VNM"))
    for form in (CSV, WORKBOOK, FRAME):
        told = record(row, form)
        assert (told["ordered"], told["buyers"]) == ("5 regiments; 2 radars", "IND; VNM")
    told = record(row, DATABASE)
    assert json.loads(told["ordered"]) == [
        {"count": 5, "unit": "regiment", "approximate": False},
        {"count": 2, "unit": "radar", "approximate": False},
    ]
    assert told["buyers"] == '["IND","VNM"]'


def test_objects_are_words_for_people_and_json_for_those_who_compute() -> None:
    row = Said({"amount": {"amount": "5", "currency": "USD"}})
    assert record(row, CSV)["data"] == record(row, WORKBOOK)["data"] == "amount=amount=5; currency=USD"
    for form in (DATABASE, FRAME):
        assert json.loads(record(row, form)["data"]) == {"amount": {"amount": "5", "currency": "USD"}}


def test_an_empty_list_is_json_of_no_parts_and_else_nothing() -> None:
    assert (record(NOTHING, DATABASE)["buyers"], record(NOTHING, DATABASE)["ordered"]) == ("[]", "[]")
    assert (record(NOTHING, FRAME)["buyers"], record(NOTHING, CSV)["ordered"]) == (None, None)


def test_csv_is_text_to_the_letter() -> None:
    told = record(order(late=True, share=Decimal("12.50"), said_at=NOON, value=Money.parse("USD 0.0000001")), CSV)
    assert (told["late"], told["share"], told["said_at"]) == ("true", "12.5", "2026-11-22T12:00:00.000000Z")
    assert told["value_amount"] == "0.0000001"


def test_every_form_has_the_same_columns_and_each_name_once() -> None:
    columns = Rows(Order, ()).columns_in(CSV)
    assert all(Rows(Order, ()).columns_in(form) == columns for form in (WORKBOOK, DATABASE, FRAME))
    assert len({column.name for column in columns}) == len(columns) == 9 + 2 + 3 + 3 + 3 + 3


def test_rows_of_one_kind_without_rows_have_no_pages() -> None:
    assert list(Rows(Order, ()).spread(FRAME)) == []
