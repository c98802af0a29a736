"""Any call of the disk, and any request of SQLite for memory, fails: a command says so, or does what it has to do.

Whatever fails, the ledger holds what was acknowledged and no more, verifies, and takes the same command again.
"""

from __future__ import annotations

import errno
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from tests.attack.failing_calls import NEVER, Calls, Fault, Outcome, run_failing
from tests.attack.scenes import SCENES, Stage
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


@pytest.mark.parametrize("most", [1, pytest.param(60, marks=pytest.mark.soak)])
@pytest.mark.parametrize("kinds", [Calls.DISK, Calls.MEMORY], ids=["disk", "memory"])
@pytest.mark.parametrize("stage", SCENES, indirect=True)
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
