"""Files that may not grow beyond a limit of the system: what does not fit is refused whole, wherever the limit is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from armsledger import Ledger
from tests.application.read_models import tables
from tests.attack.soundness import assert_sound
from tests.attack.statements import Told, record_dossier, record_source
from tests.fork_server import ForkServer

KIB = 1024
LIMITS = pytest.mark.parametrize(
    "step_kib", [pytest.param(233, id="some limits"), pytest.param(20, id="many limits", marks=pytest.mark.soak)]
)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of some entries; to be copied, not written."""
    path = tmp_path_factory.mktemp("limited") / "armsledger.db"
    with Ledger(path) as ledger:
        record_source(ledger, "source")
        for number in range(5):
            record_dossier(ledger, f"deal/{number}", f"dossier-{number}", 10)
    return path


def outcomes(fork_server: ForkServer, task: str, address: Path, limit_kib: int) -> tuple[str, list[Told]]:
    """What a task under a limit came to, and what it was told to be recorded."""
    worker = fork_server.start("under_a_limit", str(address), limit_bytes=limit_kib * KIB, doing=task)
    status = worker.wait()
    [refusal] = worker.words("refused") or [""]
    assert (status, bool(refusal)) in ((0, False), (1, True)), worker.lines()[-3:]
    assert not refusal or "room on the disk" in refusal.partition("remedy: ")[2], refusal
    return refusal.partition(" ")[0], [Told.parse(line) for line in worker.words("told")]


@LIMITS
def test_a_dossier_that_does_not_fit_leaves_the_ledger_as_it_was(
    fork_server: ForkServer, original: Path, tmp_path: Path, step_kib: int
) -> None:
    known, found = assert_sound(str(original), unacknowledged=99), []
    for limit_kib in range(0, 700, step_kib):
        path = Path(shutil.copy(original, tmp_path / f"{limit_kib}.db"))
        outcome, told = outcomes(fork_server, "record_large", path, limit_kib)
        assert bool(told) == (outcome == "")
        assert_sound(str(path), known + told, unacknowledged=0)
        found.append(outcome)
    assert set(found) == {"", "LedgerFull"}


@pytest.mark.parametrize(
    "step_kib", [pytest.param(30, id="some limits"), pytest.param(5, id="many limits", marks=pytest.mark.soak)]
)
def test_a_first_dossier_that_does_not_fit_makes_no_ledger(
    fork_server: ForkServer, tmp_path: Path, step_kib: int
) -> None:
    found = []
    for limit_kib in range(0, 600, step_kib):
        folder = tmp_path / str(limit_kib)
        folder.mkdir()
        outcome, told = outcomes(fork_server, "record_first", folder / "armsledger.db", limit_kib)
        assert bool(told) == (outcome == "") == bool(list(folder.iterdir()))
        if told:
            assert_sound(str(folder / "armsledger.db"), told, unacknowledged=0)
        found.append(outcome)
    assert set(found) == {"", "LedgerFull"}


@LIMITS
def test_a_rebuild_that_does_not_fit_changes_no_answer(
    fork_server: ForkServer, original: Path, tmp_path: Path, step_kib: int
) -> None:
    with Ledger(original) as ledger:
        before = tables(ledger)
    found = []
    for limit_kib in range(0, 700, step_kib):
        path = Path(shutil.copy(original, tmp_path / f"{limit_kib}.db"))
        found.append(outcomes(fork_server, "rebuild_all", path, limit_kib)[0])
        with Ledger(path) as ledger:
            assert tables(ledger) == before
        assert_sound(str(path), unacknowledged=99)
    assert set(found) == {"", "LedgerFull"}
