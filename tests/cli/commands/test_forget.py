"""Forgetting somebody on the command line: asked for first, told in numbers, and refused with a suggestion."""

from __future__ import annotations

import os
import pty
import sqlite3
from contextlib import closing
from pathlib import Path
from subprocess import PIPE

import pytest

from tests.application.book import DEAL, SEED
from tests.cli.runner import LEDGER, Inside, Process
from tests.cli.test_startup import loaded
from tests.processes import ended

SOMEBODY = "US administration (Trump)"
MOST_QUOTED = "narrative"
ENTRIES = 21
"""Of the ledger, before anybody is forgotten."""


def id_of(armsledger: Inside, name: str) -> str:
    """The id of a person."""
    (row,) = (row for row in armsledger("admin persons --json").json if row["name"] == name)
    return str(row["id"])


def answered(process: Process, command: list[str], answer: str) -> tuple[int, str, str]:
    """A command at a terminal, where somebody answers its question: its exit status and what it wrote."""
    ours, its = pty.openpty()
    with process.start(command, stdin=its, stderr=PIPE) as started:
        os.close(its)
        os.write(ours, answer.encode())
        out, err = ended(started)
    os.close(ours)
    return started.returncode, out, err


def test_those_who_are_quoted_are_listed(armsledger: Inside, seed: Path) -> None:
    rows = armsledger("admin persons --order-by=-entries --format jsonl").jsonl
    assert [(row["name"], row["entries"]) for row in rows][:2] == [(MOST_QUOTED, 12), ("unattributed", 5)]
    assert set(rows[0]) == {"id", "name", "entries", "forgotten_at", "forgotten_by"}
    assert armsledger("admin persons").lines[0].split() == ["id", "name", "entries"]


def test_a_ledger_that_quotes_nobody_says_so(armsledger: Inside) -> None:
    armsledger("init")
    assert armsledger("admin persons").err == "no entry quotes anybody\n"


def test_forgetting_tells_how_much_it_touched_and_what_lies_beyond(armsledger: Inside, seed: Path) -> None:
    person = id_of(armsledger, MOST_QUOTED)
    answer = armsledger(["admin", "forget", MOST_QUOTED, "--yes", "--reason", "request 12"])
    assert (answer.status, answer.out) == (0, f"forgot {person}: erased in 12 entries of 7 streams\n")
    assert "other copies still hold the name (docs/erasure.md)" in answer.err
    assert MOST_QUOTED not in answer.out + answer.err
    (row,) = (row for row in armsledger("admin persons --json").json if row["id"] == person)
    assert (row["name"], row["entries"]) == (None, 12)
    assert row["forgotten_by"].endswith(": request 12")


def test_what_is_shown_afterwards_says_erased_and_is_the_same_otherwise(armsledger: Inside, seed: Path) -> None:
    commands = [f"log {DEAL} --json", f"show {DEAL} --json", "expectations --json", "log --format csv", "check --json"]
    before = [armsledger(command).out for command in commands]
    assert SOMEBODY in "".join(before)
    armsledger(["admin", "forget", SOMEBODY, "--yes"])
    for command, text in zip(commands, before, strict=True):
        told = armsledger(f"{command} --known @{ENTRIES}").out
        assert told.replace(f'"@{ENTRIES}"', "null") == text.replace(SOMEBODY, "erased"), command


def test_recording_the_same_file_again_adds_nothing(armsledger: Inside, seed: Path) -> None:
    armsledger(["admin", "forget", MOST_QUOTED, "--yes"])
    assert "recorded 0 entries; 21 entries known already" in armsledger(["record", str(SEED)]).out
    assert MOST_QUOTED not in armsledger("admin persons").out


def test_a_name_is_forgotten_by_the_id_of_the_person_too(armsledger: Inside, seed: Path) -> None:
    person = id_of(armsledger, SOMEBODY)
    assert armsledger(f"admin forget {person} --yes").out == f"forgot {person}: erased in 1 entry of 1 stream\n"
    again = armsledger(f"admin forget {person}")
    assert again.status == 0
    assert again.out.startswith(f"{person} was forgotten already, at 2")


def test_whom_nobody_quotes_is_refused_with_a_suggestion(armsledger: Inside, seed: Path) -> None:
    answer = armsledger(["admin", "forget", "US administration (Obama)"])
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("error: no entry names 'US administration (Obama)' as a speaker\n")
    assert f"remedy: called nearly so, and perhaps others: '{SOMEBODY}'" in answer.err


def test_where_nobody_can_be_asked_it_wants_to_be_told(armsledger: Inside, seed: Path) -> None:
    answer = armsledger(["admin", "forget", SOMEBODY])
    assert (answer.status, answer.out) == (2, "")
    assert "remedy: say --yes" in answer.err
    assert SOMEBODY in armsledger("admin persons").out


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("n\n", 1), ("\n", 1)])
def test_on_a_terminal_it_asks(process: Process, seed: Path, answer: str, status: int) -> None:
    ended, out, err = answered(process, ["forget", MOST_QUOTED], answer)
    assert ended == status
    assert "in 12 entries? This cannot be undone. [y/N]" in err
    assert out.startswith("forgot ") == (status == 0)
    assert (MOST_QUOTED in process("admin persons").out) == (status != 0)


def test_entries_that_hold_the_name_in_a_text_are_listed(armsledger: Inside, seed: Path) -> None:
    noted = "deal delivered india-s400 --on 2021-11 --quantity '1 unit' --source theprint-2021-11-12"
    assert armsledger(f"{noted} --attribution 'Ann Other' --note 'so Ann Other'").status == 0
    answer = armsledger(["admin", "forget", "Ann Other", "--yes"])
    assert answer.status == 0
    assert "still holds the name, as part of a text that is not sealed" in answer.err


def test_what_could_not_be_taken_out_of_the_files_is_told_by_the_status(
    armsledger: Inside, seed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARMSLEDGER_TIMEOUT_SECONDS", "0.1")
    person = id_of(armsledger, SOMEBODY)
    with closing(sqlite3.connect(LEDGER, isolation_level=None)) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM journal").fetchone()
        answer = armsledger(["admin", "forget", SOMEBODY, "--yes"])
        assert (answer.status, answer.out) == (1, f"forgot {person}: erased in 1 entry of 1 stream\n")
        assert "warning: the name may be left in the ledger's files: others have been reading" in answer.err
        assert f"remedy: armsledger admin forget {person} tries that again" in answer.err
    assert armsledger(f"admin forget {person}").status == 0
    assert SOMEBODY.encode() not in Path(LEDGER).read_bytes()


@pytest.mark.parametrize("command", [f"show {DEAL}", "log", "expectations", "persons", "export jsonl -"])
def test_a_read_does_without_ciphers_and_the_writing_libraries(process: Process, seed: Path, command: str) -> None:
    assert not loaded(process, command) & {"cryptography", "sqlalchemy", "eventsourcing"}
