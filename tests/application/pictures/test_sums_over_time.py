"""Payments and deliveries over time."""

from __future__ import annotations

from datetime import date

from armsledger import Ledger
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.application.pictures.sums_over_time import short_amount, sums_over_time
from armsledger.charts.steps import SumCourse
from tests.application.book import book, delivered, entry, opened, paid


def courses(ledger: Ledger, known: str | None = None) -> dict[str, SumCourse]:
    course = Pictures(ledger.at("2025-01-01", known, "asserted")).standpoint("deal/x").stream_day.course
    return {one.title: one for one in sums_over_time(course).values()}


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def test_a_sum_is_possible_from_the_first_day_and_certain_from_the_last() -> None:
    signed = entry("deal/x", "contract-signed", on="2018-10-05", value="USD 5bn")
    ledger = book(
        opened(), signed, paid("~USD 800m", on="2019", tranche=1), paid("USD 1bn", on="2020-03-01", tranche=2)
    )
    (one,) = courses(ledger).values()
    assert one.title == "Paid, USD"
    assert one.certain == ((day("2019-12-31"), 8e8), (day("2020-03-01"), 1.8e9))
    assert one.possible == ((day("2019-01-01"), 8e8), (day("2020-03-01"), 1.8e9))
    assert (one.agreed, one.agreed_name, one.last_agreed) == (((day("2018-10-05"), 5e9),), "value", "USD 5bn")
    assert (one.last_certain, one.last_possible) == ("~USD 1.8bn", "")


def test_currencies_items_and_units_are_never_added() -> None:
    ledger = book(
        opened(),
        paid("USD 800m", tranche=1),
        paid("INR 60bn", on="2020", tranche=2),
        delivered("4 tanks", item="K2"),
        delivered("2 tanks", item="K1", on="2021-07-01"),
        delivered("9 shells", on="2021-08-01"),
    )
    assert sorted(courses(ledger)) == [
        "Delivered, shells", "Delivered, tanks of K1", "Delivered, tanks of K2", "Paid, INR", "Paid, USD",
    ]  # fmt: skip


def test_what_a_claim_gives_stays_possible() -> None:
    (one,) = courses(book(opened(), delivered("4 tanks", status="claim"))).values()
    assert (one.certain, one.possible) == ((), ((day("2021-06-01"), 4.0),))
    assert (one.last_certain, one.last_possible) == ("0 tanks", "up to 4 tanks")


def test_an_order_is_raised_by_an_amendment() -> None:
    ledger = book(
        opened(),
        entry("deal/x", "contract-signed", on="2019-01-01", quantity="10 tanks"),
        entry("deal/x", "amended", on="2020-01-01", quantity="12 tanks"),
        delivered("4 tanks"),
    )
    (one,) = courses(ledger).values()
    assert one.agreed == ((day("2019-01-01"), 10.0), (day("2020-01-01"), 12.0))
    assert one.last_agreed == "12 tanks"


def test_a_belief_that_knows_of_no_amount_has_no_chart() -> None:
    ledger = book(opened(), paid(None, tranche=1), paid("USD 800m", tranche=1, source="paper"))
    assert courses(ledger, "2021-11-12") == {}
    assert list(courses(ledger, "2021-11-20")) == ["Paid, USD"]


def test_amounts_on_the_axis_are_short() -> None:
    assert [short_amount(amount) for amount in (0, 40, 1500, 2.5e9, 8e8)] == ["0", "40", "1,500", "2.5bn", "800m"]
