"""Any call of the disk, and any request of SQLite for memory, fails: a command says so, or does what it has to do.

Whatever fails, the ledger holds what was acknowledged and no more, verifies, and takes the same command again.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from armsledger import Ledger, LedgerError
from tests.application.book import jsonl
from tests.attack.failing_calls import (
    NEVER,
    Calls,
    Fault,
    Outcome,
    failing_fork_server,
    require,
    run_failing,
)
from tests.attack.soundness import verify
from tests.attack.statements import Told, dossier, first_dossier, record_dossier, record_single, record_source
from tests.fork_server import ForkServer
from tests.storage.copying.earlier import ALONE, released

LEDGER, NEW = "armsledger.db", "new.db"
SPEAKER = "Ann Example"
BESIDE = ("-wal", "-shm")
ERRORS = (errno.EIO, errno.ENOSPC)


class Scene(NamedTuple):
    """A command, in a folder that holds the ledger as it was before."""

    command: str
    makes: str = ""
    """The file that it makes, if any."""
    records: int = 0
    """How many entries it records in the ledger."""
    before: str = "kept"
    """What the folder holds before."""
    excuse: str = ""
    """What the same command may say when it is given again, as the first one did its work."""


SCENES = {
    "recording": Scene("record dossier.jsonl", records=4),
    "first recording": Scene(f"record first.jsonl --ledger {NEW}", makes=NEW, excuse="already"),
    "making": Scene(f"init --ledger {NEW}", makes=NEW, excuse="already"),
    "rebuild": Scene("rebuild"),
    "backup": Scene(f"admin backup {NEW}", makes=NEW, excuse="already"),
    "migration": Scene("admin migrate", makes="armsledger.schema1.db", before="old"),
    "erasure": Scene(f"admin forget '{SPEAKER}' --yes"),
    "export": Scene("export jsonl out.jsonl", makes="out.jsonl", excuse="already"),
    "import": Scene(f"import jsonl in.jsonl --ledger {NEW}", makes=NEW, excuse="already"),
}


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    """Runs commands while calls fail."""
    require()
    with failing_fork_server(tmp_path_factory.mktemp("failing")) as fork_server:
        yield fork_server


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders as they are before the commands."""
    folder = tmp_path_factory.mktemp("templates")
    (folder / "kept").mkdir()
    (folder / "old").mkdir()
    with Ledger(folder / "kept" / LEDGER, recorded_by="tester") as ledger:
        record_source(ledger, "source")
        record_dossier(ledger, "deal/x", "dossier", 5)
        record_single(ledger, "deal/x", "single", 0)
        ledger.record("deal/x", event="delivered", quantity="1 unit", source="wire", id="said:1/1", on="2021-07-01",
                      attribution={"speaker": SPEAKER})  # fmt: skip
        ledger.export_jsonl(folder / "kept" / "in.jsonl")
    (folder / "kept" / "dossier.jsonl").write_bytes(jsonl(dossier("new", "deal/new", 4)))
    (folder / "kept" / "first.jsonl").write_bytes(jsonl(first_dossier("first", "deal/first", 4)))
    shutil.move(released(ALONE, folder), folder / "old" / LEDGER)
    return folder


class Stage:
    """The folder in which a command is run while calls fail, and what is found there afterwards."""

    def __init__(self, scene: Scene, template: Path, folder: Path) -> None:
        self.scene = scene
        self.folder = folder
        self._template = template
        self.names = {path.name for path in template.iterdir()}
        self.before = entries_of(template / LEDGER)

    def set(self) -> None:
        """Have the folder be as it is before the command."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self._template, self.folder)

    def complaints(self, outcome: Outcome, *, is_lasting: bool) -> Iterator[str]:
        """What is not as it must be after a command that may have failed."""
        answer, scene = outcome.answer, self.scene
        if outcome.raised or "Traceback" in answer.err:
            yield f"raised: {outcome.raised or answer.err}"
            return
        if answer.status not in (0, 1) or (answer.status == 1) != ("error: " in answer.err):
            yield f"status {answer.status}: {answer.err}"
        found = entries_of(self.folder / LEDGER)
        more = len(found) - len(self.before)
        if found[: len(self.before)] != self.before or more not in (0, scene.records):
            yield f"{len(found)} entries, where {len(self.before)} were"
        if answer.status == 0 and more != scene.records:
            yield "acknowledged and lost"
        if answer.status == 1 and more:
            yield f"recorded, and told: {answer.err}"
        if scene.makes and answer.status == 0 and not (self.folder / scene.makes).exists():
            yield f"{scene.makes} is not there"
        left = {path.name for path in self.folder.iterdir()} - self.names - {scene.makes}
        left = {name for name in left if not name.endswith(BESIDE)}
        if left and not (is_lasting or outcome.failed.startswith("unlink")):
            yield f"left: {sorted(left)}"
        yield from self.unsound()

    def unsound(self) -> Iterator[str]:
        """What verification finds in the ledger, and in one that the command made."""
        for name in {LEDGER, self.scene.makes}:
            if name.endswith(".db") and (self.folder / name).exists():
                try:
                    verify(str(self.folder / name))
                except LedgerError as error:
                    yield f"{name}: {error}"

    def complaints_of_next(self, outcome: Outcome) -> Iterator[str]:
        """What is not as it must be after the same command was given again, while all was well."""
        answer, scene = outcome.answer, self.scene
        is_excused = scene.excuse and scene.excuse in answer.err and (self.folder / scene.makes).exists()
        if outcome.raised or (answer.status and not is_excused):
            yield f"again: {outcome.raised or answer.err}"
        elif len(entries_of(self.folder / LEDGER)) != len(self.before) + scene.records:
            yield "again: not all is there"
        else:
            yield from self.unsound()


def entries_of(path: Path) -> list[Told]:
    """What is recorded."""
    with Ledger(path) as ledger:
        return [Told(entry.position, entry.id) for entry in ledger.journal().reader.entries()]


class Campaign(NamedTuple):
    """What came of making calls fail."""

    calls: int
    faults: int
    refused: int
    findings: list[str]


@pytest.fixture
def stage(request: pytest.FixtureRequest, templates: Path, tmp_path: Path) -> Stage:
    """The folder of a scene."""
    scene = SCENES[request.param]
    return Stage(scene, templates / scene.before, tmp_path / "stage")


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
    """Make calls of some kinds fail, so many of them at most, each once and with all that follow."""
    stage.set()
    outcome = run_failing(failing, stage.folder, stage.scene.command, Fault(kinds), mistake)
    assert outcome.answer.status == 0, outcome
    random, findings, refused = Random(17), list[str](), 0
    numbers = sorted(random.sample(range(1, outcome.calls + 1), min(most, outcome.calls)))
    faults = [Fault(kinds, n, is_lasting, random.choice(ERRORS)) for n in numbers for is_lasting in (False, True)]
    for fault in faults:
        failed, complaints = let_fail(failing, stage, fault, mistake)
        refused += failed.answer.status == 1
        findings += complaints
    return Campaign(outcome.calls, len(faults), refused, findings)


def test_the_injector_finds_a_recorder_that_takes_a_refused_commit_for_one(
    failing: ForkServer, templates: Path, tmp_path: Path
) -> None:
    stage = Stage(SCENES["recording"], templates / "kept", tmp_path / "stage")
    came_of_it = campaign(failing, stage, Calls.SYNC, 3, "takes a refused commit for one")
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


@pytest.mark.parametrize("most", [2, pytest.param(40, marks=pytest.mark.soak)])
@pytest.mark.parametrize("kinds", [Calls.DISK, Calls.MEMORY], ids=["disk", "memory"])
@pytest.mark.parametrize("stage", SCENES, indirect=True)
def test_whatever_call_fails_the_ledger_holds_what_was_acknowledged(
    failing: ForkServer, stage: Stage, kinds: Calls, most: int
) -> None:
    came_of_it = campaign(failing, stage, kinds, most)
    print(came_of_it)
    assert came_of_it.findings == []
    assert came_of_it.faults >= most
