"""A check is asked only where it can find something, and only on the days on which that can change: no finding is lost.

Every history is looked at on each day that any of its entries names, and on the days around it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from armsledger.domain.beliefs.belief import Belief, believe
from armsledger.domain.entry import Entry
from armsledger.domain.findings.check import Check
from armsledger.domain.findings.checks import checks_of, checks_that_find
from armsledger.domain.findings.finding import Finding
from armsledger.domain.findings.parties import check_organisations
from armsledger.domain.findings.statements import check_denied
from armsledger.domain.states.course import Course
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.when import When
from tests.domain.findings.test_findings import CASES, MAYBE_AMENDED, deal
from tests.domain.histories import Story, grades, stories, wild_histories
from tests.domain.specification import Case, Said, said
from tests.domain.specification import given as given_words
from tests.domain.words import delivered, opened, paid, signed

FIRST_DAY, LAST_DAY = date.min.toordinal(), date.max.toordinal()


def days_named(value: Any) -> Iterable[int]:
    """The first and the last day of each date within a value."""
    if isinstance(value, When):
        yield from (value.first, value.last)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from days_named(part)
    elif isinstance(value, dict):
        yield from days_named(list(value.values()))
    elif isinstance(value, str):
        try:
            yield from days_named(When.parse(value))
        except ValueError:
            return
    elif hasattr(value, "__dict__"):
        yield from days_named(dict(value.__dict__))


def days_that_matter(entries: Sequence[Entry]) -> list[int]:
    """Each day that an entry names, with those around it, and the ends of time."""
    named = {day for entry in entries for day in days_named(dict(entry.event.__dict__))}
    around = {day + more for day in named for more in (-1, 0, 1)}
    return sorted(day for day in {*around, FIRST_DAY, LAST_DAY} if FIRST_DAY <= day <= LAST_DAY)


def note(codes: Iterable[str]) -> None:
    """Count for hypothesis what a history came to."""
    for code in codes:
        event(code)


class Kept:
    """What a check finds, if it is asked on its own days alone."""

    def __init__(self, check: Check, course: Course) -> None:
        self.check, self.course = check, course
        self.days = sorted({FIRST_DAY, *(day for day in check.days(course) if FIRST_DAY <= day <= LAST_DAY)})
        self.known: dict[int, list[Finding]] = {}

    def at(self, day: int) -> list[Finding]:
        """What it found on the last of its days."""
        asked = self.days[bisect_right(self.days, day) - 1]
        if asked not in self.known:
            self.known[asked] = found(self.check, self.course, asked)
        return self.known[asked]


def found(check: Check, course: Course, day: int) -> list[Finding]:
    """What a check finds on a day."""
    return list(check.find(StreamDay(course, date.fromordinal(day))))


def course_of(case: Case) -> Course:
    """A case over all days, as believed with all that is known."""
    return Course(str(case.stream), believe(case.entries, case.grades))


def codes_found(stream: str, belief: Belief, entries: Sequence[Entry]) -> set[str]:
    """The codes that are found on some day; each check finds on its own days what it finds on all, and nothing where
    it says so."""
    codes, days = set[str](), days_that_matter(entries)
    course = Course(stream, belief)
    asked = dict(checks_that_find(course))
    for place, check in enumerate(checks_of(course.kind)):
        kept = Kept(check, course)
        for day in days:
            findings = found(check, course, day)
            if place not in asked:
                assert findings == [], f"{check.find.__name__} has said that it finds nothing"
            else:
                assert kept.at(day) == findings, f"{check.find.__name__} finds something else on {day}"
            codes |= {finding.code for finding in findings}
    return codes


@given(stories(), grades)
def test_what_checks_find_is_known_from_their_own_days(story: Story, known: dict[str, Reliability]) -> None:
    note(codes_found("deal/random", believe(story.entries, known), story.entries))


@given(wild_histories(), grades)
def test_so_it_is_where_nobody_has_decided_upon_the_history(
    wild: tuple[str, list[Entry]], known: dict[str, Reliability]
) -> None:
    kind, entries = wild
    note(codes_found(f"{kind}/wild", believe(entries, known), entries))


years = st.sampled_from(["2018", "2018-06", "2018/2019", "2019", "2019-03-05", "../2018-12"])
units = st.sampled_from(["1 unit", "5 units", "5 units", "6 units", "~5 units", "4+ units", "2 regiments"])
PLAIN = {"listed_in": "A register", "recipient": "India", "supplier": "Russia", "designation": "S-400"}


@st.composite
def rows_of_registers(draw: st.DrawFn) -> Case:
    """A deal as a register lists it, and sometimes a little more than that."""
    case = Case("deal/row", draw(grades))
    words = [said("opened", on=draw(years), supplier="RUS", buyer="IND", source="sipri", asserted="2024-03-18")]
    if draw(st.booleans()):
        words.append(
            _of_register(draw, "contract-signed", quantity=draw(st.none() | units), until=draw(_rarely(years)))
        )
    for _ in range(draw(st.integers(0, 2))):
        more = {"item": draw(_rarely(st.just("S-400"))), "so_far": draw(_rarely(st.just("yes")))}
        words.append(_of_register(draw, "delivered", quantity=draw(st.none() | units), **more))
    perhaps = draw(_rarely(st.just(["sipri-4711"])))
    words.append(_of_register(draw, "listed", **PLAIN, perhaps=perhaps, rows=draw(_rarely(st.just([1, 2])))))
    if draw(_rarely(st.just(1))):
        words.append(_of_register(draw, "amended", quantity=draw(units)))
    for statement in words:
        case.record(statement)
    return case


def _rarely(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(*[st.none()] * 5, strategy)


def _of_register(draw: st.DrawFn, name: str, **fields: Any) -> Said:
    source = draw(st.sampled_from(["sipri", "sipri", "sipri", "hindu"]))
    return said(name, on=draw(years), source=source, asserted="2024-03-18", **fields)


@given(rows_of_registers())
def test_nothing_is_lost_of_rows_of_registers(case: Case) -> None:
    belief = course_of(case).belief
    event("ordinary" if not checks_that_find(course_of(case)) else "not ordinary")
    note(codes_found(str(case.stream), belief, case.entries))


@pytest.mark.parametrize("case", CASES, ids=[case.code for case in CASES])
def test_nothing_is_lost_of_what_the_codes_are_specified_by(case: Any) -> None:
    for words in (*case.fires, *case.silent):
        told = deal(*words)
        codes = codes_found(str(told.stream), course_of(told).belief, told.entries)
        assert case.code in codes or words in case.silent


def test_an_amendment_that_is_only_possible_ends_a_finding_on_the_day_from_which_on_it_is() -> None:
    told = deal(delivered("6 units", on="2019-05-01"), paid("USD 6bn", on="2019-06-01"), MAYBE_AMENDED)
    told.then_found("2019-12-31", "delivered-more-than-ordered", "paid-more-than-value").then_found("2020-01-01")
    assert codes_found(str(told.stream), course_of(told).belief, told.entries)


def test_a_delivery_that_is_only_possible_ends_the_finding_that_more_was_returned_than_delivered() -> None:
    back = said("returned", on="2019-05-01", quantity="3 units")
    told = deal(delivered("2 units", on="2019-02-01"), back, delivered("2 units", on="2020/2021"))
    told.then_found("2019-12-31", "gone-more-than-delivered").then_found("2020-01-01")
    assert codes_found(str(told.stream), course_of(told).belief, told.entries)


def asked(*words: Said) -> list[str]:
    """The checks that can find something in a deal."""
    case = given_words(*words)
    return [check.find.__name__ for _, check in checks_that_find(course_of(case))]


ROW = (
    opened(on="2018"),
    signed(on="2018", value=None, quantity="5 units"),
    delivered("5 units", on="2018/2021"),
    said("listed", on="2022-03-14", **PLAIN),
)


def test_no_check_is_asked_about_an_ordinary_row_of_a_register() -> None:
    assert asked(*ROW) == []


def test_the_checks_of_the_order_are_asked_where_more_came_or_in_other_units() -> None:
    about_the_order = ["check_delivered_more_than_ordered", "check_units_of_delivery"]
    assert asked(*ROW[:2], delivered("6 units", on="2019"), ROW[3]) == about_the_order
    assert asked(*ROW[:2], delivered("1 regiment", on="2019"), ROW[3]) == about_the_order


def test_an_opening_after_a_delivery_is_asked_about() -> None:
    assert asked(opened(on="2020"), signed(on="2020", value=None), delivered("1 unit", on="2019")) == [
        "check_order",
        "check_delivery_before_signature",
    ]


def test_a_denial_of_what_nobody_affirms_is_found_from_the_day_that_it_denies() -> None:
    case = given_words(*ROW, paid("USD 1m", on="2021-05", status="denial"))
    course = course_of(case)
    (kept,) = [Kept(check, course) for _, check in checks_that_find(course) if check.find is check_denied]
    before, first = date(2021, 4, 30).toordinal(), date(2021, 5, 1).toordinal()
    assert (kept.at(before), [finding.code for finding in kept.at(first)]) == ([], ["denied"])


def test_an_organisation_is_found_from_the_day_of_the_entry_that_names_it() -> None:
    case = given_words(*ROW, said("financing-agreed", on="2021-05", lender="Gazprombank"))
    course = course_of(case)
    (kept,) = [Kept(check, course) for _, check in checks_that_find(course) if check.find is check_organisations]
    before, first = date(2021, 4, 30).toordinal(), date(2021, 5, 1).toordinal()
    assert (kept.at(before), [finding.code for finding in kept.at(first)]) == ([], ["organisation"])
