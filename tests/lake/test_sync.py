"""Bringing a lake up to date: only what is new, whole segments in their order, and no other ledger's."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest

from armsledger import Ledger, lake
from armsledger.domain.errors import UsageError
from armsledger.lake.description import Description
from armsledger.lake.errors import LakeBusy, LakeDamaged, LakeUnreachable, NotContinued, OtherBuckets, OtherLedger
from armsledger.lake.folder import folder_at
from armsledger.lake.segments import Segment, chain_of, ends_between
from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.journal import Journal
from bench.generator import drafts, generate_deals, generate_sources
from tests.application.book import SOURCES, Clock, opened, paid, take
from tests.lake.lakes import asked, fold, names, synced
from tests.processes import all_ended, started
from tests.soak import tell
from tests.storage.forger import forge, rehash

SHORT = 8
"""So many entries fill a segment, in some tests."""


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments are short."""
    monkeypatch.setattr("armsledger.lake.segments.LONGEST", SHORT)


@pytest.fixture
def ledger(tmp_path: Path) -> Any:
    """A ledger in a file, with six entries."""
    with Ledger(tmp_path / "arms.db", recorded_by="tester", clock=Clock()) as made:
        take(made, *SOURCES, opened(), paid("USD 1m", tranche=1, attribution="a defence official"))
        yield made


def more(ledger: Ledger, count: int) -> None:
    """Record some payments."""
    head = ledger.position()
    take(ledger, *(paid("USD 1m", tranche=head + number, id=f"p{head + number}") for number in range(count)))


def test_ranges_end_at_multiples_of_a_number_and_at_the_last_entry(short: None) -> None:
    assert ends_between(0, 0) == []
    assert ends_between(0, 8) == [Segment(1, 8)]
    assert ends_between(0, 9) == [Segment(1, 8), Segment(9, 9)]
    assert ends_between(3, 20) == [Segment(4, 8), Segment(9, 16), Segment(17, 20)]
    assert ends_between(8, 16) == [Segment(9, 16)]


def test_streams_are_divided_by_the_hash_of_their_names_and_sources_stand_apart() -> None:
    description = Description(1, "id", "2026-11-22T12:00:00.000000Z", 64)
    assert description.bucket_of("source/wire") == 0
    # printf deal/india-s400 | sha256sum begins with 9664b7054d3f24d5
    assert description.bucket_of("deal/india-s400") == 0x9664B7054D3F24D5 % 64 + 1


def test_each_sync_adds_what_is_new_and_touches_nothing_else(short: None, ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "arms.lake"
    first = synced(ledger, folder)
    assert (first.entries, first.segments, first.position) == (6, 1, 6)
    assert first.root == ledger.root().root
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.parquet") if "segments" in path.parts}
    assert synced(ledger, folder).entries == 0
    more(ledger, 12)
    again = synced(ledger, folder)
    assert (again.entries, again.segments, again.position) == (12, 3, 18)
    assert again.root == ledger.root().root
    assert names(folder) == [
        "000000000001-000000000006.parquet",
        "000000000007-000000000008.parquet",
        "000000000009-000000000016.parquet",
        "000000000017-000000000018.parquet",
    ]
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert lake.verify(folder).root == again.root


def test_an_empty_ledger_makes_an_empty_lake(tmp_path: Path) -> None:
    with Ledger.in_memory() as ledger:
        assert synced(ledger, tmp_path).position == 0
    assert lake.verify(tmp_path).entries == 0
    assert set(lake.fold(tmp_path, workers=0, models=["deals"]).rows.values()) == {0}


def test_a_bucket_is_a_row_group_of_its_own_and_rows_are_sorted(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "arms.lake"
    more(ledger, 10)
    take(ledger, *(opened(f"deal/d{number}", id=f"o{number}") for number in range(20)))
    synced(ledger, folder)
    (path,) = folder.glob("segments/*")
    metadata = pq.read_metadata(path)
    place = pq.read_schema(path).get_field_index("bucket")
    columns = [metadata.row_group(number).column(place).statistics for number in range(metadata.num_row_groups)]
    assert [(one.min, one.max) for one in columns] == [(0, 0), (1, 1), (2, 2), (3, 3)]
    rows = asked(f"SELECT bucket, stream, version FROM '{path}'")
    assert rows == sorted(rows)


def test_names_stand_in_one_file_and_sealed_in_the_segments(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "arms.lake"
    synced(ledger, folder)
    segment = f"{folder}/segments/*.parquet"
    seal = "json_extract_string(payload, '$.attribution.speaker.sealed')"
    named = asked(f"SELECT p.name FROM '{segment}' JOIN '{folder}/persons.parquet' p ON p.id = {seal}[:32]")
    assert named == [("a defence official",)]
    ledger.forget("a defence official")
    synced(ledger, folder)
    assert asked(f"SELECT name FROM '{folder}/persons.parquet'") == [(None,)]
    assert not any(b"a defence official" in path.read_bytes() for path in folder.rglob("*.parquet"))


def test_files_may_be_read_by_those_who_may_read_the_ledger(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "arms.db").chmod(0o600)
    synced(ledger, tmp_path / "arms.lake")
    more(ledger, 1)
    synced(ledger, tmp_path / "arms.lake")
    files = [path for path in (tmp_path / "arms.lake").rglob("*.*") if path.is_file() and path.name != ".lock"]
    assert len(files) == 4
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


# what is refused


def test_another_ledger_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    synced(ledger, tmp_path / "arms.lake")
    with Ledger.in_memory() as other, pytest.raises(OtherLedger, match="of another ledger"):
        synced(other, tmp_path / "arms.lake")


def test_a_rewritten_ledger_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "arms.lake"
    synced(ledger, folder)
    ledger.close()
    forge(tmp_path / "arms.db", "UPDATE journal SET recorded_by = 'nobody' WHERE position = 5")
    rehash(tmp_path / "arms.db")
    more(ledger, 1)
    with pytest.raises(NotContinued, match=r"000000000006\.parquet .* 6: the entries up to there are others"):
        synced(ledger, folder)
    assert names(folder) == ["000000000001-000000000006.parquet"]


def test_an_earlier_copy_of_the_ledger_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    ledger.backup(tmp_path / "earlier.db")
    more(ledger, 2)
    synced(ledger, tmp_path / "arms.lake")
    with Ledger(tmp_path / "earlier.db") as earlier, pytest.raises(NotContinued, match="it has only 6 entries"):
        synced(earlier, tmp_path / "arms.lake")


def test_an_entry_that_does_not_fit_the_tree_is_not_passed_on(ledger: Ledger, tmp_path: Path) -> None:
    ledger.close()
    forge(tmp_path / "arms.db", "UPDATE journal SET recorded_by = 'nobody' WHERE position = 5")
    with pytest.raises(LedgerDamaged, match=r"deal/x@1 \(position 5, id opening\) does not fit the hashes"):
        synced(ledger, tmp_path / "arms.lake")
    assert names(tmp_path / "arms.lake") == []


def test_the_number_of_buckets_stays(ledger: Ledger, tmp_path: Path) -> None:
    synced(ledger, tmp_path / "arms.lake", 3)
    assert synced(ledger, tmp_path / "arms.lake", None).entries == 0
    with pytest.raises(OtherBuckets, match="divided into 3 buckets"):
        synced(ledger, tmp_path / "arms.lake", 4)
    with pytest.raises(UsageError, match="cannot have 0 buckets"):
        synced(ledger, tmp_path / "other.lake", 0)


def test_a_file_in_the_lakes_place_is_an_error_with_its_name(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "arms.lake").write_text("")
    with pytest.raises(LakeUnreachable, match=r"arms\.lake"):
        synced(ledger, tmp_path / "arms.lake")


# several at once, and killed ones


def test_whoever_writes_at_the_same_time_waits_or_is_told(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "arms.lake"
    with (
        folder_at(folder).locked(),
        Ledger(tmp_path / "arms.db", timeout_seconds=0.1) as other,
        pytest.raises(LakeBusy, match="somebody else writes to "),
    ):
        synced(other, folder)
    assert synced(ledger, folder).entries == 6


def test_segments_that_do_not_follow_each_other_are_refused_and_put_right(
    short: None, ledger: Ledger, tmp_path: Path
) -> None:
    folder = tmp_path / "arms.lake"
    synced(ledger, folder)
    (shorter,) = folder.glob("segments/*")
    data = shorter.read_bytes()
    shorter.unlink()
    more(ledger, 1)
    synced(ledger, folder)
    shorter.write_bytes(data)  # as somebody leaves it who began earlier, on a storage without locks
    with pytest.raises(LakeDamaged, match="does not go on from position 7"):
        lake.verify(folder)
    more(ledger, 1)
    synced(ledger, folder)
    assert names(folder) == ["000000000001-000000000007.parquet", "000000000008-000000000008.parquet"]
    assert lake.verify(folder).entries == 8


def test_a_lake_on_a_storage_of_fsspecs_is_the_same(short: None, ledger: Ledger, tmp_path: Path) -> None:
    synced(ledger, tmp_path / "arms.lake")
    address = f"memory://{tmp_path.name}/arms.lake"
    ledger.sync_lake(address, buckets=3)
    more(ledger, 9)
    ledger.sync_lake(address)
    synced(ledger, tmp_path / "arms.lake")
    assert lake.verify(address)[:5] == lake.verify(tmp_path / "arms.lake")[:5]
    local, remote = folder_at(tmp_path / "arms.lake"), folder_at(address)
    assert chain_of(local) == chain_of(remote)
    assert [local.read(one.name) for one in chain_of(local).segments] == [
        remote.read(one.name) for one in chain_of(remote).segments
    ]
    fold(tmp_path / "arms.lake", models=["payments"])
    lake.fold(address, workers=0, models=["payments"])
    name = f"read-models/{ledger.position()}/payments/bucket=1.parquet"
    assert remote.read(name) is not None
    assert local.read(name) == remote.read(name)
    remote.remove("read-models")
    assert remote.names("read-models") == []


def test_no_bucket_is_made(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def mkdir(files: object, path: str, *, create_parents: bool = True) -> None:
        made.append((path, create_parents))

    monkeypatch.setattr("fsspec.implementations.memory.MemoryFileSystem.mkdir", mkdir)
    monkeypatch.setattr("fsspec.implementations.memory.MemoryFileSystem.makedirs", None)
    ledger.sync_lake("memory://bucket/arms.lake")
    assert made == [("/bucket/arms.lake", False), ("/bucket/arms.lake/segments", False)]


SYNC = """
import sys
import armsledger.lake.segments as segments
import armsledger.lake.sync as sync
from armsledger import Ledger
segments.LONGEST = 64
sync.SEGMENTS_WORTH_WORKERS = int(sys.argv[3])
with Ledger(sys.argv[1]) as ledger:
    ledger.position()
    print("begins", flush=True)
    ledger.sync_lake(sys.argv[2], buckets=4)
    print("done", flush=True)
"""


def filled(path: Path, deals: int) -> None:
    """A ledger with generated deals."""
    with Journal.create(path) as journal:
        journal.append(list(drafts(chain(generate_sources(), generate_deals(deals)))), recorded_by="tester")


def killed(folder: Path, times: int, seed: int, worth_workers: int) -> int:
    """Kill syncs of one lake at any moment, and let two at once come to its end; how many were cut off.

    ``worth_workers`` is for how many segments others are started.
    """
    random = Random(seed)
    filled(folder / "arms.db", 100)
    cut_off, lakes = 0, folder / "arms.lake"
    command = [sys.executable, "-c", SYNC, str(folder / "arms.db"), str(lakes), str(worth_workers)]
    for _ in range(times):
        with started(command) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begins\n"
            time.sleep(random.uniform(0, 0.5))
            process.kill()
            cut_off += "done" not in process.stdout.read()
        found = chain_of(folder_at(lakes))
        assert found.strays == []
        if (lakes / "lake.json").exists():
            assert lake.verify(lakes).entries == found.last
    assert all_ended(*[command] * 2) == [(0, "begins\ndone\n")] * 2
    with Ledger(folder / "arms.db") as ledger:
        assert lake.verify(lakes).root == ledger.root().root
    assert [path for path in lakes.rglob(".*") if path.name != ".lock"] == []
    return cut_off


def test_a_killed_sync_leaves_whole_segments_and_the_next_two_at_once_finish_it(tmp_path: Path) -> None:
    assert killed(tmp_path, 1, seed=1, worth_workers=100) <= 1


@pytest.mark.soak
def test_syncs_killed_forty_times(tmp_path: Path) -> None:
    cut_off = killed(tmp_path, 40, seed=40, worth_workers=4)
    tell("lake: syncs killed at any moment", killed=40, cut_off=cut_off)
    assert cut_off > 10


# on a server


def test_the_lake_of_a_copy_on_a_server_is_the_same(
    short: None, ledger: Ledger, tmp_path: Path, postgres_address: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    more(ledger, 40)
    address = postgres_address()
    ledger.copy_to(address)
    monkeypatch.setattr("armsledger.lake.sync.cores", lambda: 2)
    with Ledger(address) as server:
        assert synced(server, tmp_path / "server.lake").position == 46
    monkeypatch.setattr("armsledger.lake.sync.cores", lambda: 1)
    synced(ledger, tmp_path / "arms.lake")
    written, copied = (
        {path.name: path.read_bytes() for path in (tmp_path / name).glob("segments/*")}
        for name in ("arms.lake", "server.lake")
    )
    assert len(written) == 6
    assert written == copied
