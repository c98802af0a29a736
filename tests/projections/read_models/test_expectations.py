"""The table of expectations: what was expected, by whom, and what became of it."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger import Ledger
from armsledger.projections.read_models.expectations import ExpectationRow
from tests.application.book import Object, book, delivered, entry, expected, opened, paid, take


def outcomes(ledger: Ledger, at: str, **known: Any) -> list[tuple[str, str]]:
    """The outcome of each expectation in both bounds."""
    return [(row.outcome, row.possible_outcome) for row in ledger.at(at, **known).expectations()]


def only(ledger: Ledger, at: str | None = None) -> ExpectationRow:
    """The one expectation of a ledger."""
    (row,) = ledger.at(at).expectations()
    return row


def hope(due: str = "2022", what: str = "delivered tranche=1", **fields: Any) -> Object:
    """A batch is expected."""
    return expected(what, due, **{"id": "hope", **fields})


def test_an_expectation_tells_what_when_and_who() -> None:
    fields = {"modality": "likely", "holder": "the air force", "attribution": "an official", "quantity": "2 units"}
    row = only(book(opened(), hope("../2022-06", **fields)))
    assert (row.stream, row.entry, row.what, str(row.due)) == (
        "deal/x",
        "deal/x@2",
        "delivered tranche=1 (2 units)",
        "../2022-06",
    )
    assert (row.modality, row.holder, row.attribution, row.source) == ("likely", "the air force", "an official", "wire")
    assert (str(row.stated), row.revises, row.revised_by, row.met_by) == ("2021-11-12", None, None, None)


@pytest.mark.parametrize(
    ("on", "outcome"),
    [
        ("2021-12", "met-early"),
        ("2022-05", "met"),
        ("2022", "met"),
        ("2023-01-01", "met-late"),
        ("2022-12/2023-01", "indeterminate"),
        ("2021-12/2022-03", "indeterminate"),
    ],
)
def test_an_expectation_is_met_early_in_time_or_late(on: str, outcome: str) -> None:
    row = only(book(opened(), hope("2022"), delivered("1 unit", tranche=1, on=on)))
    assert (row.outcome, row.possible_outcome, str(row.met_on), row.met_by) == (outcome, outcome, on, "deal/x@3")


@pytest.mark.parametrize(
    ("at", "outcome"),
    [("2021-11-12", "pending"), ("2022-12-31", "pending"), ("2023-01-01", "overdue"), (None, "overdue")],
)
def test_what_has_not_happened_is_pending_and_then_overdue(at: str | None, outcome: str) -> None:
    assert only(book(opened(), hope("2022")), at).outcome == outcome


def test_the_two_bounds_are_judged_apart() -> None:
    ledger = book(opened(), hope("2022-06"), delivered("1 unit", tranche=1, on="2022"))
    assert outcomes(ledger, "2022-06-30") == [("pending", "indeterminate")]
    assert outcomes(ledger, "2022-07-01") == [("overdue", "indeterminate")]
    assert outcomes(ledger, "2022-12-31") == [("indeterminate", "indeterminate")]
    row = only(ledger, "2022-06-30")
    assert (str(row.met_on), row.met_by) == ("2022", "deal/x@3")


def test_a_batch_without_its_number_meets_a_numbered_expectation_only_possibly() -> None:
    ledger = book(opened(), hope("2022"), delivered("1 unit", on="2022-03-01"))
    assert outcomes(ledger, "2022-03-01") == [("pending", "indeterminate")]
    assert outcomes(ledger, "2023-06-01") == [("overdue", "indeterminate")]


def test_less_than_expected_meets_it_partially() -> None:
    batches = [delivered("1 unit", on="2022-03-01"), delivered("1 unit", on="2022-04-01")]
    wanted = hope("2022", what="delivered", quantity="2 units")
    assert outcomes(book(opened(), wanted, batches[0]), "2023-06-01") == [("partially-met",) * 2]
    assert outcomes(book(opened(), wanted, *batches), "2023-06-01") == [("met",) * 2]
    other_unit = delivered("1 regiment", on="2022-03-01")
    assert outcomes(book(opened(), wanted, other_unit), "2023-06-01") == [("indeterminate",) * 2]


def test_a_deal_that_ended_first_makes_it_moot() -> None:
    ledger = book(opened(), hope("2022"), entry("deal/x", "terminated", on="2022-03"))
    assert outcomes(ledger, "2022-02-28") == [("pending", "pending")]
    assert outcomes(ledger, "2022-03-15") == [("pending", "moot")]
    assert outcomes(ledger, "2022-03-31") == [("moot", "moot")]


def test_a_revision_carries_it_on() -> None:
    said = entry("deal/x", "expectation-revised", target="hope", due="2023", holder="the maker", source="paper")
    ledger = book(opened(), hope("2022", modality="likely"), said, delivered("1 unit", tranche=1, on="2023-05-01"))
    first, second = ledger.at("2023-12-31").expectations()
    assert (first.outcome, first.revised_by, first.revises) == ("revised", "deal/x@3", None)
    assert (second.entry, second.revises, second.revised_by) == ("deal/x@3", "deal/x@2", None)
    assert (second.outcome, str(second.due), second.modality, second.holder) == ("met", "2023", "likely", "the maker")
    assert outcomes(ledger, "2021-11-15") == [("pending", "pending")]  # the revision was not stated yet
    assert outcomes(ledger, "2021-11-20") == [("revised", "revised"), ("pending", "pending")]
    assert outcomes(ledger, "2021-11-20", known="2021-11-15", known_by="asserted") == [("pending", "pending")]


def test_an_expectation_that_was_given_up_is_withdrawn() -> None:
    ledger = book(
        opened(), hope("2022"), entry("deal/x", "expectation-withdrawn", target="hope", on="2022-02", source="paper")
    )
    assert outcomes(ledger, "2022-01-31") == [("pending", "pending")]
    assert outcomes(ledger, "2022-02-01") == [("pending", "withdrawn")]
    assert outcomes(ledger, "2023-12-31") == [("withdrawn", "withdrawn")]


def test_an_expectation_has_no_row_before_it_was_stated() -> None:
    ledger = book(opened(), hope("2022"))
    assert len(ledger.at("2021-11-11").expectations()) == 0
    assert len(ledger.at("2021-11-12").expectations()) == 1


def test_overdue_keeps_those_whose_window_has_passed() -> None:
    ledger = book(
        opened(),
        hope("2022", id="late"),
        hope("2022", what="delivery-begun", id="met"),
        entry("deal/x", "delivery-begun", on="2022-05-01"),
        hope("2030", what="completed", id="pending"),
        expected("held", "2022", "engagement/e"),
    )
    rows = ledger.at("2023-06-01").expectations(overdue=True)
    assert [(row.stream, row.what) for row in rows] == [("deal/x", "delivered tranche=1"), ("engagement/e", "held")]
    assert len(ledger.at("2022-06-01").expectations(overdue=True)) == 0
    assert len(ledger.at("2023-06-01").expectations()) == 4


def test_a_corrected_window_and_a_retracted_expectation_count_from_when_that_is_known() -> None:
    ledger = book(opened(), hope("2022"), hope("2022", what="completed", id="other"))
    ledger.correct("deal/x@2", set={"due": "2024"}, reason="entry-error")
    ledger.retract("deal/x@3", reason="it was about another deal")
    assert [str(row.due) for row in ledger.at("2023-06-01").expectations()] == ["2024"]
    assert [str(row.due) for row in ledger.at("2023-06-01", known=7).expectations()] == ["2022", "2022"]


def test_expectations_of_every_kind_of_stream_stand_in_one_table() -> None:
    ledger = book(
        opened(),
        expected("completed", "2030"),
        expected("held format=summit", "2022", "engagement/e"),
        expected("renewed", "2022", "framework/f"),
    )
    assert [row.what for row in ledger.at().expectations()] == ["completed", "held format=summit", "renewed"]


def test_what_happened_before_the_statement_does_not_meet_it_where_another_can_be_meant() -> None:
    early = paid("USD 1m", on="2020-01-01", tranche=1)
    assert outcomes(book(opened(), early, expected("tranche-paid", "2022")), "2022-06-01") == [("pending", "pending")]
    same = book(opened(), early, expected("tranche-paid tranche=1", "2022"))
    assert outcomes(same, "2022-06-01") == [("met-early", "met-early")]


def test_overdue_keeps_what_came_only_in_part() -> None:
    half = expected("delivered", "2022", quantity="4 units", id="half")
    whole = expected("delivered", "2022", quantity="2 units", id="whole")
    ledger = book(opened(), half, whole, delivered("2 units", on="2022-03-01"))
    (row,) = ledger.at("2023-01-01").expectations(overdue=True)
    assert (row.what, row.outcome) == ("delivered (4 units)", "partially-met")
    assert len(ledger.at("2022-12-31").expectations(overdue=True)) == 0
    take(ledger, delivered("2 units", on="2023-02-01"))
    assert len(ledger.at("2023-02-01").expectations(overdue=True)) == 0
    assert [row.outcome for row in ledger.at("2023-02-01").expectations()] == ["met-late", "met"]
