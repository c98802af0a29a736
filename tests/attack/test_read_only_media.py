"""Media that cannot be written: what is recorded is read, to record is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.storage.errors import LedgerReadOnly
from tests.attack.mounts import disk, needs_mounts, read_only
from tests.attack.statements import Told, record_dossier, record_single, record_source
from tests.cli.runner import Inside

pytestmark = needs_mounts


@pytest.fixture
def medium(tmp_path: Path) -> Iterator[Path]:
    """A folder that is a disk of its own."""
    with disk(tmp_path / "medium") as folder:
        yield folder


def entries_of(path: Path) -> list[Told]:
    """What is recorded."""
    with Ledger(path) as ledger:
        return [Told(row.position, row.id) for row in ledger.log()]


def merged(medium: Path, elsewhere: Path) -> list[Told]:
    """A ledger whose writer has ended well."""
    with Ledger(medium / "armsledger.db") as ledger:
        return record_source(ledger, "source") + record_dossier(ledger, "deal/x", "dossier", 5)


def unmerged(medium: Path, elsewhere: Path, *suffixes: str) -> list[Told]:
    """A ledger whose writer was killed: the files as they stand while it is open."""
    known = merged(elsewhere, medium)
    with Ledger(elsewhere / "armsledger.db") as ledger:
        known += record_single(ledger, "deal/x", "unmerged", 0)
        for suffix in ("", "-wal", *suffixes):
            shutil.copy(elsewhere / f"armsledger.db{suffix}", medium / f"armsledger.db{suffix}")
    return known


def unmerged_with_its_index(medium: Path, elsewhere: Path) -> list[Told]:
    """The same with SQLite's index of the -wal file."""
    return unmerged(medium, elsewhere, "-shm")


def emptied(medium: Path, elsewhere: Path) -> list[Told]:
    """A ledger with a -wal file in which nothing waits."""
    known = merged(medium, elsewhere)
    (medium / "armsledger.db-wal").touch()
    return known


@pytest.mark.parametrize("make", [merged, emptied, unmerged_with_its_index])
def test_what_is_recorded_is_read_and_nothing_is_written(
    medium: Path, tmp_path: Path, make: Callable[[Path, Path], list[Told]]
) -> None:
    known, path = make(medium, tmp_path), medium / "armsledger.db"
    with read_only(medium):
        assert entries_of(path) == known
        with Ledger(path) as ledger:
            assert [row.deal for row in ledger.at("2022-12-31").deals()] == ["x"]
            for refused in (lambda: record_source(ledger, "another"), ledger.rebuild):
                with pytest.raises(LedgerReadOnly, match="cannot be written") as refusal:
                    refused()
                assert "copy the ledger, with the -wal file" in refusal.value.remedy
            assert len(ledger.log()) == len(known)
    assert entries_of(path) == known


def test_what_waits_in_a_wal_file_is_never_left_out_silently(medium: Path, tmp_path: Path) -> None:
    known, path = unmerged(medium, tmp_path), medium / "armsledger.db"
    with read_only(medium):
        with pytest.raises(LedgerReadOnly, match="waits in its -wal file") as refusal:
            entries_of(path)
        shutil.copytree(medium, tmp_path / "copy")  # as the remedy says
    assert "copy the ledger, with the -wal file" in refusal.value.remedy
    assert entries_of(tmp_path / "copy" / path.name) == known


def test_commands_say_that_nothing_can_be_written_there(medium: Path, tmp_path: Path, armsledger: Inside) -> None:
    merged(medium, tmp_path)
    (tmp_path / "dossier.jsonl").write_text('{"key": "other", "publisher": "P"}\n')
    with read_only(medium):
        shown = armsledger(f"deals --json --ledger {medium}/armsledger.db")
        assert [row["deal"] for row in shown.json] == ["x"]
        for command in (
            f"record dossier.jsonl --ledger {medium}/armsledger.db",
            f"record dossier.jsonl --ledger {medium}/new.db",
            f"init --ledger {medium}/new.db",
            f"export jsonl {medium}/out.jsonl --ledger {medium}/armsledger.db",
        ):
            answer = armsledger(command)
            assert (answer.status, answer.out) == (1, ""), command
            assert "cannot be written" in answer.err, command
            assert "remedy: " in answer.err, command
    assert [file.name for file in medium.iterdir()] == ["armsledger.db"]
