"""Folding a lake: the rows are those that the ledger's own tables keep, whatever was recorded and however divided."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from armsledger import Ledger, lake
from armsledger.domain.errors import UsageError
from armsledger.lake.errors import LakeDamaged, NoLake
from tests.application.book import SEED, SOURCES, STORY, Clock, delivered, entry, opened, paid, take
from tests.application.read_models import empty_ledger, little_kept, record_all, recordings
from tests.domain.histories import Story
from tests.lake.lakes import asked, assert_same_rows, fold, rows_in, synced

Parts = list[tuple[float, list[dict[str, object]]]]
QUOTED = "a defence official"


def told() -> Ledger:
    """A ledger with two deals, and a source that is judged anew after both."""
    clock = Clock()
    ledger = Ledger.in_memory(recorded_by="tester", clock=clock)
    take(ledger, *SOURCES, opened(), opened("deal/y", id="other"))
    clock.pass_time(days=1)
    take(ledger, paid("USD 1m", tranche=1, id="one"), paid("USD 2m", tranche=1, source="rumour", id="two"))
    clock.pass_time(days=1)
    ledger.record("source/rumour", "regraded", reliability="A", reason="its archive was opened")
    clock.pass_time(days=1)
    take(ledger, delivered("2 units"), entry("deal/x", "retracted", target="one", reason="entry-error"))
    return ledger


def test_a_folded_lake_has_the_rows_of_the_ledgers_own_tables(tmp_path: Path) -> None:
    with told() as ledger:
        synced(ledger, tmp_path)
        assert_same_rows(ledger, fold(tmp_path))
        regraded = rows_in(tmp_path / f"read-models/{ledger.position()}", "payments")
        assert len({row[2] for row in regraded}) > 1


def test_the_story_folds_alike_in_many_buckets_by_two_processes(tmp_path: Path) -> None:
    with Ledger.in_memory(recorded_by="tester") as ledger:
        ledger.record_file(SEED)
        ledger.record_file(STORY)
        synced(ledger, tmp_path, 5)
        assert_same_rows(ledger, fold(tmp_path, workers=2))


@settings(max_examples=settings().max_examples // 5)
@given(recordings())
def test_whatever_is_recorded_folds_alike(recorded: tuple[Story, Parts]) -> None:
    ledger, clock = empty_ledger()
    with ledger, TemporaryDirectory() as folder:
        story, parts = recorded
        for count, part in enumerate(parts):
            record_all(ledger, clock, story, [part])
            if count % 3 == 0:
                synced(ledger, Path(folder), 1)  # some segments, of few entries each
        synced(ledger, Path(folder), 1)
        assert_same_rows(ledger, fold(Path(folder)))


def test_a_stream_of_very_many_beliefs_is_told_as_far_as_the_table_tells_it(tmp_path: Path) -> None:
    with little_kept(3, 1, 2), Ledger.in_memory(recorded_by="tester", clock=(clock := Clock())) as ledger:
        take(ledger, *SOURCES, opened())
        for number in range(1, 8):
            clock.pass_time(days=1)
            take(ledger, paid(f"USD {number}m", tranche=number, id=f"p{number}"))
        synced(ledger, tmp_path)
        folder = fold(tmp_path)
        assert_same_rows(ledger, folder)
        noted = dict(ledger.journal().reader.query("SELECT name, known_to FROM unkept WHERE stream = 'deal/x'"))
        assert noted
        for model, position in noted.items():
            assert json.loads((folder / model / "_complete.json").read_text())["streams_not_whole"] == 1
            metadata = asked(
                f"SELECT decode(value) FROM parquet_kv_metadata('{folder / model}/*.parquet')"
                " WHERE decode(key) = 'armsledger.unkept'"
            )
            assert [json.loads(text)["deal/x"][0] for (text,) in metadata if text != "{}"] == [position]


def test_fields_stand_beside_the_row_as_an_export_has_them(tmp_path: Path) -> None:
    with told() as ledger:
        synced(ledger, tmp_path)
        folder = fold(tmp_path, models=["payments"])
    rows = asked(f"SELECT deal, amount::BIGINT, on_earliest FROM '{folder}/payments/*.parquet' WHERE believed = 1")
    assert {(deal, amount, str(on)) for deal, amount, on in rows} == {("x", 2_000_000, "2019-06-01")}


def test_a_name_is_told_where_it_is_not_forgotten(tmp_path: Path) -> None:
    with told() as ledger:
        take(ledger, paid("USD 3m", tranche=2, attribution=QUOTED, id="three"))
        synced(ledger, tmp_path)
        before = fold(tmp_path)
        assert_same_rows(ledger, before)
        ledger.forget(QUOTED)
        assert synced(ledger, tmp_path).removed == (before.name,)
        assert not before.exists()
        assert_same_rows(ledger, fold(tmp_path))
    assert not any(QUOTED.encode() in path.read_bytes() for path in tmp_path.rglob("*.*"))


def test_a_fold_goes_on_where_it_stopped_and_begins_anew_for_another_version(tmp_path: Path) -> None:
    with told() as ledger:
        synced(ledger, tmp_path)
        folder = fold(tmp_path, models=["deals"])
        files = {path.name for path in (folder / "deals").glob("bucket=*")}
        assert files == {f"bucket={one}.parquet" for one in (0, 1, 2)}  # no deal is in the last one
        kept, lost, anew = (folder / f"deals/bucket={one}.parquet" for one in (0, 1, 2))
        before = kept.stat().st_mtime_ns
        lost.unlink()
        noted = folder / "_buckets/2.json"
        noted.write_text(noted.read_text().replace('"stamp": "', '"stamp": "an earlier version, '))
        anew.write_bytes(b"of that version")
        fold(tmp_path, models=["deals"])
        assert kept.stat().st_mtime_ns == before
        assert_same_rows(ledger, fold(tmp_path))


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoLake, match="there is no lake"):
        lake.fold(tmp_path)
    with pytest.raises(UsageError, match="there is no engine 'flink'"):
        lake.fold(tmp_path, engine="flink")
    with pytest.raises(UsageError, match="did you mean deals") as raised:
        lake.fold(tmp_path, models=["deal"])
    assert "no projection 'deal'" in str(raised.value)


def test_an_entry_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with told() as ledger:
        synced(ledger, tmp_path)
    (tmp_path / "persons.parquet").unlink()
    with pytest.raises(LakeDamaged, match=r"persons\.parquet: it is missing"):
        fold(tmp_path)
