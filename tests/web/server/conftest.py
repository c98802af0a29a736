"""Ledgers in files, and clients of their pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from armsledger import Ledger
from tests.application.book import SEED, STORY
from tests.web.server.client import Client, client_of


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that holds the seed article and then the longer story; to be copied, not written."""
    path = tmp_path_factory.mktemp("told") / "ledger.db"
    with Ledger(path, recorded_by="tester") as ledger:
        ledger.record_file(SEED)
        ledger.record_file(STORY)
    return path


@pytest.fixture(scope="session")
def client(told: Path) -> Iterator[Client]:
    """A client of its pages."""
    with client_of(str(told)) as client:
        yield client


@pytest.fixture
def path(told: Path, tmp_path: Path) -> Path:
    """A copy of it that may be written."""
    return Path(shutil.copy(told, tmp_path / "ledger.db"))


@pytest.fixture
def own(path: Path) -> Iterator[Client]:
    """A client of the pages of that copy."""
    with client_of(str(path)) as client:
        yield client
