"""A meeting: expected, scheduled, postponed, cancelled, held."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.specification import Case, Said, given, said
from tests.domain.words import expected

SUMMIT: dict[str, Any] = {"format": "summit", "series": "annual", "edition": 21, "participants": ["IND", "RUS"]}
SCHEDULED = said("scheduled", on="2020-01-10", planned="2020-10", place="New Delhi", **SUMMIT)
POSTPONED = said("postponed", on="2020-07-01", reason="Covid")
HELD = said("held", on="2021-12-06", place="Hyderabad House", outcomes=["28 agreements"])
CANCELLED = said("cancelled", on="2020-08-01", reason="Covid")


def summit(*statements: Said) -> Case:
    """The meeting, of which this was said."""
    return given(*statements, kind="engagement")


def test_a_meeting_is_scheduled_and_held() -> None:
    (
        summit(SCHEDULED)
        .when(HELD)
        .then(HELD)
        .then_both("2020-01-10", status="scheduled", planned="2020-10", place="New Delhi", held_on=None)
        .then_both("2021-12-06", status="held", held_on="2021-12-06", place="Hyderabad House")
        .then_both("2021-12-06", edition=21, participants=["IND", "RUS"], outcomes=["28 agreements"])
    )


def test_that_a_meeting_was_held_may_be_the_first_that_is_known_of_it() -> None:
    summit().when(HELD).then(HELD).then_both("2021-12-31", status="held").then_not_begun("2021-12-05")


@pytest.mark.parametrize("first", [SCHEDULED, said("rescheduled", on="2020"), POSTPONED, CANCELLED, HELD])
def test_any_event_of_a_meeting_may_be_the_first(first: Said) -> None:
    summit().when(first).then(first).then_both("2021-12-31", began=True)


def test_a_meeting_put_off_has_no_date_until_one_is_named() -> None:
    (
        summit(SCHEDULED, POSTPONED)
        .then_both("2020-12-31", status="postponed", planned=None, reason="Covid")
        .when(said("rescheduled", on="2021-11-01", planned="2021-12-06"))
        .then_both("2021-11-30", status="scheduled", planned="2021-12-06")
    )


def test_a_meeting_put_off_to_a_date_has_that_date() -> None:
    summit(SCHEDULED, said("postponed", on="2020-07-01", to="2021")).then_both("2020-12-31", planned="2021")


def test_a_postponed_meeting_can_still_be_held() -> None:
    summit(SCHEDULED, POSTPONED).when(HELD).then(HELD).then_both("2021-12-31", status="held", reason=None)


def test_a_meeting_once_held_is_not_put_off_or_scheduled_any_more() -> None:
    late = [
        said("postponed", on="2022", reason="war"),
        said("rescheduled", on="2022", planned="2023", level="leaders"),
    ]
    summit(HELD, *late).then_both("2022-12-31", status="held", planned=None, reason=None, level="leaders")


def test_a_cancelled_meeting_is_not_revived_by_a_date() -> None:
    late = [said("postponed", on="2021", reason="war"), said("scheduled", on="2021", planned="2022")]
    summit(SCHEDULED, CANCELLED, *late).then_both("2021-12-31", status="cancelled", reason="Covid")


def test_a_meeting_said_to_be_cancelled_and_held_afterwards_was_held() -> None:
    summit(CANCELLED, HELD).then_both("2021-12-31", status="held", reason=None)


def test_a_meeting_can_be_only_expected() -> None:
    (
        summit(expected("held place=Moscow", "2021-12-08/2021-12-14"))
        .then_not_begun("2021-11-11")
        .then_both("2021-11-12", status="expected", expectations=["pending"])
    )


def test_a_summit_of_2021_met_the_expectation_but_not_the_one_that_named_moscow() -> None:
    summit(
        expected({"event": "held", "format": "summit", "edition": 21}, "2021-12-01/2021-12-14", id="one"),
        expected("held place=Moscow", "2021-12-01/2021-12-14", id="two"),
        said("held", on="2021-12-06", source="hindu", place="New Delhi", **SUMMIT),
    ).then_both("2021-12-31", expectations=["met", "overdue"])


def test_postponed_and_rescheduled_on_one_day_is_rescheduled() -> None:
    summit(said("rescheduled", on="2020-07-01", planned="2021"), POSTPONED).then_both(
        "2020-12-31", status="scheduled", planned="2021"
    )
