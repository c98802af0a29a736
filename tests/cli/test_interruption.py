"""A recording that is interrupted: nothing of it is recorded, and the ledger can be used as before."""

from __future__ import annotations

import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.application.book import SEED, STORY
from tests.cli.runner import LEDGER, Inside, Process
from tests.cli.test_bad_ledgers import large_dossier
from tests.processes import PATIENCE_SECONDS, ended

LINES = 20_000
A_WHILE_SECONDS = 0.3
IN_A_SHELL = 128
"""What a shell adds to the number of a signal that ended a process."""


def interrupted(process: Process, sign: signal.Signals) -> tuple[int, str]:
    """The status and messages of a recording that got a signal in the middle of it."""
    large_dossier(process.folder / "large.jsonl", LINES)
    with process.start("record large.jsonl") as recording:
        wait_until_it_writes(process.folder)
        recording.send_signal(sign)
        out, err = ended(recording)
    assert out == ""
    (process.folder / "large.jsonl").unlink()
    status = recording.returncode
    if sign is signal.SIGINT and status == -sign:  # Python ends by the signal itself, if it came within `exec`
        status = IN_A_SHELL + sign
    return status, err


def wait_until_it_writes(folder: Path) -> None:
    """Until somebody writes the ledger, or the one that is being made beside its place; and a while longer."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any(map(is_written, [*folder.glob(LEDGER), *folder.glob(f".{LEDGER}.*.new")])):
        assert time.monotonic() < deadline, "the recording did not begin"
        time.sleep(0.01)
    time.sleep(A_WHILE_SECONDS)


def is_written(ledger: Path) -> bool:
    """Whether another process has a transaction of writing open."""
    try:
        with closing(sqlite3.connect(f"{ledger.as_uri()}?mode=rw", uri=True, timeout=0)) as connection:
            connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return False


@pytest.mark.parametrize(
    ("sign", "status", "message"),
    [
        (signal.SIGINT, 130, "interrupted: what was under way was not recorded\n"),
        (signal.SIGKILL, -signal.SIGKILL, ""),
    ],
)
class TestInterruption:
    """By Ctrl-C, and by kill -9."""

    def test_nothing_is_recorded_and_recording_goes_on(
        self,
        process: Process,
        armsledger: Inside,
        seed: Path,
        seed_log: str,
        sign: signal.Signals,
        status: int,
        message: str,
    ) -> None:
        assert interrupted(process, sign) == (status, message)
        assert armsledger("log --json").out == seed_log
        assert armsledger(["record", str(STORY)]).status == 0
        assert armsledger("info --json").json["entries"] == 105

    def test_no_ledger_is_left_where_there_was_none(
        self, process: Process, armsledger: Inside, tmp_path: Path, sign: signal.Signals, status: int, message: str
    ) -> None:
        assert interrupted(process, sign) == (status, message)
        assert not (tmp_path / LEDGER).exists()
        if sign is not signal.SIGKILL:
            assert list(tmp_path.iterdir()) == []
        assert armsledger(["record", str(SEED)]).status == 0
        assert armsledger("info --json").json["entries"] == 21
