"""Verifying a lake without its ledger: whatever is changed is found, and named with its file and entry."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from armsledger import Ledger, lake
from armsledger.domain.errors import LedgerError, UsageError
from armsledger.lake.columns import LEAF, rows_of, segment_schema
from armsledger.lake.errors import LakeDamaged, NoLake
from armsledger.lake.segments import METADATA, Facts, segment_bytes
from armsledger.lake.verification import Verified
from armsledger.storage.proofs.errors import CheckpointFails
from armsledger.storage.proofs.keys import new_key
from armsledger.storage.proofs.merkle import Frontier, leaf_hash
from armsledger.storage.proofs.record import record_bytes
from tests.application.book import SOURCES, Clock, opened, paid, take
from tests.lake.lakes import names, synced

SECOND = "segments/000000000007-000000000009.parquet"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of two segments, of a ledger that signed for its first 4 and its first 8 entries; it has 9."""
    path = tmp_path_factory.mktemp("original")
    new_key(path / "arms.key")
    made = path / "arms.lake"
    with Ledger(path / "arms.db", recorded_by="tester", clock=Clock()) as ledger:
        take(ledger, *SOURCES)
        ledger.checkpoint(path / "4.checkpoint", path / "arms.key")
        take(ledger, opened(), paid("USD 1m", tranche=1))
        synced(ledger, made)
        take(ledger, paid("USD 2m", tranche=2), opened("deal/y", id="y"))
        ledger.checkpoint(path / "8.checkpoint", path / "arms.key")
        take(ledger, paid("USD 3m", tranche=3))
        synced(ledger, made)
    return path


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """A copy of that lake, with the ledger, its checkpoints and the key beside it."""
    shutil.copytree(original, tmp_path, dirs_exist_ok=True)
    return tmp_path / "arms.lake"


def verified(folder: Path, *checkpoints: str, **options: Any) -> Verified:
    files = [folder.parent / f"{name}.checkpoint" for name in checkpoints]
    return lake.verify(folder, checkpoints=files, keys=[folder.parent / "arms.key.pub"], **options)


def edited(
    path: Path, edit: Callable[[list[dict[str, Any]]], Any], facts: Callable[[Facts], Facts] = lambda f: f
) -> None:
    """Write a segment anew with other rows or another description, as somebody does who has our code."""
    file = pq.ParquetFile(path)
    table, told = file.read(), facts(Facts.parse(file.schema_arrow.metadata[METADATA]))
    rows = table.to_pylist()
    edit(rows)
    path.write_bytes(segment_bytes(told, pa.Table.from_pylist(rows, schema=segment_schema()).to_batches()))


def entry_at(rows: list[dict[str, Any]], position: int) -> dict[str, Any]:
    return next(row for row in rows if row["position"] == position)


def root_anew(path: Path, before: Sequence[bytes] | None = None) -> Callable[[Facts], Facts]:
    """What says of a segment's description what belongs there by its leaves, and by what it says is before them."""
    table = pq.ParquetFile(path).read().sort_by("position")

    def anew(facts: Facts) -> Facts:
        frontier = Frontier(facts.first - 1, facts.before if before is None else before)
        frontier.extend(table[LEAF].to_pylist())
        return facts._replace(before=tuple(before or facts.before), root=frontier.root())

    return anew


def leaves_anew(rows: list[dict[str, Any]], schema: pa.Schema) -> None:
    """Hash rows anew, as somebody does who rewrites a segment as a whole."""
    for row in rows:
        ((record),) = rows_of(pa.Table.from_pylist([row], schema=schema))
        row[LEAF] = leaf_hash(record_bytes(record))


def test_a_lake_fits_and_begins_with_what_was_signed(folder: Path) -> None:
    came_to = verified(folder, "4", "8")
    assert (came_to.entries, came_to.segments) == (9, 2)
    assert [(one.size, len(one.signed_by)) for one in came_to.confirmed] == [(4, 1), (8, 1)]
    with Ledger(folder.parent / "arms.db") as ledger:
        assert came_to.root == ledger.root().root


@pytest.mark.parametrize(
    ("column", "value"),
    [("payload", "{}"), ("recorded_by", "nobody"), ("source", None), ("version", 7), ("login", "somebody")],
)
def test_an_entry_that_was_edited_is_named_with_its_file(folder: Path, column: str, value: Any) -> None:
    edited(folder / SECOND, lambda rows: entry_at(rows, 7).update({column: value}))
    with pytest.raises(LakeDamaged, match=r"000000000007-000000000009\.parquet: the entry .*\(position 7, id "):
        verified(folder)


@pytest.mark.parametrize(
    ("column", "value"), [("bucket", 0), ("kind", "source"), ("key", "z"), ("first_of_instant", 3)]
)
def test_what_a_fold_goes_by_is_verified_too(folder: Path, column: str, value: Any) -> None:
    def edit(rows: list[dict[str, Any]]) -> None:
        entry_at(rows, 8).update({column: value})
        rows.sort(key=lambda row: (row["bucket"], row["stream"], row["version"]))

    edited(folder / SECOND, edit)
    with pytest.raises(LakeDamaged, match=f"position 8, .* has a wrong {column} beside it"):
        verified(folder)


@pytest.mark.parametrize("payload", ["{}", "no JSON"])
def test_a_fold_takes_no_damaged_entry_for_one_that_was_recorded_so(folder: Path, payload: str) -> None:
    edited(folder / SECOND, lambda rows: entry_at(rows, 8).update(payload=payload))
    with pytest.raises(LakeDamaged, match="is damaged"):
        lake.fold(folder)


def test_rows_in_another_order_are_found(folder: Path) -> None:
    table = pq.ParquetFile(folder / SECOND).read()
    pq.write_table(table.take(list(reversed(range(table.num_rows)))), folder / SECOND)
    with pytest.raises(LakeDamaged, match="not sorted by bucket"):
        verified(folder)


def test_an_entry_that_was_taken_out_or_put_in_place_of_another_is_found(folder: Path) -> None:
    edited(folder / SECOND, lambda rows: rows.pop())
    with pytest.raises(LakeDamaged, match="it has 2 rows"):
        verified(folder)


def test_a_position_that_is_missing_is_named(folder: Path) -> None:
    edited(folder / SECOND, lambda rows: entry_at(rows, 8).update(position=10))
    with pytest.raises(LakeDamaged, match="there is no entry at position 8"):
        verified(folder)


def test_a_segment_that_was_rewritten_with_its_hashes_leads_to_another_root(folder: Path) -> None:
    schema = pq.ParquetFile(folder / SECOND).schema_arrow

    def edit(rows: list[dict[str, Any]]) -> None:
        entry_at(rows, 7)["recorded_by"] = "nobody"
        leaves_anew(rows, schema)

    edited(folder / SECOND, edit)
    with pytest.raises(LakeDamaged, match="its entries do not lead to the root that it names"):
        verified(folder)


def test_a_lake_that_was_rewritten_as_a_whole_does_not_fit_the_checkpoint(folder: Path) -> None:
    schema = pq.ParquetFile(folder / SECOND).schema_arrow

    def edit(rows: list[dict[str, Any]]) -> None:
        entry_at(rows, 7)["recorded_by"] = "nobody"
        leaves_anew(rows, schema)

    edited(folder / SECOND, edit)
    edited(folder / SECOND, lambda rows: None, root_anew(folder / SECOND))
    assert verified(folder, "4").entries == 9
    with pytest.raises(CheckpointFails, match="the first 8 entries of the lake are others") as raised:
        verified(folder, "8")
    assert "8.checkpoint" in raised.value.place


def test_segments_of_two_histories_do_not_fit_together(folder: Path) -> None:
    edited(folder / SECOND, lambda rows: None, root_anew(folder / SECOND, (bytes(32), bytes(32))))
    with pytest.raises(LakeDamaged, match="does not go on from the entries up to position 6"):
        verified(folder)


def test_processes_verify_as_one_does(folder: Path) -> None:
    assert verified(folder, "4", "8", workers=2) == verified(folder, "4", "8", workers=0)
    two_histories = root_anew(folder / SECOND, (bytes(32), bytes(32)))
    original = (folder / SECOND).read_bytes()

    def another_source(rows: list[dict[str, Any]]) -> None:
        entry_at(rows, 8)["source"] = None

    def another_first(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row["first_of_instant"] = 3

    edits: list[tuple[Callable[[list[dict[str, Any]]], None], Callable[[Facts], Facts]]] = [
        (another_source, lambda facts: facts),
        (another_first, lambda facts: facts),
        (lambda rows: None, two_histories),
    ]
    for (rows, facts), told in zip(
        edits, ("position 8, ", "the entry at position 7 has", "does not go on"), strict=True
    ):
        (folder / SECOND).write_bytes(original)
        edited(folder / SECOND, rows, facts)
        with pytest.raises(LakeDamaged, match=told) as alone:
            verified(folder, workers=0)
        with pytest.raises(LakeDamaged) as together:
            verified(folder, workers=2)
        assert str(together.value) == str(alone.value)


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        ({"ledger_id": "other"}, "of another ledger"),
        ({"buckets": 4}, "of a lake with other buckets"),
        ({"first": 6}, "it has the entries 6 to 9"),
        ({"first": 8}, "it does not say what it is"),
        ({"last": 10}, "it has the entries 7 to 10"),
        ({"before": ()}, "it does not say what it is"),
    ],
)
def test_a_file_that_says_it_is_another_is_found(folder: Path, facts: dict[str, Any], what: str) -> None:
    edited(folder / SECOND, lambda rows: None, lambda said: said._replace(**facts))
    with pytest.raises(LakeDamaged, match=what):
        verified(folder)


def test_files_that_are_cut_off_missing_or_strange_are_named(folder: Path) -> None:
    data = (folder / SECOND).read_bytes()
    (folder / SECOND).write_bytes(data[:-10])
    with pytest.raises(LakeDamaged, match=r"000000000009\.parquet: it cannot be read"):
        verified(folder)
    (folder / SECOND).write_bytes(data[:200] + bytes(100) + data[300:])
    with pytest.raises(LakeDamaged):
        verified(folder)
    (folder / SECOND).write_bytes(data)
    (folder / names(folder)[0]).unlink(missing_ok=True)
    (folder / "segments" / names(folder)[0]).unlink()
    with pytest.raises(LakeDamaged, match="does not go on from position 0"):
        verified(folder)
    (folder / "lake.json").write_text("{}")
    with pytest.raises(LakeDamaged, match=r"lake\.json: it does not say"):
        verified(folder)
    (folder / "lake.json").unlink()
    with pytest.raises(NoLake):
        verified(folder)


def test_a_lake_that_lost_its_end_is_too_short_for_the_checkpoint(folder: Path) -> None:
    (folder / SECOND).unlink()
    assert verified(folder, "4").entries == 6
    with pytest.raises(CheckpointFails, match="has only 6 entries, and it signs for 8"):
        verified(folder, "8")


def test_a_checkpoint_of_another_ledger_or_signer_is_refused(folder: Path, tmp_path: Path) -> None:
    new_key(tmp_path / "other.key")
    with Ledger(tmp_path / "other.db", recorded_by="tester", clock=Clock()) as other:
        take(other, *SOURCES)
        other.checkpoint(tmp_path / "4.checkpoint", tmp_path / "arms.key", replace=True, first=True)
    with pytest.raises(CheckpointFails, match="it is one of another ledger"):
        verified(folder, "4")
    with pytest.raises(LedgerError, match="it is not signed by"):
        lake.verify(folder, checkpoints=[tmp_path / "8.checkpoint"], keys=[tmp_path / "other.key.pub"])
    with pytest.raises(UsageError, match="there is no key"):
        lake.verify(folder, checkpoints=[tmp_path / "8.checkpoint"])
    with pytest.raises(UsageError, match="2 keys cannot have signed"):
        verified(folder, "8", signers=2)
    with pytest.raises(UsageError, match="there is no checkpoint that 2 keys"):
        verified(folder, signers=2)
