"""What a stream shares with the belief before it, entry by entry: its rows are those that are made from nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger.domain.beliefs.belief import believe
from armsledger.domain.entry import Entry
from armsledger.domain.errors import Refused
from armsledger.domain.states import courses
from armsledger.domain.states.course import Course
from armsledger.domain.states.courses import Courses
from armsledger.domain.values.citation import Grades, Reliability
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.timeline import Span, Timeline
from tests.domain.histories import GRADES, SOURCES, Story, days, grades, stories, wild_histories
from tests.domain.specification import Case, said

regradings = st.lists(st.none() | st.tuples(st.sampled_from(SOURCES), st.sampled_from(GRADES)), max_size=4)
"""What becomes of the grades of sources between entries; nothing, most of the time."""


@pytest.fixture(autouse=True)
def _short_streams_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courses, "SHORT", 1)


def grown(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """A stream after each of its entries."""
    return (list(entries[: count + 1]) for count in range(len(entries)))


def spans(projection: Projection, timeline: Timeline) -> list[Span]:
    """The spans of a projection, in an order of their own; remembered, as an append remembers them."""
    made = timeline.made[projection] = list(projection.of(timeline))
    return sorted(made, key=lambda span: span[:3])


def check(stream: str, entries: Sequence[Entry], grades: Grades, known: Courses) -> None:
    """Compare what is made of a stream beside what was made of it before, and from nothing."""
    course, alone = known.of(stream, entries, grades), Course(stream, believe(entries, grades))
    timeline, apart = Timeline.of(course), Timeline(stream, alone.belief)
    assert course.belief._replace(making=None) == alone.belief._replace(making=None)
    for projection in BUILT_IN:
        assert spans(projection, timeline) == spans(projection, apart), projection.name
    changing = {day for day in apart.change_days if 1 < day < date.max.toordinal()}
    for day in changing | {day - 1 for day in changing}:
        assert course.states(day) == alone.states(day)


def grow(
    stream: str,
    entries: Sequence[Entry],
    grades: dict[str, Reliability],
    news: Sequence[tuple[str, Reliability] | None],
) -> None:
    """Let a stream grow entry by entry, while sources are graded anew."""
    known, waiting = Courses(), list(news)
    for so_far in grown(entries):
        check(stream, so_far, dict(grades), known)
        if waiting and (graded := waiting.pop()) is not None:
            grades[graded[0]] = graded[1]


@st.composite
def plain_stories(draw: st.DrawFn) -> Case:
    """A deal of which nearly all is told once, on exact days: what an append adds without looking at the rest."""
    case = Case("deal/random", draw(grades))
    fields = {"supplier": "RUS", "buyer": "IND", "asserted": "2026-01-01"}
    case.record(said("opened", on="2017", **fields), is_new=True)
    for number in range(draw(st.integers(5, 25))):
        event = draw(st.sampled_from(["delivered", "delivered", "tranche-paid", "expected", "returned", "amended"]))
        day, source = str(draw(days)), draw(st.sampled_from(SOURCES))
        rarely = draw(st.integers(0, 9)) == 0
        by_event: dict[str, dict[str, Any]] = {
            "delivered": {"quantity": "2 units", "tranche": number, "so_far": "yes" if rarely else None},
            "tranche-paid": {"amount": draw(st.sampled_from(["USD 5m", "~USD 5m"])), "tranche": number % 3},
            "expected": {"what": "delivered", "due": str(draw(days)), "quantity": draw(st.none() | st.just("9 units"))},
            "returned": {"quantity": "1 unit", "item": "S-400" if rarely else None},
            "amended": {"quantity": "9 units", "until": str(draw(days)) if rarely else None},
        }
        told = by_event[event]
        if draw(st.booleans()):
            told = {name: value for name, value in told.items() if name != "tranche"}
        with suppress(Refused):
            on = {} if event == "expected" else {"on": f"{day[:7]}" if rarely else day}
            case.record(said(event, source=source, asserted="2026-01-01", **on, **told), is_new=True)
    return case


FEW, MANY = 6, 1_000


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_a_deal_that_grows_has_the_rows_of_one_made_from_nothing(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(stories(), regradings)
    def grows(story: Story, news: list[tuple[str, Reliability] | None]) -> None:
        grow("deal/random", story.entries, dict(story.case.grades), news)

    grows()


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_so_has_one_of_exact_days(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(plain_stories(), regradings)
    def grows(case: Case, news: list[tuple[str, Reliability] | None]) -> None:
        grow("deal/random", case.entries, dict(case.grades), news)

    grows()


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_so_has_a_stream_upon_which_nobody_has_decided(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(wild_histories(), grades, regradings)
    def grows(
        wild: tuple[str, list[Entry]], known: dict[str, Reliability], news: list[tuple[str, Reliability] | None]
    ) -> None:
        kind, entries = wild
        grow(f"{kind}/wild", entries, known, news)

    grows()
