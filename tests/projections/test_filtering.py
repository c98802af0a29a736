"""Filters: what they want of rows, and that a database that is asked for it leaves none of that out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Literal

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.domain.errors import UsageError
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.projections.codec import codec_of
from armsledger.projections.filter_sql import Where, where
from armsledger.projections.filtering import Exact, Looked, conditions
from armsledger.projections.rows import Row, Rows, kept_row
from armsledger.storage.connection import POSTGRESQL, SQLITE, Dialect
from tests.postgres import Server

Stage = Literal["signed", "in-force", "over"]


@dataclass(frozen=True)
class Order(Row):
    """A row with a field of each kind."""

    FILTERS: ClassVar = {
        "buyer": Looked(("buyer", "buyers")),
        "item": Looked(("items",), contained=True),
        "open": Looked(("stage",), words=("signed", "in-force")),
        "slip": Looked(("slip_least", "slip_most"), is_span=True),
    }
    MEASURES: ClassVar = {"amount": "paid_in"}

    name: str
    buyer: str | None
    buyers: tuple[str, ...]
    items: tuple[str, ...]
    stage: Stage | None
    late: bool
    tranche: int | str | None
    count: int | None
    value: Money | None
    paid: tuple[Money, ...]
    amount: Decimal | None
    paid_in: str | None
    signed_on: When | None
    since: date | None
    ordered: tuple[Quantity, ...]
    slip_least: int | None
    slip_most: int | None


BLANK: dict[str, Any] = {field.name: None for field in fields(Order)} | {
    "buyers": (),
    "items": (),
    "late": False,
    "paid": (),
    "ordered": (),
}


def order(name: str, buyer: str | None = None, **given: Any) -> Order:
    """An order with nothing in the other fields."""
    return Order(**{**BLANK, "name": name, "buyer": buyer, **given})


def money(text: str) -> Money:
    return Money.parse(text)


ORDERS = Rows(
    Order,
    [
        order(
            "india",
            "IND",
            items=("S-400 Triumf", "9M96"),
            stage="signed",
            value=money("~USD 5.43bn"),
            paid=(money("USD 800m"), money("INR 20bn")),
            amount=Decimal("800000000"),
            paid_in="USD",
            signed_on=When.parse("2018-10-05"),
            slip_least=10,
            slip_most=40,
            tranche=1,
        ),
        order(
            "both",
            "BRA",
            buyers=("BRA", "ARG"),
            items=("Gripen Straße",),
            stage="in-force",
            value=money("EUR 2bn-3bn"),
            signed_on=When.parse("2018"),
            late=True,
            count=36,
            ordered=(Quantity(count=36, unit="aircraft"),),
            slip_least=None,
            slip_most=5,
            tranche="advance",
        ),
        order("open", "İzmir", stage="over", value=money("USD 1bn+"), signed_on=When.parse("2019/.."), count=2),
        order("empty"),
    ],
)


def names(**filters: Any) -> list[str]:
    return [row.name for row in ORDERS.where(**filters)]


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({"buyer": "ind"}, ["india"]),
        ({"buyer": ["IND", "ARG"]}, ["india", "both"]),
        ({"buyer": ()}, []),
        ({"buyer": Exact("ind")}, []),
        ({"buyer": "i\u0307ZMIR"}, ["open"]),  # letters that lower() of SQLite does not know
        ({"item": "s-400"}, ["india"]),
        ({"item": "STRASSE"}, ["both"]),
        ({"stage": "Signed"}, ["india"]),
        ({"stage": "in force"}, ["both"]),
        ({"stage": ["signed", "over"]}, ["india", "open"]),
        ({"open": True}, ["india", "both"]),
        ({"open": "no"}, ["open", "empty"]),
        ({"late": "yes"}, ["both"]),
        ({"tranche": [1, "advance"]}, ["india", "both"]),
        ({"count": "36"}, ["both"]),
        ({"currency": "usd"}, ["india", "open"]),
        ({"currency": "INR"}, ["india"]),
        ({"value_from": "USD 1bn"}, ["india", "open"]),
        ({"value_from": "USD 6bn"}, ["open"]),  # that one has no upper end
        ({"value_to": "USD 2bn"}, ["open"]),
        ({"value_from": "2.5bn", "currency": "EUR"}, ["both"]),
        ({"value_from": 3_000_000_001, "currency": "EUR"}, []),
        ({"value_to": money("EUR 1.9bn")}, []),
        ({"paid_from": "INR 1bn"}, ["india"]),
        ({"amount_from": "USD 800m", "amount_to": "USD 800m"}, ["india"]),
        ({"amount_from": "EUR 1"}, []),
        ({"signed_from": "2018-10-05"}, ["india", "both", "open"]),  # 2018 may be after that day
        ({"signed_from": "2018-06", "signed_to": date(2018, 9, 30)}, ["both"]),
        ({"signed_to": "2018"}, ["india", "both"]),
        ({"signed_from": "2030"}, ["open"]),
        ({"ordered_from": 30}, ["both"]),
        ({"ordered_to": 35}, []),
        ({"slip_from": 20}, ["india"]),
        ({"slip_from": 41}, []),
        ({"slip_to": 5}, ["both"]),
        ({"slip_from": -100}, ["india", "both"]),
        ({"count_from": 3}, ["both"]),
        ({"count_from": 2, "count_to": "2.5"}, ["open"]),
    ],
)
def test_a_filter_wants_what_its_words_mean(filters: dict[str, Any], wanted: list[str]) -> None:
    assert names(**filters) == wanted


@pytest.mark.parametrize(
    ("filters", "message", "remedy"),
    [
        ({"byer": "IND"}, "Order has no field 'byer'", "did you mean buyer"),
        ({"signed_form": "2018"}, "Order has no field 'signed_form'", "signed_from"),
        ({"stage": "sined"}, "'sined' is no stage", "did you mean signed?"),
        ({"stage": "x"}, "'x' is no stage", "write one of signed, in-force, over"),
        ({"late": "perhaps"}, "late cannot be 'perhaps'", "write true or false"),
        ({"count": "many"}, "count 'many' is no number", "write a number"),
        ({"count_from": "many"}, "count 'many' is no number", "write a number"),
        ({"value_from": "1bn"}, "value '1bn' names no currency", "name one currency beside it"),
        ({"value_from": "1bn", "currency": ["USD", "INR"]}, "value '1bn' names no currency", "write USD 1bn"),
        ({"value_from": "USD 1bn", "currency": "EUR"}, "value is in USD", "name one currency"),
        ({"value_from": "USD 1bn", "value_to": "EUR 2bn"}, "in two currencies", "both ends in one"),
        ({"value_from": "USD 2bn", "value_to": "USD 1bn"}, "there is no value", "the lesser end first"),
        ({"value_from": "much"}, "value: 'much'", ""),
        ({"signed_from": "someday"}, "signed: ", ""),
        ({"signed_from": "2019", "signed_to": "2018"}, "there is no signed", "the lesser end first"),
        ({"buyer": " "}, "the filter buyer is empty", "leave it out"),
    ],
)
def test_what_no_row_can_have_is_refused_with_what_is_near(filters: dict[str, Any], message: str, remedy: str) -> None:
    with pytest.raises(UsageError) as refusal:
        names(**filters)
    assert message in refusal.value.message
    assert remedy in refusal.value.remedy


# asked of a database

WORDS = (
    "IND",
    "ind",
    "Straße",
    "STRASSE",
    "\u212aenya",
    "kenya",
    "İ",
    'a "quoted" one',
    "back\\slash",
    "%",
    "*",
    "?",
    "Ünit",
)
DATES = ("2018", "2018-10-05", "2018-10~", "2017/2019", "../2018", "2019/..", "201X", "0999", "9999-12-31")
AMOUNTS = ("USD 1bn", "~USD 999.99m", "EUR 1bn-2bn", "USD 1bn+", "up to EUR 3bn", "USD 0.1", "INR 123456789012345678")


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


words = st.sampled_from(WORDS)
amounts = st.sampled_from(AMOUNTS).map(Money.parse)
orders = st.builds(
    Order,
    name=words,
    buyer=optional(words),
    buyers=st.lists(words, max_size=2).map(tuple),
    items=st.lists(words, max_size=2).map(tuple),
    stage=optional(st.sampled_from(["signed", "in-force", "over"])),
    late=st.booleans(),
    tranche=optional(st.integers(1, 3) | words),
    count=optional(st.integers(0, 9)),
    value=optional(amounts),
    paid=st.lists(amounts, max_size=2).map(tuple),
    amount=optional(st.sampled_from(["1", "0.1", "123456789012345678.9"]).map(Decimal)),
    paid_in=optional(st.sampled_from(["USD", "EUR"])),
    signed_on=optional(st.sampled_from(DATES).map(When.parse)),
    since=optional(st.sampled_from([date(1, 1, 1), date(2018, 10, 5), date(9999, 12, 31)])),
    ordered=st.lists(st.builds(Quantity, count=st.integers(1, 9), unit=words), max_size=2).map(tuple),
    slip_least=optional(st.integers(-3, 3)),
    slip_most=optional(st.integers(-3, 3)),
)
BY_ONE = {
    "name": words,
    "buyer": words | words.map(Exact),
    "item": words,
    "stage": st.sampled_from(["signed", "over"]),
    "open": st.booleans(),
    "late": st.booleans(),
    "tranche": st.integers(1, 3) | words,
    "count": st.integers(0, 9),
    "amount": st.sampled_from(["1", "0.1", "123456789012345678.9"]),
    "paid_in": st.sampled_from(["USD", "EUR"]),
    "signed_on": st.sampled_from(DATES),
    "since": st.just("2018-10-05"),
    "currency": st.sampled_from(["USD", "EUR"]),
}
ENDS = {
    "signed": st.sampled_from(DATES),
    "since": st.sampled_from(DATES),
    "value": st.sampled_from(AMOUNTS),
    "paid": st.sampled_from(AMOUNTS),
    "count": st.integers(0, 9),
    "slip": st.integers(-3, 3),
    "ordered": st.integers(0, 9),
}


@st.composite
def filters(draw: st.DrawFn) -> dict[str, Any]:
    """One filter, by a word, several or a range."""
    if draw(st.booleans()):
        name = draw(st.sampled_from(sorted(BY_ONE)))
        values = BY_ONE[name] if name == "open" else BY_ONE[name] | st.lists(BY_ONE[name], min_size=1, max_size=3)
        return {name: draw(values)}
    name = draw(st.sampled_from(sorted(ENDS)))
    ends = draw(st.sampled_from([("from",), ("to",), ("from", "to")]))
    return {f"{name}_{end}": draw(ENDS[name]) for end in ends}


Select = Callable[[str, tuple[Any, ...]], list[str]]
"""The texts of rows for which a condition holds, with its parameters."""


def check(orders: Sequence[Order], filters: dict[str, Any], dialect: Dialect, select: Select) -> None:
    """What a database selects holds all that fits; what is decided of rows and of their texts is the same."""
    try:
        asked = conditions(Order, filters)
    except UsageError:
        return
    wanted = [row for row in orders if all(condition.fits(row) for condition in asked)]
    kept = [kept_row(Order, "orders", text) for text in codec_of(Order).encode(wanted)]
    sql, parameters = where(Order, asked, dialect) or Where("1 = 1")
    selected = [kept_row(Order, "orders", text) for text in select(sql, parameters)]
    found = [row for row in selected if all(condition.fits(row) for condition in asked)]
    assert sorted(map(str, map(Row.to_values, found))) == sorted(map(str, map(Row.to_values, kept)))


@given(st.lists(orders, min_size=1, max_size=6), filters())
def test_sqlite_leaves_nothing_out(orders: list[Order], filters: dict[str, Any]) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute('CREATE TABLE kept ("row" TEXT)')
    connection.executemany("INSERT INTO kept VALUES (?)", [(text,) for text in codec_of(Order).encode(orders)])

    def select(sql: str, parameters: tuple[Any, ...]) -> list[str]:
        return [text for (text,) in connection.execute(f'SELECT "row" FROM kept WHERE {sql}', parameters)]

    check(orders, filters, SQLITE, select)
    connection.close()


@pytest.fixture(scope="module")
def on_server(postgres: Server) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a server, with a table for the time of the connection."""
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute('CREATE TEMPORARY TABLE kept ("row" TEXT)')
        yield connection


@given(st.lists(orders, min_size=1, max_size=6), filters())
def test_postgresql_leaves_nothing_out(
    on_server: psycopg.Connection[Any], orders: list[Order], filters: dict[str, Any]
) -> None:
    on_server.execute("DELETE FROM kept")
    on_server.cursor().executemany("INSERT INTO kept VALUES (%s)", [(text,) for text in codec_of(Order).encode(orders)])

    def select(sql: str, parameters: tuple[Any, ...]) -> list[str]:
        query = f'SELECT "row" FROM kept WHERE {sql.replace("?", "%s")}'.encode()
        return [text for (text,) in on_server.execute(query, parameters)]

    check(orders, filters, POSTGRESQL, select)
