"""Ledgers that are none, that cannot be read or written, or that somebody else is writing."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.application.book import SEED, STORY
from tests.cli.runner import LEDGER, Answer, Inside, Process
from tests.processes import UNPRIVILEGED, needs_modes

COMMANDS = (
    "deals",
    "log --json",
    "info",
    f"record {SEED}",
    "deal amended india-s400 --on 2019 --source theprint-2021-11-12",
    "export jsonl -",
)


def assert_refused(answer: Answer, message: str, remedy: str) -> None:
    """One message with its remedy, and nothing else."""
    assert (answer.status, answer.out) == (1, "")
    told, _, advice = answer.err.partition("\n  remedy: ")
    assert message in told
    assert told.startswith("error: ")
    assert remedy in advice
    assert answer.err.count("\n") == 2


def text_file(path: Path) -> None:
    path.write_text("a shopping list, long enough to be more than a header of an SQLite database is: " + "tea " * 20)


def empty_file(path: Path) -> None:
    path.touch()


def other_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE journal (stream, version)")
        connection.commit()


def folder(path: Path) -> None:
    path.mkdir()


def later_release(path: Path) -> None:
    shutil.copy(path.with_name("seed.db"), path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE ledger SET value = '99' WHERE key = 'schema_version'")
        connection.commit()


def cut_off(path: Path) -> None:
    path.write_bytes(path.with_name("seed.db").read_bytes()[:5000])


STRANGERS = (
    (text_file, "is not a ledger: it is not an SQLite database", "name a ledger with --ledger"),
    (empty_file, "is not a ledger: it is empty", "armsledger init"),
    (other_database, "is not a ledger: it is a database of another program", "name a ledger with --ledger"),
    (folder, "is not a ledger: it is a folder", "name a ledger with --ledger"),
    (later_release, "was written by a later release (schema 99; this one knows 3)", "update armsledger"),
    (cut_off, "is damaged", "go back to a backup of it"),
)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("make", "message", "remedy"), STRANGERS)
def test_what_is_no_ledger_of_ours_is_refused_and_left_alone(
    armsledger: Inside, seed_ledger: Path, make: Callable[[Path], None], message: str, remedy: str, command: str
) -> None:
    path = Path("other.db")
    shutil.copy(seed_ledger, "seed.db")
    make(path)
    before = path.read_bytes() if path.is_file() else None
    assert_refused(armsledger(f"--ledger other.db {command}"), message, remedy)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert sorted(file.name for file in Path().iterdir()) == ["other.db", "seed.db"]


@pytest.mark.parametrize("make", [make for make, _, _ in STRANGERS])
def test_init_leaves_alone_what_stands_there(
    armsledger: Inside, seed_ledger: Path, make: Callable[[Path], None]
) -> None:
    shutil.copy(seed_ledger, "seed.db")
    make(Path("other.db"))
    answer = armsledger("init --ledger other.db")
    assert answer.status == 1
    assert "there is a file at other.db already" in answer.err


@pytest.mark.parametrize("command", ["deals", "log", "show deal/x", "check", "info", "export jsonl -"])
def test_a_read_of_a_missing_ledger_makes_none(armsledger: Inside, command: str) -> None:
    assert_refused(armsledger(command), "there is no ledger at armsledger.db", "make one with `armsledger init`")
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("command", ["deals", f"record {SEED}", "init"])
def test_a_missing_folder_is_named(armsledger: Inside, command: str) -> None:
    answer = armsledger(f"{command} --ledger nowhere/ledger.db")
    assert (answer.status, answer.out) == (1, "")
    assert "nowhere/ledger.db" in answer.err
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("address", "message", "remedy"),
    [
        (
            "postgresql://me:secret@host/name?colour=red",
            "postgresql://me@host/name cannot be opened: libpq does not know one of its options",
            "these are known",
        ),
        ("mysql://host/name", "mysql is not a kind of ledger", "name a file"),
        ("sqlite://ledger.db", "three slashes", "name a file"),
        ("", "it names no file", "name a file"),
    ],
)
@pytest.mark.parametrize("command", ["deals", f"record {SEED}"])
def test_an_address_of_another_kind_is_refused(
    armsledger: Inside, seed: Path, command: str, address: str, message: str, remedy: str
) -> None:
    assert_refused(armsledger([*command.split(), "--ledger", address]), message, remedy)


class TestReadOnly:
    """Files and folders that this user may not write."""

    pytestmark = needs_modes

    @pytest.fixture(autouse=True)
    def _afterwards(self, tmp_path: Path) -> Iterator[None]:
        yield
        tmp_path.chmod(0o755)

    def test_a_read_only_file_is_read_and_not_written(
        self, process: Process, armsledger: Inside, seed: Path, seed_log: str
    ) -> None:
        seed.chmod(0o444)
        assert process("log --json", prefix=UNPRIVILEGED).out == seed_log
        answer = process(["record", str(STORY)], prefix=UNPRIVILEGED)
        assert_refused(answer, "armsledger.db cannot be written", "copy the ledger")
        assert armsledger("log --json").out == seed_log

    def test_a_read_only_folder_is_read_and_not_written(
        self, process: Process, seed: Path, seed_log: str, tmp_path: Path
    ) -> None:
        tmp_path.chmod(0o555)
        assert process("log --json", prefix=UNPRIVILEGED).out == seed_log
        answer = process(["record", str(STORY)], prefix=UNPRIVILEGED)
        assert_refused(answer, "armsledger.db cannot be written", "to a folder that you may write")
        assert [file.name for file in tmp_path.iterdir()] == [LEDGER]

    def test_no_ledger_is_made_in_a_read_only_folder(self, process: Process, tmp_path: Path) -> None:
        tmp_path.chmod(0o555)
        answer = process(["record", str(SEED)], prefix=UNPRIVILEGED)
        assert_refused(answer, f"its folder {tmp_path} is read-only", "to a folder that you may write")
        assert list(tmp_path.iterdir()) == []

    def test_a_file_that_may_not_be_read_is_told(self, process: Process, seed: Path) -> None:
        seed.chmod(0o000)
        assert_refused(process("deals", prefix=UNPRIVILEGED), "armsledger.db may not be read by you", "its owner")

    def test_a_dossier_that_may_not_be_read_is_told(self, process: Process, tmp_path: Path) -> None:
        (tmp_path / "secret.yaml").touch(0o000)
        answer = process("record secret.yaml", prefix=UNPRIVILEGED)
        assert_refused(answer, "secret.yaml cannot be read: Permission denied", "name a file that you may read")
        assert [file.name for file in tmp_path.iterdir()] == ["secret.yaml"]


class TestLocked:
    """Another process is writing."""

    @pytest.fixture(autouse=True)
    def _other_writer(self, seed: Path) -> Iterator[None]:
        with closing(sqlite3.connect(seed, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield

    def test_writing_is_given_up_after_the_time_that_is_set(self, process: Process) -> None:
        answer = process(["record", str(STORY)], env={"ARMSLEDGER_TIMEOUT_SECONDS": "0.2"})
        message = "armsledger.db is being written by someone else; gave up after 0.2 s"
        assert_refused(answer, message, "try again when the other writer is done")

    def test_reading_goes_on(self, process: Process, seed_log: str) -> None:
        assert process("log --json").out == seed_log


LINES = 1000


def large_dossier(path: Path, lines: int) -> Path:
    """A dossier of many deliveries, as JSONL."""
    head = (
        '{"key": "s1", "publisher": "P", "published": "2020-01-01"}\n'
        '{"deal": "d1", "event": "opened", "on": "2018", "supplier": "RUS", "buyer": "IND", "source": "s1"}\n'
    )
    line = '{"deal": "d1", "event": "delivered", "on": "2019", "quantity": "1 unit", "source": "s1", "id": "%s"}\n'
    path.write_text(head + "".join(line % number for number in range(lines)))
    return path


class TestFullDisk:
    """Files that cannot grow: a limit of the system stands in for a disk without room.

    It would cut off bytecode, too, so none is written.
    """

    LIMIT = "export PYTHONDONTWRITEBYTECODE=1\nulimit -f 200\n"

    def test_a_dossier_that_does_not_fit_leaves_the_ledger_as_it_was(
        self, process: Process, armsledger: Inside, seed: Path, seed_log: str, tmp_path: Path
    ) -> None:
        large_dossier(tmp_path / "large.jsonl", LINES)
        answer = process.script(self.LIMIT + "armsledger record large.jsonl")
        assert_refused(answer, "armsledger.db could not be written", "make room on the disk")
        assert "nothing was recorded" in answer.err
        assert armsledger("log --json").out == seed_log
        assert armsledger(["record", str(STORY)]).status == 0

    def test_a_ledger_that_does_not_fit_is_not_made(self, process: Process, tmp_path: Path) -> None:
        large_dossier(tmp_path / "large.jsonl", LINES)
        answer = process.script(self.LIMIT + "armsledger record large.jsonl")
        assert_refused(answer, "armsledger.db could not be written", "make room on the disk")
        assert [file.name for file in tmp_path.iterdir()] == ["large.jsonl"]

    def test_an_export_that_does_not_fit_leaves_nothing(self, process: Process, story: Path, tmp_path: Path) -> None:
        answer = process.script("export PYTHONDONTWRITEBYTECODE=1\nulimit -f 40\narmsledger export jsonl out.jsonl")
        assert_refused(answer, "out.jsonl cannot be written: File too large", "that has room")
        assert not (tmp_path / "out.jsonl").exists()
