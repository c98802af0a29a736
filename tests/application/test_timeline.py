"""The timeline: what happened in the order of the world, and what became of what was expected."""

from __future__ import annotations

import pytest

from armsledger import Ledger
from armsledger.application.timeline import TimelineRow
from armsledger.domain.errors import UnknownStream, UsageError
from tests.application.book import DEAL, book, delivered, entry, expected, opened, paid


def told(rows: object) -> list[tuple[str, str, str]]:
    """When, what and with which words."""
    assert hasattr(rows, "__iter__")
    return [(str(row.on), row.event, row.says) for row in rows]


def only(ledger: Ledger, event: str, at: str, **known: str) -> TimelineRow:
    """The one row of an event."""
    (row,) = [row for row in ledger.at(at, **known).timeline("deal/x") if row.event == event]
    return row


def test_what_happened_stands_in_the_order_of_the_world() -> None:
    ledger = book(
        delivered("2 tanks", on="2021-05"), opened(), paid("~USD 800m", tranche=1), expected("completed", "2022")
    )
    assert told(ledger.at("2021-11-30").timeline("deal/x")) == [
        ("2018-01-01", "opened", "RUS to IND"),
        ("2019-06-01", "tranche-paid", "tranche 1, ~USD 800m"),
        ("2021-05", "delivered", "2 tanks"),
        ("2021-11-12", "expected", "completed, due 2022"),
    ]


def test_it_ends_at_the_date() -> None:
    ledger = book(opened(), paid("USD 1m"))
    assert [row.event for row in ledger.at("2018-12-31").timeline("deal/x")] == ["opened"]


def test_what_can_have_happened_is_not_certain() -> None:
    ledger = book(opened(), paid("USD 1m", on="2019"))
    assert not only(ledger, "tranche-paid", "2019-06-30").certain
    assert only(ledger, "tranche-paid", "2019-12-31").certain


def test_sources_of_one_thing_share_its_line() -> None:
    ledger = book(opened(), paid("USD 800m", tranche=1), paid("USD 850m", tranche=1, source="paper"))
    row = only(ledger, "tranche-paid", "2021")
    assert (row.sources, row.contested) == (("wire", "paper"), ("amount",))
    assert (row.says, row.entries) == ("tranche 1, USD 800m", ("deal/x@2", "deal/x@3"))


def test_a_forecast_tells_what_became_of_it() -> None:
    ledger = book(opened(), expected("delivered", "2021-03", on="2020-01-01", asserted="2020-01-01"))
    forecast = only(ledger, "expected", "2020-12-31")
    assert (forecast.outcome, forecast.overdue_since, forecast.met_on) == ("pending", None, None)
    forecast = only(ledger, "expected", "2021-04-01")
    assert (forecast.outcome, forecast.overdue_since) == ("overdue", "2021-04-01")


def test_a_forecast_that_came_true_tells_when() -> None:
    ledger = book(
        opened(),
        expected("delivered", "2021-03", on="2020-01-01", asserted="2020-01-01"),
        delivered("2 tanks", on="2021-05"),
    )
    forecast = only(ledger, "expected", "2021-05-15")
    assert (forecast.outcome, forecast.possible_outcome) == ("overdue", "met-late")
    forecast = only(ledger, "expected", "2021-12-31")
    assert (forecast.outcome, forecast.possible_outcome, str(forecast.met_on)) == ("met-late", "met-late", "2021-05")


def test_what_nobody_knew_yet_is_not_told() -> None:
    ledger = book(opened(), paid("USD 1m", source="paper"))
    rows = ledger.at("2021", "2021-11-12", "asserted").timeline("deal/x")
    assert [row.event for row in rows] == ["opened"]


def test_an_unknown_stream_is_refused() -> None:
    view = book(opened()).at("2021")
    with pytest.raises(UnknownStream):
        view.timeline("deal/y")
    with pytest.raises(UsageError):
        view.timeline("no stream")


def test_each_step_of_the_story_is_told_once(story: Ledger) -> None:
    steps = story.replay(DEAL, "2026-11-22")
    rows = story.at("2026-11-22").timeline(DEAL)
    assert [(row.event, str(row.on), row.certain) for row in rows] == [(s.event, s.on, s.certain) for s in steps]


def test_outcomes_are_those_of_the_expectations(story: Ledger) -> None:
    view = story.at("2022-12-31")
    by_entry = {row.entry: (row.outcome, row.possible_outcome) for row in view.expectations(stream=DEAL)}
    rows = [row for row in view.timeline(DEAL) if row.event == "expected"]
    assert {row.entries[0]: (row.outcome, row.possible_outcome) for row in rows} == by_entry


def test_a_row_is_written_as_json() -> None:
    ledger = book(opened(), entry("deal/x", "contract-signed", on="2018-10", value="~USD 5bn", quantity="5 units"))
    assert ledger.at("2021").timeline("deal/x").to_dicts()[1] == {
        "stream": "deal/x",
        "on": "2018-10",
        "event": "contract-signed",
        "says": "~USD 5bn, 5 units",
        "certain": True,
        "contested": [],
        "status": "fact",
        "outcome": None,
        "possible_outcome": None,
        "met_on": None,
        "overdue_since": None,
        "sources": ["wire"],
        "entries": ["deal/x@2"],
        "data": {
            "value": {"amount": "5000000000", "currency": "USD", "approximate": True},
            "quantity": {"count": 5, "unit": "unit", "approximate": False},
        },
    }
