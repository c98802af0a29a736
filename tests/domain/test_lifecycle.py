"""The life cycle: what narrowing promises of any story, and that its table is one list with reasons."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.lifecycle import (
    FOLLOWS,
    OPENING,
    PRECEDENCES,
    PRECEDES,
    Precedence,
    belongs_to_the_deal,
    concerns,
    misordered,
    narrowed,
)

DAYS = 1000
NAMES = sorted({name for rule in PRECEDENCES for name in (*rule.before, *rule.after)} | {"notified", "inducted"})
KEYS = sorted({key for rule in PRECEDENCES for key in rule.keys})
FIELDS = st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, st.sampled_from(["A", "B"])))


class Dated(NamedTuple):
    """Something that happened, with the days between which it did."""

    name: str
    first: int
    last: int
    established: bool
    sure: Any


def days_of(things: list[Dated]) -> list[tuple[int, int]]:
    """The days of each thing, narrowed by the others."""
    days = narrowed(things)
    return [days.get(place, (thing.first, thing.last)) for place, thing in enumerate(things)]


class Happened:
    """Something that happened on a day, of which sources know no more than two days between which it was."""

    def __init__(self, day: int, thing: Dated) -> None:
        self.day, self.thing = day, thing

    def __repr__(self) -> str:
        return f"{self.day}: {self.thing}"


@st.composite
def happenings(draw: st.DrawFn) -> Happened:
    """Anything on any day, told as coarsely as sources tell it."""
    day = draw(st.integers(0, DAYS))
    first, last = (draw(st.sampled_from([0, 0, 1, 30, 365, 10**6])) for _ in range(2))
    established = draw(st.sampled_from([True, True, True, False]))
    fields = SimpleNamespace(**draw(FIELDS))
    return Happened(day, Dated(draw(st.sampled_from(NAMES)), day - first, day + last, established, fields))


LISTS = st.lists(happenings(), max_size=12)


def is_possible(one: Happened, story: list[Happened]) -> bool:
    """Whether what must come before something and what must come after it do, on the days on which they happened."""
    established = [other for other in story if other.thing.established]
    for rule, name in FOLLOWS.get(one.thing.name, ()):
        before = _of(name, established, rule, one)
        if before and all(other.day > one.day for other in before):
            return False
    for rule, name in PRECEDES.get(one.thing.name, ()):
        after = _of(name, established, rule, one)
        if after and all(other.day < one.day for other in after):
            return False
    steps = [other for other in established if belongs_to_the_deal(other.thing.name)]
    openings = [other for other in established if other.thing.name == OPENING]
    if one.thing.name == OPENING:
        return all(step.day >= one.day for step in steps)
    if belongs_to_the_deal(one.thing.name) and openings:
        return any(opening.day <= one.day for opening in openings)
    return True


def _of(name: str, story: list[Happened], rule: Precedence, one: Happened) -> list[Happened]:
    """What bears a name and concerns the same thing."""
    return [other for other in story if other.thing.name == name and concerns(rule, other.thing, one.thing)]


def consistent(story: list[Happened]) -> list[Happened]:
    """The part of a story that can have happened as it is told."""
    while impossible := [one for one in story if not is_possible(one, story)]:
        story = [one for one in story if one is not impossible[0]]
    return story


@given(LISTS.map(consistent))
def test_narrowing_never_empties_a_consistent_story(story: list[Happened]) -> None:
    """It never even loses the day on which something happened."""
    for one, (first, last) in zip(story, days_of([one.thing for one in story]), strict=True):
        assert first <= one.day <= last


@given(LISTS.map(consistent))
def test_a_consistent_story_is_not_out_of_order(story: list[Happened]) -> None:
    assert misordered([one.thing for one in story]) == []


@given(LISTS)
def test_narrowing_never_widens(story: list[Happened]) -> None:
    for one, (first, last) in zip(story, days_of([one.thing for one in story]), strict=True):
        assert one.thing.first <= first <= last <= one.thing.last


@given(st.data(), LISTS)
def test_narrowing_never_depends_on_the_order_of_recording(data: st.DataObject, story: list[Happened]) -> None:
    order = data.draw(st.permutations(range(len(story))))
    days = days_of([one.thing for one in story])
    assert days_of([story[place].thing for place in order]) == [days[place] for place in order]


@given(LISTS)
def test_only_what_can_be_certain_narrows(story: list[Happened]) -> None:
    sure = [one for one in story if one.thing.established]
    days = dict(zip(map(id, story), days_of([one.thing for one in story]), strict=True))
    assert days_of([one.thing for one in sure]) == [days[id(one)] for one in sure]


def day(name: str, first: int, last: int | None = None, **fields: Any) -> Dated:
    """Something on a day, or between two."""
    return Dated(name, first, first if last is None else last, True, SimpleNamespace(**fields))


@pytest.mark.parametrize(
    ("one", "others", "days"),
    [
        (day("amended", -(10**6), 50), [day("contract-signed", 20)], (20, 50)),
        (day("contract-signed", 0, 100), [day("amended", 50), day("amended", 70)], (0, 70)),
        (day("contract-signed", 0, 100), [day("amended", 50, 80), day("terminated", 60)], (0, 60)),
        (day("opened", 0, 100), [day("delivered", 30), day("tranche-paid", 40)], (0, 30)),
        (day("opened", 50, 100), [day("delivered", 30), day("tranche-paid", 80)], (50, 80)),
        (day("opened", 0, 100), [day("sanction-imposed", 30)], (0, 100)),
        (day("tranche-paid", 0, 100), [day("opened", 30, 60)], (30, 100)),
        (day("amended", 0, 10), [day("contract-signed", 20)], (0, 10)),
        (day("amended", 0, 100), [day("contract-signed", 20), day("terminated", 60)], (20, 60)),
        (day("delivery-begun", 0, 100, tranche="A"), [day("delivery-completed", 50, tranche="B")], (0, 100)),
        (day("delivery-begun", 0, 100, tranche="A"), [day("delivery-completed", 50)], (0, 50)),
        (day("suspended", 0, 100), [day("resumed", 50)._replace(established=False)], (0, 100)),
        (day("pledge-withdrawn", 0, 100, by="DEU"), [day("pledged", 50, by=("DEU", "NLD"))], (50, 100)),
        (day("pledge-withdrawn", 0, 100, by=("DEU", "DNK")), [day("pledged", 50, by="NLD")], (0, 100)),
    ],
)
def test_a_date_is_narrowed_by_what_must_come_before_and_after(
    one: Dated, others: list[Dated], days: tuple[int, int]
) -> None:
    assert days_of([one, *others])[0] == days


def test_narrowing_goes_by_the_dates_as_stated_and_not_by_narrowed_ones() -> None:
    things = [day("opened", 40), day("contract-signed", 0, 100), day("amended", 10, 90)]
    assert days_of(things) == [(40, 40), (40, 90), (40, 90)]


def test_every_precedence_is_of_events_of_the_catalogue_and_has_a_reason() -> None:
    known = {name for events in CATALOGUE.by_kind.values() for name in events}
    for rule in PRECEDENCES:
        assert {*rule.before, *rule.after} <= known
        assert rule.why


def test_no_event_precedes_itself_by_any_chain_of_precedences() -> None:
    before = {name: {other for _, other in FOLLOWS.get(name, ())} for name in NAMES}
    for _ in NAMES:
        before = {name: names.union(*(before[n] for n in names)) for name, names in before.items()}
    assert all(name not in names for name, names in before.items())
