"""The tables of engagements and of framework agreements."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger import Ledger
from armsledger.projections.read_models.engagements import EngagementRow
from armsledger.projections.read_models.frameworks import FrameworkRow
from tests.application.book import Object, book, entry, expected


def meeting(event: str, on: str, **fields: Any) -> Object:
    """An event of a summit."""
    return entry("engagement/summit", event, on=on, **fields)


def agreement(event: str, on: str, **fields: Any) -> Object:
    """An event of a programme."""
    return entry("framework/programme", event, on=on, **fields)


def summit(ledger: Ledger, at: str | None = None) -> EngagementRow:
    """The one meeting of a ledger."""
    (row,) = ledger.at(at).engagements()
    return row


def programme(ledger: Ledger, at: str | None = None) -> FrameworkRow:
    """The one framework of a ledger."""
    (row,) = ledger.at(at).frameworks()
    return row


HELD = meeting("held", "2021-12-06", format="summit", edition=21, participants=["IND", "RUS"], place="New Delhi")


# engagements


def test_a_meeting_goes_from_the_plan_to_the_table() -> None:
    ledger = book(
        meeting("scheduled", "2020-01-01", format="summit", series="annual summit", edition=21, planned="2020-10"),
        meeting("postponed", "2020-06-01", reason="COVID-19", to="2021"),
        meeting("rescheduled", "2021-10-01", planned="2021-12-06", place="Moscow"),
        meeting("held", "2021-12-06", place="New Delhi", participants=["IND", "RUS"], outcomes=["a programme"]),
    )
    found = {at: summit(ledger, at) for at in ("2020-03-01", "2020-12-31", "2021-11-12", "2021-12-06")}
    assert [row.status for row in found.values()] == ["scheduled", "postponed", "scheduled", "held"]
    assert [str(row.planned) for row in found.values()] == ["2020-10", "2021", "2021-12-06", "2021-12-06"]
    assert [row.reason for row in found.values()] == [None, "COVID-19", "COVID-19", None]
    last = found["2021-12-06"]
    assert (last.engagement, last.format, last.series, last.edition) == ("summit", "summit", "annual summit", 21)
    assert (last.place, last.participants, last.outcomes) == ("New Delhi", ("IND", "RUS"), ("a programme",))
    assert str(last.held_on) == "2021-12-06"


def test_a_meeting_may_first_be_heard_of_when_it_is_held() -> None:
    ledger = book(HELD)
    assert len(ledger.at("2021-12-05").engagements()) == 0
    assert summit(ledger, "2021-12-06").status == "held"


def test_a_meeting_that_is_only_expected_is_expected_as_it_was_described() -> None:
    row = summit(
        book(expected("held format=summit edition=21 place=Moscow", "2021-12-08/2021-12-14", "engagement/summit"))
    )
    assert (row.status, row.possible_status, row.format, row.edition, row.place) == (
        "expected",
        "expected",
        "summit",
        21,
        "Moscow",
    )
    assert (str(row.expected), row.held_on) == ("2021-12-08/2021-12-14", None)


def test_what_is_known_of_a_meeting_goes_before_what_was_expected() -> None:
    row = summit(book(expected("held edition=20 place=Moscow", "2021", "engagement/summit"), HELD))
    assert (row.edition, row.place, str(row.expected)) == (21, "New Delhi", "2021")


def test_the_window_shown_is_that_of_the_last_word() -> None:
    ledger = book(
        expected("held", "2020-10", "engagement/summit", id="first"),
        entry("engagement/summit", "expectation-revised", target="first", due="2021-06", source="paper"),
    )
    assert str(summit(ledger).expected) == "2021-06"
    assert str(summit(ledger, "2021-11-15").expected) == "2020-10"
    assert str(ledger.at(known=5).engagements()[0].expected) == "2020-10"


def test_a_meeting_in_an_uncertain_month_is_possibly_held_within_it() -> None:
    ledger = book(meeting("held", "2021-04", format="visit"))
    row = summit(ledger, "2021-04-15")
    assert (row.status, row.possible_status, row.format) == (None, "held", "visit")
    assert summit(ledger, "2021-04-30").status == "held"


def test_a_meeting_called_off_is_cancelled() -> None:
    row = summit(book(meeting("scheduled", "2020", planned="2021"), meeting("cancelled", "2021", reason="war")))
    assert (row.status, row.reason) == ("cancelled", "war")


# frameworks


def test_a_framework_goes_from_its_signature_to_its_end() -> None:
    ledger = book(
        agreement("signed", "2011-01-01", title="programme", parties=["India", "Russia"], until="2020"),
        agreement("in-force", "2011-06-01"),
        agreement("expired", "2020-12-31"),
        agreement("renewed", "2021-12-06", until="2031"),
        agreement("terminated", "2025-01-01", by="IND"),
    )
    found = {at: programme(ledger, at) for at in ("2011-01-01", "2012-01-01", "2021-01-01", "2022-01-01", "2025-01-01")}
    assert [row.status for row in found.values()] == ["signed", "in-force", "expired", "in-force", "terminated"]
    last = found["2025-01-01"]
    assert (last.framework, last.title, last.parties) == ("programme", "programme", ("IND", "RUS"))
    assert [str(day) for day in (last.signed_on, last.in_force_since, last.renewed_on, last.until, last.ended_on)] == [
        "2011-01-01",
        "2011-06-01",
        "2021-12-06",
        "2031",
        "2025-01-01",
    ]


def test_a_renewal_that_is_expected_is_told_with_its_outcome() -> None:
    ledger = book(
        expected("renewed", "2021-12-08/2021-12-14", "framework/programme"),
        agreement("renewed", "2021-12-06", until="2031"),
    )
    row = programme(ledger, "2021-11-12")
    assert (row.status, row.expected) == ("expected", ("renewed 2021-12-08/2021-12-14: pending",))
    row = programme(ledger)
    assert (row.status, row.expected) == ("in-force", ("renewed 2021-12-08/2021-12-14: met-early",))


@pytest.mark.parametrize(("at", "statuses"), [("2021-06-30", (None, "signed")), ("2021-12-31", ("signed", "signed"))])
def test_a_framework_signed_in_an_uncertain_year_is_possible_within_it(at: str, statuses: Any) -> None:
    row = programme(book(agreement("signed", "2021", parties=["IND", "RUS"])), at)
    assert (row.status, row.possible_status) == statuses


def test_each_kind_of_stream_has_a_table_of_its_own() -> None:
    view = book(HELD, agreement("signed", "2011")).at()
    assert ([row.engagement for row in view.engagements()], [row.framework for row in view.frameworks()]) == (
        ["summit"],
        ["programme"],
    )
    assert len(view.deals()) == 0
