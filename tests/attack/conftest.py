"""Where the ledgers stand to which something is done, and the processes that do it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.attack.failing_calls import failing_fork_server, require
from tests.cli.runner import Inside
from tests.fork_server import ForkServer

if TYPE_CHECKING:
    from tests.attack.scenes import Stage
    from tests.attack.soundness import Addresses

pytest.register_assert_rewrite("tests.attack.soundness")  # before any test imports it


@pytest.fixture(params=["sqlite", "postgresql"])
def addresses(request: pytest.FixtureRequest, tmp_path: Path) -> Addresses:
    """Gives addresses of ledgers that are not there yet, for each kind of database."""
    if request.param == "postgresql":
        make = request.getfixturevalue("postgres_address")
        return lambda name: str(make())
    folder = tmp_path / "ledgers"
    folder.mkdir()
    return lambda name: str(folder / f"{name}.db")


@pytest.fixture
def address(addresses: Addresses) -> str:
    """The address of a ledger that is not there yet."""
    return addresses("armsledger")


@pytest.fixture
def armsledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inside:
    """Runs a command in the test's process."""
    monkeypatch.chdir(tmp_path)
    return Inside(tmp_path)


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    """Runs commands while calls fail, or while it is written down what they ask of the disk."""
    require()
    with failing_fork_server(tmp_path_factory.mktemp("failing")) as fork_server:
        yield fork_server


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders as they are before the commands that write."""
    from tests.attack.scenes import lay_out

    folder = tmp_path_factory.mktemp("templates")
    lay_out(folder)
    return folder


@pytest.fixture
def stage(request: pytest.FixtureRequest, templates: Path, tmp_path: Path) -> Stage:
    """The folder in which a command that writes is run."""
    from tests.attack.scenes import SCENES, Stage

    scene = SCENES[request.param]
    return Stage(scene, templates / scene.before, tmp_path / "stage")
