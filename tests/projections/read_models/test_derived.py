"""What is told of several streams at once: relations, scorecards, precedents; and rows in an order."""

from __future__ import annotations

import pytest

from armsledger import Ledger
from armsledger.domain.errors import UnknownStream, UsageError
from tests.application.book import book, delivered, entry, expected, opened, paid


def signed(stream: str, value: str) -> dict[str, str]:
    """A contract."""
    return entry(stream, "contract-signed", on="2018-10-05", value=value, id=f"signed {stream}")


@pytest.fixture(scope="module")
def exposed() -> Ledger:
    """Deals of two suppliers, some of them under the threat of sanctions."""
    line = {"by": "USA", "basis": "CAATSA"}
    return book(
        opened(),
        signed("deal/x", "USD 5bn"),
        paid("USD 1m"),
        entry("deal/x", "sanction-threat-raised", on="2018-09-01", against="IND", over="the contract", **line),
        opened("deal/y", id="y", buyer="TUR"),
        signed("deal/y", "USD 2bn"),
        delivered("4 units", "deal/y", on="2019-07-12/2019-07-25"),
        entry("deal/y", "sanction-threat-raised", on="2018-06", against="TUR", **line),
        entry("deal/y", "sanction-imposed", on="2020-12-14", against="TUR", measures=["licences"], **line),
        opened("deal/z", id="z"),
        signed("deal/z", "EUR 1bn"),
        entry("deal/z", "terminated", on="2020-01-01"),
        opened("deal/f", id="f", supplier="FRA"),
        entry("deal/f", "sanction-threat-raised", on="2019", by="USA", basis="ITAR", against="FRA"),
        entry("engagement/summit", "held", on="2021-12-06", participants=["IND", "RUS"]),
        entry("engagement/visit", "held", on="2021-04", participants=["RUS", "IND", "FRA"]),
        entry("engagement/call", "scheduled", on="2021-01-01", planned="2022", participants=["IND", "RUS"]),
    )


# relations


def test_a_relation_sums_up_what_stands_between_two_states(exposed: Ledger) -> None:
    rows = exposed.at().relations(supplier="RUS", buyer="IND")
    (row,) = rows
    assert (row.deals, row.open_deals, row.engagements, str(row.last_held)) == (2, 1, 2, "2021-12-06")
    assert [str(value) for value in row.values] == ["USD 5bn", "EUR 1bn"]
    assert [str(value) for value in row.paid] == ["USD 1m"]
    pairs = [(row.supplier, row.buyer, row.engagements) for row in exposed.at().relations()]
    assert pairs == [("FRA", "IND", 1), ("RUS", "IND", 2), ("RUS", "TUR", 0)]


def test_a_relation_is_that_of_its_date(exposed: Ledger) -> None:
    (row,) = exposed.at("2019-12-31").relations(supplier="RUS", buyer="IND")
    assert (row.open_deals, row.engagements, row.last_held) == (2, 0, None)
    (row,) = exposed.at("2018-06-01").relations(supplier="RUS", buyer="IND")
    assert row.values == ()


# sanctions and precedents


def test_the_days_from_the_step_that_set_them_off_to_the_sanctions(exposed: Ledger) -> None:
    (row,) = exposed.at().sanctions(deal="y")
    assert (row.trigger, str(row.triggered_on), row.triggered_by) == (
        "delivered",
        "2019-07-12/2019-07-25",
        "deal/y@3",
    )
    assert (row.consequence, str(row.consequence_on)) == ("imposed", "2020-12-14")
    assert (row.least_days, row.most_days) == (508, 521)
    (row,) = exposed.at().sanctions(deal="x")
    assert (row.trigger, row.over, row.consequence, row.least_days) == (
        "sanction-threat-raised",
        "the contract",
        None,
        None,
    )


def test_precedents_share_the_basis_or_the_supplier(exposed: Ledger) -> None:
    (row,) = exposed.at().precedents("x")
    assert (row.deal, row.shared, row.follow_up, row.least_days) == ("y", ("basis", "supplier"), "imposed", 508)
    assert [(row.deal, row.follow_up) for row in exposed.at("2020-01-01").precedents("x")] == [("y", "not-followed-up")]
    assert list(exposed.at().precedents("f")) == []
    assert [row.deal for row in exposed.at().precedents("z")] == ["x", "y"]
    with pytest.raises(UnknownStream):
        exposed.at().precedents("nonsense")


# scorecards


def test_a_scorecard_counts_what_came_true_and_how_far_it_slipped() -> None:
    ledger = book(
        opened(),
        expected("tranche-paid tranche=1", "2019", holder="MoD", asserted="2018-01-01"),
        expected("delivered tranche=1", "2020-10", holder="MoD", asserted="2018-02-01", id="first"),
        entry("deal/x", "expectation-revised", target="first", due="2021-05", asserted="2020-11-01", holder="MoD"),
        expected("delivered tranche=1", "2021-06-10/2021-06-20", holder="maker", asserted="2018-03-01"),
        expected("delivered tranche=9", "2021", holder="maker", asserted="2018-04-01", source="paper"),
        paid("USD 1m", tranche=1, on="2019-07-01"),
        delivered("1 unit", tranche=1, on="2021-06-05"),
    )
    rows = {row.name: row for row in ledger.at("2022-06-01").scorecard()}
    ministry, maker = rows["MoD"], rows["maker"]
    assert (ministry.stated, ministry.came_true, ministry.late, ministry.revised) == (3, 1, 1, 1)
    assert (ministry.median_slip_least_days, ministry.median_slip_most_days) == (108, 108)  # of 0 and 217, rounded
    assert (maker.came_true, maker.overdue, maker.median_slip_least_days) == (1, 1, -5)
    by_source = {row.name: row.stated for row in ledger.at("2022-06-01").scorecard("source")}
    assert by_source == {"wire": 4, "paper": 1}
    with pytest.raises(UsageError, match="cannot be by 'place'"):
        ledger.at().scorecard("place")  # type: ignore[arg-type]  # what the types forbid


def test_a_revision_slips_from_the_first_window() -> None:
    ledger = book(
        opened(),
        expected("delivered tranche=1", "2020-10", asserted="2018-02-01", id="first"),
        entry("deal/x", "expectation-revised", target="first", due="2021-05", asserted="2020-11-01"),
        delivered("1 unit", tranche=1, on="2021-06"),
    )
    first, second = ledger.at("2022-06-01").expectations()
    assert (first.outcome, first.slip_least_days, first.slip_most_days) == ("revised", 182, 212)
    assert (second.outcome, second.slip_least_days, second.slip_most_days) == ("met-late", 213, 242)  # from the first


# order


def test_rows_are_ordered_by_fields_and_what_has_no_value_is_last(exposed: Ledger) -> None:
    deals = exposed.at().deals()
    assert [row.deal for row in deals.order_by("value", currency="USD")] == ["y", "x", "f", "z"]
    assert [row.deal for row in deals.order_by("-value", currency="USD")] == ["x", "y", "f", "z"]
    assert [row.deal for row in deals.order_by("supplier", "-deal")] == ["f", "z", "y", "x"]
    assert list(deals.order_by()) == list(deals)
    with pytest.raises(UsageError, match="DealRow has no field 'nonsense'"):
        deals.order_by("-nonsense")


def test_dates_are_ordered_by_the_first_day_that_they_can_mean(exposed: Ledger) -> None:
    rows = exposed.at().engagements().order_by("held_on")
    assert [row.engagement for row in rows] == ["visit", "summit", "call"]
