"""Long answers on a terminal go through a pager; nothing else does."""

from __future__ import annotations

import os
import pty
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from armsledger.cli.pager import pager_of
from tests.cli.runner import Process
from tests.processes import ended

pytestmark = pytest.mark.usefixtures("story")


@pytest.fixture
def pager(tmp_path: Path) -> str:
    """A pager that marks what goes through it, with what LESS says."""
    program = tmp_path / "marking-pager"
    program.write_text('#!/bin/sh\necho "paged with $LESS"\nexec cat\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def on_a_screen(process: Process, command: str, **env: str) -> str:
    """What a command writes to a terminal of 24 lines that it reads from, too."""
    ours, theirs = pty.openpty()
    environment = {"TERM": "xterm-256color", "LINES": "24", "COLUMNS": "80", **env}
    with process.start(command, env=environment, stdin=theirs, stdout=theirs) as started:
        os.close(theirs)
        with suppress(OSError), open(ours, "rb", buffering=0) as screen:
            written = b""
            while part := screen.read(65536):
                written += part
        _, err = ended(started)
        assert (started.returncode, err) in [(0, ""), (0, err)]
    return written.decode().replace("\r\n", "\n")


def test_a_long_answer_goes_through_the_pager(process: Process, pager: str) -> None:
    written = on_a_screen(process, "log", PAGER=pager)
    assert written.startswith("paged with FRX\n")
    assert "\x1b[1m" in written
    assert "deal/india-s400@1" in written


@pytest.mark.parametrize("read", ["show deal/india-s400 --all", "timeline deal/india-s400", "replay deal/india-s400"])
def test_long_words_do_too(process: Process, pager: str, read: str) -> None:
    assert on_a_screen(process, read, PAGER=pager).startswith("paged with FRX\n")


def test_the_users_own_options_of_less_hold(process: Process, pager: str) -> None:
    assert on_a_screen(process, "log", PAGER=pager, LESS="S").startswith("paged with S\n")


def test_an_answer_that_fits_the_screen_does_not(process: Process, pager: str) -> None:
    assert "paged" not in on_a_screen(process, "deals", PAGER=pager)


@pytest.mark.parametrize(
    ("command", "env"),
    [("log --no-pager", {}), ("log", {"NO_PAGER": "1"}), ("log", {"TERM": "dumb"}), ("log --json", {})],
)
def test_nobody_gets_a_pager_who_does_not_want_one(
    process: Process, pager: str, command: str, env: dict[str, str]
) -> None:
    written = on_a_screen(process, command, PAGER=pager, **env)
    assert "paged" not in written
    assert "deal/india-s400@1" in written


@pytest.mark.parametrize("program", ["no-such-pager", "cat", "", "'unclosed"])
def test_without_a_pager_the_answer_is_plain(process: Process, program: str) -> None:
    assert "deal/india-s400@1" in on_a_screen(process, "log", PAGER=program)


def test_a_pager_that_is_left_early_ends_it_quietly(process: Process, tmp_path: Path) -> None:
    program = tmp_path / "impatient"
    program.write_text("#!/bin/sh\necho enough\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    assert on_a_screen(process, "log --wide", PAGER=str(program)) == "enough\n"


def test_a_pipe_gets_no_pager(process: Process, pager: str) -> None:
    answer = process("log", env={"PAGER": pager, "TERM": "xterm"})
    assert "paged" not in answer.out


def test_a_pager_may_have_options_of_its_own(pager: str) -> None:
    assert pager_of({"TERM": "xterm", "PAGER": f"{pager} -S -x 4"}) == [pager, "-S", "-x", "4"]
