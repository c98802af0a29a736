"""Where the ledgers stand to which something is done, and the processes that do it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.attack.fork_server import ForkServer, fork_server_in
from tests.cli.runner import Inside

if TYPE_CHECKING:
    from tests.attack.soundness import Addresses

pytest.register_assert_rewrite("tests.attack.soundness")  # before any test imports it


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of whoever runs the tests."""
    for name in os.environ:
        if name.startswith("ARMSLEDGER_"):
            monkeypatch.delenv(name)


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


@pytest.fixture(scope="session")
def warm_fork_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    """The fork server of all tests: to start it takes longer than most of them."""
    with fork_server_in(tmp_path_factory.mktemp("workers")) as fork_server:
        yield fork_server


@pytest.fixture
def fork_server(warm_fork_server: ForkServer) -> Iterator[ForkServer]:
    """Starts processes that record; none outlives the test."""
    yield warm_fork_server
    warm_fork_server.end_all()


@pytest.fixture
def armsledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inside:
    """Runs a command in the test's process."""
    monkeypatch.chdir(tmp_path)
    return Inside(tmp_path)
