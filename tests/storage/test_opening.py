"""What stands at the address: each answer with its own message and remedy."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from armsledger.domain.errors import LedgerError
from armsledger.storage.errors import (
    LedgerDamaged,
    LedgerMissing,
    LedgerTooNew,
    NotALedger,
)
from armsledger.storage.journal import Journal
from armsledger.storage.schema import APPLICATION_ID
from tests.storage.drafts import history


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a ledger would be."""
    return tmp_path / "ledger.db"


@pytest.fixture(params=[False, True], ids=["for reading", "for writing"])
def write(request: pytest.FixtureRequest) -> bool:
    """What it is opened for."""
    return bool(request.param)


def _refusal(path: Path, kind: type[LedgerError], *, write: bool) -> str:
    with pytest.raises(kind) as refusal:
        Journal.open(path, write=write)
    assert type(refusal.value) is kind
    assert str(path) in refusal.value.message
    assert refusal.value.remedy in str(refusal.value)
    return str(refusal.value)


def test_a_missing_file(path: Path, write: bool) -> None:
    assert "make one with `armsledger init`" in _refusal(path, LedgerMissing, write=write)
    assert not path.exists()


def test_a_file_in_a_missing_folder(path: Path, write: bool) -> None:
    _refusal(path / "below", LedgerMissing, write=write)


def test_a_folder(path: Path, write: bool) -> None:
    path.mkdir()
    assert "it is a folder" in _refusal(path, NotALedger, write=write)


def test_a_pipe(path: Path, write: bool) -> None:
    os.mkfifo(path)
    assert "no regular file" in _refusal(path, NotALedger, write=write)


def test_an_empty_file(path: Path, write: bool) -> None:
    path.touch()
    said = _refusal(path, NotALedger, write=write)
    assert "it is empty" in said
    assert "delete it" in said
    assert path.read_bytes() == b""


def test_a_file_of_another_kind(path: Path, write: bool) -> None:
    path.write_text("deal,buyer\n" * 100)
    assert "it is not an SQLite database" in _refusal(path, NotALedger, write=write)


def test_a_database_of_another_program(path: Path, write: bool) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE journal (position INTEGER PRIMARY KEY)")
    before = path.read_bytes()
    assert "a database of another program" in _refusal(path, NotALedger, write=write)
    assert path.read_bytes() == before


def test_a_ledger_of_a_later_release(path: Path, write: bool) -> None:
    Journal.create(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE ledger SET value = 7 WHERE key = 'schema_version'")
    said = _refusal(path, LedgerTooNew, write=write)
    assert "schema 7; this one knows 3" in said
    assert "pip install --upgrade" in said


def test_a_header_cut_off(path: Path, write: bool) -> None:
    path.write_bytes(b"SQLite format 3\x00" + b"\x00" * 20)
    assert "it is cut off" in _refusal(path, LedgerDamaged, write=write)


def test_a_file_cut_off(path: Path, write: bool) -> None:
    Journal.create(path).close()
    os.truncate(path, 3000)
    _refusal(path, LedgerDamaged, write=write)


def test_a_ledger_without_its_tables(path: Path, write: bool) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("CREATE TABLE something (x)")
    assert "does not say which schema" in _refusal(path, LedgerDamaged, write=write)


def test_damaged_pages_are_reported_when_they_are_read(path: Path) -> None:
    with Journal.create(path) as journal:
        journal.append(history("deal/a", 500), recorded_by="me")
    content = bytearray(path.read_bytes())
    content[131072:] = b"\xff" * len(content[131072:])
    path.write_bytes(content)
    with Journal.open(path) as journal, pytest.raises(LedgerDamaged, match=r"ledger\.db is damaged"):
        list(journal.reader.entries())


def test_a_path_with_signs_that_mean_something_in_a_url(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=memory#b%20c.db"
    with Journal.create(path) as journal:
        journal.append(history("deal/a", 2), recorded_by="me")
    assert path.exists()
    with Journal.open(path) as journal:
        assert journal.reader.head() == 2
