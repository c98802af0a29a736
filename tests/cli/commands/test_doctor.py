"""doctor: what is wrong with a ledger, and what to do about it, without changing anything."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from armsledger.storage.sqlite import without_traces
from tests.application.book import SEED
from tests.cli.runner import LEDGER, Answer, Inside, Process
from tests.other_program import run
from tests.processes import ended
from tests.storage.forger import forge

CHECKS = [
    "place",
    "log",
    "rights",
    "disk",
    "mode",
    "writer",
    "others",
    "leftovers",
    "schema",
    "database",
    "entries",
    "tables",
    "checkpoints",
    "read models",
    "erasures",
    "left behind",
    "clock",
    "key",
]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that is held at two moments is held for long."""
    monkeypatch.setattr(without_traces, "LOOKS", 2)
    monkeypatch.setattr(without_traces, "BETWEEN_SECONDS", 0.01)


def told(answer: Answer, level: str) -> list[tuple[str, str]]:
    """What is of one level: the check, and what it found."""
    return [(sign["check"], sign["what"]) for sign in answer.json if sign["level"] == level]


def only(armsledger: Inside, level: str, command: str = "doctor --json") -> tuple[str, str, str]:
    """The one thing that is wrong: the check, what it found, and the remedy."""
    answer = armsledger(command)
    assert answer.status == (1 if level == "error" else 0)
    (sign,) = [sign for sign in answer.json if sign["level"] != "ok"]
    assert sign["level"] == level
    assert sign["remedy"]
    return sign["check"], sign["what"], sign["remedy"]


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """All files of a folder, with what is in them and when they were changed."""
    return {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir() if file.is_file()}


@contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """No byte of any file changes within, and none appears."""
    before = snapshot(folder)
    yield
    after = snapshot(folder)
    assert after.keys() == before.keys()
    assert [name for name in before if after[name] != before[name]] == []


def test_a_ledger_that_is_well(armsledger: Inside, seed: Path) -> None:
    answer = armsledger("admin doctor")
    assert (answer.status, answer.err) == (0, "")
    *lines, last = answer.lines
    assert [line[9:22].strip() for line in lines] == CHECKS
    assert all(line.startswith("ok ") for line in lines)
    assert last == "all is well"
    assert [sign["check"] for sign in armsledger("admin doctor --json").json] == CHECKS


def test_quickly_it_computes_nothing_anew(armsledger: Inside, seed: Path) -> None:
    forge(LEDGER, "UPDATE journal SET source = 'x' WHERE position = 3", "DELETE FROM kept_deals")
    assert armsledger("admin doctor --quick").status == 0
    assert armsledger("admin doctor").status == 1


def test_an_empty_ledger_is_well(armsledger: Inside) -> None:
    armsledger("init")
    answer = armsledger("admin doctor --json")
    assert (answer.status, told(answer, "warning"), told(answer, "error")) == (0, [], [])


# It changes nothing


def test_it_leaves_no_trace_of_a_ledger_at_rest(process: Process, seed: Path) -> None:
    with unchanged(seed.parent):
        assert process("admin doctor").status == 0


def test_it_leaves_no_trace_beside_a_ledger_that_is_open(process: Process, armsledger: Inside, seed: Path) -> None:
    with closing(sqlite3.connect(seed)) as other:
        other.execute("CREATE TABLE mine (x)")  # it waits in the -wal file
        with unchanged(seed.parent):
            answer = process("admin doctor --json")
        assert (answer.status, told(answer, "warning")) == (0, [])


@pytest.mark.parametrize("beside", [("-wal",), ("-wal", "-shm")])
def test_it_leaves_no_trace_where_a_program_was_killed(
    process: Process, seed: Path, tmp_path: Path, beside: tuple[str, ...]
) -> None:
    folder = tmp_path / "killed"
    folder.mkdir()
    with closing(sqlite3.connect(seed, isolation_level=None)) as other:
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute("CREATE TABLE mine (x)")
        for suffix in ("", *beside):
            shutil.copy(f"{seed}{suffix}", folder / f"{LEDGER}{suffix}")
    with unchanged(folder):
        answer = process(f"admin doctor --ledger {folder / LEDGER} --json")
    assert (answer.status, told(answer, "error"), told(answer, "warning")) == (0, [], [])
    assert "wait in" in dict(told(answer, "ok"))["log"]


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\x00" + b"\x00" * 200])
def test_it_leaves_no_trace_of_what_is_no_ledger(process: Process, tmp_path: Path, content: bytes) -> None:
    (tmp_path / LEDGER).write_bytes(content)
    with unchanged(tmp_path):
        assert process("admin doctor").status == 1


# What can be wrong


def test_a_ledger_that_is_not_there(armsledger: Inside) -> None:
    assert only(armsledger, "error")[:2] == ("place", "there is no ledger at armsledger.db")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "it is empty"),
        (b"hello", "it is not an SQLite database"),
        (b"x" * 5000, "it is not an SQLite database"),
        (b"SQLite format 3\x00", "it is cut off"),
    ],
)
def test_something_that_is_no_ledger(armsledger: Inside, tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / LEDGER).write_bytes(content)
    check, told_of, _ = only(armsledger, "error")
    assert (check, what in told_of) == ("place", True)


def test_a_database_of_another_program(armsledger: Inside) -> None:
    run(LEDGER, "CREATE TABLE mine (x)")
    assert "another program" in only(armsledger, "error")[1]


def test_a_ledger_of_a_later_release(armsledger: Inside, seed: Path) -> None:
    run(LEDGER, "UPDATE ledger SET value = '99' WHERE key = 'schema_version'")
    check, _, remedy = only(armsledger, "error")
    assert (check, "pip install --upgrade" in remedy) == ("schema", True)


def test_a_ledger_of_an_earlier_release(armsledger: Inside, seed: Path) -> None:
    forge(LEDGER, "UPDATE ledger SET value = '1' WHERE key = 'schema_version'")
    check, _, remedy = only(armsledger, "warning")
    assert (check, "armsledger admin migrate" in remedy) == ("schema", True)


def test_an_edited_entry(armsledger: Inside, seed: Path) -> None:
    forge(LEDGER, "UPDATE journal SET source = 'x' WHERE position = 3")
    check, what, remedy = only(armsledger, "error")
    assert (check, "(position 3)" in what, "backup" in remedy) == ("entries", True, True)
    assert ("entries", "the first 2 entries fit") in [
        (name, what.partition(";")[0]) for name, what in told(armsledger("admin doctor --json"), "ok")
    ]


def test_a_missing_trigger(armsledger: Inside, seed: Path) -> None:
    run(LEDGER, "DROP TRIGGER journal_refuses_delete")
    assert only(armsledger, "error")[:2] == ("tables", "the trigger journal_refuses_delete: it is missing")


def test_damaged_pages(armsledger: Inside, seed: Path) -> None:
    with closing(sqlite3.connect(seed)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_journal_1'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(seed.read_bytes())
    content[(page - 1) * size : page * size] = bytes(size)
    seed.write_bytes(content)
    answer = armsledger("admin doctor --json")
    assert answer.status == 1
    assert "database" in dict(told(answer, "error"))


def test_an_edited_checkpoint(armsledger: Inside, seed: Path) -> None:
    armsledger("proof keys new arms.key")
    armsledger("proof checkpoint signed --key arms.key")
    forge(LEDGER, "UPDATE checkpoint SET note = replace(note, 'ledger/', 'ledger/0')")
    assert only(armsledger, "error")[0] == "checkpoints"


def test_a_read_model_that_differs(armsledger: Inside, seed: Path) -> None:
    forge(LEDGER, "DELETE FROM kept_deals")
    check, _, remedy = only(armsledger, "error")
    assert (check, remedy) == ("read models", "armsledger rebuild deals")


def test_read_models_that_are_behind(armsledger: Inside, seed: Path) -> None:
    forge(LEDGER, "UPDATE read_model SET position = 3 WHERE name IN ('deals', 'payments')")
    check, _, remedy = only(armsledger, "warning")
    assert (check, remedy) == ("read models", "armsledger rebuild deals payments")


def test_tables_that_were_left_behind(armsledger: Inside, seed: Path) -> None:
    run(LEDGER, "CREATE TABLE kept_strange (x)", "CREATE TABLE building_deals (x)")
    answer = armsledger("admin doctor --json")
    found = [what for check, what in told(answer, "warning") if check == "left behind"]
    assert (answer.status, len(found)) == (0, 2)
    assert all(name in what for name, what in zip(("building_deals", "kept_strange"), found, strict=True))


def test_drafts_that_were_left_behind(armsledger: Inside, seed: Path) -> None:
    draft = seed.parent.resolve() / f".{LEDGER}.{'0' * 32}.new"
    draft.write_bytes(b"x")
    check, what, remedy = only(armsledger, "warning")
    assert check == "leftovers"
    assert str(draft) in what
    assert remedy.endswith(f"rm -r {draft}")


def test_a_ledger_that_everybody_may_write(armsledger: Inside, seed: Path) -> None:
    seed.chmod(0o666)
    check, what, remedy = only(armsledger, "warning")
    assert (check, remedy) == ("others", f"chmod o-w {seed.resolve()}")
    assert "everybody on this machine may write it (mode 666)" in what
    seed.chmod(0o664)
    assert armsledger("doctor --json").status == 0


def test_a_file_that_is_not_in_wal_mode(armsledger: Inside, seed: Path) -> None:
    run(LEDGER, "PRAGMA journal_mode = DELETE")
    assert only(armsledger, "warning")[0] == "mode"


@pytest.mark.skipif(not without_traces.LOCKS.exists(), reason="only Linux tells who holds a lock")
def test_somebody_who_has_been_writing_for_long(process: Process, armsledger: Inside, seed: Path) -> None:
    script = (
        "import sqlite3; c = sqlite3.connect('armsledger.db', isolation_level=None); c.execute('BEGIN IMMEDIATE');"
        " print(flush=True); input()"
    )
    with process.start("--version", prefix=("python3", "-c", script)) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        check, what, _ = only(armsledger, "warning")
        ended(holder, "\n")
    assert (check, f"process {holder.pid} " in what) == ("writer", True)


def test_a_clock_that_is_behind(armsledger: Inside, seed: Path, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from armsledger import Ledger

    with Ledger("later.db", clock=lambda: datetime(2100, 1, 1, tzinfo=UTC)) as ledger:
        ledger.record_file(SEED)
    assert only(armsledger, "warning", "doctor --json --ledger later.db")[0] == "clock"


def test_a_clock_that_nothing_will_be_recorded_by(armsledger: Inside, seed: Path) -> None:
    from datetime import UTC, datetime

    from armsledger import Ledger

    with Ledger("earlier.db", clock=lambda: datetime(2024, 1, 1, tzinfo=UTC)) as ledger:
        ledger.record_file(SEED)
    check, _, remedy = only(armsledger, "warning", "doctor --json --ledger earlier.db")
    assert check == "clock"
    assert "ARMSLEDGER_CLOCK_LEAP_DAYS=" in remedy


def test_a_key_that_others_may_read(armsledger: Inside, seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    armsledger("proof keys new arms.key")
    monkeypatch.setenv("ARMSLEDGER_KEY", "arms.key")
    assert armsledger("admin doctor").status == 0
    os.chmod("arms.key", 0o644)
    check, _, remedy = only(armsledger, "error")
    assert (check, remedy.startswith("chmod 600 arms.key")) == ("key", True)


def test_a_disk_that_is_almost_full(armsledger: Inside, seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("armsledger.application.maintenance.doctor.file.LEAST_FREE_BYTES", 2**62)
    assert only(armsledger, "warning")[0] == "disk"


def test_a_network_file_system(armsledger: Inside, seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("armsledger.application.maintenance.doctor.file._kind_of", lambda folder: "nfs4")
    check, what, _ = only(armsledger, "warning")
    assert (check, "nfs4" in what) == ("disk", True)


def test_what_it_tells_moves_no_cursor(armsledger: Inside, seed: Path) -> None:
    run(LEDGER, 'CREATE TABLE "kept_\x1b[2J" (x)')
    answer = armsledger("admin doctor")
    assert "kept_\\x1b[2J" in answer.out
    assert "\x1b" not in answer.out
