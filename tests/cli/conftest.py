"""Folders with a ledger in them, and the two ways to run commands there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from armsledger import Ledger
from tests.cli.runner import LEDGER, SEED, STORY, WIDE, Inside, Process


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test runs in an empty folder, without settings of ours."""
    monkeypatch.chdir(tmp_path)
    for name in [*os.environ, "NO_COLOR", "FORCE_COLOR"]:
        if name.startswith("ARMSLEDGER_") or name.endswith("_COLOR"):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", WIDE)


@pytest.fixture
def armsledger(tmp_path: Path) -> Inside:
    """Runs a command in the test's process, as ``armsledger("show deal/x --json")``."""
    return Inside(tmp_path)


@pytest.fixture
def process(tmp_path: Path) -> Process:
    """Runs a command as a process of its own."""
    return Process(tmp_path)


@pytest.fixture(scope="session")
def seed_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that holds the seed article; to be copied, not written."""
    path = tmp_path_factory.mktemp("seed") / LEDGER
    with Ledger(path, recorded_by="tester") as ledger:
        ledger.record_file(SEED)
    return path


@pytest.fixture(scope="session")
def seed_log(seed_ledger: Path) -> str:
    """What ``log --json`` writes of the seed article."""
    return Inside(seed_ledger.parent)(["log", "--json", "--ledger", str(seed_ledger)]).out


@pytest.fixture(scope="session")
def story_ledger(seed_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that holds the seed article and then the longer story; to be copied, not written."""
    path = tmp_path_factory.mktemp("story") / LEDGER
    shutil.copy(seed_ledger, path)
    with Ledger(path, recorded_by="tester") as ledger:
        ledger.record_file(STORY)
    return path


@pytest.fixture
def seed(seed_ledger: Path, tmp_path: Path) -> Path:
    """The test's own ledger, with the seed article."""
    return Path(shutil.copy(seed_ledger, tmp_path / LEDGER))


@pytest.fixture
def story(story_ledger: Path, tmp_path: Path) -> Path:
    """The test's own ledger, with the seed article and the longer story."""
    return Path(shutil.copy(story_ledger, tmp_path / LEDGER))
