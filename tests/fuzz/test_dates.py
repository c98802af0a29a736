"""Uncertain dates: any text is a date of the forms that are read, or is refused with a reason and what to write."""

from __future__ import annotations

import pickle
import re
from datetime import date

import pytest
from hypothesis import strategies as st

from armsledger.domain.values.date_mistakes import UnreadableDate
from armsledger.domain.values.when import When
from tests.fuzz.campaign import LONGEST_MESSAGE, campaign, try_out
from tests.fuzz.mutation import HIDDEN, damaged_text

SEEDS: tuple[str, ...] = ("2018", "2018-10", "2018-10-05", "201X", "20XX", "2018-XX-05", "2018-10-XX", "2018-10?")
SEEDS += (
    "2018~",
    "2018%",
    "2018/2019-03",
    "2018/..",
    "../2018-12-31~",
    "[2018-10..2018-12]",
    "[2018..]",
    "[..2018]",
    "[2018,2020-01]",
)
SEEDS += ("[..2018-01,2019,2020-02-29..]", "0001-01-01", "9999-12-31", "2021-12-15/", "12/11/2021", "2018..2019", "")
PIECES = [*"0123456789X", *"-/.?~%,[]{}: TZQ", "..", "/..", "../", "XX", "-02-29", "2100", "10000", "-0001", "Y1e9"]
PIECES += ["today", "mid ", "\u00bd", "\u0661", "\u2212", "\u2013", "\n", *HIDDEN]

dates = st.one_of(
    damaged_text(SEEDS, PIECES), damaged_text(SEEDS, PIECES), st.text("0123456789-X/.[],~?%", max_size=24)
)


PHRASES = (
    "March 2022",
    "5th of March, 2022",
    "Friday, November 12, 2021",
    "mid-March 2022",
    "the end of 2019",
    "Q2 2022",
    "first half of 2022",
    "by the end of May 2023",
    "before 5 March 2015",
    "since 2015",
    "between March and May 2022",
    "5-7 March 2022",
    "circa 2019",
    "possibly 2019",
    "the 1990s",
    "2018 or 2019",
    "13/11/2021",
    "20211112",
    "the week of 6 December 2021",
    "spring 2022",
)
WORDS = [
    "by ",
    "before ",
    "after ",
    "mid-",
    "end of ",
    " to ",
    " or ",
    " and ",
    "Q3",
    "H1",
    "May",
    " of ",
    "?",
    "(?)",
    "th",
]
phrases = damaged_text(PHRASES, [*WORDS, *"0123456789-/., ~<>", "\u2013", "\u00b1", *HIDDEN])
YEAR = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")


def phrase_reads_or_refuses(text: str) -> None:
    """Check that what is read in words is EDTF, which is read again as itself, and that no sign and no year is lost."""
    try:
        when = When.read(text)
    except UnreadableDate as error:
        refusal = error
    else:
        says_what_it_said(when, text)
        return
    assert refusal.message
    assert refusal.remedy
    assert len(str(refusal)) < LONGEST_MESSAGE


def says_what_it_said(when: When, text: str) -> None:
    """Check a date by the words that it was read from."""
    means_some_days(when, when.text)
    assert When.read(when.text) is When.parse(when.text)
    assert not set(text) & set("<>\u00b1")
    for sign, qualifiers in (("?", "?%"), ("~", "~%")):
        assert sign not in text or set(when.text) & set(qualifiers)
    years = [int(year) for year in YEAR.findall(when.text.replace("X", "0"))]
    for given in map(int, YEAR.findall(text)):
        assert any(abs(year - given) <= 10 for year in years), (text, when.text)


def reads_or_refuses(text: str) -> None:
    """Check that a date that is read is itself again when it is written, and means some days."""
    try:
        when = When(text)
    except UnreadableDate as error:
        refusal = error
    else:
        means_some_days(when, text)
        return
    assert refusal.message
    assert refusal.remedy
    assert len(str(refusal)) < LONGEST_MESSAGE


def means_some_days(when: When, text: str) -> None:
    """Check a date by what its text says."""
    assert When.parse(str(when)) == when == pickle.loads(pickle.dumps(when))
    assert when.first <= when.last
    assert (when.earliest is None) == (".." in when.text and when.first < 0)
    for day in (when.earliest, when.latest):
        assert day is None or date(1, 1, 1) <= day <= date(9999, 12, 31)
    assert str(when) == text.strip()
    assert str(when).isascii()


def test_texts_that_look_like_dates_are_read_or_refused() -> None:
    try_out(dates, reads_or_refuses, count=300)
    try_out(phrases | dates, phrase_reads_or_refuses, count=300)


@pytest.mark.soak
def test_texts_that_look_like_dates_are_read_or_refused_for_ten_minutes() -> None:
    campaign(dates, reads_or_refuses)


@pytest.mark.soak
def test_phrases_for_dates_are_read_or_refused_for_ten_minutes() -> None:
    campaign(phrases | dates, phrase_reads_or_refuses)
