"""Folders with a ledger in them, and the two ways to run commands there."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from armsledger import Ledger
from tests.application.book import SEED, STORY
from tests.cli.runner import LEDGER, WIDE, Inside, Process
from tests.postgres import Server


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test runs in an empty folder."""
    monkeypatch.chdir(tmp_path)
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


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """For tests of ledgers on either database: where those of `seed` and `story` are."""
    return str(request.param)


@pytest.fixture
def seed(request: pytest.FixtureRequest, seed_ledger: Path, tmp_path: Path) -> Path | str:
    """The test's own ledger, with the seed article."""
    return _own(request, seed_ledger, tmp_path)


@pytest.fixture
def story(request: pytest.FixtureRequest, story_ledger: Path, tmp_path: Path) -> Path | str:
    """The test's own ledger, with the seed article and the longer story."""
    return _own(request, story_ledger, tmp_path)


def _own(request: pytest.FixtureRequest, ledger: Path, folder: Path) -> Path | str:
    """A copy in the test's folder or, if that is the test's database, on a server that the environment names."""
    if "database" not in request.fixturenames or request.getfixturevalue("database") == "sqlite":
        return Path(shutil.copy(ledger, folder / LEDGER))
    address: str = request.getfixturevalue("postgres_address")()
    restore(ledger, address)
    request.getfixturevalue("monkeypatch").setenv("ARMSLEDGER_LEDGER", address)
    return address


@pytest.fixture(scope="session")
def story_on_server(postgres: Server, story_ledger: Path) -> str:
    """The address of a ledger that holds what `story_ledger` holds; to be read only."""
    address = postgres.address("owner", postgres.schema())
    restore(story_ledger, address)
    return address


def restore(ledger: Path, address: str) -> None:
    """Make the same ledger at another address: the same entries, recorded at the same times."""
    with tempfile.TemporaryDirectory() as folder, Ledger(ledger) as there, Ledger.create(address) as here:
        there.export_jsonl(Path(folder, "all.jsonl"))
        here.record_file(Path(folder, "all.jsonl"))
