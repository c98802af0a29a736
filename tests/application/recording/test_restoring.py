"""An export, recorded again: into an empty ledger it gives the same ledger, into another the same statements."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger, LedgerError, View
from armsledger.application.recording import transaction
from armsledger.domain.errors import UnreadableDossier, UnreadableValue
from armsledger.exchange.errors import FileExists
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
    jsonl,
    opened,
    paid,
    states,
    take,
    trail,
)

pytestmark = pytest.mark.usefixtures("database")

DATES = ("2018-12-31", "2021-11-12", "2021-12-31", "2026-11-22")
RECORDERS = ("archivist", "archivist", "analyst", "archivist")


def written_by_several(place: str) -> str:
    """A ledger written on several days by several people, with repairs and a regrading."""
    clock = Clock(ALL_TOLD)
    parts: tuple[tuple[Object, ...], ...] = (
        (*SOURCES, opened(), paid("USD 1m", tranche=1, id="payment")),
        (delivered("1 unit", id="batch"), entry("deal/x", "retracted", target="batch", reason="wrong", source=None)),
        (
            entry("deal/x", "corrected", target="payment", set={"amount": "USD 2m"}, reason="entry-error", source=None),
            entry("source/paper", "regraded", reliability="A"),
        ),
        (
            paid("USD 3m", tranche=1, source="paper"),
            entry("deal/x", "retracted", target="deal/x@4", reason="no, right"),
        ),
    )
    for recorder, objects in zip(RECORDERS, parts, strict=True):
        with Ledger(place, recorded_by=recorder, clock=clock) as ledger:
            take(ledger, *objects)
        clock.pass_time(days=1, microseconds=123)
    return place


def later() -> Clock:
    """A clock after all that is restored."""
    clock = Clock(ALL_TOLD)
    clock.pass_time(days=30)
    return clock


def exported(ledger: Ledger, path: Path) -> Path:
    """The ledger's export."""
    assert ledger.export_jsonl(path, replace=True) == ledger.position()
    return path


def answers(view: View) -> Any:
    """All that a view tells."""
    tables = (view.deals, view.payments, view.deliveries, view.sanctions, view.expectations, view.engagements)
    rows = [table().to_dicts() for table in (*tables, view.frameworks, view.sources, view.findings, view.log)]
    return rows, [view.state(stream).to_dict() for stream in view.streams()]


def test_a_restored_ledger_is_the_same_ledger(place: str, tmp_path: Path) -> None:
    with Ledger(written_by_several(place), clock=later()) as ledger, Ledger.in_memory(clock=later()) as copy:
        report = copy.record_file(exported(ledger, tmp_path / "export.jsonl"))
        assert (report.recorded, report.times_ignored) == (ledger.position(), False)
        assert copy.log().to_dicts() == ledger.log().to_dicts()
        assert {row.recorded_by for row in copy.log()} == {"archivist", "analyst"}
        assert len({row.recorded_at for row in copy.log()}) == 4
        days = sorted({row.recorded_at.date() for row in ledger.log()})
        for known in (None, *days, 6, 9):
            for known_by in ("recorded", "asserted") if not isinstance(known, int) else ("recorded",):
                assert answers(copy.at(known=known, known_by=known_by)) == answers(
                    ledger.at(known=known, known_by=known_by)
                )


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_recorders_and_times_are_kept_however_few_are_written_at_once(
    batch: int, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "BATCH", batch)
    monkeypatch.setattr(transaction, "HISTORIES_HELD", batch)
    with Ledger(written_by_several(place)) as ledger, Ledger.in_memory(clock=later()) as copy:
        copy.record_file(exported(ledger, tmp_path / "export.jsonl"))
        assert copy.log().to_dicts() == ledger.log().to_dicts()


def test_the_export_of_a_restored_ledger_is_the_same_text(story: Ledger, tmp_path: Path) -> None:
    first = exported(story, tmp_path / "first.jsonl")
    with Ledger.in_memory(clock=Clock(ALL_TOLD)) as copy:
        copy.record_file(first)
        assert exported(copy, tmp_path / "second.jsonl").read_bytes() == first.read_bytes()
        assert [states(copy, day) for day in DATES] == [states(story, day) for day in DATES]


def test_a_restored_ledger_goes_on(place: str, tmp_path: Path) -> None:
    with Ledger(written_by_several(place)) as ledger, Ledger.in_memory(clock=later()) as copy:
        copy.record_file(exported(ledger, tmp_path / "export.jsonl"))
        last = copy.log()[-1].recorded_at
        assert copy.record("deal/x", "tested", on="2021", source="wire").address == "deal/x@8"
        assert copy.log()[-1].recorded_at >= last
        again = copy.record_file(tmp_path / "export.jsonl")
        assert (again.recorded, again.known) == (0, ledger.position())


def test_into_a_ledger_that_holds_something_it_is_recorded_anew_and_the_report_says_so(
    place: str, tmp_path: Path
) -> None:
    clock = later()
    with Ledger(written_by_several(place), clock=clock) as ledger:
        export = exported(ledger, tmp_path / "export.jsonl")
        other = Ledger.in_memory(recorded_by="somebody", clock=clock)
        other.record("source/other", "registered", publisher="Other")
        report = other.record_file(export)
        assert (report.recorded, report.first, report.times_ignored) == (ledger.position(), 2, True)
        assert {(row.recorded_by, row.recorded_at) for row in other.log()} == {("somebody", clock.now)}
        theirs = {key: said for key, said in trail(other).items() if said["data"].get("publisher") != "Other"}
        assert theirs == trail(ledger)
        for day in DATES:
            here = states(other, day)
            here.pop("source/other")
            assert here == states(ledger, day)


def test_a_dossier_that_is_no_export_keeps_no_times() -> None:
    report = take(Ledger.in_memory(), *SOURCES, opened())
    assert not report.times_ignored


def test_an_export_cut_off_in_the_middle_is_taken_as_far_as_it_stands_on_its_own(tmp_path: Path, seed: Ledger) -> None:
    lines = exported(seed, tmp_path / "export.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "half.jsonl").write_text("".join(lines[:10]), encoding="utf-8")
    with Ledger.in_memory(clock=Clock(ALL_TOLD)) as copy:
        assert copy.record_file(tmp_path / "half.jsonl").recorded == 10
        assert copy.log().to_dicts() == seed.log().to_dicts()[:10]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"recorded_at": "2026-11-22"}, UnreadableValue, "is not a time of recording"),
        ({"recorded_by": ""}, UnreadableValue, "does not tell by whom"),
        ({"recorded_at": None}, UnreadableDossier, "which others of this dossier have"),
        ({"recorded_at": "2001-01-01T00:00:00.000000Z"}, LedgerError, "it was recorded before the entry"),
    ],
)
def test_an_export_that_was_meddled_with_is_refused_and_nothing_is_recorded(
    change: dict[str, Any], kind: type[LedgerError], message: str, seed: Ledger, tmp_path: Path
) -> None:
    lines = exported(seed, tmp_path / "export.jsonl").read_text(encoding="utf-8").splitlines()
    objects = [json.loads(line) for line in lines]
    objects[5] |= change
    (tmp_path / "export.jsonl").write_bytes(jsonl(objects))
    with Ledger(tmp_path / "copy.db", clock=Clock(ALL_TOLD)) as copy, pytest.raises(kind, match=message):
        copy.record_file(tmp_path / "export.jsonl")
    assert not (tmp_path / "copy.db").exists()


def test_an_export_never_overwrites_a_file_unless_it_is_told_to(seed: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(FileExists):
        seed.export_jsonl(path)
    assert path.read_text(encoding="utf-8") == "precious"
    assert seed.export_jsonl(path, replace=True) == 21


def test_both_examples_survive_the_way_there_and_back(tmp_path: Path) -> None:
    for number, example in enumerate((SEED, STORY)):
        clock = Clock(ALL_TOLD)
        with Ledger.in_memory(clock=clock) as ledger, Ledger.in_memory(clock=clock) as copy:
            ledger.record_file(example)
            copy.record_file(exported(ledger, tmp_path / f"{number}.jsonl"))
            assert answers(copy.at("2021-12-31")) == answers(ledger.at("2021-12-31"))


def test_an_empty_ledger_has_an_empty_export(tmp_path: Path) -> None:
    with book() as ledger, Ledger.in_memory() as empty:
        assert empty.export_jsonl(tmp_path / "empty.jsonl") == 0
        assert (tmp_path / "empty.jsonl").read_bytes() == b""
        assert ledger.export_jsonl(tmp_path / "sources.jsonl") == len(SOURCES)
