"""The guided entry at a terminal of 80 columns: prompts, keys, and how it ends."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import pytest

from armsledger.domain.events.payment import TranchePaid
from armsledger.domain.events.statement import own_fields
from tests.cli.runner import LEDGER, Inside, Process
from tests.processes import PATIENCE_SECONDS

COLUMNS = 80
INTERRUPTED = "interrupted: what was under way was not recorded"
CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x07")
ENTRY = ("deal/india-s400", "delivered", "", "2021-11-01", "", "yes")
"""Answers to the questions of an entry: the stream, the event, the last source, the day, no more fields."""


class Screen:
    """A terminal with the guided entry on it: what is typed, and what is then on the screen."""

    def __init__(self, terminal: int, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.shown = ""
        self._terminal = terminal

    def reads(self, end: str) -> str:
        """All that is shown until it ends so; what was shown before is forgotten."""
        shown = ""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not shown.endswith(end):
            assert time.monotonic() < deadline, f"{shown!r} does not end with {end!r}"
            if select.select([self._terminal], [], [], 0.1)[0]:
                shown += CONTROL.sub("", os.read(self._terminal, 65_536).decode())
        self.shown += shown
        return shown.replace("\r\n", "\n")

    def types(self, text: str, end: str = ": ") -> str:
        """Type a line; what is shown then, up to the next question."""
        self.presses(f"{text}\r")
        return self.reads(end)

    def presses(self, keys: str) -> None:
        """Press some keys."""
        os.write(self._terminal, keys.encode())

    def interrupts(self) -> None:
        """Interrupt the process; readline overlooks it in the moment before it waits for a key, but not for long."""
        self.process.send_signal(signal.SIGINT)
        if not select.select([self._terminal], [], [], 2.0)[0]:
            self.presses("\r")

    def rest(self) -> str:
        """What is shown up to the end of the process."""
        shown = b""
        with suppress(OSError):  # how Linux says that it was closed
            while part := os.read(self._terminal, 65_536):
                shown += part
        self.process.wait(PATIENCE_SECONDS)
        return CONTROL.sub("", shown.decode()).replace("\r\n", "\n")


@contextmanager
def at_a_terminal(process: Process, command: str = "add", **options: Any) -> Iterator[Screen]:
    """The guided entry with all three streams at one terminal."""
    ours, theirs = pty.openpty()
    streams: dict[str, Any] = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    settings = {"TERM": "xterm", "COLUMNS": str(COLUMNS)}
    with process.start(command, env=settings, **{**streams, **options}) as started:
        os.close(theirs)
        try:
            yield Screen(ours, started)
        finally:
            os.close(ours)


@pytest.mark.usefixtures("seed")
class TestAtATerminal:
    def test_an_entry_is_asked_for_shown_and_recorded(self, process: Process, armsledger: Inside) -> None:
        with at_a_terminal(process) as screen:
            assert screen.reads(": ").splitlines() == [
                f"Entries for {LEDGER}. Enter takes what stands in [brackets], Tab completes,",
                "? explains, < goes back one question, Ctrl-C leaves.",
                "",
                "  kind/key, such as deal/india-s400; . ends",
                "stream [engagement/delhi-regional-security-dialogue-2021]: ",
            ]
            screen.types("india-s400")
            screen.types("tranche-paid")
            screen.types("")
            lines = screen.types("2020").splitlines()
            assert f"fields of tranche-paid: {', '.join(own_fields(TranchePaid))}" in " ".join(" ".join(lines).split())
            assert lines[-4:] == [
                "  of any entry: asserted, attribution, credibility, status, quote, note,",
                "      same_as, apart_from",
                "  name one, or write field=value; ? explains them; Enter goes on",
                "more: ",
            ]
            assert screen.types("amount=~USD 900.0m").splitlines()[1:] == ["  read as ~USD 900m", "more: "]
            screen.types("")
            answer = screen.types("yes")
            assert re.search(r"^deal/india-s400@\d+$", answer, re.MULTILINE)
            screen.presses(".\r")
            screen.rest()
            assert screen.process.returncode == 0
        last = armsledger("log --json").json[-1]
        assert (last["event"], last["on"], last["data"]["amount"]["amount"]) == ("tranche-paid", "2020", "900000000")

    def test_nothing_that_it_writes_is_wider_than_the_terminal(self, process: Process) -> None:
        with at_a_terminal(process) as screen:
            screen.reads(": ")
            for answer in (
                "deal/india-s400",
                "?",
                "delivered",
                "?",
                "",
                "?",
                "2021-11-01",
                "?",
                "quantity=900 units",
                "",
            ):
                screen.types(answer)
            lines = screen.shown.replace("\r\n", "\n").splitlines()
            screen.presses("n\r.\r")
            screen.rest()
        assert "delivered-more-than-ordered" in screen.shown
        assert max(map(len, lines)) <= COLUMNS

    def test_tab_completes_streams_events_sources_and_fields(self, process: Process) -> None:
        with at_a_terminal(process) as screen:
            screen.reads(": ")
            assert "deal/india-s400\n" in screen.types("deal/in\t")
            assert "tranche-paid\n" in screen.types("tranche-p\t")
            assert "theprint-2021-11-12\n" in screen.types("thepr\t")
            screen.types("2020")
            assert "more: amount\n" in f"more: {screen.types('am' + chr(9))}"
            screen.interrupts()
            screen.rest()

    @pytest.mark.parametrize("answered", range(len(ENTRY)))
    @pytest.mark.parametrize("leaves", ["Ctrl-C", "Ctrl-D"])
    def test_who_leaves_records_nothing_and_is_told_so(
        self, process: Process, armsledger: Inside, answered: int, leaves: Literal["Ctrl-C", "Ctrl-D"]
    ) -> None:
        before = armsledger("log --json").out
        with at_a_terminal(process) as screen:
            screen.reads(": ")
            for answer in ENTRY[:answered]:
                screen.types(answer)
            if leaves == "Ctrl-C":
                screen.interrupts()
            else:
                screen.presses("\x04")
            assert screen.rest().endswith(f"\n{INTERRUPTED}\n")
            assert screen.process.returncode == 130
        assert armsledger("log --json").out == before

    def test_back_and_an_answer_that_cannot_be_read(self, process: Process) -> None:
        with at_a_terminal(process) as screen:
            screen.reads(": ")
            screen.types("deal/india-s400")
            assert screen.types("<").endswith("stream [deal/india-s400]: ")
            shown = screen.types("indai-s400")
            assert "no stream with the key indai-s400; did you mean\n    deal/india-s400?" in shown
            screen.presses(".\r")
            assert screen.rest().strip() == "."
            assert screen.process.returncode == 0


def test_the_first_question_is_asked_without_the_writing_libraries(process: Process, seed: object) -> None:
    program = ("-X", "importtime", "-m", "armsledger")
    with at_a_terminal(process, program=program, stderr=subprocess.PIPE) as screen:
        screen.reads(": ")
        screen.presses(".\r")
        screen.rest()
        assert screen.process.stderr is not None
        loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in screen.process.stderr}
    assert "armsledger" in loaded
    assert not loaded & {"sqlalchemy", "eventsourcing", "babel", "pycountry", "rapidfuzz", "ruamel", "rich"}


def test_a_first_entry_makes_the_ledger_and_leaving_makes_none(process: Process, armsledger: Inside) -> None:
    answers = ["deal/x", "", "", "blog", "", "A blog", "2021-11-01", "", "", "2021", "RUS", "IND", ""]
    with at_a_terminal(process) as screen:
        screen.reads(": ")
        for answer in answers:
            screen.types(answer)
        screen.interrupts()
        screen.rest()
    assert list(process.folder.iterdir()) == []
    with at_a_terminal(process) as screen:
        screen.reads(": ")
        for answer in [*answers, "yes"]:
            screen.types(answer)
        screen.presses(".\r")
        screen.rest()
    rows = armsledger("log --json").json
    assert [(row["entry"], row["event"]) for row in rows] == [("source/blog@1", "registered"), ("deal/x@1", "opened")]


def test_the_example_of_the_help_runs_at_a_terminal(process: Process, armsledger: Inside) -> None:
    assert armsledger("add --help").out.rstrip().endswith("\nExample:\n  armsledger add --ledger arms.db")
    with at_a_terminal(process, "add --ledger arms.db") as screen:
        assert screen.reads("stream: ").startswith("Entries for arms.db.")
        screen.presses(".\r")
        screen.rest()
        assert screen.process.returncode == 0
    assert list(process.folder.iterdir()) == []


class TestWithoutATerminal:
    REMEDY = "  remedy: use armsledger deal EVENT KEY with options, or write a dossier: armsledger record FILE\n"

    def test_answers_from_a_pipe_are_not_taken(self, process: Process) -> None:
        answer = process("add", stdin="deal/x\n")
        message = "error: add asks its questions on a terminal, and standard input is none\n"
        assert (answer.status, answer.out, answer.err) == (2, "", message + self.REMEDY)

    def test_questions_are_not_asked_into_a_file(self, process: Process) -> None:
        ours, theirs = pty.openpty()
        with process.start("add", stdin=theirs) as started:
            os.close(theirs)
            out, err = started.communicate(timeout=PATIENCE_SECONDS)
        os.close(ours)
        message = "error: add asks its questions on a terminal, and standard output is none\n"
        assert (started.returncode, out, err) == (2, "", message + self.REMEDY)


def test_a_ledger_that_cannot_be_made_is_said_before_anything_is_asked(process: Process) -> None:
    with at_a_terminal(process, "add --ledger none/arms.db") as screen:
        shown = screen.rest()
    assert "there is no folder" in shown
    assert "stream" not in shown
    assert screen.process.returncode == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_ledger_on_a_server_is_added_to_alike(
    process: Process, armsledger: Inside, database: str, seed: Path | str
) -> None:
    before = len(armsledger("log --json").json)
    with at_a_terminal(process) as screen:
        screen.reads(": ")
        assert "deal/india-s400\n" in screen.types("deal/in\t")
        for answer in ("delivered", "theprint-2021-11-12", "2021-11-01", "", "yes"):
            screen.types(answer)
        screen.presses(".\r")
        screen.rest()
    rows = armsledger("log --json").json
    assert len(rows) == before + 1
    assert (rows[-1]["event"], rows[-1]["source"]) == ("delivered", "theprint-2021-11-12")
