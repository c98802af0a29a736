"""An erasure that is killed at any statement: it is told until a command that writes finishes it; then all is gone."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from armsledger import Ledger
from tests.application.book import SOURCES, Clock, delivered, opened, take
from tests.cli.runner import Answer, Command, Inside
from tests.fork_server import ForkServer

NAME = "Quill Featherstone"
VACUUM = 4
"""The number of that statement."""
TOLD = "may be left in the ledger's files: that was interrupted; the next command that writes finishes it"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that quotes somebody."""
    return filled(str(tmp_path_factory.mktemp("template") / "ledger.db"))


def filled(address: str) -> Path:
    """Make a ledger that quotes somebody, with rows of read models that are closed."""
    with Ledger.create(address, clock=Clock(), recorded_by="tester") as ledger:
        take(ledger, *SOURCES, opened(), delivered("1 unit", attribution=NAME))
        ledger.record("deal/x", "expected", what="delivered", due="2024", attribution=NAME, source="wire")
        ledger.record("deal/x", "retracted", target="deal/x@3", reason="entry-error")
    return Path(address)


@dataclass(frozen=True)
class Trial:
    """Erasures that are killed, and what commands say afterwards."""

    fork_server: ForkServer
    armsledger: Inside
    monkeypatch: pytest.MonkeyPatch
    said: list[str] = field(default_factory=list)

    def run(self, address: str, statement: int, ticks: int = 0) -> bool:
        """Kill whoever forgets somebody at a statement, and see it finished; False if all was done before."""
        self.monkeypatch.setenv("ARMSLEDGER_LEDGER", address)
        worker = self.fork_server.start("forget_and_die", address, name=NAME, statement=statement, ticks=ticks)
        status = worker.wait()
        print(statement, ticks, *worker.lines())
        assert status in (0, -signal.SIGKILL), worker.lines()
        if "://" in address:
            with closing(psycopg.connect(address)) as connection:  # the server has done what it was told before
                connection.execute("LOCK TABLE person")
        self.assert_finished(was_killed=status != 0)
        return status != 0

    def assert_finished(self, *, was_killed: bool) -> None:
        """Whether the next command that writes finishes what was interrupted, if the name was destroyed at all."""
        if NAME in self.answer("admin persons").out:
            assert was_killed
            assert self.answer(["admin", "forget", NAME, "--yes"]).status == 0
        elif self.is_pending():
            assert self.answer("source registered later --publisher Later").status == 0
            assert "finishing the erasure of" in self.notices()
        assert not self.is_pending()
        assert NAME not in self.answer("admin persons").out
        assert self.answer("verify").status == 0

    def is_pending(self) -> bool:
        """Whether the doctor says that an erasure is to be finished; a command that reads says so too, and answers."""
        signs = self.answer("admin doctor --quick --json")
        levels = {sign["check"]: sign["level"] for sign in signs.json}
        assert (levels["left behind"], levels["erasures"] in ("ok", "warning")) == ("ok", True)
        self.notices()
        is_pending = bool(levels["erasures"] == "warning")
        assert self.answer("log").status == 0
        assert (TOLD in self.notices()) == is_pending
        return is_pending

    def answer(self, command: Command) -> Answer:
        """Run a command, and keep what it says beside its answer."""
        answer = self.armsledger(command)
        self.said.append(answer.err)
        return answer

    def notices(self) -> str:
        """What was told since this was asked last."""
        text = "".join(self.said)
        self.said.clear()
        return text


@pytest.fixture
def trial(fork_server: ForkServer, armsledger: Inside, monkeypatch: pytest.MonkeyPatch) -> Trial:
    """A trial in a folder of its own."""
    return Trial(fork_server, armsledger, monkeypatch)


def in_file(trial: Trial, template: Path, statement: int, ticks: int = 0) -> bool:
    """Kill an erasure in a copy of a ledger's file; afterwards no file holds the name."""
    folder = trial.armsledger.folder / f"{statement}-{ticks}"
    folder.mkdir()
    shutil.copy(template, folder / "ledger.db")
    was_killed = trial.run(str(folder / "ledger.db"), statement, ticks)
    assert [file.name for file in folder.iterdir() if b"Quill" in file.read_bytes()] == []
    return was_killed


@pytest.mark.parametrize(("statement", "ticks"), [(0, 0), (1, 0), (VACUUM, 10), (VACUUM + 3, 0)])
def test_an_erasure_in_a_file_that_is_killed_is_finished_by_the_next_command(
    trial: Trial, template: Path, statement: int, ticks: int
) -> None:
    assert in_file(trial, template, statement, ticks)


@pytest.mark.soak
def test_an_erasure_in_a_file_that_is_killed_at_any_moment_is_finished_by_the_next_command(
    trial: Trial, template: Path
) -> None:
    statements = ticks = 0
    while in_file(trial, template, statements):
        statements += 1
    while in_file(trial, template, VACUUM, ticks + 1):
        ticks += 1
    print(f"killed at each of {statements} statements, and {ticks} times in the midst of VACUUM")
    assert statements > VACUUM
    assert ticks > 10


@pytest.mark.parametrize("statements", [[2], pytest.param(range(100), marks=pytest.mark.soak)])
def test_an_erasure_on_a_server_that_is_killed_is_finished_by_the_next_command(
    trial: Trial, postgres_address: Callable[[], str], statements: Sequence[int]
) -> None:
    killed = 0
    for statement in statements:
        address = postgres_address()
        filled(address)
        if not trial.run(address, statement):
            break
        killed += 1
    print(f"killed at each of {killed} statements")
    assert killed == 1 or 5 < killed < len(statements)
