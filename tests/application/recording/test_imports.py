"""Exports taken into empty ledgers: the same log, times, states and root, or nothing at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given

from armsledger import Ledger, LedgerError
from armsledger.application.recording.imports import LedgerNotEmpty, WrongRoot
from armsledger.domain.errors import UnreadableDossier, UnreadableValue, UsageError
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.payment import TranchePaid
from armsledger.storage.errors import LedgerMissing
from tests.application.book import (
    ALL_TOLD,
    SEED,
    SOURCES,
    STORY,
    Clock,
    Object,
    book,
    jsonl,
    opened,
    paid,
    states,
    take,
)
from tests.application.read_models import answers, empty_ledger, record_all, recordings, tables
from tests.application.test_properties import HALF, turning_days
from tests.domain.histories import Story
from tests.storage.copying.earlier import rows_of

ROW = (
    "position, stream, version, name, format, entry_id, on_earliest, on_latest, asserted_earliest, asserted_latest,"
    " source, recorded_at, recorded_by, payload, hashes"
)
Change = Callable[[list[dict[str, Any]]], None]


def root_of(ledger: Ledger) -> str:
    """The root of a ledger's tree."""
    return ledger.verify(journal_only=True).root.hex()


def stored(ledger: Ledger) -> list[tuple[Any, ...]]:
    """The journal as it is stored, hashes included."""
    return ledger.journal().reader.query(f"SELECT {ROW} FROM journal ORDER BY position")


def exported(ledger: Ledger, folder: Path) -> Path:
    """A ledger's export."""
    path = folder / "export.jsonl"
    ledger.export_jsonl(path, replace=True)
    return path


def changed(path: Path, change: Change) -> Path:
    """An export with something changed in it."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    change(lines)
    path.write_bytes(jsonl(lines))
    return path


@HALF
@given(recordings())
def test_any_ledger_is_the_same_after_the_way_through_its_export(
    recorded: tuple[Story, list[tuple[float, list[Object]]]],
) -> None:
    story, parts = recorded
    ledger, clock = empty_ledger()
    with TemporaryDirectory() as folder, ledger, Ledger.in_memory(clock=clock) as twin:
        record_all(ledger, clock, story, parts)
        taken = twin.import_jsonl(exported(ledger, Path(folder)), root=root_of(ledger))
        assert taken.root.hex() == root_of(ledger)
        assert (taken.entries, taken.streams) == (ledger.position(), len(ledger.streams()))
        assert stored(twin) == stored(ledger)
        assert twin.log().to_dicts() == ledger.log().to_dicts()
        assert tables(twin) == tables(ledger)
        for day in turning_days(story):
            assert states(twin, day) == states(ledger, day)
            assert answers(twin.at(day)) == answers(ledger.at(day))


def test_both_examples_keep_their_root(tmp_path: Path) -> None:
    clock = Clock(ALL_TOLD)
    with Ledger(tmp_path / "first.db", clock=clock) as ledger, Ledger(tmp_path / "twin.db", clock=clock) as twin:
        ledger.record_file(SEED)
        clock.pass_time(days=1)
        ledger.record_file(STORY)
        twin.import_jsonl(exported(ledger, tmp_path), root=root_of(ledger).upper())
        assert stored(twin) == stored(ledger)
        assert twin.info().ledger_id != ledger.info().ledger_id
        assert twin.verify().sound


def test_an_export_is_taken_into_an_empty_ledger_on_a_server(
    tmp_path: Path, postgres_address: Callable[[], str]
) -> None:
    there = postgres_address()
    with book(opened(attribution="Ann Other"), paid("USD 1m")) as ledger, Ledger(there) as twin:
        export = exported(ledger, tmp_path)
        with pytest.raises(LedgerMissing):
            twin.import_jsonl(export)
        Ledger.create(there).close()
        with pytest.raises(WrongRoot):
            twin.import_jsonl(export, root="0" * 64)
        assert twin.position() == 0
        assert twin.import_jsonl(export, root=root_of(ledger)).entries == ledger.position()
        assert stored(twin) == stored(ledger)
        assert [row.name for row in twin.persons()] == ["Ann Other"]


def test_another_root_than_expected_leaves_nothing(tmp_path: Path) -> None:
    with book(opened(), paid("USD 1m")) as ledger, Ledger(tmp_path / "twin.db") as twin:
        export, root = exported(ledger, tmp_path), root_of(ledger)
        changed(export, lambda lines: lines[-1].update(amount="USD 2m"))
        with pytest.raises(WrongRoot, match=root) as refusal:
            twin.import_jsonl(export, root=root)
        assert refusal.value.remedy
        assert not (tmp_path / "twin.db").exists()
        changed(export, without_the_last)
        with pytest.raises(WrongRoot):
            twin.import_jsonl(export, root=root)
        assert [path.name for path in tmp_path.iterdir()] == ["export.jsonl"]


def test_an_empty_ledger_is_empty_again_after_a_wrong_root(tmp_path: Path) -> None:
    with book(opened()) as ledger, Ledger.create(tmp_path / "twin.db") as twin:
        with pytest.raises(WrongRoot):
            twin.import_jsonl(exported(ledger, tmp_path), root="0" * 64)
        assert twin.position() == 0
        assert twin.import_jsonl(tmp_path / "export.jsonl").root.hex() == root_of(ledger)


@pytest.mark.parametrize("root", ["", "0", "0" * 63, "g" * 64, "0" * 66, "0x" + "0" * 62])
def test_what_is_no_root_is_refused_before_anything_is_done(root: str, tmp_path: Path) -> None:
    with Ledger(tmp_path / "twin.db") as twin, pytest.raises(UsageError, match="is not a root"):
        twin.import_jsonl(tmp_path / "none.jsonl", root=root)


def test_a_ledger_that_holds_something_takes_no_export(tmp_path: Path) -> None:
    with book(opened()) as ledger, Ledger(tmp_path / "twin.db") as twin:
        take(twin, *SOURCES)
        with pytest.raises(LedgerNotEmpty, match="holds 4 entries") as refusal:
            twin.import_jsonl(exported(ledger, tmp_path))
        assert "armsledger record" in refusal.value.remedy
        assert twin.position() == len(SOURCES)


def test_what_is_no_export_is_not_imported(tmp_path: Path) -> None:
    dossier = tmp_path / "dossier.jsonl"
    dossier.write_bytes(jsonl([*SOURCES, opened()]))
    with Ledger(tmp_path / "twin.db") as twin, pytest.raises(UnreadableDossier, match="is no export") as refusal:
        twin.import_jsonl(dossier)
    assert "armsledger record" in refusal.value.remedy
    assert not (tmp_path / "twin.db").exists()


def test_an_entry_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with book(opened()) as ledger, Ledger(tmp_path / "twin.db") as twin:
        export = changed(exported(ledger, tmp_path), lambda lines: lines.append(lines[-1]))
        with pytest.raises(UnreadableDossier, match="repeat others"):
            twin.import_jsonl(export)
        assert not (tmp_path / "twin.db").exists()


def test_an_export_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    with book(opened()) as ledger, Ledger(tmp_path / "twin.db") as twin:
        export = exported(ledger, tmp_path)
        export.write_bytes(export.read_bytes()[:-20])
        with pytest.raises(LedgerError):
            twin.import_jsonl(export)
        assert not (tmp_path / "twin.db").exists()


# What an earlier release has encoded otherwise


@pytest.fixture
def next_release(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes the next release of this one: it has another form of payments, and reads those of before."""

    def upcast(fields: dict[str, Any]) -> dict[str, Any]:
        return {**fields, "note": f"{fields.get('note', 'a payment')}, as it was told before"}

    def release() -> None:
        version = TranchePaid.schema_version
        monkeypatch.setattr(TranchePaid, "schema_version", version + 1)
        monkeypatch.setitem(CATALOGUE._current, "deal.tranche-paid", version + 1)
        monkeypatch.setitem(CATALOGUE.upcasts, ("deal.tranche-paid", version), upcast)

    return release


PAYMENTS = (
    paid("USD 1m", tranche=1, id="one"),
    paid("USD 2m", tranche=2, id="two", note='«ä» "quoted" \\ note', attribution={"speaker": 'Ann «Ä» "Other"'}),
)


def test_an_entry_of_an_earlier_release_is_stored_as_it_was(tmp_path: Path, next_release: Callable[[], None]) -> None:
    clock = Clock(ALL_TOLD)
    with book(opened(), *PAYMENTS, clock=clock) as ledger:
        next_release()
        take(ledger, paid("USD 3m", tranche=3, id="three", attribution='Ann «Ä» "Other"'))
        root, export = root_of(ledger), exported(ledger, tmp_path)
        lines = [json.loads(line) for line in export.read_text(encoding="utf-8").splitlines()]
        assert [line["id"] for line in lines if "stored" in line] == ["one", "two"]
        assert next(line["note"] for line in lines if "stored" in line) == "a payment, as it was told before"
        with Ledger(tmp_path / "twin.db", clock=clock) as twin:
            twin.import_jsonl(export, root=root)
            assert stored(twin) == stored(ledger)
            assert twin.log().to_dicts() == ledger.log().to_dicts()
            assert twin.verify().sound
            again = exported(twin, tmp_path).read_text(encoding="utf-8")
        assert [json.loads(line) for line in again.splitlines()] == lines


def test_who_is_forgotten_stays_so_in_what_an_earlier_release_has_stored(
    tmp_path: Path, next_release: Callable[[], None]
) -> None:
    with book(opened(), *PAYMENTS) as ledger:
        next_release()
        ledger.forget('Ann «Ä» "Other"')
        root = root_of(ledger)
        export = exported(ledger, tmp_path)
        assert "«Ä»" not in export.read_text(encoding="utf-8")
        with Ledger.in_memory() as twin:
            twin.import_jsonl(export, root=root)
            assert stored(twin) == stored(ledger)
            assert [row.name for row in twin.persons()] == [None]


def test_a_payload_that_says_otherwise_than_its_entry_is_refused(
    tmp_path: Path, next_release: Callable[[], None]
) -> None:
    with book(opened(), *PAYMENTS) as ledger, Ledger(tmp_path / "twin.db") as twin:
        next_release()
        export = exported(ledger, tmp_path)
        changed(export, lambda lines: lines[-1].update(amount="USD 9m"))
        with pytest.raises(UnreadableValue, match="does not say what the entry says"):
            twin.import_jsonl(export)
        assert not (tmp_path / "twin.db").exists()


@pytest.mark.parametrize(
    "written",
    [
        "text",
        [],
        {"format": 1},
        {"payload": "{}"},
        {"format": "1", "payload": "{}"},
        {"format": True, "payload": "{}"},
        {"format": 0, "payload": "{}"},
        {"format": 2**31, "payload": "{}"},
        {"format": 1, "payload": 7},
        {"format": 1, "payload": "no json"},
        {"format": 1, "payload": "[]"},
        {"format": 99, "payload": "{}"},
        {"format": 1, "payload": "[" * 100_000},
        {"in_clear": 1},
        {"other": 1},
    ],
)
def test_what_is_written_under_stored_must_be_right(written: Any, tmp_path: Path) -> None:
    with book(opened()) as ledger, Ledger(tmp_path / "twin.db") as twin:
        export = changed(exported(ledger, tmp_path), lambda lines: lines[-1].update(stored=written))
        with pytest.raises(UnreadableValue) as refusal:
            twin.import_jsonl(export)
    assert "as it was written" in refusal.value.remedy
    assert refusal.value.field == "stored"


def without_the_last(lines: list[dict[str, Any]]) -> None:
    """An export that ends too early."""
    del lines[-1]


def all_in_clear(lines: list[dict[str, Any]]) -> None:
    """Have names stand in all entries as they are."""
    for line in lines:
        line.setdefault("stored", {})["in_clear"] = True


def without_seals(lines: list[dict[str, Any]]) -> None:
    """An export as it was before there were seals."""
    for line in lines:
        line.pop("persons", None)


def test_into_a_ledger_that_holds_something_entries_are_stored_as_all_others(
    tmp_path: Path, next_release: Callable[[], None]
) -> None:
    with book(opened(), *PAYMENTS) as ledger, Ledger(tmp_path / "other.db", clock=Clock(ALL_TOLD)) as other:
        next_release()
        export = exported(ledger, tmp_path)
        changed(export, all_in_clear)
        other.record("source/other", "registered", publisher="Other")
        assert other.record_file(export).recorded == ledger.position()
        formats = other.journal().reader.query("SELECT format FROM journal WHERE name = 'deal.tranche-paid'")
        assert formats == [(2,), (2,)]
        assert "«Ä»" not in "".join(str(row) for row in rows_of(tmp_path / "other.db"))


def test_an_export_of_before_there_were_seals_is_sealed(tmp_path: Path) -> None:
    with book(opened(attribution="Ann Other")) as ledger, Ledger.in_memory() as twin:
        export = changed(exported(ledger, tmp_path), without_seals)
        twin.import_jsonl(export)
        assert [row.name for row in twin.persons()] == ["Ann Other"]
        assert "Ann Other" not in str(stored(twin))
