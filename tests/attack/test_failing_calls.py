"""Any call of the disk, and any request of SQLite for memory, fails: a command says so, or does what it has to do.

Whatever fails, the ledger holds what was acknowledged and no more, verifies, and takes the same command again.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from armsledger import Ledger
from tests.application.book import jsonl
from tests.attack.failing_calls import NEVER, Calls, Fault, Outcome, run_failing
from tests.attack.scenes import SCENES, Stage
from tests.attack.soundness import assert_sound, wait_for_writers
from tests.attack.statements import dossier, record_source
from tests.fork_server import ForkServer
from tests.soak import tell

ERRORS = (errno.EIO, errno.ENOSPC)


class Campaign(NamedTuple):
    """What came of making calls fail."""

    calls: int
    faults: int
    refused: int
    findings: list[str]


def let_fail(failing: ForkServer, stage: Stage, fault: Fault, mistake: str = "") -> tuple[Outcome, list[str]]:
    """Run a command while calls fail, and then again while all is well; what is not as it must be."""
    stage.set()
    outcome = run_failing(failing, stage.folder, stage.scene.command, fault, mistake)
    complaints = list(stage.complaints(outcome, is_lasting=fault.is_lasting))
    if not complaints:
        again = run_failing(failing, stage.folder, stage.scene.command, NEVER)
        complaints = list(stage.complaints_of_next(again))
    return outcome, [f"{fault} ({outcome.failed}): {complaint}" for complaint in complaints]


def campaign(failing: ForkServer, stage: Stage, kinds: Calls, most: int, mistake: str = "") -> Campaign:
    """Make calls of some kinds fail, so many of them at most, once or with all that follow."""
    stage.set()
    outcome = run_failing(failing, stage.folder, stage.scene.command, Fault(kinds), mistake)
    assert outcome.answer.status == 0, outcome
    random, findings, refused = Random(17), list[str](), 0
    numbers = sorted(random.sample(range(1, outcome.calls + 1), min(most, outcome.calls)))
    faults = [Fault(kinds, number, random.random() < 0.5, random.choice(ERRORS)) for number in numbers]
    for fault in faults:
        failed, complaints = let_fail(failing, stage, fault, mistake)
        refused += failed.answer.status == 1
        findings += complaints
    return Campaign(outcome.calls, len(faults), refused, findings)


def test_the_injector_finds_a_recorder_that_takes_a_refused_commit_for_one(
    failing: ForkServer, templates: Path, tmp_path: Path
) -> None:
    stage = Stage(SCENES["recording"], templates / "kept", tmp_path / "stage")
    came_of_it = campaign(failing, stage, Calls.SYNC, 4, "takes a refused commit for one")
    assert any("acknowledged and lost" in finding for finding in came_of_it.findings)


def test_the_injector_finds_a_recorder_that_goes_on_though_the_database_has_undone_all(
    failing: ForkServer, templates: Path, tmp_path: Path
) -> None:
    stage = Stage(SCENES["recording"], templates / "kept", tmp_path / "stage")
    stage.set()
    calls = run_failing(failing, stage.folder, stage.scene.command, Fault(Calls.MEMORY)).calls
    late = range(calls * 85 // 100, calls * 95 // 100, calls // 200)
    mistake = "goes on though the database has undone all"
    found = (let_fail(failing, stage, Fault(Calls.MEMORY, number), mistake)[1] for number in late)
    assert any("acknowledged and lost" in finding for findings in found for finding in findings)


CALLS = (Calls.DISK, Calls.MEMORY)
A_FEW = [pytest.param(scene, CALLS[number % 2], 1) for number, scene in enumerate(SCENES)]
MANY = [pytest.param(scene, kinds, 40, marks=pytest.mark.soak) for scene in SCENES for kinds in CALLS]


@pytest.mark.parametrize(("stage", "kinds", "most"), A_FEW + MANY, indirect=["stage"])
def test_whatever_call_fails_the_ledger_holds_what_was_acknowledged(
    failing: ForkServer, stage: Stage, kinds: Calls, most: int
) -> None:
    came_of_it = campaign(failing, stage, kinds, most)
    what = "calls of the disk" if kinds is Calls.DISK else "requests for memory"
    tell(
        f"{what} that fail, one at a time or all from one on (SQLite)",
        faults=came_of_it.faults,
        refused=came_of_it.refused,
        commands=1,
    )
    assert came_of_it.findings == []
    assert came_of_it.faults >= most


# a server


COMMANDS = ("record dossier.jsonl", "export jsonl out.jsonl")
"""What is done to a ledger on a server; the first records four entries."""
MORE = ("rebuild", "verify", "deals", "log", "info", "admin doctor")


class ServerStage:
    """A ledger on a server, and a folder in which commands are run while the connection is lost."""

    def __init__(self, failing: ForkServer, address: str, folder: Path) -> None:
        self._failing = failing
        self._address = address
        self._folder = folder
        self.faults = 0
        self.usual: dict[str, int] = {}
        """The status of each command while all is well: a doctor finds fault with a server for tests."""
        with Ledger(address) as ledger:
            record_source(ledger, "source")

    def run(self, command: str, fault: Fault) -> Outcome:
        """Run a command while calls fail."""
        return run_failing(self._failing, self._folder, f"{command} --ledger {self._address}", fault)

    def set(self) -> None:
        """Have a dossier that is not recorded yet, and no export."""
        self.faults += 1
        deal = f"deal/{self.faults}"
        (self._folder / "dossier.jsonl").write_bytes(jsonl(dossier(deal, deal, 4)))
        (self._folder / "out.jsonl").unlink(missing_ok=True)

    def complaints(self, command: str, fault: Fault) -> Iterator[str]:
        """What is not as it must be after a command that has lost its connection."""
        self.set()
        before = self.entries()
        outcome = self.run(command, fault)
        records = 4 if command == COMMANDS[0] else 0
        more = self.entries() - before
        if outcome.raised or outcome.answer.status not in (0, 1):
            yield f"raised: {outcome.raised or outcome.answer.err}"
        if more not in (0, records) or (outcome.answer.status == 0 and more != records):
            yield f"{more} more entries: {outcome.answer}"
        again = self.run(command, NEVER).answer
        if self.entries() - before != records or (again.status != self.usual[command] and "already" not in again.err):
            yield f"again: {again}"

    def entries(self) -> int:
        """How many entries there are, once the server has done what it was told."""
        wait_for_writers(self._address)
        with Ledger(self._address) as ledger:
            return ledger.position()


@pytest.mark.parametrize(
    ("commands", "most"), [(COMMANDS, 1), pytest.param((*COMMANDS, *MORE), 25, marks=pytest.mark.soak)]
)
def test_whatever_is_lost_on_the_way_to_a_server_or_back_the_ledger_holds_what_was_acknowledged(
    failing: ForkServer,
    postgres_address: Callable[[], str],
    tmp_path: Path,
    commands: Sequence[str],
    most: int,
) -> None:
    random, findings, address = Random(17), list[str](), postgres_address()
    stage = ServerStage(failing, address, tmp_path)
    for command in commands:
        stage.set()
        while_well = stage.run(command, Fault(Calls.SERVER))
        stage.usual[command], calls = while_well.answer.status, while_well.calls
        for number in sorted(random.sample(range(1, calls + 1), min(most, calls))):
            fault = Fault(Calls.SERVER, number, False, errno.ECONNRESET)
            findings += [f"{command}: {fault}: {found}" for found in stage.complaints(command, fault)]
    tell("connections lost at a send or a receive (PostgreSQL)", faults=stage.faults)
    assert findings == []
    assert_sound(address, unacknowledged=10_000)
