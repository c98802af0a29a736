"""What people write for dates: the EDTF that it is stored as, and what is refused with all that it may mean."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from armsledger.domain.values.date_mistakes import UnreadableDate
from armsledger.domain.values.date_span import MONTHS
from armsledger.domain.values.when import When
from tests.processes import python

PATIENT = settings(deadline=None)

# Written by hand, before there was anything to read them.
PHRASES = [
    # months and days
    ("March 2022", "2022-03"),
    ("march 2022", "2022-03"),
    ("MARCH 2022", "2022-03"),
    ("  March   2022 ", "2022-03"),
    ("Mar 2022", "2022-03"),
    ("Mar. 2022", "2022-03"),
    ("Mar-2022", "2022-03"),
    ("March, 2022", "2022-03"),
    ("March of 2022", "2022-03"),
    ("the month of March 2022", "2022-03"),
    ("2022 March", "2022-03"),
    ("Sept. 2021", "2021-09"),
    ("Sep 2021", "2021-09"),
    ("June 2021", "2021-06"),
    ("Jun 2021", "2021-06"),
    ("May 2023", "2023-05"),
    ("5 March 2022", "2022-03-05"),
    ("05 March 2022", "2022-03-05"),
    ("5 Mar. 2022", "2022-03-05"),
    ("5th March 2022", "2022-03-05"),
    ("5th of March 2022", "2022-03-05"),
    ("5th of March, 2022", "2022-03-05"),
    ("the 1st of March 2022", "2022-03-01"),
    ("March 5, 2022", "2022-03-05"),
    ("March 5th, 2022", "2022-03-05"),
    ("March 5 2022", "2022-03-05"),
    ("2022 March 5", "2022-03-05"),
    ("2022-Mar-05", "2022-03-05"),
    ("5-Mar-2022", "2022-03-05"),
    ("5/Mar/2022", "2022-03-05"),
    ("Friday 12 November 2021", "2021-11-12"),
    ("Friday, November 12, 2021", "2021-11-12"),
    ("Fri. 12 Nov 2021", "2021-11-12"),
    ("29 February 2020", "2020-02-29"),
    ("in March 2022", "2022-03"),
    ("on 5 March 2022", "2022-03-05"),
    ("during 2019", "2019"),
    ("some time in 2019", "2019"),
    ("the year 2019", "2019"),
    # figures of which one order only is a date
    ("13/11/2021", "2021-11-13"),
    ("11/13/2021", "2021-11-13"),
    ("13.11.2021", "2021-11-13"),
    ("13-11-2021", "2021-11-13"),
    ("31.12.2021", "2021-12-31"),
    ("12/12/2021", "2021-12-12"),
    ("2021/11/12", "2021-11-12"),
    ("2021.11.12", "2021-11-12"),
    ("2021/1/5", "2021-01-05"),
    ("2021-1-5", "2021-01-05"),
    ("20211112", "2021-11-12"),
    ("12/2021", "2021-12"),
    ("3.2022", "2022-03"),
    ("2021/12", "2021-12"),
    # quarters, halves, weeks, years
    ("Q2 2022", "2022-04/2022-06"),
    ("q2 2022", "2022-04/2022-06"),
    ("2022 Q2", "2022-04/2022-06"),
    ("2022-Q2", "2022-04/2022-06"),
    ("2022Q2", "2022-04/2022-06"),
    ("Q2/2022", "2022-04/2022-06"),
    ("2Q 2022", "2022-04/2022-06"),
    ("2Q2022", "2022-04/2022-06"),
    ("second quarter of 2022", "2022-04/2022-06"),
    ("the 2nd quarter of 2022", "2022-04/2022-06"),
    ("the last quarter of 2022", "2022-10/2022-12"),
    ("Q4 of 2021", "2021-10/2021-12"),
    ("first half of 2022", "2022-01/2022-06"),
    ("the second half of 2022", "2022-07/2022-12"),
    ("H1 2022", "2022-01/2022-06"),
    ("2022 H2", "2022-07/2022-12"),
    ("first half of February 2022", "2022-02-01/2022-02-15"),
    ("second half of February 2022", "2022-02-16/2022-02-28"),
    ("second week of December 2021", "2021-12-08/2021-12-14"),
    ("first week of December 2021", "2021-12-01/2021-12-07"),
    ("the last week of February 2024", "2024-02-23/2024-02-29"),
    ("the week of 6 December 2021", "2021-12-06/2021-12-12"),
    ("week of December 11, 2021", "2021-12-06/2021-12-12"),
    ("2021-W49", "2021-12-06/2021-12-12"),
    ("the 1990s", "199X"),
    ("1990s", "199X"),
    ("1990's", "199X"),
    # parts
    ("early 2021", "2021-01~/2021-04~"),
    ("mid-2021", "2021-05~/2021-08~"),
    ("mid 2021", "2021-05~/2021-08~"),
    ("the middle of 2021", "2021-05~/2021-08~"),
    ("late 2021", "2021-09~/2021-12~"),
    ("early March 2022", "2022-03-01~/2022-03-10~"),
    ("mid-March 2022", "2022-03-11~/2022-03-20~"),
    ("mid december 2021", "2021-12-11~/2021-12-20~"),
    ("late March 2022", "2022-03-21~/2022-03-31~"),
    ("late February 2022", "2022-02-21~/2022-02-28~"),
    ("late 2022-03", "2022-03-21~/2022-03-31~"),
    ("early 1990s", "1990~/1993~"),
    ("the mid-1990s", "1994~/1996~"),
    ("beginning of 2020", "2020-01~/2020-03~"),
    ("the start of 2020", "2020-01~/2020-03~"),
    ("end of 2019", "2019-10~/2019-12~"),
    ("at the end of 2019", "2019-10~/2019-12~"),
    ("end-2019", "2019-10~/2019-12~"),
    ("year-end 2019", "2019-10~/2019-12~"),
    ("the end of March 2022", "2022-03-21~/2022-03-31~"),
    # open at one end
    ("by May 2023", "../2023-05"),
    ("by 5 May 2023", "../2023-05-05"),
    ("until May 2023", "../2023-05"),
    ("through 2023", "../2023"),
    ("no later than May 2023", "../2023-05"),
    ("not later than 31 May 2023", "../2023-05-31"),
    ("on or before 31 May 2023", "../2023-05-31"),
    ("at the latest by May 2023", "../2023-05"),
    ("by Q2 2022", "../2022-06"),
    ("by the middle of December 2021", "../2021-12-15~"),
    ("by mid-2022", "../2022-06~"),
    ("by early 2023", "../2023-04~"),
    ("by the end of 2022", "../2022"),
    ("by the end of March 2022", "../2022-03"),
    ("by the end of the second quarter of 2022", "../2022-06"),
    ("before the end of 2022", "../2022"),
    ("after the end of 2022", "2023/.."),
    ("since the end of 2022", "2022-10~/.."),
    ("by about May 2023", "../2023-05~"),
    ("by 2022-12-31", "../2022-12-31"),
    ("before 2015", "../2014"),
    ("before March 2015", "../2015-02"),
    ("before January 2015", "../2014-12"),
    ("before 1 March 2016", "../2016-02-29"),
    ("prior to 2015", "../2014"),
    ("before the 1990s", "../1989"),
    ("before Q2 2022", "../2022-03"),
    ("after 2015", "2016/.."),
    ("after December 2015", "2016-01/.."),
    ("after 31 December 2015", "2016-01-01/.."),
    ("after the 1990s", "2000/.."),
    ("since 2015", "2015/.."),
    ("since March 2015", "2015-03/.."),
    ("from 2015", "2015/.."),
    ("from 2015 onwards", "2015/.."),
    ("2015 or later", "2015/.."),
    ("2015 or earlier", "../2015"),
    ("not before 2015", "2015/.."),
    ("no earlier than Q3 2015", "2015-07/.."),
    ("since mid-2021", "2021-05~/.."),
    # from the one to the other
    ("between March and May 2022", "2022-03/2022-05"),
    ("between 2019 and 2021", "2019/2021"),
    ("2019 to 2021", "2019/2021"),
    ("from 2019 to 2021", "2019/2021"),
    ("from March 2019 until 2021", "2019-03/2021"),
    ("March-May 2022", "2022-03/2022-05"),
    ("March\u2013May 2022", "2022-03/2022-05"),
    ("March to May 2022", "2022-03/2022-05"),
    ("November 2021 to January 2022", "2021-11/2022-01"),
    ("5-7 March 2022", "2022-03-05/2022-03-07"),
    ("5 to 7 March 2022", "2022-03-05/2022-03-07"),
    ("March 5-7, 2022", "2022-03-05/2022-03-07"),
    ("5 March to 7 April 2022", "2022-03-05/2022-04-07"),
    ("March 5 to April 7, 2022", "2022-03-05/2022-04-07"),
    ("Q1-Q2 2022", "2022-01/2022-06"),
    ("mid-2021 to March 2022", "2021-05~/2022-03"),
    ("8-12 November 2021", "2021-11-08/2021-11-12"),
    ("early to mid-2022", "2022-01~/2022-08~"),
    ("2018 / 2019", "2018/2019"),
    ("March 2022/May 2022", "2022-03/2022-05"),
    ("2018 or 2019", "[2018,2019]"),
    ("either November or December 2021", "[2021-11,2021-12]"),
    ("[2018, 2019]", "[2018,2019]"),
    # doubts
    ("circa 2019", "2019~"),
    ("c. 2019", "2019~"),
    ("ca. 2019", "2019~"),
    ("c2019", "2019~"),
    ("around 2019", "2019~"),
    ("about March 2022", "2022-03~"),
    ("approximately 2019", "2019~"),
    ("~2019", "2019~"),
    ("about Q2 2022", "2022-04~/2022-06~"),
    ("possibly 2019", "2019?"),
    ("perhaps March 2022", "2022-03?"),
    ("March 2022?", "2022-03?"),
    ("March 2022 (?)", "2022-03?"),
    ("possibly around 2019", "2019%"),
]


@pytest.mark.parametrize(("text", "plain"), PHRASES)
def test_what_people_write_is_read_where_it_can_mean_one_thing_only(text: str, plain: str) -> None:
    assert When.read(text) == When.parse(plain)


REFUSED = [
    ("12/11/2021", "it may be 2021-11-12 or 2021-12-11", "write the one that is meant"),
    ("1-12-2021", "it may be 2021-01-12 or 2021-12-01", "write the one that is meant"),
    ("by 12/11/2021", "it may be 2021-11-12 or 2021-12-11", "write the one that is meant"),
    ("from 12/11/2021 to 2022", "it may be 2021-11-12 or 2021-12-11", "write the one that is meant"),
    ("2011/12", "it may be 2011-12 or 2011/2012", "write the one that is meant"),
    ("2019-2021", "a hyphen joins year, month and day only", "2019/2021 for the whole time, or [2019..2021]"),
    ("2019 \u2013 2021", "2019/2021, or one day of it, [2019..2021]", "write the one that is meant"),
    ("spring 2022", "2022-03/2022-05 (north of the equator) or 2022-09/2022-11 (south of it)", "write the one"),
    ("early autumn 2022", "2022-09/2022-11 (north of the equator) or 2022-03/2022-05 (south of it)", "write the"),
    ("in the fall of 2022", "2022-09/2022-11 (north of the equator) or 2022-03/2022-05", "write the one"),
    ("summer 2022", "2022-06/2022-08 (north of the equator) or 2021-12/2022-02 or 2022-12/2023-02", "write the"),
    ("winter 2022", "2021-12/2022-02 or 2022-12/2023-02 (north of the equator) or 2022-06/2022-08", "write the"),
    ("this winter", "names other months north and south of the equator", "write its months"),
    ("2000s", "2000s may be the ten years 200X or the hundred years 20XX", "write 200X or 20XX"),
    ("the week of 5 December 2021", "2021-11-29/2021-12-05 or 2021-12-05/2021-12-11", "write the one"),
    ("FY2022", "fiscal years begin in other months", "2021-04/2022-03 (India), 2021-10/2022-09 (United States)"),
    ("fiscal year 2022", "fiscal years begin in other months", "write its months"),
    ("FY22", "fiscal years begin in other months", "write its months"),
    ("Q2", "it names no year", "add the year"),
    ("second quarter", "it names no year", "add the year"),
    ("March", "it names no year", "add the year"),
    ("5 March", "it names no year", "add the year"),
    ("March 22", "its year does not have four figures", "Dec 2021"),
    ("5-Mar-22", "its year does not have four figures", "Dec 2021"),
    ("5/22", "its year does not have four figures", "Dec 2021"),
    ("12/11/21", "its year does not have four figures", "2021-12-01"),
    ("Q2 '22", "its year does not have four figures", "Dec 2021"),
    ("the 90s", "its year does not have four figures", "2021-12"),
    ("today", "it means another day whenever it is read", "write 2021-12-01, or 2021-12 if"),
    ("next month", "it means another day whenever it is read", "write 2021-12-01, or 2021-12 if"),
    ("by the end of this year", "it means another day whenever it is read", "write 2021-12-01, or 2021-12 if"),
    ("three weeks ago", "it means another day whenever it is read", "write 2021-12-01, or 2021-12 if"),
    ("Monday 12 November 2021", "2021-11-12 is a Friday", "write the day that is meant"),
    ("before mid-2021", "where such a part of the time ends is not said", "as is meant"),
    ("before 0001", "no calendar has the date", "write a day that exists"),
    ("M\u00e4rz 2022", "it is in words", "words are read in English"),
    ("mars 2022", "it is in words", "words are read in English"),
    ("March 5 - 2022", "it is in words", "words are read in English"),
    ("March and April 2022", "it is in words", "words are read in English"),
    ("not by May 2023", "it is in words", "words are read in English"),
    ("2022-03-05T10:00Z", "it has a time of day", "write the day alone"),
    ("5 March 2022 10:00", "it has a time of day", "write the day alone"),
    ("mid-2022-00", "there is no month 00", "write 2021-12-01"),
    ("early 2022-21", "it is in words", "words are read in English"),
    ("2022 2023", "there are blanks inside", "without blanks"),
    ("20 21", "there are blanks inside", "without blanks"),
    ("202111", "year, month and day are not joined by hyphens", "write 2021-12-01"),
    ("31 February 2022", "2022-02 has 28 days, there is no day 31", "write the day that is meant"),
    ("2021 to 2019", "its end, 2019, is before its start, 2021", "write the earlier one first"),
    ("November to January 2022", "its end, 2022-01, is before its start, 2022-11", "write the earlier one first"),
    ("by the end of the second quarter of 2022 or so, if all goes well with the talks and nobody objects to any of it, "
     "as was said", "it is in words", "words are read in English"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason", "remedy"), REFUSED)
def test_what_can_mean_several_things_is_refused_with_all_of_them(text: str, reason: str, remedy: str) -> None:
    with pytest.raises(UnreadableDate) as refusal:
        When.read(text)
    assert reason in refusal.value.message
    assert remedy in refusal.value.remedy


@pytest.mark.parametrize("text", ["2018", "2018-10?", "201X", "[2018,2019..]", "../2021-12-15~", "2018-XX-05%"])
def test_edtf_stays_as_it_is_written(text: str) -> None:
    assert When.read(text) is When.parse(text)


def test_whoever_writes_edtf_never_loads_what_reads_words() -> None:
    script = (
        "import sys; from armsledger.domain.values.when import When; When.read('2018-10~'); "
        "print('armsledger.domain.values.date_phrases' in sys.modules)"
    )
    assert python("-c", script) == "False\n"


class Payment(BaseModel):
    on: When


def test_a_model_reads_what_people_write_and_never_reads_words_in_what_is_stored() -> None:
    assert Payment.model_validate({"on": "March 2022"}).on.text == "2022-03"
    with pytest.raises(ValidationError, match="it is in words"):
        Payment.model_validate_json('{"on": "March 2022"}')


# --- for any day -----------------------------------------------------------------------------------------

DAYS = st.dates(min_value=date(1001, 1, 1), max_value=date(9998, 12, 31))


def spelt(day: date) -> list[str]:
    """The ways in which a day is written that mean this day only."""
    month = MONTHS[day.month - 1]
    texts = [
        f"{day.day} {month.title()} {day.year}",
        f"{month[:3].upper()}. {day.day}, {day.year}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}{day.month:02}{day.day:02}",
        f"{day:%A} {day.day} {month} {day.year}",
    ]
    if day.day > 12 or day.day == day.month:
        texts += [f"{day.day}/{day.month}/{day.year}", f"{day.month:02}.{day.day:02}.{day.year}"]
    return texts


@PATIENT
@given(DAYS)
def test_every_way_to_write_a_day_is_that_day(day: date) -> None:
    assert {When.read(text).text for text in spelt(day)} == {day.isoformat()}


@PATIENT
@given(DAYS.filter(lambda day: day.day <= 12 and day.day != day.month))
def test_figures_of_which_both_orders_are_dates_are_refused_with_both(day: date) -> None:
    other = date(day.year, day.day, day.month)
    with pytest.raises(UnreadableDate) as refusal:
        When.read(f"{day.day}/{day.month}/{day.year}")
    assert day.isoformat() in refusal.value.message
    assert other.isoformat() in refusal.value.message


@PATIENT
@given(DAYS, st.sampled_from(["{day}", "{month} {year}", "{year}", "Q{quarter} {year}"]))
def test_before_and_after_leave_out_the_time_itself_and_by_and_since_do_not(day: date, form: str) -> None:
    spelt_out = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    text = form.format(day=spelt_out, month=MONTHS[day.month - 1], year=f"{day.year:04}", quarter=(day.month + 2) // 3)
    whole = When.read(text)
    assert whole.possible_by(day)
    assert When.read(f"before {text}").last == whole.first - 1
    assert When.read(f"after {text}").first == whole.last + 1
    assert When.read(f"by {text}").last == whole.last
    assert When.read(f"since {text}").first == whole.first


@PATIENT
@given(st.integers(1001, 9998), st.integers(1, 12))
def test_the_thirds_of_a_year_and_of_a_month_are_the_whole_of_it_and_do_not_overlap(year: int, month: int) -> None:
    for whole in (str(year), f"{MONTHS[month - 1]} {year}"):
        first, second, third = (When.read(f"{part} {whole}") for part in ("early", "mid", "late"))
        span = When.read(whole)
        assert (first.first, third.last) == (span.first, span.last)
        assert (second.first, third.first) == (first.last + 1, second.last + 1)


@PATIENT
@given(DAYS)
def test_a_week_is_of_seven_days_and_holds_its_day(day: date) -> None:
    spelt_out = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    if day.weekday() == 6:
        with pytest.raises(UnreadableDate, match="is a Sunday"):
            When.read(f"week of {spelt_out}")
        return
    week = When.read(f"week of {spelt_out}")
    assert week.last - week.first == 6
    assert week.first <= day.toordinal() <= week.last
    assert week.earliest == day - timedelta(days=day.weekday())
