"""A ledger that is locked, read-only, or on a full disk."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from armsledger.storage.errors import LedgerBusy, LedgerFull
from armsledger.storage.journal import Journal
from tests.fork_server import ForkServer, fork_server_in
from tests.processes import PATIENCE_SECONDS, UNPRIVILEGED, meanwhile, needs_modes
from tests.storage.drafts import draft, history


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of three entries, in a folder of its own."""
    folder = tmp_path / "folder"
    folder.mkdir()
    with Journal.create(folder / "ledger.db") as journal:
        journal.append(history("deal/a", 3), recorded_by="me")
    return folder / "ledger.db"


def test_a_locked_ledger_is_refused_after_the_timeout(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Journal.open(path, write=True, timeout_seconds=0.3) as journal:
            started = time.monotonic()
            with pytest.raises(LedgerBusy, match=r"being written by someone else; gave up after 0\.3 s"):
                journal.append([draft("deal/b")], recorded_by="me")
            assert time.monotonic() - started > 0.25
            assert journal.reader.head() == 3  # reading goes on
            other.execute("ROLLBACK")
            assert journal.append([draft("deal/b")], recorded_by="me")[0].position == 4


def test_a_writer_waits_for_another_that_ends_in_time(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Journal.open(path, write=True, timeout_seconds=20) as journal:
            with meanwhile(lambda: journal.append([draft("deal/b")], recorded_by="me")):
                time.sleep(0.1)  # so that it waits; if it comes later, it has nothing to wait for
                other.execute("ROLLBACK")
            assert journal.reader.head() == 4


def test_another_thread_that_does_not_end_is_refused_likewise(address: str) -> None:
    with Journal.create(address) as journal:
        holding, done = Event(), Event()
        journal.application.journal_recorder.database.timeout_seconds = 0.1

        def hold() -> None:
            with journal.transaction():
                holding.set()
                assert done.wait(PATIENCE_SECONDS)

        with meanwhile(hold):
            assert holding.wait(PATIENCE_SECONDS)
            with pytest.raises(LedgerBusy):
                journal.append([draft()], recorded_by="me")
            done.set()


@pytest.fixture(scope="module")
def unprivileged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    """Starts workers that the modes of files bind."""
    with fork_server_in(tmp_path_factory.mktemp("unprivileged"), UNPRIVILEGED) as server:
        yield server


@needs_modes
def test_a_read_only_file_is_read_and_not_written(unprivileged: ForkServer, path: Path) -> None:
    path.chmod(0o444)
    assert unprivileged.run("count", path) == ["count 3"]
    [said] = unprivileged.run("try_to_write", path)
    assert said.startswith("refused LedgerReadOnly")
    assert str(path) in said
    assert "copy the ledger" in said


@needs_modes
def test_a_ledger_in_a_read_only_folder_is_read_and_not_written(unprivileged: ForkServer, path: Path) -> None:
    path.parent.chmod(0o555)
    assert unprivileged.run("count", path) == ["count 3"]
    [said] = unprivileged.run("try_to_write", path)
    assert said.startswith("refused LedgerReadOnly")
    path.parent.chmod(0o755)
    assert [file.name for file in path.parent.iterdir()] == ["ledger.db"]


@needs_modes
def test_a_read_only_folder_with_unmerged_entries_is_not_read_as_if_they_were_not_there(
    unprivileged: ForkServer, path: Path
) -> None:
    with Journal.open(path, write=True) as journal:
        journal.append([draft("deal/b")], recorded_by="me")
        copy = path.parent.with_name("copy")
        shutil.copytree(path.parent, copy, ignore=shutil.ignore_patterns("*-shm"))
    copy.chmod(0o555)
    [said] = unprivileged.run("count", copy / "ledger.db")
    copy.chmod(0o755)
    assert said.startswith("refused LedgerReadOnly")
    assert "waits in its -wal file" in said


@needs_modes
def test_an_unreadable_file_is_forbidden(unprivileged: ForkServer, path: Path) -> None:
    path.chmod(0o000)
    [said] = unprivileged.run("count", path)
    assert said.startswith("refused LedgerForbidden")


@needs_modes
def test_no_ledger_is_made_in_a_read_only_folder(unprivileged: ForkServer, path: Path) -> None:
    path.parent.chmod(0o555)
    [said] = unprivileged.run("try_to_create", path.with_name("new.db"))
    path.parent.chmod(0o755)
    assert said.startswith("refused LedgerReadOnly")
    assert "its folder" in said


def _append_one_by_one(journal: Journal, number: int) -> None:
    for version in range(1, number + 1):
        journal.append([draft("deal/long", version)], recorded_by="me")


def test_a_full_database_refuses_the_whole_transaction_and_goes_on_afterwards(path: Path) -> None:
    with Journal.open(path, write=True) as journal:
        with journal.transaction() as transaction:
            (pages,) = transaction.connection.execute("PRAGMA page_count").fetchone()
            transaction.connection.execute(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(LedgerFull, match="full"), journal.transaction():
            _append_one_by_one(journal, 1000)
        assert journal.reader.head() == 3
        assert journal.append([draft("deal/b")], recorded_by="me")[0].position == 4


@pytest.mark.parametrize("bytes_more", [0, 1000, 100_000])
def test_a_disk_that_takes_no_more_leaves_the_ledger_as_it_was(
    fork_server: ForkServer, path: Path, bytes_more: int
) -> None:
    said = fork_server.run("write_until_full", path, bytes_more=bytes_more)
    assert said == ["refused LedgerFull 4", "afterwards 5"]
    assert fork_server.run("count", path) == ["count 5"]
