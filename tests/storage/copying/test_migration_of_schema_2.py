"""Ledgers of schema 2, in a file and on a server: entries, their hashes, and what was signed stay what they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from armsledger import Ledger
from armsledger.domain.errors import UsageError
from armsledger.storage.copying.migrations import migrate
from armsledger.storage.errors import LedgerDamaged, LedgerOutdated
from armsledger.storage.integrity.checkpoints import tree_head
from armsledger.storage.postgres.check import differences
from armsledger.storage.schema import SCHEMA_VERSION
from tests.storage.copying.earlier import RELEASED, released, schema_of, version_of

STREAM = "deal/poland-k2"
KEY = RELEASED / "released.pub"
FORGOTTEN = "SELECT id, forgotten_at, forgotten_by FROM person WHERE forgotten_at IS NOT NULL"
ENTRIES = 9
"""As the release of that schema recorded; the person of one of them was forgotten."""


@pytest.fixture
def in_file(tmp_path: Path) -> Path:
    """A ledger of schema 2 in a file."""
    return released("schema-2", tmp_path)


@pytest.fixture
def on_server(postgres_address: Callable[[], str]) -> str:
    """A ledger of schema 2 on a server."""
    address = postgres_address()
    with psycopg.connect(address, autocommit=True) as connection:
        (schema,) = connection.execute("SELECT current_schema()").fetchone() or ("",)
        dump = (RELEASED / "schema-2-server.sql").read_text(encoding="utf-8")
        connection.execute(dump.replace("public", schema).encode())
    return address


def record_and_verify(address: str | Path, note: Path) -> None:
    with Ledger(address, recorded_by="me") as ledger:
        assert ledger.info().schema_version == SCHEMA_VERSION
        ledger.record(STREAM, "tested", on="2022-01", source="wire", id="later")
        verification = ledger.verify(checkpoints=[note], keys=[KEY])
        assert verification.findings == ()
        assert [one.size for one in verification.confirmed] == [8]


def test_a_ledger_of_schema_2_is_read_and_verified_as_it_is(in_file: Path) -> None:
    before = in_file.read_bytes()
    with Ledger(in_file) as ledger:
        assert (ledger.info().schema_version, ledger.info().head) == (2, ENTRIES)
        assert len(ledger.log()) == ENTRIES
        verification = ledger.verify(checkpoints=[RELEASED / "schema-2.checkpoint"], keys=[KEY])
        assert (verification.findings, verification.sound) == ((), True)
        with pytest.raises(LedgerOutdated, match="schema 2"):
            ledger.record(STREAM, "tested", on="2022-01", source="wire")
    assert in_file.read_bytes() == before


def test_a_file_of_schema_2_is_migrated_and_fits_what_was_signed(in_file: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(in_file)) as connection:
        before = connection.execute("SELECT position, entry_id, hashes, payload FROM journal").fetchall()
    done = migrate(in_file)
    assert done is not None
    assert (done.before, done.after) == (2, SCHEMA_VERSION)
    assert done.backup is not None
    assert version_of(done.backup) == 2
    with closing(sqlite3.connect(in_file)) as connection:
        after = connection.execute("SELECT position, entry_id, hashes, payload FROM journal").fetchall()
        assert after[: len(before)] == before
        assert connection.execute("SELECT DISTINCT login FROM journal").fetchall() == [(None,)]
    Ledger.create(tmp_path / "new.db").close()
    assert schema_of(in_file) == schema_of(tmp_path / "new.db")
    record_and_verify(in_file, RELEASED / "schema-2.checkpoint")
    assert migrate(in_file) is None


def test_a_ledger_of_schema_2_on_a_server_is_migrated_and_fits_what_was_signed(on_server: str) -> None:
    with Ledger(on_server) as ledger:
        assert len(ledger.log()) == ENTRIES
        with pytest.raises(LedgerOutdated, match="schema 2"):
            ledger.record(STREAM, "tested", on="2022-01", source="wire")
        done = ledger.migrate()
    assert done is not None
    assert (done.before, done.after, done.backup) == (2, SCHEMA_VERSION, None)
    with Ledger(on_server) as ledger:
        assert list(differences(ledger.journal().reader.query)) == []
        ledger.rebuild(workers=0)
    record_and_verify(on_server, RELEASED / "schema-2-server.checkpoint")
    with Ledger(on_server) as ledger:
        assert ledger.migrate() is None


@pytest.mark.parametrize("place", ["in_file", "on_server"])
def test_who_was_forgotten_before_gets_an_entry_and_the_earlier_root_stays(
    request: pytest.FixtureRequest, place: str
) -> None:
    address = str(request.getfixturevalue(place))
    with Ledger(address) as ledger:
        ((person, at, by),) = ledger.journal().reader.query(FORGOTTEN)
        before = ledger.root().hex
    with Ledger(address, recorded_by="keeper") as ledger:
        done = ledger.migrate()
        assert done is not None
        assert done.entries == ENTRIES + 1
        *_, row = ledger.log()
        assert (row.entry, row.recorded_by, row.data) == (f"person/{person}@1", "keeper", {"at": at, "by": by})
        assert tree_head(ledger.journal().reader, ENTRIES).hex == before
        assert ledger.verify(journal_only=True).findings == ()
        assert ledger.info().counts.erasures == 1


def test_an_export_of_schema_2_is_taken_as_it_was_and_who_was_forgotten_gets_an_entry(
    in_file: Path, tmp_path: Path
) -> None:
    with Ledger(in_file) as ledger:
        before = ledger.root().hex
    with Ledger(tmp_path / "new.db") as ledger:
        imported = ledger.import_jsonl(RELEASED / "schema-2.jsonl", root=before)
        assert (imported.entries, imported.entered, imported.root.hex()) == (ENTRIES, 1, before)
        assert ledger.verify(journal_only=True).findings == ()
        assert ledger.position() == ENTRIES + 1


def test_no_backup_of_a_ledger_on_a_server_is_made(on_server: str, tmp_path: Path) -> None:
    with Ledger(on_server) as ledger, pytest.raises(UsageError, match="no backup of a ledger on a server"):
        ledger.migrate(backup=tmp_path / "backup.db")
    assert not list(tmp_path.iterdir())


def test_an_entry_that_does_not_fit_its_hashes_is_not_migrated(in_file: Path) -> None:
    with closing(sqlite3.connect(in_file)) as connection, connection:
        connection.execute("DROP TRIGGER journal_refuses_update")
        connection.execute("UPDATE journal SET recorded_by = 'somebody' WHERE position = 3")
    with pytest.raises(LedgerDamaged, match=r"position 3.*does not fit the hashes"):
        migrate(in_file, without_backup=True)
    assert version_of(in_file) == 2
