"""What was tried on lakes to have them tell something else, or to have others read them, or to lose files."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from armsledger import Ledger, lake
from armsledger.domain.errors import UsageError
from armsledger.lake.errors import (
    ForgottenMeanwhile,
    LakeBusy,
    LakeDamaged,
    LakeUnreachable,
    NoLake,
    OtherReadModels,
)
from armsledger.lake.folder import READ_MODELS, folder_at
from tests.application.book import SOURCES, Clock, opened, paid, take
from tests.lake.lakes import assert_same_rows, fold, synced
from tests.soak import tell

QUOTED = "a defence official"
PRIVATE = 0o600
FLIPS, FLIPS_SOAK = 150, 5_000


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A private ledger in which somebody is quoted."""
    with Ledger.create(tmp_path / "arms.db", recorded_by="tester", clock=Clock()) as made:
        (tmp_path / "arms.db").chmod(PRIVATE)
        take(made, *SOURCES, opened(), opened("deal/y", id="y"), paid("USD 1m", tranche=1, attribution=QUOTED))
        yield made


@pytest.fixture
def folder(ledger: Ledger, tmp_path: Path) -> Path:
    """Its lake."""
    synced(ledger, tmp_path / "arms.lake")
    return tmp_path / "arms.lake"


def segment_in(folder: Path) -> Path:
    (segment,) = (folder / "segments").glob("*.parquet")
    return segment


def modes(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}


class TestWhoMayRead:
    def test_read_models_have_the_mode_of_the_ledger_wherever_they_are(self, folder: Path, tmp_path: Path) -> None:
        fold(folder)
        fold(folder, out=tmp_path / "elsewhere")
        assert modes(folder) == modes(tmp_path / "elsewhere") == {PRIVATE}

    def test_a_lake_is_closed_with_its_ledger(self, ledger: Ledger, tmp_path: Path) -> None:
        (tmp_path / "arms.db").chmod(0o644)
        folder = tmp_path / "open.lake"
        synced(ledger, folder)
        fold(folder)
        assert modes(folder) == {0o644}
        (tmp_path / "arms.db").chmod(PRIVATE)
        synced(ledger, folder)
        assert modes(folder) == {PRIVATE}

    def test_others_cannot_hold_the_lock(self, folder: Path) -> None:
        assert not (folder / ".lock").stat().st_mode & 0o007

    def test_no_message_has_a_password(self) -> None:
        with pytest.raises(LakeUnreachable) as raised:
            lake.fold("nosuch://ann:geheim@host/arms.lake")
        assert "geheim" not in str(raised.value)


class TestWhatIsToldOfRows:
    def test_a_file_that_hides_rows_from_readers_is_found(self, folder: Path) -> None:
        path = segment_in(folder)
        data = path.read_bytes()
        length = int.from_bytes(data[-8:-4], "little")
        rows, footer = data[: -8 - length], data[-8 - length :]
        (bucket,) = {row["bucket"] for row in pq.ParquetFile(path).read().to_pylist() if row["stream"] == "deal/x"}
        told = b"\x04" + bucket.to_bytes(4, "little")
        assert told in footer
        path.write_bytes(rows + footer.replace(told, b"\x04" + (9).to_bytes(4, "little")))
        with pytest.raises(LakeDamaged, match="what it tells of the bucket of some rows is not so"):
            lake.verify(folder)

    @pytest.mark.parametrize("flips", [FLIPS, pytest.param(FLIPS_SOAK, marks=pytest.mark.soak)])
    def test_a_flipped_bit_of_the_rows_is_found(self, folder: Path, flips: int) -> None:
        path, random = segment_in(folder), Random(7)
        data = path.read_bytes()
        end = len(data) - 8 - int.from_bytes(data[-8:-4], "little")  # of a footer, libraries may break down
        for _ in range(flips):
            place, bit = random.randrange(end), 1 << random.randrange(8)
            path.write_bytes(data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])
            with pytest.raises(LakeDamaged):
                lake.verify(folder)
        tell("one bit flipped in the rows of a segment of a lake", flips=flips, found=flips)

    @pytest.mark.parametrize("flips", [4, pytest.param(400, marks=pytest.mark.soak)])
    def test_a_flipped_bit_of_a_footer_breaks_nothing_down(self, folder: Path, flips: int) -> None:
        path, random = segment_in(folder), Random(7)
        right, data = pq.ParquetFile(path).read(), path.read_bytes()
        start = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
        for _ in range(flips):
            place, bit = random.randrange(start, len(data)), 1 << random.randrange(8)
            path.write_bytes(data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])
            try:
                lake.verify(folder, workers=1)
            except LakeDamaged:
                continue
            assert pq.ParquetFile(path).read().equals(right)

    def test_a_reader_that_breaks_down_is_told(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("armsledger.lake.verification.PROGRAM", "import os; os.abort()")
        with pytest.raises(LakeDamaged, match=r"0007\.parquet: it cannot be read: the process that read it"):
            lake.verify(folder, workers=1)

    def test_what_is_nested_without_end_is_damaged(self, folder: Path) -> None:
        deep = "[" * 100_000
        fold(folder)
        for noted in (folder / READ_MODELS).rglob("_buckets/*.json"):
            noted.write_text(deep)
        fold(folder)
        (folder / "lake.json").write_text(deep)
        with pytest.raises(LakeDamaged, match=r"lake\.json"):
            lake.verify(folder)

    @pytest.mark.parametrize("noted", ['{"deals": {"stamp": "s", "rows": "x", "unkept": null}}', "[]", '{"deals": 1}'])
    def test_notes_that_make_no_sense_are_as_if_not_there(self, ledger: Ledger, folder: Path, noted: str) -> None:
        folded = fold(folder)
        (folded / "_buckets/1.json").write_text(noted)
        assert_same_rows(ledger, fold(folder))

    @pytest.mark.parametrize(
        "columns",
        [
            {"id": ["a", "a"], "name": ["x", "y"]},
            {"id": [None, "a"], "name": ["x", "y"]},
            {"id": pa.array([2**63], pa.uint64()), "name": ["x"]},
            {"id": ["a"], "name": [["x"]]},
            {"id": ["a"]},
        ],
    )
    def test_persons_that_make_no_sense_are_told(self, folder: Path, columns: Any) -> None:
        pq.write_table(pa.table(columns), folder / "persons.parquet")
        with pytest.raises(LakeDamaged, match=r"persons\.parquet: it cannot be read") as raised:
            fold(folder)
        assert "writes it anew" in raised.value.remedy

    @pytest.mark.parametrize("workers", [0, 2])
    def test_somebody_who_is_missing_is_told_whoever_folds(self, folder: Path, workers: int) -> None:
        pq.write_table(pa.table({"id": pa.array([], pa.string()), "name": []}), folder / "persons.parquet")
        with pytest.raises(LakeDamaged, match=r"persons\.parquet: it lacks the person [0-9a-f]{32}, whom") as raised:
            fold(folder, workers=workers)
        assert "writes it anew" in raised.value.remedy


class TestOfWhichLake:
    def test_read_models_of_another_lake_are_not_taken_for_ones_own(self, folder: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        with Ledger.in_memory(recorded_by="tester", clock=Clock()) as other:
            take(other, *SOURCES, opened(), opened("deal/y", id="y"), paid("USD 2m", tranche=1))
            synced(other, tmp_path / "other.lake")
            folded = fold(tmp_path / "other.lake", out=out)
            with pytest.raises(OtherReadModels, match=f"{folded} holds read models of another lake"):
                fold(folder, out=out)
            assert_same_rows(other, folded)

    def test_a_lake_that_was_made_anew_is_folded_anew(self, ledger: Ledger, folder: Path) -> None:
        fold(folder)
        for path in [*folder.glob("segments/*"), folder / "lake.json", folder / "persons.parquet"]:
            path.unlink()
        synced(ledger, folder, 1)
        folded = fold(folder)
        assert_same_rows(ledger, folded)
        assert {path.name for path in folded.glob("deals/bucket=*")} == {"bucket=0.parquet", "bucket=1.parquet"}

    def test_a_later_release_is_asked_for(self, folder: Path) -> None:
        told = json.loads((folder / "lake.json").read_text())
        (folder / "lake.json").write_text(json.dumps({**told, "schema": 2}))
        with pytest.raises(NoLake, match="reads up to 1") as raised:
            lake.verify(folder)
        assert "newer release" in raised.value.remedy


class TestFilesOfOthers:
    @pytest.mark.parametrize("name", ["segments/part-0.parquet", "persons.parquet"])
    def test_a_folder_with_files_of_others_becomes_no_lake(self, ledger: Ledger, tmp_path: Path, name: str) -> None:
        own = tmp_path / "data" / name
        own.parent.mkdir(parents=True)
        own.write_bytes(b"mine")
        with pytest.raises(NoLake, match="there is no lake, and ") as raised:
            synced(ledger, tmp_path / "data")
        assert "empty folder" in raised.value.remedy
        assert own.read_bytes() == b"mine"
        assert not (tmp_path / "data/lake.json").exists()

    @pytest.mark.parametrize("name", ["mine.parquet", ".mine.parquet", "mine", "mine.parquet.gz", "more/mine.parquet"])
    def test_what_is_among_the_segments_is_left_there_and_told(self, ledger: Ledger, folder: Path, name: str) -> None:
        own = folder / "segments" / name
        own.parent.mkdir(exist_ok=True)
        own.write_bytes(b"mine")
        for read in (lambda: synced(ledger, folder), lambda: lake.verify(folder)):
            with pytest.raises(LakeDamaged, match=rf"segments/{re.escape(name.partition('/')[0])}: it is no segment"):
                read()
        assert own.read_bytes() == b"mine"

    @pytest.mark.parametrize("data", [None, b""])
    def test_a_name_alone_removes_no_segment(self, ledger: Ledger, folder: Path, data: bytes | None) -> None:
        right = segment_in(folder)
        wrong = right.with_name(f"{right.name[:13]}{10**9:012}.parquet")
        wrong.write_bytes(right.read_bytes() if data is None else data)
        with pytest.raises(LakeDamaged, match=wrong.name) as raised:
            synced(ledger, folder)
        assert "move it elsewhere" in raised.value.remedy
        assert right.exists()
        wrong.unlink()
        assert synced(ledger, folder).entries == 0
        assert lake.verify(folder).entries > 0

    @pytest.mark.parametrize("options", [{"out": ""}, {}])
    def test_no_name_is_no_folder(self, folder: Path, monkeypatch: pytest.MonkeyPatch, options: Any) -> None:
        monkeypatch.chdir(folder)
        with pytest.raises(UsageError, match="has no name"):
            lake.fold("." if options else "", **options)


class TestAtOnce:
    def test_two_folds_into_one_folder_are_one_too_many(self, folder: Path) -> None:
        with folder_at(folder / READ_MODELS).locked(), pytest.raises(LakeBusy, match=READ_MODELS):
            fold(folder, models=["deals"], timeout_seconds=0.1)

    def test_what_is_removed_while_it_is_folded_is_told(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def removed(*_: Any) -> None:
            folder_at(folder).remove(f"{READ_MODELS}/{position}")

        position = int(segment_in(folder).stem.rpartition("-")[2])
        monkeypatch.setattr("armsledger.lake.engines._check_nobody_forgotten", removed)
        with pytest.raises(ForgottenMeanwhile):
            fold(folder)

    def test_who_is_forgotten_is_gone_even_if_there_is_no_room_for_more(
        self, ledger: Ledger, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: Any) -> None:
            raise LakeUnreachable(str(folder), OSError(28, "No space left on device"))

        folded = fold(folder)
        ledger.forget(QUOTED)
        monkeypatch.setattr("armsledger.lake.sync._write", full)
        with pytest.raises(LakeUnreachable):
            synced(ledger, folder)
        assert not folded.exists()

    def test_read_models_behind_a_link_are_taken_away_too(self, ledger: Ledger, folder: Path, tmp_path: Path) -> None:
        folded = fold(folder)
        os.rename(folded, tmp_path / "moved")
        folded.symlink_to(tmp_path / "moved")
        ledger.forget(QUOTED)
        assert synced(ledger, folder).removed == (folded.name,)
        assert not folded.is_symlink()
