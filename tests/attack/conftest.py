"""Where the ledgers stand to which something is done, and the processes that do it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.runner import Inside

if TYPE_CHECKING:
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
