"""The power is cut while a command writes: of what waits for the disk, any sectors are there and any are not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.attack.failing_calls import record_calls
from tests.attack.scenes import LEDGER, SCENES, Stage, entries_of
from tests.attack.torn import Cut, cuts
from tests.fork_server import ForkServer
from tests.soak import tell
from tests.storage.copying.earlier import version_of


def written_down(failing: ForkServer, stage: Stage, log: Path, mistake: str = "") -> None:
    """Run a command, and write down what it asks of the disk."""
    stage.set()
    answer = record_calls(failing, stage.folder, stage.scene.command, log, mistake)
    assert answer.status == 0, answer


def complaints(stage: Stage, cut: Cut, *, is_thorough: bool) -> Iterator[str]:
    """What is not as it must be after a power cut."""
    shutil.rmtree(stage.folder)
    stage.folder.mkdir()
    cut.put(stage.folder)
    try:
        found = len(entries_of(stage.folder / LEDGER)) - len(stage.before)
        if found != stage.scene.records and (found or cut.is_answered):
            yield f"{found} more entries of {stage.scene.records}"
        made = stage.folder / (stage.scene.makes or LEDGER)
        if cut.is_answered and not made.exists():
            yield f"{made.name} is not there"
        if made.exists() and made.suffix == ".db":
            entries_of(made)
            version_of(made)
        if is_thorough:
            yield from stage.unsound()
    except Exception as error:
        yield f"{type(error).__name__}: {error}"


def cut_everywhere(
    stage: Stage, template: Path, log: Path, times: int, most: int | None, thorough: int
) -> tuple[int, list[str]]:
    """Cut the power after each call, or after so many of them; how many disks there were, and what was found."""
    random, findings, disks = Random(17), list[str](), 0
    found = list(cuts(template, stage.folder, log, times, random))
    for cut in found if most is None else random.sample(found, min(most, len(found))):
        disks += 1
        what = complaints(stage, cut, is_thorough=disks % thorough == 0)
        findings += [f"after call {cut.after}{', answered' * cut.is_answered}: {complaint}" for complaint in what]
    return disks, findings


@pytest.mark.parametrize("mistake", ["acknowledges before it commits", "commits without waiting for the disk"])
def test_the_cuts_find_a_recorder_that(failing: ForkServer, templates: Path, tmp_path: Path, mistake: str) -> None:
    stage = Stage(SCENES["recording"], templates / "kept", tmp_path / "stage")
    written_down(failing, stage, tmp_path / "log", mistake)
    found = cuts(templates / "kept", stage.folder, tmp_path / "log", 1, Random(17))
    answered = (cut for cut in found if cut.is_answered)
    assert any(list(complaints(stage, cut, is_thorough=False)) for cut in answered)


A_FEW = [pytest.param(scene, None) for scene in ("recording", "migration", "erasure")]
MANY = [pytest.param(scene, 3, marks=pytest.mark.soak) for scene in SCENES if scene != "export"]


@pytest.mark.parametrize(("stage", "times"), A_FEW + MANY, indirect=["stage"])
def test_a_command_that_the_power_was_cut_under_did_all_or_nothing(
    failing: ForkServer, stage: Stage, templates: Path, tmp_path: Path, times: int | None
) -> None:
    written_down(failing, stage, tmp_path / "log")
    template = templates / stage.scene.before
    disks, findings = cut_everywhere(stage, template, tmp_path / "log", times or 1, None if times else 6, thorough=5)
    tell("power cut under each command that writes: any unsynced sectors are there, any are not (SQLite)", disks=disks)
    assert findings == []
    assert disks >= 6
