"""What a date means, which texts are refused, and what may be said about the order of two."""

from __future__ import annotations

import copy
import pickle
import re
from datetime import UTC, date, datetime
from typing import Any

import edtf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from armsledger.domain.values.date_mistakes import UnreadableDate, unreadable
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.domain.values.when import When
from tests.processes import python

PATIENT = settings(deadline=None)
"""For what is generated: a busy machine makes no test fail."""

# --- the forms -------------------------------------------------------------------------------------------

MEANINGS = [
    ("2018", "2018-01-01", "2018-12-31"),
    ("2018-10", "2018-10-01", "2018-10-31"),
    ("2018-10-05", "2018-10-05", "2018-10-05"),
    ("0001", "0001-01-01", "0001-12-31"),
    ("9999", "9999-01-01", "9999-12-31"),
    ("2020-02-29", "2020-02-29", "2020-02-29"),
    ("201X", "2010-01-01", "2019-12-31"),
    ("20XX", "2000-01-01", "2099-12-31"),
    ("00XX", "0001-01-01", "0099-12-31"),
    ("99XX", "9900-01-01", "9999-12-31"),
    ("201X-10", "2010-10-01", "2019-10-31"),
    ("201X-10-05", "2010-10-05", "2019-10-05"),
    ("2018-XX", "2018-01-01", "2018-12-31"),
    ("2018-XX-05", "2018-01-05", "2018-12-05"),
    ("2018-10-XX", "2018-10-01", "2018-10-31"),
    ("2018-XX-XX", "2018-01-01", "2018-12-31"),
    ("20XX-XX-XX", "2000-01-01", "2099-12-31"),
    ("2021-XX-31", "2021-01-31", "2021-12-31"),
    ("2021-02-XX", "2021-02-01", "2021-02-28"),
    ("2020-02-XX", "2020-02-01", "2020-02-29"),
    ("20XX-02-29", "2000-02-29", "2096-02-29"),
    ("201X-02-29", "2012-02-29", "2016-02-29"),
    ("190X-02-29", "1904-02-29", "1908-02-29"),
    ("2018/2019", "2018-01-01", "2019-12-31"),
    ("2018-10/2019-03-15", "2018-10-01", "2019-03-15"),
    ("2018/2018-03", "2018-01-01", "2018-03-31"),
    ("2018-10/2018-XX-05", "2018-10-01", "2018-12-05"),
    ("201X/2025", "2010-01-01", "2025-12-31"),
    ("2018-10/..", "2018-10-01", None),
    ("../2018-10", None, "2018-10-31"),
    ("20XX/..", "2000-01-01", None),
    ("[2018-10..2018-12]", "2018-10-01", "2018-12-31"),
    ("[..2018]", None, "2018-12-31"),
    ("[2018..]", "2018-01-01", None),
    ("[2018,2020]", "2018-01-01", "2020-12-31"),
    ("[2020,2018]", "2018-01-01", "2020-12-31"),
    ("[2018-03,2019-10-05,2019-11]", "2018-03-01", "2019-11-30"),
    ("[2017,2018-02..2018-04]", "2017-01-01", "2018-04-30"),
    ("[..2017,2019]", None, "2019-12-31"),
    ("[2017,2019..]", "2017-01-01", None),
    ("[201X,2021-02-XX]", "2010-01-01", "2021-02-28"),
]

QUALIFIERS = [
    ("2018-10-05", ""),
    ("2018?", "?"),
    ("2018-10~", "~"),
    ("2018-10-05%", "%"),
    ("201X~", "~"),
    ("2018-XX-05?", "?"),
    ("../2021-12-15~", "~"),
    ("2018?/..", "?"),
    ("2018~/2019?", "?~"),
    ("2018%/2019~", "~%"),
    ("[2018?,2019]", "?"),
    ("[2018~..2019]", "~"),
]


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def bounds(text: str) -> tuple[str | None, str | None]:
    """The first and the last day that we read, as text."""
    when = When.parse(text)
    return iso(when.earliest), iso(when.latest)


@pytest.mark.parametrize(("text", "earliest", "latest"), MEANINGS)
def test_a_date_means_the_days_from_its_earliest_to_its_latest(
    text: str, earliest: str | None, latest: str | None
) -> None:
    assert bounds(text) == (earliest, latest)


@pytest.mark.parametrize(("text", "qualifier"), QUALIFIERS)
def test_a_qualifier_is_kept_and_shown(text: str, qualifier: str) -> None:
    assert When.parse(text).qualifier == qualifier


@pytest.mark.parametrize("text", [text for text, _ in QUALIFIERS])
def test_a_qualifier_never_widens_the_interval(text: str) -> None:
    assert bounds(text) == bounds(re.sub("[?~%]", "", text))


def test_the_ordinals_are_those_of_the_bounds_and_open_ends_lie_beyond_all_dates() -> None:
    for when in (When.parse(text) for text, *_ in MEANINGS):
        assert when.first == (when.earliest.toordinal() if when.earliest else OPEN_PAST)
        assert when.last == (when.latest.toordinal() if when.latest else OPEN_FUTURE)
    assert OPEN_PAST < date.min.toordinal() <= date.max.toordinal() < OPEN_FUTURE


@pytest.mark.parametrize("text", ["2018-10-05", "2018-10-05/2018-10-05", "2020-02-29"])
def test_one_day_without_a_qualifier_is_a_day(text: str) -> None:
    assert When.parse(text).is_day


@pytest.mark.parametrize("text", ["2018-10-05~", "2018-10-05?", "2018-10", "2018-10-XX", "../2018-10-05"])
def test_several_days_or_a_qualified_one_are_not_a_day(text: str) -> None:
    assert not When.parse(text).is_day


def test_a_day_of_the_calendar_is_a_date_of_that_one_day() -> None:
    when = When.day(date(987, 6, 5))
    assert (when.text, when.earliest, when.latest) == ("0987-06-05", date(987, 6, 5), date(987, 6, 5))


def test_a_moment_is_not_taken_for_a_day() -> None:
    with pytest.raises(UnreadableDate, match="it has a time of day; write the day alone"):
        When.day(datetime(2021, 12, 1, 10, 30, tzinfo=UTC))


# --- the refusals ----------------------------------------------------------------------------------------

DAY_OR_MONTH = "write 2021-12-01, or 2021-12 if the day is not known"
WHOLE_OR_ONE = "write 2018/2019 for the whole time, or [2018..2019] for one day of it"
OUTER_ENDS_ONLY = "only the first of a list can be open to the past, and only the last to the future"

REFUSALS = [
    # nothing, or not EDTF at all
    ("", "it is empty", f"{DAY_OR_MONTH}, or leave the date out"),
    ("  ", "it is empty", DAY_OR_MONTH),
    ("mid december 2021", "it is in words", f"{DAY_OR_MONTH}; words are read in English, such as"),
    ("December 2021", "it is in words", DAY_OR_MONTH),
    ("2021-Dec-01", "it is in words", DAY_OR_MONTH),
    ("open/2018", "it is in words", DAY_OR_MONTH),
    ("Q4 2021", "quarters and weeks are not read", "write the days or months, as in 2021-10/2021-12"),
    ("2021-W48", "quarters and weeks are not read", "write the days or months"),
    ("٢٠٢١", "it is not in the part of EDTF that is read here", DAY_OR_MONTH),
    # another order, or other signs between
    ("1-12-2021", "it may be 2021-01-12 or 2021-12-01", "write the one that is meant, year first, or 2021"),
    ("12/11/2021", "it may be 2021-11-12 or 2021-12-11", "write the one that is meant, year first, or 2021"),
    ("31.12.2021", "it does not begin with the year", "write 2021-12-31, or 2021-12 if the day is not"),
    ("12/12/2021", "it does not begin with the year", "write 2021-12-12, or 2021-12 if the day is not"),
    ("12/11/21", "it does not begin with a year of four figures", DAY_OR_MONTH),
    ("31/31/2021", "it does not begin with a year of four figures", DAY_OR_MONTH),
    ("2018/1-12-2021", "it may be 2021-01-12 or 2021-12-01", "write the one that is meant"),
    ("12/2021", "it does not begin with the year", DAY_OR_MONTH),
    ("2021/12", "year, month and day are joined by hyphens", DAY_OR_MONTH),
    ("2021/12/01", "year, month and day are joined by hyphens", DAY_OR_MONTH),
    ("2021.12.01", "year, month and day are joined by hyphens", DAY_OR_MONTH),
    ("20211201", "year, month and day are not joined by hyphens", DAY_OR_MONTH),
    ("2021–12", "it is written with dashes, not with hyphens", DAY_OR_MONTH),  # noqa: RUF001 - the mistake
    ("2021-1-5", "month and day have two figures each", "write 2021-01-05, or 2021-01"),
    ("2021-1", "month and day have two figures each", "write 2021-01-05, or 2021-01"),
    ("2018-1/2019", "in '2018-1', month and day have two figures each", "write 2021-01-05, or 2021-01"),
    ("21-12", "the year does not have four figures", DAY_OR_MONTH),
    ("2021 12", "there are blanks inside", "without blanks"),
    ("2018 / 2019", "there are blanks inside", "without blanks"),
    ("2021-12-01T10:00", "it has a time of day", "write the day alone, as in 2021-12-01"),
    # not in the calendar
    ("2021-13", "there is no month 13", f"{DAY_OR_MONTH}; for a span of years, 2018/2019"),
    ("2021-00", "there is no month 00", DAY_OR_MONTH),
    ("2018/2019-13", "there is no month 13", DAY_OR_MONTH),
    ("2021-21", "21 in place of the month is a season", "write its months, as in 2021-03/2021-05"),
    ("2021-11-31", "2021-11 has 30 days, there is no day 31", "write the day that is meant, or 2021-11 if"),
    ("2021-02-29", "2021-02 has 28 days, there is no day 29", "write the day that is meant, or 2021-02 if"),
    ("1900-02-29", "1900-02 has 28 days, there is no day 29", "write the day that is meant, or 1900-02 if"),
    ("20XX-02-30", "20XX-02 has 29 days, there is no day 30", "write the day that is meant, or 20XX-02 if"),
    ("2021-12-32", "there is no day 32", DAY_OR_MONTH),
    ("2021-XX-32", "there is no day 32", DAY_OR_MONTH),
    ("2021-12-00", "there is no day 00", DAY_OR_MONTH),
    ("0000", "years run from 0001 to 9999", DAY_OR_MONTH),
    ("-0044", "years run from 0001 to 9999", DAY_OR_MONTH),
    ("12021", "years run from 0001 to 9999", DAY_OR_MONTH),
    ("Y17000", "years run from 0001 to 9999", DAY_OR_MONTH),
    # figures that are not known
    ("201x", "figures that are not known are capital X", "write 201X or 2018-XX-05"),
    ("2XXX", "X stands for the end of a year, for a whole month or a whole day", "write 201X, 20XX, 2018-XX"),
    ("2018-1X", "X stands for the end of a year, for a whole month or a whole day", "write 201X"),
    ("2018-12-1X", "X stands for the end of a year, for a whole month or a whole day", "write 201X"),
    # qualifiers
    ("~2018", "a qualifier stands at the end of a date", "write 2018-10~"),
    ("2018~-10", "a qualifier stands at the end of a date", "write 2018-10~"),
    ("2018-?10", "a qualifier stands at the end of a date", "write 2018-10~"),
    ("2018?~", "a date has one qualifier, and % says both ? and ~", "write 2018-10%"),
    # intervals
    (
        "2021-12-15/",
        "an end of the interval is empty",
        "write 2021-12-15/.. or ../2021-12-15 for an open end",
    ),
    (
        "/2021-12-15",
        "an end of the interval is empty",
        "write 2021-12-15/.. or ../2021-12-15 for an open end",
    ),
    ("../..", "it is open at both ends and says nothing", "write the end that is known, as in ../2021-12-01"),
    ("2018/2019/2020", "an interval has two ends and one slash", "write 2021-12-01/2021-12-15"),
    ("2019/2018", "its end, 2018, is before its start, 2019", "write the earlier one first"),
    ("2018-10-05/2018-10-04~", "its end, 2018-10-04~, is before its start, 2018-10-05", "write the earlier"),
    ("2018-2019", "a hyphen joins year, month and day only", WHOLE_OR_ONE),
    # one of several
    ("2018..2019", "two dots stand between brackets only", WHOLE_OR_ONE),
    ("[2018/2019]", "an interval has no brackets", WHOLE_OR_ONE),
    ("[2018,2019", "the brackets are not around the whole of it", "write [2018-10,2018-12]"),
    ("2018,2019]", "the brackets are not around the whole of it", "write [2018-10,2018-12]"),
    ("[2018]", "it lists one date only", "write 2018 without the brackets"),
    ("[]", "a place in the list is empty", "write [2018,2020]"),
    ("[2018,]", "a place in the list is empty", "write [2018,2020]"),
    ("[2018, 2019]", "there are blanks inside", "without blanks"),
    ("[2018,203]", "in '203', the year does not have four figures", DAY_OR_MONTH),
    ("[..]", "it is open at both ends and says nothing", "or leave the date out"),
    ("[..2018,..2019]", OUTER_ENDS_ONLY, "write [..2018,2020] or [2018,2020..]"),
    ("[2018..,2019]", OUTER_ENDS_ONLY, "write [..2018,2020] or [2018,2020..]"),
    ("[2017,2019..2018]", "its end, 2018, is before its start, 2019", "write the earlier one first"),
    ("{2018,2019}", "several days at once are not one date", "write [2018,2019] for one of them"),
]


@pytest.mark.parametrize(("text", "reason", "remedy"), REFUSALS)
def test_an_unreadable_date_is_refused_with_its_text_the_mistake_and_the_remedy(
    text: str, reason: str, remedy: str
) -> None:
    with pytest.raises(UnreadableDate) as refusal:
        When.parse(text)
    assert refusal.value.message == f"cannot read {text.strip()!r} as a date: {reason}"
    assert remedy in refusal.value.remedy


def test_every_date_that_a_remedy_advises_is_readable() -> None:
    for text, *_ in REFUSALS:
        with pytest.raises(UnreadableDate) as refusal:
            When.parse(text)
        for advised in re.findall(r"[\[0-9.][0-9X.,/\[\]-]*[0-9X.\]][?~%]?", refusal.value.remedy):
            assert When.parse(advised).text == advised


def test_a_refusal_survives_the_way_between_processes() -> None:
    refusal = unreadable("2021-13", "there is no month 13", "write 2021-12")
    returned = pickle.loads(pickle.dumps(refusal))
    assert str(returned) == str(refusal) == "cannot read '2021-13' as a date: there is no month 13; write 2021-12"


@PATIENT
@given(st.text(max_size=12) | st.text(alphabet="0123456789X-/.,[]?~%", max_size=24))
def test_any_text_is_read_or_refused_but_never_anything_else(text: str) -> None:
    try:
        when = When.parse(text)
    except UnreadableDate as error:
        refused = error
    else:
        assert when.text == text.strip()
        assert when.first <= when.last
        return
    assert repr(text.strip()) in refused.message
    assert refused.remedy


# --- the order -------------------------------------------------------------------------------------------


def test_there_is_no_less_than_as_overlapping_dates_are_in_no_order() -> None:
    dates: list[Any] = [When.parse("2018"), When.parse("2018-10")]
    with pytest.raises(TypeError, match="'<' not supported"):
        sorted(dates)


# --- the value -------------------------------------------------------------------------------------------


def test_the_text_is_kept_as_written_but_for_blanks_around_it() -> None:
    assert When.parse(" 2018-XX-05~\n").text == "2018-XX-05~"


def test_two_dates_are_equal_when_their_texts_are_and_not_when_only_their_days_are() -> None:
    assert When("2018-10") == When("2018-10")
    assert len({When("2018-10"), When("2018-10"), When(" 2018-10")}) == 1
    assert When("2018-10") != When("2018-10-XX")
    assert When("2018-10") != When("2018-10~")
    assert When("2018-10") != "2018-10"


def test_reading_a_text_again_gives_the_same_value() -> None:
    assert When.parse("2018-10-05") is When.parse("2018-10-05")


def test_it_shows_the_days_it_means() -> None:
    assert repr(When.parse("2018-10~")) == "<When '2018-10~': 2018-10-01 to 2018-10-31>"
    assert repr(When.parse("../2018")) == "<When '../2018': .. to 2018-12-31>"
    assert f"{When.parse('2018/..')}" == "2018/.."


@pytest.mark.parametrize("attribute", ["text", "latest", "first", "qualifier", "note"])
def test_it_cannot_be_changed(attribute: str) -> None:
    when = When.parse("2018")
    with pytest.raises(AttributeError, match=f"{attribute!r} of a When cannot be set"):
        setattr(when, attribute, None)
    with pytest.raises(AttributeError, match=f"{attribute!r} of a When cannot be deleted"):
        delattr(when, attribute)
    assert bounds("2018") == ("2018-01-01", "2018-12-31")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_can_be_pickled_and_copied(protocol: int) -> None:
    when = When("2018~/..")
    for twin in (pickle.loads(pickle.dumps(when, protocol)), copy.copy(when), copy.deepcopy(when)):
        assert twin == when
        assert (twin.first, twin.last, twin.qualifier) == (when.first, when.last, "~")


def test_it_loads_without_pydantic() -> None:
    assert python("-c", "import sys, armsledger.domain.values.when; print('pydantic' in sys.modules)") == "False\n"


# --- in a model ------------------------------------------------------------------------------------------


class Payment(BaseModel):
    on: When
    due: When | None = None


def test_a_model_reads_a_date_from_text_from_json_and_from_a_date() -> None:
    expected = When.parse("2019~")
    assert Payment.model_validate({"on": " 2019~ "}).on == expected
    assert Payment.model_validate_json('{"on": "2019~"}').on == expected
    assert Payment(on=expected).on is expected


def test_a_model_writes_a_date_as_its_text() -> None:
    payment = Payment(on=When.parse("2019~"), due=When.parse("../2021-12-15"))
    assert payment.model_dump() == {"on": "2019~", "due": "../2021-12-15"}
    assert payment.model_dump_json() == '{"on":"2019~","due":"../2021-12-15"}'
    assert Payment.model_validate_json(payment.model_dump_json()) == payment


def test_a_model_reports_an_unreadable_date_as_its_own_error() -> None:
    expected = "cannot read '2021-13' as a date: there is no month 13"
    with pytest.raises(ValidationError, match=expected):
        Payment.model_validate({"on": "2021-13"})
    with pytest.raises(ValidationError, match=expected):
        Payment.model_validate_json('{"on": "2021-13"}')


def test_a_model_takes_a_day_of_pythons_own() -> None:
    assert Payment.model_validate({"on": date(2018, 10, 5)}).on == When.parse("2018-10-05")


def test_a_model_takes_nothing_else_for_a_date() -> None:
    for value in (2018, None, ["2018"], datetime(2018, 10, 5, tzinfo=UTC)):
        with pytest.raises(ValidationError, match="a date is given as EDTF text such as '2021-12-01', not as"):
            Payment.model_validate({"on": value})
    with pytest.raises(ValidationError, match="valid string"):
        Payment.model_validate_json('{"on": 2018}')


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_json_schema_of_a_date_is_a_string_with_readable_examples(mode: Any) -> None:
    schema = TypeAdapter(When).json_schema(mode=mode)
    assert schema["type"] == "string"
    assert [When.parse(example).text for example in schema["examples"]] == schema["examples"]


# --- for any date ----------------------------------------------------------------------------------------

DAYS = st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31))
QUALIFIER = st.sampled_from(["", "", "?", "~", "%"])


@st.composite
def around(draw: st.DrawFn, day: date) -> str:
    """A date of any form that can mean this day, perhaps qualified."""
    year, month, number = day.isoformat().split("-")
    text = draw(st.sampled_from([year, year, f"{year[:3]}X", f"{year[:2]}XX"]))
    if draw(st.booleans()):
        text += "-" + draw(st.sampled_from([month, month, "XX"]))
        if draw(st.booleans()):
            text += "-" + draw(st.sampled_from([number, number, "XX"]))
    return text + draw(QUALIFIER)


@st.composite
def intervals(draw: st.DrawFn, day: date) -> str:
    """An interval that holds this day, perhaps open at one end."""
    start, end = draw(st.dates(max_value=day)), draw(st.dates(min_value=day))
    a, b = draw(around(start)), draw(around(end))
    return draw(st.sampled_from([f"{a}/{b}", f"{a}/..", f"../{b}"]))


@st.composite
def choices(draw: st.DrawFn, day: date) -> str:
    """One of several dates, this day among them."""
    a, b, c = (draw(around(each)) for each in sorted([day, draw(DAYS), draw(DAYS)]))
    forms = [f"[{a}..{c}]", f"[..{c}]", f"[{a}..]", f"[{a},{b},{c}]", f"[{b},{a},{c}]", f"[{a}..{b},{c}]"]
    return draw(st.sampled_from([*forms, f"[{a},{b}..{c}]", f"[..{b},{c}]", f"[{a},{b}..]"]))


def texts() -> st.SearchStrategy[str]:
    """A date of any form that can be read."""
    return DAYS.flatmap(lambda day: around(day) | intervals(day) | choices(day))


@PATIENT
@given(texts())
def test_every_date_of_the_subset_comes_back_as_it_was_written(text: str) -> None:
    when = When.parse(text)
    assert str(when) == when.text == text
    adapter = TypeAdapter(When)
    assert adapter.validate_json(adapter.dump_json(when)) == pickle.loads(pickle.dumps(when)) == when


@PATIENT
@given(DAYS.flatmap(lambda day: st.tuples(st.just(day), around(day) | intervals(day))))
def test_a_date_written_for_a_day_may_mean_that_day(pair: tuple[date, str]) -> None:
    day, text = pair
    when = When.parse(text)
    assert when.possible_by(day)
    assert when.first <= day.toordinal() <= when.last


@PATIENT
@given(texts())
def test_the_bounds_of_any_date_are_in_order_and_its_qualifiers_those_of_the_text(text: str) -> None:
    when = When.parse(text)
    assert when.first <= when.last
    assert set(when.qualifier) == set(text) & set("?~%")
    assert (when.earliest is None) == text.startswith(("../", "[.."))
    assert (when.latest is None) == text.endswith(("/..", "..]"))


# --- against every day of the calendar -------------------------------------------------------------------

MASKS = st.builds(
    lambda year, unknown, month, day: f"{year[: 4 - unknown]}{'X' * unknown}{month and '-' + month + day}",
    st.integers(1, 9999).map("{:04}".format),
    st.integers(0, 2),
    st.sampled_from(["", "XX", "XX", "02", "02", "01", "04", "11", "12"]),
    st.sampled_from(["", "-XX", "-01", "-28", "-29", "-29", "-30", "-31"]),
)


def days_that_fit(mask: str) -> list[date]:
    """Every day of the calendar whose text fits, found by trying them all."""
    pattern = re.compile((mask + "-XX-XX")[:10].replace("X", "[0-9]"))
    first_year, last_year = max(int(mask[:4].replace("X", "0")), 1), int(mask[:4].replace("X", "9"))
    start, end = date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal()
    days = (date.fromordinal(ordinal) for ordinal in range(start, end + 1))
    return [day for day in days if pattern.fullmatch(day.isoformat())]


@settings(PATIENT, max_examples=80)
@given(MASKS)
def test_a_mask_means_the_first_to_the_last_real_day_that_fits_and_one_that_none_fits_is_refused(
    mask: str,
) -> None:
    fitting = days_that_fit(mask)
    if fitting:
        when = When.parse(mask)
        assert (when.earliest, when.latest) == (fitting[0], fitting[-1])
    else:
        with pytest.raises(UnreadableDate, match="there is no day"):
            When.parse(mask)


# --- against the edtf package ----------------------------------------------------------------------------

EDTF_IS_WRONG = [
    # Text; what edtf 5.0.2 says; what is right. First: days that do not exist.
    ("20XX-02-29", ("2000-02-29", "2099-02-29"), ("2000-02-29", "2096-02-29")),
    ("201X-02-29", ("2010-02-29", "2019-02-29"), ("2012-02-29", "2016-02-29")),
    ("190X-02-29", ("1900-02-29", "1909-02-29"), ("1904-02-29", "1908-02-29")),
    ("000X", ("0000-01-01", "0009-12-31"), ("0001-01-01", "0009-12-31")),
    ("00XX", ("0000-01-01", "0099-12-31"), ("0001-01-01", "0099-12-31")),
    ("0000", ("0000-01-01", "0000-12-31"), "refused"),
    ("2021-02-29", ("2021-02-29", "2021-02-29"), "refused"),
    ("2021-02-30", "EDTFParseException", "refused"),
    ("20XX-02-30", ("2000-02-30", "2099-02-30"), "refused"),
    # An end that is not known is not ten years away, and an end cannot precede its start.
    ("2021-12-15/", ("2021-12-15", "2031-12-15"), "refused"),
    ("/2021-12-15", ("2011-12-15", "2021-12-15"), "refused"),
    ("2019/2018", ("2019-01-01", "2018-12-31"), "refused"),
    ("[2019..2018]", ("2019-01-01", "2018-12-31"), "refused"),
    # A qualifier or an interval goes with figures that are not known, too.
    ("2018-XX-05~", "EDTFParseException", ("2018-01-05", "2018-12-05")),
    ("2018-XX-05?", "EDTFParseException", ("2018-01-05", "2018-12-05")),
    ("201X-10?", "EDTFParseException", ("2010-10-01", "2019-10-31")),
    ("20XX-02-29?", "EDTFParseException", ("2000-02-29", "2096-02-29")),
    ("2018-XX/2019", "AttributeError", ("2018-01-01", "2019-12-31")),
    ("2018/2019-XX", "AttributeError", ("2018-01-01", "2019-12-31")),
    ("201X~/2025", "EDTFParseException", ("2010-01-01", "2025-12-31")),
    ("201X/..", "EDTFParseException", ("2010-01-01", None)),
    ("20XX/..", "EDTFParseException", ("2000-01-01", None)),
    ("2018-XX-05/..", "EDTFParseException", ("2018-01-05", None)),
    ("2018-10-XX/..", "EDTFParseException", ("2018-10-01", None)),
    ("../201X", "TypeError", (None, "2019-12-31")),
    ("../2018-XX-05", "EDTFParseException", (None, "2018-12-05")),
    # And so does a list, whose ends may be of different precision.
    ("[2018..2019-03]", "EDTFParseException", ("2018-01-01", "2019-03-31")),
    ("[2018-XX,2019]", "AttributeError", ("2018-01-01", "2019-12-31")),
    ("[201X..2025]", "EDTFParseException", ("2010-01-01", "2025-12-31")),
    ("[2018?..2019]", "EDTFParseException", ("2018-01-01", "2019-12-31")),
    ("[2018~..2019]", "EDTFParseException", ("2018-01-01", "2019-12-31")),
    ("[..201X]", "EDTFParseException", (None, "2019-12-31")),
    ("[201X..]", "EDTFParseException", ("2010-01-01", None)),
    ("[..2018~]", "EDTFParseException", (None, "2018-12-31")),
    ("[2018~..]", "EDTFParseException", ("2018-01-01", None)),
]
SAID_WRONG = {text for text, _, _ in EDTF_IS_WRONG}


def edtf_bound(bound: Any) -> str | None:
    """A bound as the edtf package gives it: the parts of a time, or an infinite float."""
    return None if isinstance(bound, float) else f"{bound[0]:04}-{bound[1]:02}-{bound[2]:02}"


def edtf_says(text: str) -> tuple[str | None, str | None] | str:
    """The strict bounds of the edtf package, or the name of the exception it raises."""
    try:
        read = edtf.parse_edtf(text)
        return edtf_bound(read.lower_strict()), edtf_bound(read.upper_strict())
    except Exception as error:
        return type(error).__name__


def we_say(text: str) -> tuple[str | None, str | None] | str:
    try:
        return bounds(text)
    except UnreadableDate:
        return "refused"


AGREED = sorted(({text for text, *_ in MEANINGS} | {text for text, _ in QUALIFIERS}) - SAID_WRONG)


def test_the_bounds_are_those_of_the_edtf_package() -> None:
    for text in AGREED:
        assert we_say(text) == edtf_says(text), text


@pytest.mark.parametrize(("text", "theirs", "right"), EDTF_IS_WRONG)
def test_where_the_edtf_package_is_wrong_we_say_what_is_right(
    text: str, theirs: tuple[str | None, str | None] | str, right: tuple[str | None, str | None] | str
) -> None:
    assert edtf_says(text) == theirs
    assert we_say(text) == right


@st.composite
def texts_that_edtf_reads(draw: st.DrawFn) -> str:
    """A text of a form in which the edtf package is right: exact dates, and masks that are not qualified."""
    start, end = sorted(day.isoformat() for day in (draw(DAYS), draw(DAYS)))
    precision = draw(st.sampled_from([4, 7, 10]))
    a, b, c = start[:precision], end[:precision], end[: draw(st.sampled_from([4, 7, 10]))]
    masks = [
        f"{a[:4]}-XX",
        f"{a[:4]}-XX-{start[8:]}",
        f"{start[:7]}-XX",
        f"{a[:3]}X",
        f"{a[:3]}X-{start[5:7]}",
    ]
    p, q = draw(QUALIFIER), draw(QUALIFIER)
    intervals = [f"{a}{p}/{c}{q}", f"{a}{p}/..", f"../{c}{q}"]
    lists = [f"[{a}..{b}]", f"[..{b}]", f"[{a}..]", f"[{a},{c}]", f"[{c},{a}]"]
    return draw(st.sampled_from([f"{a}{p}", *masks, *intervals, *lists]))


@settings(PATIENT, max_examples=150)
@given(texts_that_edtf_reads().filter(lambda text: not text.startswith("000X")))
def test_the_bounds_of_generated_dates_are_those_of_the_edtf_package(text: str) -> None:
    assert we_say(text) == edtf_says(text)


def test_a_date_has_at_most_a_thousand_characters() -> None:
    assert When(f"[{','.join(['2018'] * 199)}]").earliest == date(2018, 1, 1)
    with pytest.raises(UnreadableDate, match="more than 1000 characters") as caught:
        When(f"[{','.join(['2018'] * 100_000)}]")
    assert len(str(caught.value)) < 300
