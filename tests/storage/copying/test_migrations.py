"""Ledgers of earlier releases: read as they are, written once they are migrated, and never anything in between."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.domain.errors import LedgerError
from armsledger.storage.copying.migrations import BackupExists, Migrated, NotAsReleased, migrate
from armsledger.storage.errors import LedgerBusy, LedgerDamaged, LedgerOutdated, LedgerReadOnly, LedgerTooNew
from armsledger.storage.schema import SCHEMA_VERSION
from tests.application.read_models import answers, tables
from tests.fork_server import ForkServer
from tests.other_program import run
from tests.processes import PATIENCE_SECONDS
from tests.storage.copying.earlier import (
    ALONE,
    BOTH,
    COLUMNS,
    WITH_READ_MODELS,
    enlarge,
    export_of,
    released,
    rows_of,
    schema_of,
    version_of,
)

DAYS = ("2018-12-31", "2021-11-12", "2022-03-01", "2026-11-25")
STREAM = "deal/poland-k2"


@pytest.fixture(params=BOTH)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A ledger of an earlier release."""
    return released(request.param, tmp_path)


def told(path: Path) -> Any:
    """All that a ledger tells at several dates, and of several beliefs."""
    with Ledger(path) as ledger:
        views = [ledger.at(day) for day in DAYS]
        views += [ledger.at(known=known) for known in (1, 21, 108, "2026-11-25")]
        views += [ledger.at("2026-11-25", known="2021-12-31", known_by="asserted")]
        states = [[view.state(stream).to_dict() for stream in view.streams()] for view in views]
        return [answers(view) for view in views], states, ledger.check(at=DAYS[-1]).to_dicts()


@cache
def told_before(kind: str) -> Any:
    """What a ledger of an earlier release tells as it is; it takes seconds, and most tests compare with it."""
    with TemporaryDirectory() as folder:
        return told(released(kind, Path(folder)))


def exported(path: Path, to: Path) -> list[dict[str, Any]]:
    """The lines of an export, without how this release would have stored them otherwise."""
    with Ledger(path) as ledger:
        ledger.export_jsonl(to, replace=True)
    lines = [json.loads(line) for line in to.read_text(encoding="utf-8").splitlines()]
    return [{name: value for name, value in line.items() if name != "stored"} for line in lines]


def migrated(path: Path, **options: Any) -> Migrated:
    """What a migration did."""
    done = migrate(path, **options)
    assert done is not None
    return done


def test_an_old_ledger_tells_what_the_release_that_made_it_told(old: Path, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in export_of(old.stem).read_text(encoding="utf-8").splitlines()]
    assert exported(old, tmp_path / "export.jsonl") == lines


def test_an_old_ledger_is_read_in_every_way_and_no_byte_of_it_changes(old: Path) -> None:
    before = old.read_bytes()
    with Ledger(old) as ledger:
        assert (ledger.info().schema_version, ledger.info().head) == (1, 114)
        assert ledger.info().counts.streams_by_kind["source"] == 36
        assert ledger.at("2022-03-01").deal("poland-k2").certain is not None
        assert [row.event for row in ledger.log(STREAM)][-2:] == ["corrected", "retracted"]
        assert len(ledger.log()) == 114
        assert ledger.log(STREAM)[2].retracted_by == f"{STREAM}@6"
        assert [step.event for step in ledger.replay(STREAM)] == ["opened", "contract-signed"]
        assert len(ledger.compare(STREAM, known=(109, 114)).entries) == 4
        assert [row.position for row in ledger.follow(111, timeout_seconds=0)] == [112, 113, 114]
        assert ledger.at().relations()
        assert ledger.at().scorecard()
    assert told(old) == told_before(old.stem)
    assert old.read_bytes() == before
    assert [path.name for path in old.parent.iterdir()] == [old.name]


WRITES: dict[str, Callable[[Ledger], Any]] = {
    "record": lambda ledger: ledger.record(STREAM, "tested", on="2022", source="wire"),
    "retract": lambda ledger: ledger.retract(f"{STREAM}@2", reason="wrong"),
    "correct": lambda ledger: ledger.correct(f"{STREAM}@2", set={"on": "2022-02-21"}, reason="entry-error"),
    "record a file": lambda ledger: ledger.record_file(export_of(ALONE)),
    "rebuild": lambda ledger: ledger.rebuild(workers=0),
}


@pytest.mark.parametrize("write", WRITES)
def test_an_old_ledger_is_not_written_and_the_refusal_names_the_remedy(old: Path, write: str) -> None:
    before = old.read_bytes()
    notices: list[str] = []
    with Ledger(old, notice=notices.append) as ledger, pytest.raises(LedgerOutdated) as refusal:
        WRITES[write](ledger)
    assert "armsledger admin migrate" in refusal.value.remedy
    assert f"schema 1; this one writes {SCHEMA_VERSION}" in refusal.value.message
    assert old.read_bytes() == before
    assert notices == []


def test_a_migrated_ledger_tells_the_same_and_verifies(old: Path, tmp_path: Path) -> None:
    rows, lines = rows_of(old), exported(old, tmp_path / "export.jsonl")
    done = migrated(old)
    assert (done.before, done.after, done.entries) == (1, SCHEMA_VERSION, 114)
    assert rows_of(old) == rows
    assert told(old) == told_before(old.stem)
    assert exported(old, tmp_path / "export.jsonl") == lines
    with Ledger(old) as ledger:
        assert ledger.info().schema_version == SCHEMA_VERSION
        ledger.rebuild(workers=0)
        verification = ledger.verify()
        assert verification.sound
        assert verification.root == done.root
    assert told(old) == told_before(old.stem)


def test_a_migrated_ledger_is_written_and_knows_what_it_holds(old: Path) -> None:
    migrated(old)
    with Ledger(old, recorded_by="me") as ledger:
        assert ledger.record_file(export_of(old.stem)).recorded == 0
        assert ledger.record(STREAM, "tested", on="2022", source="wire").address == f"{STREAM}@7"
        assert ledger.verify().sound


def test_the_schema_of_a_migrated_ledger_is_to_the_letter_that_of_a_new_one(old: Path, tmp_path: Path) -> None:
    Ledger.create(tmp_path / "new.db").close()
    migrated(old)
    assert schema_of(old) == schema_of(tmp_path / "new.db")
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_read_models_stay_as_they_were(tmp_path: Path) -> None:
    old = released(WITH_READ_MODELS, tmp_path)
    with Ledger(old) as ledger:
        names = [
            name for (name,) in ledger.journal().reader.query("SELECT name FROM read_model WHERE name <> 'citing'")
        ]
        assert {"deals", "payments", "sources"} < set(names)
        before = tables(ledger, names)
    migrated(old)
    with Ledger(old) as ledger:
        assert tables(ledger, names) == before


def test_what_somebody_else_has_added_to_the_file_is_still_there(old: Path) -> None:
    own = (
        "CREATE VIEW own AS SELECT stream, count(*) AS entries FROM journal GROUP BY stream",
        "CREATE INDEX own_index ON journal (source, recorded_by)",
        "CREATE TABLE own_table (stream TEXT)",
    )
    run(old, *own)
    migrated(old)
    with Ledger(old) as ledger:
        ledger.record(STREAM, "tested", on="2022", source="wire")
    with closing(sqlite3.connect(old)) as connection:
        found = [sql for (sql,) in connection.execute("SELECT sql FROM sqlite_schema WHERE name LIKE 'own%'")]
        assert sorted(found) == sorted(own)
        assert connection.execute("SELECT entries FROM own WHERE stream = ?", (STREAM,)).fetchall() == [(7,)]


def test_a_backup_keeps_the_ledger_as_it_was(old: Path) -> None:
    rows = rows_of(old)
    kept = migrated(old).backup
    assert kept == old.with_name(f"{old.stem}.schema1.db")
    assert kept is not None
    assert version_of(kept) == 1
    assert rows_of(kept) == rows
    assert told(kept) == told_before(old.stem)
    assert not [path for path in old.parent.iterdir() if path not in (old, kept)]


def test_a_backup_takes_the_place_of_no_other_file(old: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken.db"
    taken.write_text("precious", encoding="utf-8")
    before = old.read_bytes()
    with pytest.raises(BackupExists, match=r"taken\.db"):
        migrate(old, backup=taken)
    assert taken.read_text(encoding="utf-8") == "precious"
    assert (version_of(old), old.read_bytes()) == (1, before)


def test_a_backup_of_just_this_that_is_there_already_will_do(old: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.db"
    with Ledger(old) as ledger:
        ledger.backup(kept)
    before = kept.read_bytes()
    assert migrated(old, backup=kept).backup == kept
    assert kept.read_bytes() == before


def test_there_is_no_backup_where_none_is_wanted(old: Path) -> None:
    assert migrated(old, without_backup=True).backup is None
    assert [path.name for path in old.parent.iterdir()] == [old.name]


def test_a_ledger_that_is_up_to_date_is_left_alone(tmp_path: Path) -> None:
    Ledger.create(tmp_path / "new.db").close()
    before = (tmp_path / "new.db").read_bytes()
    assert migrate(tmp_path / "new.db") is None
    assert (tmp_path / "new.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["new.db"]


def test_a_ledger_of_a_later_release_is_refused(old: Path) -> None:
    run(old, "UPDATE ledger SET value = '99' WHERE key = 'schema_version'")
    with pytest.raises(LedgerTooNew):
        migrate(old)
    assert version_of(old) == 99


def test_nothing_is_migrated_while_somebody_writes(old: Path) -> None:
    with closing(sqlite3.connect(old, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerBusy):
            migrate(old, timeout_seconds=0.1)
        other.execute("ROLLBACK")
    assert version_of(old) == 1
    assert migrated(old)


def test_a_file_that_may_not_be_written_is_left_as_it_is(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with pytest.raises(LedgerReadOnly):
        migrate(old)
    assert version_of(old) == 1


def test_those_who_read_meanwhile_see_the_ledger_as_it_was(old: Path) -> None:
    seen: list[int] = []
    with closing(sqlite3.connect(old)) as reader:

        def look(done: int, total: int) -> None:
            seen.append(len(reader.execute("SELECT name FROM pragma_table_info('journal')").fetchall()))

        migrated(old, report=look)
        seen.append(len(reader.execute("SELECT name FROM pragma_table_info('journal')").fetchall()))
    assert set(seen[:-1]) == {14}
    assert seen[-1] == 16


def test_a_program_of_the_earlier_release_that_has_it_open_writes_no_more(old: Path) -> None:
    values = "115, 'deal/x', 1, 'deal.tested', 1, 'x', NULL, NULL, NULL, NULL, NULL, '2027', 'me', '{}'"
    with closing(sqlite3.connect(old, isolation_level=None)) as program:
        assert program.execute("SELECT max(position) FROM journal").fetchone() == (114,)
        migrated(old)
        with pytest.raises(sqlite3.IntegrityError, match=r"journal\.hashes"):
            program.execute(f"INSERT OR FAIL INTO journal ({COLUMNS}) VALUES ({values})")
    assert len(rows_of(old)) == 114


UNSOUND = {
    "an entry is missing": ("DELETE FROM journal WHERE position = 50", "there is no entry at position 50"),
    "a payload is no text": (
        "UPDATE journal SET payload = CAST(payload AS BLOB) WHERE position = 7",
        r"\(position 7, id .*cannot be read",
    ),
    "a fact is missing": ("DELETE FROM ledger WHERE key = 'schema_version'", "does not say which schema"),
    "a table is another": ("ALTER TABLE tracking ADD COLUMN more TEXT", "the table tracking is not as a release"),
    "a trigger is somebody's": (
        "CREATE TRIGGER own AFTER INSERT ON journal BEGIN SELECT 1; END",
        "the trigger own is not as a release",
    ),
}


@pytest.mark.parametrize("case", UNSOUND)
def test_what_is_not_sound_is_not_migrated_and_left_as_it_is(case: str, old: Path) -> None:
    statement, message = UNSOUND[case]
    with closing(sqlite3.connect(old)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")]
    run(old, *(f"DROP TRIGGER {name}" for name in names), statement)
    before, schema = rows_of(old), schema_of(old)
    with pytest.raises((LedgerDamaged, NotAsReleased), match=message) as refusal:
        migrate(old, without_backup=True)
    assert refusal.value.remedy
    assert (rows_of(old), schema_of(old)) == (before, schema)


def test_two_who_migrate_at_once_do_it_once(fork_server: ForkServer, old: Path) -> None:
    both = [fork_server.start("migrate_one", old) for _ in range(2)]
    assert [worker.wait() for worker in both] == [0, 0]
    assert sorted(line for worker in both for line in worker.lines()) == ["current", "migrated"]
    assert len(rows_of(old)) == 114


def check_killed(fork_server: ForkServer, tmp_path: Path, entries: int, moments: list[int]) -> set[int]:
    """Kill migrations at moments; each leaves the old ledger or the new one. Returns the schemas that were found."""
    old = released(ALONE, tmp_path)
    enlarge(old, entries)
    rows = rows_of(old)
    killer = fork_server.start("kill_migrations", old, moments=moments)
    assert killer.wait(PATIENCE_SECONDS + len(moments)) == 0, killer.lines()
    found = set()
    for killed in sorted(tmp_path.glob("killed-*.db")):
        found.add(version_of(killed))
        assert rows_of(killed) == rows, killed.name
        was_done = version_of(killed) == SCHEMA_VERSION
        assert (migrate(killed, without_backup=True) is None) == was_done
        with Ledger(killed) as ledger:
            assert ledger.verify(journal_only=True).sound
        killed.unlink()
    return found


def test_whoever_is_killed_while_migrating_leaves_the_old_ledger_or_the_new_one(
    fork_server: ForkServer, tmp_path: Path
) -> None:
    moments = [1, 2, 5, 20, 28, 60, 900, 1400, 1700, 1720, -4, -3, -2, -1]
    assert check_killed(fork_server, tmp_path, 1500, moments) == {1, SCHEMA_VERSION}


@pytest.mark.soak
def test_whoever_is_killed_at_any_statement_leaves_the_old_ledger_or_the_new_one(
    fork_server: ForkServer, tmp_path: Path
) -> None:
    moments = [*range(1, 60), *range(60, 3200, 10), *range(-60, 0)]
    assert check_killed(fork_server, tmp_path, 3000, moments) == {1, SCHEMA_VERSION}


def test_a_disk_that_is_full_leaves_the_old_ledger(fork_server: ForkServer, old: Path) -> None:
    enlarge(old, 500)
    rows = rows_of(old)
    [refused] = fork_server.run("migrate_under_a_limit", old, limit_bytes=old.stat().st_size // 2)
    assert refused.startswith("refused LedgerFull")
    assert (version_of(old), rows_of(old)) == (1, rows)
    assert migrated(old, without_backup=True).entries == 614


def test_a_ledger_that_is_copied_from_an_old_one_is_the_migrated_one(old: Path, tmp_path: Path) -> None:
    with Ledger(old) as ledger:
        copy = ledger.copy_to(tmp_path / "copy.db")
    done = migrated(old)
    assert copy.root == done.root
    assert rows_of(tmp_path / "copy.db", "*") == rows_of(old, "*")
    assert told(tmp_path / "copy.db") == told_before(old.stem)


def test_an_export_of_a_migrated_ledger_has_the_same_root_when_it_is_imported(old: Path, tmp_path: Path) -> None:
    root = migrated(old).root
    with Ledger(old) as ledger, Ledger(tmp_path / "twin.db") as twin:
        ledger.export_jsonl(tmp_path / "export.jsonl")
        assert twin.import_jsonl(tmp_path / "export.jsonl", root=root.hex()).root == root
    assert rows_of(tmp_path / "twin.db", "*") == rows_of(old, "*")


def test_a_missing_ledger_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="there is no ledger"):
        migrate(tmp_path / "none.db")
    assert not list(tmp_path.iterdir())


def test_a_backup_is_restored_as_the_old_ledger_that_it_is(old: Path, tmp_path: Path) -> None:
    kept = migrated(old).backup
    assert kept is not None
    with Ledger.restore(kept, tmp_path / "again.db") as again:
        assert again.info().schema_version == 1
    shutil.rmtree(tmp_path / "none", ignore_errors=True)
    assert told(tmp_path / "again.db") == told_before(old.stem)
