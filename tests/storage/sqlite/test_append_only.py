"""What is recorded is never changed, whichever program opens the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from armsledger.storage.journal import Journal
from armsledger.storage.schema import Rule
from tests.storage.drafts import draft, history

COLUMNS = "stream, version, name, format, entry_id, recorded_at, recorded_by, payload"
COPY = f"INTO journal (position, {COLUMNS}) SELECT {{position}}, {COLUMNS} FROM journal WHERE position = 1"


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A program that knows nothing of ledgers, and has opened one of three entries and two streams."""
    path = tmp_path / "ledger.db"
    with Journal.create(path) as journal:
        journal.append([*history("deal/a", 2), draft("deal/b")], recorded_by="me")
    with closing(sqlite3.connect(path)) as connection:
        yield connection


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET payload = '{}' WHERE position = 1",
        "UPDATE journal SET recorded_at = recorded_at",
        "UPDATE OR REPLACE journal SET position = 2 WHERE position = 1",
        "DELETE FROM journal WHERE position = 3",
        "DELETE FROM journal",
    ],
)
def test_no_program_can_change_or_delete_an_entry(stranger: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=Rule.UNCHANGED):
        stranger.execute(statement)


@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE"])
@pytest.mark.parametrize(
    ("position", "rule"), [(1, Rule.POSITION), (5, Rule.POSITION), ("NULL", Rule.POSITION), (4, Rule.VERSION)]
)
def test_no_program_can_replace_an_entry(
    stranger: sqlite3.Connection, verb: str, position: int | str, rule: Rule
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=rule):
        stranger.execute(f"{verb} {COPY.format(position=position)}")
    assert stranger.execute("SELECT position FROM journal").fetchall() == [(1,), (2,), (3,)]


def _insert(connection: sqlite3.Connection, **changes: object) -> None:
    """What another program would insert as the fourth entry."""
    row = {
        "position": 4,
        "stream": "deal/b",
        "version": 2,
        "name": "deal.opened",
        "format": 1,
        "entry_id": "new",
        "recorded_at": "2100-01-01T00:00:00.000000Z",
        "recorded_by": "stranger",
        "payload": "{}",
        "hashes": b"",
    }
    row.update(changes)
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(f"INSERT OR REPLACE INTO journal ({names}) VALUES ({marks})", tuple(row.values()))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"version": 3}, Rule.VERSION),
        ({"stream": "deal/c", "version": 2}, Rule.VERSION),
        ({"entry_id": "deal/a@1"}, Rule.ENTRY_ID),
        ({"recorded_at": "1999-01-01T00:00:00.000000Z"}, Rule.RECORDED_AT),
    ],
)
def test_no_program_can_leave_a_gap_or_go_back_in_time(
    stranger: sqlite3.Connection, changes: dict[str, object], rule: Rule
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=rule):
        _insert(stranger, **changes)


def test_what_comes_next_is_taken(stranger: sqlite3.Connection) -> None:
    _insert(stranger)
    assert stranger.execute("SELECT count(*) FROM journal").fetchone() == (4,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET value = 'mine' WHERE key = 'ledger_id'",
        "UPDATE ledger SET key = 'ledger_id2' WHERE key = 'ledger_id'",
        "UPDATE ledger SET value = '0' WHERE key = 'schema_version'",
        "DELETE FROM ledger",
        "REPLACE INTO ledger VALUES ('created_at', 'yesterday')",
    ],
)
def test_a_ledger_stays_the_ledger_it_is(stranger: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=Rule.IDENTITY):
        stranger.execute(statement)


def test_a_later_release_may_raise_the_schema_version(stranger: sqlite3.Connection) -> None:
    stranger.execute("UPDATE ledger SET value = '4' WHERE key = 'schema_version'")
    stranger.execute("INSERT INTO ledger VALUES ('a later key', 'x')")
