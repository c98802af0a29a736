"""Recording a dossier: in any order, whole or not at all, whatever its length."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger import Ledger, Refused
from armsledger.application.recording import dossiers, transaction
from armsledger.domain.errors import (
    FutureDate,
    NotOpened,
    RetractedTarget,
    SelfContradiction,
    UnknownCode,
    UnknownSource,
    UnknownTarget,
    UnreadableDossier,
)
from bench.generator import generate_deals, generate_sources, write_jsonl
from tests.application.book import (
    ALL_TOLD,
    SEED,
    SOURCES,
    STORY,
    Clock,
    Object,
    book,
    delivered,
    entry,
    example,
    expected,
    jsonl,
    opened,
    paid,
    states,
    take,
    trail,
)

pytestmark = pytest.mark.usefixtures("database")

DATES = ("2018-10-15", "2021-11-12", "2021-12-31", "2026-12-01")
ABOUT_OTHERS: tuple[Object, ...] = (
    {"key": "late", "publisher": "Late", "published": "2022-01-01", "reliability": "A"},
    opened(source="late"),
    opened("deal/y", id="other-opening", same_as=None),
    paid("USD 1m", tranche=1, id="payment"),
    paid("USD 2m", tranche=1, id="rival", source="paper"),
    delivered("1 unit", id="batch"),
    delivered("2 units", id="same-batch", same_as="batch", source="paper"),
    delivered("9 units", id="mistake", on="2021-07-01"),
    expected("delivered", "../2022", id="hope"),
    entry("deal/x", "expectation-revised", id="later", target="hope", due="../2023", source="paper"),
    entry("deal/x", "expectation-withdrawn", id="no-hope", target="later", source="rumour"),
    entry("deal/x", "corrected", id="repair", target="payment", set={"amount": "USD 3m"}, reason="entry-error"),
    entry("deal/x", "resolved", id="verdict", preferred="rival", over=["payment"], source="late"),
    entry("deal/x", "disputed", id="doubt", target="batch", source="rumour"),
    entry("deal/x", "retracted", id="taking-back", target="mistake", reason="it was another deal's"),
    entry("deal/x", "retracted", id="taking-back-again", target="taking-back", reason="it was this one after all"),
    entry("source/late", "regraded", id="regrading", reliability="B"),
    entry("framework/f", "expired", id="expiry", on="2021-01-01"),
    entry("framework/f", "signed", id="signature", on="2011-01-01", parties=["IND", "RUS"]),
)
"""Entries that need others of the same dossier: sources, openings, targets."""


def told(objects: Sequence[Object]) -> tuple[Any, Any]:
    """The states at several dates and the entries by id of a ledger that holds these objects."""
    with Ledger.in_memory(clock=Clock(ALL_TOLD)) as ledger:
        report = take(ledger, *objects)
        assert report.recorded == ledger.position() == len(objects)
        return [states(ledger, day) for day in DATES], trail(ledger)


# the order does not matter


@pytest.mark.parametrize("path", [SEED, STORY], ids=lambda path: path.stem)
@settings(max_examples=settings().max_examples // 10)
@given(seed=st.integers(0, 2**32))
def test_an_example_in_any_order_gives_the_same_ledger(path: Path, seed: int) -> None:
    objects = list(example(path))
    Random(seed).shuffle(objects)
    assert told(objects) == told(example(path))


@settings(max_examples=settings().max_examples // 3)
@given(st.permutations((*SOURCES, *ABOUT_OTHERS)))
def test_entries_that_need_others_may_stand_before_them(objects: list[Object]) -> None:
    assert told(objects) == told((*SOURCES, *ABOUT_OTHERS))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_two_examples_in_either_order_give_the_same_states() -> None:
    both = [(SEED, STORY), (STORY, SEED)]
    ledgers = [Ledger.in_memory(clock=Clock(ALL_TOLD)) for _ in both]
    for ledger, paths in zip(ledgers, both, strict=True):
        assert sum(ledger.record_file(path).recorded for path in paths) == 105
    one, other = ledgers
    assert trail(one) == trail(other)
    assert [states(one, day) for day in DATES] == [states(other, day) for day in DATES]


def test_an_opening_may_stand_before_the_source_that_it_cites() -> None:
    source = {"key": "new", "publisher": "New", "published": "2022"}
    ledger = Ledger.in_memory(clock=Clock())
    assert take(ledger, opened(source="new"), source).recorded == 2
    assert ledger.streams() == ["deal/x", "source/new"]


@pytest.mark.parametrize("lifted", ["retracted", "corrected"])
def test_what_a_source_said_otherwise_is_taken_once_the_other_is_out_of_the_way(lifted: str) -> None:
    way: dict[str, dict[str, Any]] = {"retracted": {}, "corrected": {"set": {"tranche": 2}}}
    wrong, right = paid("USD 1m", tranche=1, id="wrong"), paid("USD 2m", tranche=1, id="right")
    repair = entry("deal/x", lifted, target="wrong", reason="entry-error", **way[lifted])
    for objects in ((wrong, repair, right), (wrong, right, repair)):
        assert take(book(opened()), *objects).recorded == 3


def test_an_opening_taken_back_makes_room_for_another() -> None:
    back = entry("deal/x", "retracted", target="opening", reason="entry-error")
    other = opened(supplier="USA", id="other")
    for objects in ((opened(), back, other), (opened(), other, back), (back, opened(), other)):
        (row,) = book(*objects).at().deals()
        assert row.supplier == "USA"


# whole or not at all

MISTAKES: dict[str, tuple[Object, type[Refused], str]] = {
    "an unknown source": (paid("USD 1m", source="nobody"), UnknownSource, "no source 'nobody' is registered"),
    "nothing opened": (paid("USD 1m", "deal/nothing"), NotOpened, "nothing opened this stream"),
    "nothing to repair": (entry("deal/x", "disputed", target="nothing"), UnknownTarget, "there is no entry 'nothing'"),
    "taken back already": (
        entry("deal/x", "disputed", target="mistake"),
        RetractedTarget,
        "is retracted already",
    ),
    "a contradiction": (
        paid("USD 9m", tranche=1, id="z"),
        SelfContradiction,
        "says amount USD 9m here and USD 1m in dossier.jsonl:2",
    ),
    "a future": (paid("USD 1m", on="2031", asserted="2021-11-20"), FutureDate, "which is after today"),
    "a typo": (opened("deal/z", buyer="Indai"), UnknownCode, "'Indai' is no country"),
}
AROUND = (
    opened(),
    paid("USD 1m", tranche=1, id="a"),
    delivered("9 units", id="mistake"),
    entry("deal/x", "retracted", target="mistake", reason="wrong"),
    delivered("1 unit"),
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", list(MISTAKES))
@pytest.mark.parametrize("batch", [1, 1000])
def test_one_mistake_in_the_middle_and_nothing_is_recorded(
    name: str, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mistake, kind, message = MISTAKES[name]
    monkeypatch.setattr(transaction, "BATCH", batch)
    ledger = book(opened("deal/before", id="before"))
    before = (ledger.position(), trail(ledger))
    with pytest.raises(kind, match=message) as refusal:
        take(ledger, *AROUND[:-1], mistake, *AROUND[-1:])
    assert type(refusal.value) is kind
    assert refusal.value.place == "dossier.jsonl:5"
    assert (ledger.position(), trail(ledger)) == before
    assert take(ledger, *AROUND).first == before[0] + 1


def test_a_refused_dossier_leaves_no_new_ledger(path: Path, tmp_path: Path) -> None:
    dossier = tmp_path / "dossier.jsonl"
    dossier.write_bytes(jsonl([*SOURCES, opened(), paid("USD 1m", source="nobody")]))
    with Ledger(path) as ledger, pytest.raises(UnknownSource):
        ledger.record_file(dossier)
    with Ledger(path) as ledger, pytest.raises(UnreadableDossier):
        ledger.record_file(tmp_path)
    assert list(tmp_path.iterdir()) == [dossier]


def test_an_interruption_leaves_no_new_ledger_and_no_change(path: Path) -> None:
    def interrupt(count: int) -> None:
        if count == 10:
            raise KeyboardInterrupt

    with Ledger(path) as ledger:
        with pytest.raises(KeyboardInterrupt):
            ledger.record_file(SEED, progress=interrupt)
        assert list(path.parent.iterdir()) == []
        ledger.record_file(SEED)
        with pytest.raises(KeyboardInterrupt):
            ledger.record_file(STORY, progress=interrupt)
        assert ledger.position() == 21
        assert ledger.record_file(STORY).recorded == 84


def test_what_waits_for_a_mistake_is_not_blamed_for_it() -> None:
    dossier = [opened(source="nobdy"), paid("USD 1m"), delivered("1 unit"), *SOURCES]
    with pytest.raises(UnknownSource, match="no source 'nobdy'") as refusal:
        take(Ledger.in_memory(), *dossier)
    assert refusal.value.place == "dossier.jsonl:1"


# the report


def test_the_report_counts_entries_streams_and_positions() -> None:
    ledger = book(opened())
    report = take(ledger, opened(), paid("USD 1m"), delivered("1 unit"), opened("deal/y", id="y"))
    assert (report.recorded, report.known, report.streams, report.first, report.last) == (3, 1, 2, 6, 8)
    assert (report.findings, report.unchecked, report.dry_run, report.times_ignored) == ((), 0, False, False)


def test_the_report_tells_the_findings_that_are_new() -> None:
    ledger = book(opened(), paid("USD 1m", tranche=1))
    report = take(ledger, paid("USD 2m", tranche=1, source="paper"), entry("deal/x", "disputed", target="opening"))
    assert sorted(finding.code for finding in report.findings) == ["contested", "disputed"]


def test_too_many_streams_are_counted_and_left_to_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossiers, "STREAMS_CHECKED", 3)
    ledger = book()
    objects = [opened(f"deal/x{number}", id=f"o{number}") for number in range(7)]
    rivals = [opened("deal/x0", id="rival", on="2019-01-01", source="paper")]
    report = take(ledger, *objects, *rivals)
    assert (report.streams, report.unchecked, report.findings) == (7, 7, ())
    assert [row.code for row in ledger.check()] == ["contested"]


def test_progress_tells_how_many_entries_were_decided_upon(place: str) -> None:
    told: list[int] = []
    with Ledger(place) as ledger:
        ledger.record_file(SEED, progress=told.append)
        assert told == list(range(1, 22))
        ledger.record_file(SEED, progress=told.append)
        assert told == list(range(1, 22)) * 2


# a dry run


def test_a_dry_run_tells_what_would_happen_and_records_nothing(path: Path) -> None:
    with Ledger(path) as ledger:
        report = ledger.record_file(SEED, dry_run=True)
        assert (report.recorded, report.known, report.streams, report.dry_run) == (21, 0, 10, True)
        assert "deal/india-s400@1 opened on 2018-10" in report.proposed
        assert list(path.parent.iterdir()) == []
        ledger.record_file(SEED)
        before = trail(ledger)
        report = ledger.record_file(STORY, dry_run=True)
        assert (report.recorded, report.known, len(report.findings) > 0) == (84, 5, True)
        assert trail(ledger) == before


def test_a_dry_run_of_a_mistake_is_refused_like_a_recording() -> None:
    ledger = book()
    with pytest.raises(NotOpened):
        take(ledger, paid("USD 1m"), dry_run=True)
    assert take(ledger, opened(), dry_run=True).recorded == 1
    assert ledger.streams("deal") == []


def test_a_dry_run_in_memory_leaves_the_ledger_as_it_was() -> None:
    ledger = book(opened())
    before = ledger.log().to_dicts()
    assert take(ledger, paid("USD 1m"), dry_run=True).recorded == 1
    assert ledger.log().to_dicts() == before


# long files


def generated(tmp_path: Path, count: int) -> Path:
    """A dossier of so many deals, in the order in which deals that live at the same time would be told."""
    path = tmp_path / "generated.jsonl"
    write_jsonl([*generate_sources(), *generate_deals(count)], path)
    lines = path.read_bytes().splitlines(keepends=True)
    Random(count).shuffle(lines)
    path.write_bytes(b"".join(lines))
    return path


@pytest.mark.parametrize(
    ("database", "batch", "histories", "sources"),
    [
        ("sqlite", 1, 1, 1),
        ("sqlite", 7, 2, 3),
        ("sqlite", 1000, 1, 4096),
        ("sqlite", 3, 512, 1),
        ("sqlite", 50, 5, 5),
        ("postgresql", 7, 2, 3),
    ],
    indirect=["database"],
)
def test_a_file_far_longer_than_what_is_kept_in_memory_gives_the_same_ledger(
    batch: int, histories: int, sources: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = generated(tmp_path, 20)
    clock = Clock(ALL_TOLD)
    with Ledger.in_memory(recorded_by="me", clock=clock) as ledger:
        whole = ledger.record_file(path)
        log = ledger.log().to_dicts()
    monkeypatch.setattr(transaction, "BATCH", batch)
    monkeypatch.setattr(transaction, "HISTORIES_HELD", histories)
    monkeypatch.setattr(transaction, "SOURCES_HELD", sources)
    with Ledger.in_memory(recorded_by="me", clock=clock) as ledger:
        assert ledger.record_file(path) == whole
        assert ledger.log().to_dicts() == log
        again = ledger.record_file(path)
        assert (again.recorded, again.known) == (0, whole.recorded)


def test_the_examples_are_the_same_however_little_is_kept_in_memory(
    story: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BATCH", "HISTORIES_HELD", "SOURCES_HELD"):
        monkeypatch.setattr(transaction, name, 1)
    with Ledger.in_memory(recorded_by="tester", clock=Clock(ALL_TOLD)) as ledger:
        for path in (SEED, STORY):
            ledger.record_file(path)
        assert ledger.log().to_dicts() == story.log().to_dicts()
        assert [states(ledger, day) for day in DATES] == [states(story, day) for day in DATES]


# other ways in


def test_a_dossier_may_come_as_a_stream() -> None:
    ledger = Ledger.in_memory(clock=Clock(ALL_TOLD))
    assert ledger.record_stream(BytesIO(SEED.read_bytes())).recorded == 21
    assert ledger.record_stream(BytesIO(SEED.read_bytes()), dry_run=True).known == 21
    with pytest.raises(UnreadableDossier, match="there is no file nothing"):
        ledger.record_file("nothing.yaml")


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n"])
def test_an_empty_dossier_is_refused_and_makes_no_ledger(path: Path, text: str) -> None:
    with Ledger(path) as ledger, pytest.raises(UnreadableDossier, match="the file is empty"):
        ledger.record_stream(BytesIO(text.encode()))
    assert list(path.parent.iterdir()) == []
