"""Words that mean another day tomorrow, on the command line, where it is known which day it is."""

from __future__ import annotations

from datetime import date

import pytest

from armsledger.domain.values.date_mistakes import UnreadableDate
from armsledger.domain.values.day_words import with_dates
from armsledger.domain.values.when import When

FRIDAY = date(2021, 11, 12)

MEANT = [
    ("today", "2021-11-12"),
    ("Today", "2021-11-12"),
    (" yesterday ", "2021-11-11"),
    ("tomorrow", "2021-11-13"),
    ("this week", "2021-11-08/2021-11-14"),
    ("last week", "2021-11-01/2021-11-07"),
    ("next week", "2021-11-15/2021-11-21"),
    ("this month", "2021-11"),
    ("last month", "2021-10"),
    ("next month", "2021-12"),
    ("this quarter", "2021-10/2021-12"),
    ("last quarter", "2021-07/2021-09"),
    ("next quarter", "2022-01/2022-03"),
    ("this year", "2021"),
    ("last year", "2020"),
    ("next year", "2022"),
    ("by the middle of next month", "../2021-12-15~"),
    ("by the end of this year", "../2021"),
    ("late last year", "2020-09~/2020-12~"),
    ("since yesterday", "2021-11-11/.."),
    ("about next month", "2021-12~"),
]


@pytest.mark.parametrize(("text", "plain"), MEANT)
def test_a_word_for_a_day_means_the_date_that_it_has_today(text: str, plain: str) -> None:
    assert When.read(with_dates(text, FRIDAY)).text == plain


@pytest.mark.parametrize("text", [text for text, _ in MEANT])
def test_without_the_day_of_today_such_a_word_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDate, match="it means another day whenever it is read"):
        When.read(text)


@pytest.mark.parametrize("text", ["2021-11", "Q2 2022", "USA Today 5", "todays", "last", "lastmonth", "x" * 80])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert with_dates(text, FRIDAY) == text


def test_months_and_years_follow_each_other_over_the_turn_of_the_year() -> None:
    assert [with_dates(f"{step} month", date(2022, 1, 31)) for step in ("last", "this", "next")] == [
        "2021-12",
        "2022-01",
        "2022-02",
    ]
