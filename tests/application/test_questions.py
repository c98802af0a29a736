"""What a question asks: a date, a belief date, and which reading of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.domain.errors import UsageError
from tests.application.book import Clock, book, entry, expected, opened, paid, take
from tests.storage.drafts import NOON

NEW_YORK = timezone(timedelta(hours=-5))
DELHI = timezone(timedelta(hours=5, minutes=30))


def recorded_on_three_days() -> Ledger:
    """A ledger with a payment late on 22 November 2026, in UTC, one early on the 23rd, and one on the 24th."""
    clock = Clock(NOON)
    ledger = book(opened(), clock=clock)
    for now in (datetime(2026, 11, 22, 23, 59, 59, 999999, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)):
        clock.now = now
        take(ledger, paid("USD 1m", tranche=clock.now.day))
    clock.pass_time(days=1, hours=9)
    take(ledger, paid("USD 1m", tranche=24))
    return ledger


def tranches(ledger: Ledger, known: Any) -> list[int | str | None]:
    """The tranches that were known to be paid."""
    return [row.tranche for row in ledger.at(known=known).payments()]


# the date


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (None, "2026-11-22"),
        ("today", "2026-11-22"),
        ("yesterday", "2026-11-21"),
        ("2021-11-12", "2021-11-12"),
        (" 2021-11-12 ", "2021-11-12"),
        ("2018-10", "2018-10-31"),
        ("2020-02", "2020-02-29"),
        ("2018-10~", "2018-10-31"),
        ("2018", "2018-12-31"),
        ("201X", "2019-12-31"),
        ("2018/2019-03", "2019-03-31"),
        ("../2018-06", "2018-06-30"),
        ("[2018-01..2018-03]", "2018-03-31"),
        ("0001-01-01", "0001-01-01"),
        ("9999", "9999-12-31"),
        (date(2021, 11, 12), "2021-11-12"),
        (datetime(2021, 11, 12, 23, 30), "2021-11-12"),  # a notebook's time without a zone
        (datetime(2021, 11, 12, 23, 30, tzinfo=NEW_YORK), "2021-11-12"),
    ],
)
def test_a_date_is_a_day_or_the_last_day_that_is_meant(at: Any, day: str) -> None:
    view = book().at(at)
    assert view.at == date.fromisoformat(day)
    assert view.known is None


@pytest.mark.parametrize("at", ["", "2018-13", "2018-02-30", "sometime", "@3", "2021-11-12T10:00", 5, 5.0, True, b"x"])
def test_what_is_no_date_is_refused_with_examples(at: Any) -> None:
    with pytest.raises(UsageError, match="is not a date") as refusal:
        book().at(at)
    assert refusal.value.remedy == "write a date such as 2021-11-12, 2021-11 (its last day), today or yesterday"


@pytest.mark.parametrize(
    ("at", "meanings"), [("12/11/2021", "2021-11-12 or 2021-12-11"), ("spring 2021", "2021-03/2021-05")]
)
def test_a_date_that_may_be_several_is_refused_with_all_of_them(at: str, meanings: str) -> None:
    with pytest.raises(UsageError, match=meanings):
        book().at(at)


def test_a_date_open_to_the_future_has_no_last_day() -> None:
    with pytest.raises(UsageError, match=r"'2018/\.\.' has no last day"):
        book().at("2018/..")


def test_today_is_the_day_of_the_clock_in_utc() -> None:
    assert book(clock=Clock(datetime(2026, 11, 22, 23, tzinfo=NEW_YORK))).at().at == date(2026, 11, 23)
    assert book(clock=Clock(datetime(2026, 11, 23, 3, tzinfo=DELHI))).at("yesterday").at == date(2026, 11, 21)


# the belief date, by recording


WHOLE_DAYS: tuple[tuple[Any, list[int]], ...] = (
    ("2026-11-21", []),
    ("2026-11-22", [22]),
    (date(2026, 11, 22), [22]),
    ("2026-11-22T23:59:59.999998", []),
    ("2026-11-22T23:59:59.999999Z", [22]),
    ("2026-11-23T00:00Z", [22, 23]),
    (datetime(2026, 11, 23), [22, 23]),  # a time without a zone is UTC
    (datetime(2026, 11, 23, tzinfo=UTC), [22, 23]),
    (datetime(2026, 11, 22, 18, 59, 59, tzinfo=NEW_YORK), []),
    (datetime(2026, 11, 22, 19, tzinfo=NEW_YORK), [22, 23]),
    ("2026-11-23 05:30+05:30", [22, 23]),
    ("2026-11-23", [22, 23]),
    ("2026-11-24T08:59Z", [22, 23]),
    ("2026-11-24T09:00Z", [22, 23, 24]),
    ("2026-11", [22, 23, 24]),
    ("2026", [22, 23, 24]),
    ("today", [22, 23, 24]),
    ("yesterday", [22, 23]),
    ("9999-12-31", [22, 23, 24]),
    ("0001-01-01", []),
    (None, [22, 23, 24]),
)
"""Belief dates, and the tranches that were known to be paid."""


@pytest.mark.parametrize(("known", "seen"), WHOLE_DAYS)
def test_the_whole_day_counts_in_utc(known: Any, seen: list[int]) -> None:
    assert tranches(recorded_on_three_days(), known) == seen


@pytest.mark.usefixtures("on_server")
def test_on_a_server_too_the_whole_day_counts_in_utc() -> None:
    ledger = recorded_on_three_days()
    for known, seen in WHOLE_DAYS:
        assert tranches(ledger, known) == seen, known


@pytest.mark.parametrize(
    ("known", "position", "seen"),
    [
        (0, 0, []),
        ("@5", 5, []),
        (6, 6, [22]),
        ("@7", 7, [22, 23]),
        (8, 8, [22, 23, 24]),
        ("@999999", 8, [22, 23, 24]),
        (None, 8, [22, 23, 24]),
        ("2026-11-23", 7, [22, 23]),
        ("2026-11-21", 0, []),
    ],
)
def test_the_position_echoes_the_last_entry_that_counts(known: Any, position: int, seen: list[int]) -> None:
    ledger = recorded_on_three_days()
    assert tranches(ledger, known) == seen
    view = ledger.at(known=known)
    assert view.question.position == position
    assert view.state("deal/x").to_dict()["position"] == position


@pytest.mark.usefixtures("database")
def test_what_was_asked_for_is_told_again() -> None:
    ledger = book(opened())
    assert ledger.at("2021", 3).state("deal/x").to_dict()["known"] == "@3"
    state = ledger.at("2021-11", "2021-11-12", "asserted").deal("x").to_dict()
    assert (state["stream"], state["at"], state["known"], state["known_by"]) == (
        "deal/x",
        "2021-11-30",
        "2021-11-12",
        "asserted",
    )
    assert repr(ledger.at("2021", 3)) == "<the ledger at 2021-12-31, as known @3, by recorded>"
    assert repr(ledger.at("2021")) == "<the ledger at 2021-12-31, as known now, by recorded>"


# the belief date, by asserting


@pytest.mark.parametrize(
    ("known", "seen"),
    [
        ("2021-11-11", []),
        ("2021-11-12", [1]),
        (date(2021, 11, 12), [1]),
        ("2021-11-19", [1]),
        ("2021-11-20", [1, 2]),
        ("2021-11-20T00:00Z", [1, 2]),  # a source speaks on a day, so the whole day counts
        (datetime(2021, 11, 19, 23, tzinfo=NEW_YORK), [1, 2]),
        ("2021-11", [1, 2]),
        ("2021-12-30", [1, 2]),
        ("2021-12-31", [1, 2, 3]),
        ("today", [1, 2, 3]),
        ("yesterday", [1, 2, 3]),
        (None, [1, 2, 3]),
    ],
)
def test_by_asserted_date_it_counts_when_the_source_certainly_had_spoken(known: Any, seen: list[int]) -> None:
    said = (("wire", None), ("paper", None), ("archive", "2021"))
    payments = [
        paid("USD 1m", tranche=number, source=source, asserted=asserted)
        for number, (source, asserted) in enumerate(said, start=1)
    ]
    ledger = book(opened(), *payments)
    view = ledger.at(known=known, known_by="asserted")
    assert [row.tranche for row in view.payments()] == seen
    assert view.question.position == ledger.position()


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("reason", "before"),
    [("entry-error", 2), ("translation", 2), ("source-error", 1), ("new-information", 1)],
)
def test_by_asserted_date_a_repair_of_our_copy_holds_from_its_target_and_news_from_its_own_day(
    reason: str, before: int
) -> None:
    repair = {"target": "wrong", "set": {"amount": "USD 2m"}, "reason": reason, "asserted": "2022-06-01"}
    ledger = book(opened(), paid("USD 1m", tranche=1, id="wrong"), entry("deal/x", "corrected", **repair))
    for known, millions in (("2021-12-31", before), ("2022-05-31", before), ("2022-06-01", 2)):
        (row,) = ledger.at(known=known, known_by="asserted").payments()
        assert row.amount == millions * 1_000_000


# what cannot be asked


@pytest.mark.parametrize("known_by", ["recorded", "asserted"])
@pytest.mark.parametrize(
    "known",
    [
        "",
        "3",
        "@",
        "@-1",
        "@x",
        "-1",
        "sometime",
        "2021-13",
        "2021-11-12T25:00",
        -1,
        5.0,
        True,
        False,
        b"2021",
        ["2021"],
    ],
)
def test_what_is_no_belief_date_is_refused_with_examples(known: Any, known_by: str) -> None:
    with pytest.raises(UsageError) as refusal:
        book().at(known=known, known_by=known_by)
    assert refusal.value.remedy == "write a date (2021-11-12), a UTC time (2021-11-12T09:30Z) or a position (@123)"


@pytest.mark.parametrize("known", ["0001-01-01T00:00+05:30", "9999-12-31T23:59-05:00"])
def test_a_time_outside_the_calendar_is_refused(known: str) -> None:
    with pytest.raises(UsageError, match="is not a time"):
        book().at(known=known)


@pytest.mark.parametrize("known", ["@3", 3])
def test_a_position_says_nothing_of_when_a_source_spoke(known: Any) -> None:
    with pytest.raises(UsageError, match="'@3' is a position") as refusal:
        book().at(known=known, known_by="asserted")
    assert refusal.value.remedy == "name a date, or ask with --known-by recorded"


@pytest.mark.parametrize("known_by", ["", "believed", "Recorded", None, 1])
def test_there_are_two_readings_of_a_belief_date(known_by: Any) -> None:
    with pytest.raises(UsageError, match="known-by cannot be") as refusal:
        book().at(known_by=known_by)
    assert refusal.value.remedy == "write recorded or asserted"


# a stream before it is known


@pytest.mark.usefixtures("database")
def test_a_stream_that_was_not_known_yet_has_no_state_and_one_that_never_was_is_unknown() -> None:
    ledger = book(opened(), expected("held", "../2021-12", "engagement/e"))
    early = ledger.at(known=4)
    for state in (early.deal("x"), early.engagement("e")):
        assert (state.certain, state.possible, state.findings) == (None, None, ())
    assert len(early.log("deal/x")) == len(ledger.replay("deal/x", known=4)) == 0
    with pytest.raises(Exception, match="the ledger holds no framework/f") as refusal:
        early.framework("f")
    assert "armsledger frameworks" in str(refusal.value)
