"""A ledger is made whole or not at all, and never over another file."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from armsledger.storage import creation
from armsledger.storage.creation import create_file
from armsledger.storage.errors import FolderMissing, LedgerExists, LedgerFull, NotALedger
from armsledger.storage.journal import Journal
from armsledger.storage.schema import APPLICATION_ID, OWN_TABLES, SCHEMA_VERSION
from armsledger.storage.tables import metadata
from tests.fork_server import ForkServer
from tests.storage.drafts import NOON, draft, stopped


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the ledger is to be."""
    return tmp_path / "ledger.db"


def test_a_new_ledger_says_what_it_is(address: str) -> None:
    with Journal.create(address, clock=stopped()) as journal:
        meta = journal.reader.meta()
    assert meta["schema_version"] == str(SCHEMA_VERSION)
    assert meta["created_at"] == "2026-11-22T12:00:00.000000Z"
    assert len(meta["ledger_id"]) == 36


def test_the_tables_that_are_a_ledgers_own_are_those_that_are_made() -> None:
    assert metadata.tables.keys() == OWN_TABLES


def test_a_file_says_that_it_is_a_ledger(path: Path) -> None:
    Journal.create(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_making_leaves_nothing_else_behind(path: Path) -> None:
    Journal.create(path).close()
    assert list(path.parent.iterdir()) == [path]


def test_eight_processes_make_one_ledger(fork_server: ForkServer, address: str, path: Path) -> None:
    makers = [fork_server.start("create", address, name=f"maker-{number}") for number in range(8)]
    assert [maker.wait() for maker in makers] == [0] * 8, [maker.lines() for maker in makers]
    with Journal.open(address) as journal:
        assert journal.reader.streams() == [f"deal/maker-{number}" for number in range(8)]
        assert journal.reader.head() == 8
    assert [file for file in path.parent.iterdir() if file.name.endswith(".new")] == []


def test_a_ledger_that_is_there_is_not_made_again(address: str) -> None:
    with Journal.create(address) as journal:
        journal.append([draft()], recorded_by="me")
    with pytest.raises(LedgerExists, match=r"there is a (file|ledger) at") as refusal:
        Journal.create(address)
    assert refusal.value.message.startswith("there is a ledger") == address.startswith("postgresql:")
    with Journal.create(address, exist_ok=True) as journal:
        assert journal.reader.head() == 1


def test_another_file_is_not_touched(path: Path) -> None:
    path.write_text("my notes")
    with pytest.raises(LedgerExists):
        Journal.create(path)
    with pytest.raises(NotALedger):
        Journal.create(path, exist_ok=True)
    assert path.read_text() == "my notes"


def test_a_ledger_is_made_where_a_link_points_to(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    path.symlink_to(target / "real.db")
    Journal.create(path).close()
    assert (target / "real.db").exists()
    assert path.is_symlink()


def test_the_folder_must_exist(path: Path) -> None:
    with pytest.raises(FolderMissing, match="there is no folder") as refusal:
        Journal.create(path / "below" / "ledger.db")
    assert f"mkdir -p {path / 'below'}" in refusal.value.remedy


def test_where_there_are_no_hard_links_a_ledger_is_made_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    assert create_file(path, NOON)
    assert not create_file(path, NOON)
    with Journal.open(path) as journal:
        assert journal.reader.head() == 0
    assert [file for file in path.parent.iterdir() if file.name.endswith(".new")] == []


def test_the_second_of_two_makers_without_hard_links_leaves_the_first_ones_ledger(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_overtaken(*_: object) -> None:
        path.write_text("the first one's")
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", be_overtaken)
    assert not create_file(path, NOON)
    assert path.read_text() == "the first one's"


def test_a_disk_without_room_leaves_no_half_of_a_ledger(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(creation, "flush", refuse)
    with pytest.raises(LedgerFull, match="No space left"):
        Journal.create(path)
    assert list(path.parent.iterdir()) == []
