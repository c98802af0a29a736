"""A ledger that is made together with its first entries is only seen once they are in."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Timer

import pytest

from armsledger.storage.creation import staging_ledger
from armsledger.storage.errors import FolderMissing, LedgerBusy, LedgerExists
from armsledger.storage.journal import Journal
from tests.storage.drafts import NOON, draft, history


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the ledger is to be."""
    return tmp_path / "ledger.db"


def _record(path: Path) -> None:
    with Journal.open(path, write=True) as journal:
        journal.append([draft()], recorded_by="me")


def _record_and_raise(path: Path, error: Exception) -> None:
    with staging_ledger(path, NOON) as unseen:
        _record(unseen)
        raise error


def test_a_newborn_ledger_is_seen_when_its_first_entries_are_in(path: Path) -> None:
    with staging_ledger(path, NOON) as unseen:
        _record(unseen)
        assert not path.exists()
    assert list(path.parent.iterdir()) == [path]
    with Journal.open(path) as journal:
        assert journal.reader.head() == 1


def test_nothing_is_left_of_what_is_not_to_be_kept(path: Path) -> None:
    with staging_ledger(path, NOON, keep=False) as unseen:
        _record(unseen)
    assert list(path.parent.iterdir()) == []


def test_nothing_is_left_after_an_error_and_messages_give_the_ledgers_own_name(path: Path) -> None:
    with pytest.raises(LedgerBusy, match="^" + str(path)):
        _record_and_raise(path, LedgerBusy(str(path), 1))
    assert list(path.parent.iterdir()) == []


def test_the_ledger_of_another_who_was_faster_is_left_as_it_is(path: Path) -> None:
    with pytest.raises(LedgerExists), staging_ledger(path, NOON):
        _record_into_new(path)
    with Journal.open(path) as journal:
        assert journal.reader.streams() == ["deal/faster"]


def _record_into_new(path: Path) -> None:
    with Journal.create(path) as journal:
        journal.append([draft("deal/faster")], recorded_by="somebody else")


def test_the_folder_must_exist(path: Path) -> None:
    with pytest.raises(FolderMissing), staging_ledger(path / "ledger.db", NOON):
        pass


def test_somebody_who_looks_at_the_draft_for_a_moment_does_not_hinder_it(path: Path) -> None:
    with staging_ledger(path, NOON) as unseen:
        looking = sqlite3.connect(unseen, isolation_level=None, check_same_thread=False)
        looking.execute("BEGIN")
        looking.execute("SELECT count(*) FROM journal").fetchone()
        with Journal.open(unseen, write=True) as journal:
            journal.append(history("deal/a", 3), recorded_by="me")
        Timer(0.3, looking.close).start()
    with Journal.open(path) as journal:
        assert journal.reader.head() == 3
