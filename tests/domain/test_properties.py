"""What holds of any history: the order of recording, the past of belief, the two bounds, and that nothing breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from armsledger.domain.beliefs.belief import Belief, believe
from armsledger.domain.entry import Entry
from armsledger.domain.errors import LedgerError
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.repair import OUR_COPY, Corrected, Retracted
from armsledger.domain.findings.checks import findings_of
from armsledger.domain.states.course import Course
from armsledger.domain.states.disputes import disputes
from armsledger.domain.states.entries_behind import entries_behind
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.source import reliability_of
from armsledger.domain.states.stream_day import StreamDay, state_at
from armsledger.domain.values.citation import Grades
from armsledger.domain.values.known import EVERYTHING, Known
from tests.domain.histories import Story, days, grades, reorderings, stories, wild_histories
from tests.domain.specification import Case, Said
from tests.domain.words import opened, paid

LAST_DAY = date(2026, 11, 22)


def told(state: Any) -> Any:
    """A state without the positions and addresses of its entries."""
    if state is None:
        return None
    return {field.name: tuple(map(_told, _parts(state, field.name))) for field in fields(state)}


def _parts(state: Any, name: str) -> tuple[Any, ...]:
    value = getattr(state, name)
    return value if isinstance(value, tuple) else (value,)


def _told(value: Any) -> Any:
    if not isinstance(value, Judgement):
        return value
    met_by = value.occurrence and value.occurrence.entry.id
    return value.expectation.entry.id, str(value.expectation.due), value.outcome, met_by


DEAL = "deal/random"


def at(belief: Belief, day: date) -> StreamDay:
    """A deal at a day."""
    return StreamDay(Course(DEAL, belief), day)


def bounds(belief: Belief, day: date) -> Any:
    """Both bounds of a deal's state, comparable between orders of recording."""
    state = state_at(DEAL, belief, day)
    return told(state.certain), told(state.possible)


def found(belief: Belief, entries: Sequence[Entry], day: date) -> list[Any]:
    """The findings of a deal, with the ids of their entries in place of addresses."""
    ids = {entry.address: entry.id for entry in entries}
    return sorted(
        (f.code, f.severity, f.field or "", f.rule or "", [ids[address] for address in f.entries])
        for f in findings_of(at(belief, day))
    )


def turning_days(entries: Iterable[Entry]) -> list[date]:
    """The days on which the state of a history can change, and the days before them."""
    ends = {day for entry in entries for day in (entry.event.on.first, entry.event.on.last + 1)}
    low, high = date(2016, 1, 1).toordinal(), LAST_DAY.toordinal()
    near = {day for end in ends for day in (end - 1, end) if low <= day <= high}
    return [date.fromordinal(day) for day in sorted({low, high, *near})]


@given(st.data(), stories())
def test_the_order_of_recording_decides_nothing_once_all_is_known(data: st.DataObject, story: Story) -> None:
    other = data.draw(reorderings(story.entries))
    one = believe(story.entries, story.case.grades)
    same = believe(other, story.case.grades)
    for day in turning_days(story.entries):
        assert bounds(one, day) == bounds(same, day)
        assert found(one, story.entries, day) == found(same, other, day)


@given(st.data(), stories())
def test_nor_does_it_by_the_day_on_which_the_sources_said_so(data: st.DataObject, story: Story) -> None:
    other = data.draw(reorderings(story.entries))
    spoken = sorted({entry.event.asserted.last for entry in story.entries})
    known = Known(day=data.draw(st.sampled_from(spoken) | days.map(date.toordinal)))
    one, same = (believe(entries, story.case.grades, known) for entries in (story.entries, other))
    for day in turning_days(story.entries):
        assert bounds(one, day) == bounds(same, day)
        assert found(one, story.entries, day) == found(same, other, day)


@st.composite
def grade_histories(draw: st.DrawFn) -> list[Entry]:
    """A source that is graded anew, several times, and of which some grades are corrected or taken back."""
    case = Case("source/paper", {})
    case.record(Said("registered", {"publisher": "A paper", "asserted": f"{draw(days)}", "reliability": "C"}, "first"))
    for number in range(draw(st.integers(1, 6))):
        grade = draw(st.sampled_from("ABDEF"))
        fields: dict[str, Any] = {"asserted": draw(st.sampled_from(["2019-01-01", f"{draw(days)}"]))}
        event, fields = "regraded", {**fields, "on": f"{draw(days)}", "reliability": grade}
        words = case.entries[1:]
        is_about_another = bool(words) and bool(draw(st.sampled_from([True, False])))
        if is_about_another:
            target = draw(st.sampled_from(words))
            fields = {"asserted": fields["asserted"], "target": target.id, "reason": "new-information"}
            event = "retracted"
            if target.event.name == "regraded" and number % 2:
                event, fields["set"] = "corrected", {"reliability": grade}
        with suppress(LedgerError):
            case.record(Said(event, fields, f"e{number}"))
    return case.entries


@given(st.data(), grade_histories())
def test_nor_does_it_between_the_grades_of_a_source(data: st.DataObject, entries: list[Entry]) -> None:
    other = data.draw(reorderings(entries))
    for known in (EVERYTHING, *(Known(day=entry.event.asserted.last) for entry in entries)):
        assert reliability_of(entries, known) == reliability_of(other, known)


@given(st.data(), stories())
def test_the_state_as_known_at_a_position_never_changes_again(data: st.DataObject, story: Story) -> None:
    position = data.draw(st.integers(0, len(story.entries)))
    then = believe(story.entries[:position], story.case.grades)
    now = believe(story.entries, story.case.grades, Known(position=position))
    for day in turning_days(story.entries):
        assert state_at(DEAL, then, day) == state_at(DEAL, now, day)
        assert findings_of(at(then, day)) == findings_of(at(now, day))


def brings_news(entry: Entry) -> bool:
    """Whether the entry is more than a repair of our own copy."""
    return not (isinstance(entry.event, Corrected | Retracted) and entry.event.reason in OUR_COPY)


@given(st.data(), stories())
def test_the_state_as_known_by_a_day_never_changes_for_what_is_asserted_later(
    data: st.DataObject, story: Story
) -> None:
    known = Known(day=data.draw(days).toordinal())
    repaired = {entry.event.target for entry in story.entries if isinstance(entry.event, Corrected | Retracted)}
    later = [
        entry
        for entry in story.entries
        if brings_news(entry) and entry.id not in repaired and entry.event.asserted.last > (known.day or 0)
    ]
    before = [entry for entry in story.entries if entry not in later]
    then, now = (believe(entries, story.case.grades, known) for entries in (before, story.entries))
    for day in turning_days(story.entries):
        assert state_at(DEAL, then, day) == state_at(DEAL, now, day)


@given(stories())
def test_what_is_certain_is_possible_too(story: Story) -> None:
    belief = believe(story.entries, story.case.grades)
    for day in turning_days(story.entries):
        certain, possible = at(belief, day).certain, at(belief, day).possible
        assert [occurrence for occurrence in possible if occurrence in certain] == certain
        assert all(occurrence.established for occurrence in certain)


SUMMED = ("delivered", "returned", "lost", "transferred_onward", "in_service", "paid", "refunded")


@given(stories())
def test_no_sum_is_certainly_more_than_it_possibly_is(story: Story) -> None:
    belief = believe(story.entries, story.case.grades)
    for day in turning_days(story.entries):
        certain, possible = state_at(DEAL, belief, day)
        for name in SUMMED if certain is not None else ():
            most = counts(getattr(possible, name))
            for line, least in counts(getattr(certain, name)).items():
                assert least <= most.get(line, 0), (name, line, day)


def counts(sums: Sequence[Any]) -> dict[Any, Any]:
    """What sums come to, by item and unit or by currency."""
    return {
        (getattr(one, "item", None), one.measure): one.amount if hasattr(one, "amount") else one.count for one in sums
    }


@given(stories())
def test_what_is_certain_stays_certain(story: Story) -> None:
    belief = believe(story.entries, story.case.grades)
    earlier: list[str] = []
    for day in turning_days(story.entries):
        certain = [occurrence.entry.id for occurrence in at(belief, day).certain]
        assert set(earlier) <= set(certain)
        earlier = certain


@given(stories())
def test_every_statement_counts_once_or_is_set_aside(story: Story) -> None:
    belief = believe(story.entries, story.case.grades)
    counted = [e.id for o in belief.occurrences for e in (*o.entries, *o.denials, *o.superseded)]
    assert len(counted) == len(set(counted))
    assert not set(counted) & belief.repairs.retracted_by.keys()


@given(stories())
def test_a_history_can_be_recorded_again_and_adds_nothing(story: Story) -> None:
    for entry in story.entries:
        said = {name: getattr(entry.event, name) for name in entry.event.model_fields_set}
        assert story.case.record(Said(entry.event.name, said, entry.id)).draft is None


@given(stories())
def test_a_history_is_stored_and_read_without_loss(story: Story) -> None:
    read = [entry._replace(event=CATALOGUE.decode(*CATALOGUE.encode("deal", entry.event))) for entry in story.entries]
    assert read == story.entries
    one, other = (believe(entries, story.case.grades) for entries in (story.entries, read))
    assert state_at(DEAL, one, LAST_DAY) == state_at(DEAL, other, LAST_DAY)


@given(
    wild_histories(),
    grades,
    days,
    st.one_of(st.just(EVERYTHING), st.integers(0, 12).map(Known), days.map(lambda d: Known(day=d.toordinal()))),
)
def test_no_history_however_wild_breaks_the_fold(
    history: tuple[str, list[Entry]], known_grades: Grades, day: date, known: Known
) -> None:
    kind, entries = history
    belief = believe(entries, known_grades, known)
    wild = StreamDay(Course(f"{kind}/wild", belief), day)
    assert (wild.bounds.certain is None) or (wild.bounds.possible is not None)
    findings_of(wild)
    disputes(wild)
    assert all(entries_behind(wild)[place] or not said for place, said in enumerate(wild.bounds))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(
        ["2019", "../2021", "2030", "USD 1m", "5 units", "IND", "@1", "payment", "theprint", "delivered tranche=1"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip


@st.composite
def proposals(draw: st.DrawFn) -> Said:
    """Anything that a person or a program might try to record in a deal."""
    event = draw(st.sampled_from([*CATALOGUE.by_kind["deal"], "nonsense"]))
    names = list(CATALOGUE.by_kind["deal"][event].model_fields) if event in CATALOGUE.by_kind["deal"] else []
    plausible: Mapping[str, Any] = {
        "on": "2019",
        "target": "@2",
        "preferred": "@2",
        "over": ["@3"],
        "what": "delivered",
    }
    chosen = draw(st.dictionaries(st.sampled_from([*names, "nonsense"]), VALUES, max_size=4))
    base = {name: value for name, value in plausible.items() if name in names}
    return Said(event, {**base, **chosen}, draw(st.none() | st.text(max_size=5)))


@given(st.lists(proposals(), max_size=4))
def test_whatever_is_proposed_is_taken_or_refused_in_words(statements: list[Said]) -> None:
    case = Case("deal/random", {})
    case.when(opened(), paid("USD 1m", tranche=1, id="payment"), paid("USD 2m", tranche=1, source="tass"))
    for statement in statements:
        with suppress(LedgerError):
            case.record(statement)
    case.state("2022-12-31")
    case.findings("2022-12-31")
