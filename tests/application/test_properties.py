"""What holds of any legal ledger: there and back, in any order, and that the past of belief stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, reject, settings
from hypothesis import strategies as st

from armsledger import Ledger, Refused, View
from armsledger.domain.entry import Entry
from armsledger.domain.events.payload import fields_of
from armsledger.domain.values.citation import Grades
from armsledger.domain.values.when import When
from tests.application.book import ALL_TOLD, Clock, Object, states, take, trail
from tests.domain.histories import Story, dates, days, references, stories
from tests.domain.specification import ELSEWHERE, PUBLISHED

HALF = settings(max_examples=settings().max_examples // 2)
"""Of the profile's examples: each makes and reads whole ledgers."""
TABLES = (
    "deals",
    "payments",
    "deliveries",
    "sanctions",
    "expectations",
    "engagements",
    "frameworks",
    "links",
    "sources",
    "findings",
    "log",
)


def told(entry: Entry) -> Object:
    """An entry as a dossier has it."""
    return {"stream": entry.stream, "event": entry.event.name, "id": entry.id, **fields_of(entry.event)}


def surroundings(grades: Grades) -> list[Object]:
    """The sources that the stories cite, and the streams that they name."""
    said = {"on": "2016-01-01", "asserted": "2016-01-01", "source": "archive"}
    first: dict[str, tuple[str, dict[str, Any]]] = {
        "deal": ("opened", {"supplier": "RUS", "buyer": "IND"}),
        "framework": ("signed", {"parties": ["RUS", "IND"]}),
    }
    streams: list[Object] = []
    for stream in sorted(ELSEWHERE):
        event, fields = first[stream.partition("/")[0]]
        streams.append({"stream": stream, "event": event, "id": f"first-{stream}", **said, **fields})
    return [*sources(grades), *streams]


def sources(grades: Grades) -> list[Object]:
    """The sources that the stories cite."""
    given = [{"key": key, "publisher": key, "published": day} for key, day in PUBLISHED.items() if day is not None]
    undated = [{"key": key, "publisher": key} for key, day in PUBLISHED.items() if day is None]
    return [{**source, "reliability": grades.get(str(source["key"]), "F")} for source in (*given, *undated)]


OTHER_EVENTS: dict[str, dict[str, Any]] = {
    "engagement/summit scheduled": {"planned": dates(), "format": "summit"},
    "engagement/summit rescheduled": {"planned": dates(), "place": st.sampled_from(["Delhi", "Moscow"])},
    "engagement/summit postponed": {"to": dates(), "reason": "COVID-19"},
    "engagement/summit held": {"edition": st.integers(1, 30), "participants": ["IND", "RUS"]},
    "engagement/summit expected": {"what": "held format=summit", "due": dates()},
    "framework/programme signed": {"parties": ["IND", "RUS"], "until": dates()},
    "framework/programme in-force": {},
    "framework/programme renewed": {"until": dates()},
    "framework/programme expected": {"what": "renewed", "due": dates()},
}
"""Events of other kinds of streams, which may come in any order."""


@st.composite
def others(draw: st.DrawFn) -> list[Object]:
    """What else is told: meetings, a framework, sources judged anew, links. No two were asserted on one day."""
    count = draw(st.integers(0, 8))
    asserted = draw(st.lists(days, min_size=count, max_size=count, unique=True))
    objects = [_other(draw, number, day) for number, day in enumerate(asserted)]
    streams = sorted({told["stream"] for told in objects if not told["stream"].startswith("source/")})
    return [*objects, *(_link(draw, stream) for stream in streams)]


def _other(draw: st.DrawFn, number: int, day: date) -> Object:
    if draw(st.integers(0, 3)) == 0:
        source, grade = draw(st.sampled_from(sorted(PUBLISHED))), draw(st.sampled_from("ABCDE"))
        named = {"stream": f"source/{source}", "event": "regraded", "reliability": grade}
    else:
        name = draw(st.sampled_from(sorted(OTHER_EVENTS)))
        fields = OTHER_EVENTS[name].items()
        given = {field: draw(v) if isinstance(v, st.SearchStrategy) else v for field, v in fields}
        stream, _, event = name.partition(" ")
        named = {"stream": stream, "event": event, "source": "archive", **given}
        if event != "expected":
            on = draw(dates())
            named["on"] = on if When.parse(on).first <= day.toordinal() else day.isoformat()
    return {"id": f"other-{number}", "asserted": day.isoformat(), **named}


def _link(draw: st.DrawFn, stream: str) -> Object:
    """A link from a stream that something else opens to the deal of the story, or its end."""
    event, day = draw(st.sampled_from(["linked", "linked", "unlinked"])), draw(days)
    on = draw(dates())
    on = on if When.parse(on).first <= day.toordinal() else day.isoformat()
    named = {"stream": stream, "event": event, "to": "deal/random", "relation": "caused-by"}
    return {"id": f"link-{stream}", "on": on, "asserted": day.isoformat(), "source": "archive", **named}


def ledger_of(*objects: Object, clock: Clock | None = None) -> Ledger:
    """A ledger in memory that holds these objects."""
    ledger = Ledger.in_memory(recorded_by="tester", clock=clock or Clock(ALL_TOLD))
    take(ledger, *objects)
    return ledger


def turning_days(story: Story, count: int = 2) -> list[str]:
    """Some days on which the state of a story changes, and the last."""
    ends = sorted({day for e in story.entries for day in (e.event.on.earliest, e.event.on.latest) if day is not None})
    return [day.isoformat() for day in ends[:: len(ends) // count + 1]] + ["2026-12-01"]


def everything(view: View) -> dict[str, Any]:
    """All that a view tells."""
    tables = {name: getattr(view, name)().to_dicts() for name in TABLES}
    return {**tables, **{stream: view.state(stream).to_dict() for stream in view.streams()}}


@HALF
@given(stories(), others())
def test_a_ledger_survives_the_way_through_its_export(story: Story, more: list[Object]) -> None:
    with TemporaryDirectory() as folder, ledger_of(*surroundings(story.case.grades)) as ledger:
        take(ledger, *map(told, story.entries), *more)
        ledger.export_jsonl(Path(folder, "export.jsonl"))
        with Ledger.in_memory(clock=Clock(ALL_TOLD)) as copy:
            copy.record_file(Path(folder, "export.jsonl"))
            assert copy.log().to_dicts() == ledger.log().to_dicts()
            for day in turning_days(story):
                assert everything(copy.at(day)) == everything(ledger.at(day))


@HALF
@given(st.data(), stories(), others())
def test_the_order_of_recording_decides_nothing_once_all_is_known(
    data: st.DataObject, story: Story, more: list[Object]
) -> None:
    first = ledger_of(*surroundings(story.case.grades), *map(told, story.entries), *more)
    other = ledger_of(*surroundings(story.case.grades))
    for statement in data.draw(orders(story.entries, more)):
        try:
            take(other, statement)
        except Refused:
            reject()  # what speaks of an entry that was taken back meanwhile
    assert trail(other) == trail(first)
    known = data.draw(days).isoformat()
    for day in turning_days(story):
        assert states(other, day) == states(first, day)
        assert states(other, day, known=known, known_by="asserted") == states(
            first, day, known=known, known_by="asserted"
        )


@st.composite
def orders(draw: st.DrawFn, deal: Sequence[Entry], more: Sequence[Object]) -> list[Object]:
    """Another order of recording: the opening first, what speaks of one entry in its own order, all else anywhere."""
    by_id = {entry.id: entry for entry in deal}
    spoken_of = {entry.id: _spoken_of(entry, by_id) for entry in deal}
    numbers = {entry.id: draw(st.integers(0, 100)) for entry in deal[1:]} | {deal[0].id: -1}
    for number, entry in enumerate(deal):
        before = [other.id for other in deal[:number] if spoken_of[other.id] & spoken_of[entry.id]]
        numbers[entry.id] = max([numbers[entry.id], *(numbers[other] for other in before)])
    placed = [(numbers[entry.id], told(entry)) for entry in deal]
    for statement in draw(st.permutations(more)):
        is_link = statement["event"] in ("linked", "unlinked")  # of a stream that is opened before
        placed.append((101 if is_link else draw(st.integers(0, 100)), statement))
    return [statement for _, statement in sorted(placed, key=lambda place: place[0])]


def _spoken_of(entry: Entry, by_id: Mapping[str, Entry]) -> set[str]:
    """The entry itself, and those that it speaks of in the end."""
    near = references(entry.event) & by_id.keys()
    return {entry.id}.union(*(_spoken_of(by_id[other], by_id) for other in near))


@HALF
@given(st.data(), stories(), others())
def test_what_was_known_at_an_earlier_time_never_changes(data: st.DataObject, story: Story, more: list[Object]) -> None:
    clock = Clock(ALL_TOLD)
    ledger = ledger_of(*surroundings(story.case.grades), clock=clock)
    objects = [*map(told, story.entries), *more]
    cut = data.draw(st.integers(0, len(objects)))
    day = data.draw(st.sampled_from(turning_days(story)))
    for statement in objects[:cut]:
        take(ledger, statement)
    position, then = ledger.position(), ledger.at(day)
    views = [(known, ledger.at(day, known)) for known in (position, clock.now, clock.now.date())]
    before = _answers(then), [_answers(view) for _, view in views]
    clock.pass_time(days=1)
    for statement in objects[cut:]:
        take(ledger, statement)
    assert _answers(then) == before[0]
    assert [_answers(view) for _, view in views] == before[1]
    assert [_answers(ledger.at(day, known)) for known, _ in views] == before[1]


def _answers(view: View) -> dict[str, Any]:
    """All that a view tells; streams of which it knows nothing are left out, as they may be made later."""
    told = everything(view)
    return {name: answer for name, answer in told.items() if name in TABLES or answer["possible"] is not None}


@HALF
@given(stories(), others(), days)
def test_a_question_about_one_stream_is_answered_as_among_all(story: Story, more: list[Object], known: date) -> None:
    ledger = ledger_of(*surroundings(story.case.grades), *map(told, story.entries), *more)
    for day in turning_days(story, 1):
        for question in ({}, {"known": known, "known_by": "asserted"}, {"known": ledger.position() - 3}):
            apart, among = ledger.at(day, **question), ledger.at(day, **question)
            assert set(among.grades) >= {row.source for row in among.log() if row.source} - {None}
            for stream in ledger.streams():
                assert apart.state(stream).to_dict() == among.state(stream).to_dict()


@given(stories(), days)
def test_a_replay_ends_with_the_state_and_the_possible_holds_all_that_is_certain(story: Story, day: date) -> None:
    ledger = ledger_of(*surroundings(story.case.grades), *map(told, story.entries))
    replay = ledger.replay("deal/random", day)
    state = ledger.at(day).deal("random").to_dict()
    last = replay.to_dicts()[-1]["state"] if len(replay) else {"certain": None, "possible": None}
    for bound in ("certain", "possible"):
        ours, theirs = last[bound], state[bound]
        beside = dict.fromkeys(("expectations", "entries"))  # which a step does not tell
        assert (ours and ours | beside) == (theirs and theirs | beside)
    certain = [step for step in replay if step.certain]
    assert [step for step in replay if step in certain] == certain


@given(stories(), days, st.integers(1, 400))
def test_a_change_of_belief_is_laid_to_entries_that_only_one_belief_knows(
    story: Story, known: date, later: int
) -> None:
    ledger = ledger_of(*surroundings(story.case.grades), *map(told, story.entries))
    both = (known, known + timedelta(days=later))
    comparison = ledger.compare("deal/random", known=both, known_by="asserted")
    fresh = {entry.address for entry in comparison.entries}
    assert all(change.entries and set(change.entries) <= fresh for change in comparison.changes)
    views = [ledger.at(None, moment, "asserted").deal("random") for moment in both]
    assert bool(comparison.changes) >= (_main(views[0].to_dict()) != _main(views[1].to_dict()))


def _main(state: dict[str, Any]) -> Sequence[Any]:
    """The fields that a comparison compares as they are."""
    bounds = (state["certain"] or {}, state["possible"] or {})
    return [
        {k: v for k, v in bound.items() if k not in ("expectations", "sanctions", "entries") and v} for bound in bounds
    ]
