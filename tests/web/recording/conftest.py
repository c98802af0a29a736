"""A ledger in a file, with the seed's source and nothing else, or with its whole story; and somebody at its pages."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

import pytest

from armsledger import Ledger
from tests.application.book import SEED
from tests.web.recording.person import Person


@pytest.fixture
def person(tmp_path: Path) -> Person:
    """Somebody at the pages of an empty ledger."""
    Ledger.create(tmp_path / "ledger.db").close()
    return Person(tmp_path / "ledger.db")


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with the seed's article; nobody writes in it."""
    path = tmp_path_factory.mktemp("seed") / "seed.db"
    with Ledger(path, recorded_by="seed") as ledger:
        ledger.record_file(SEED)
    return path


@pytest.fixture
def reader(seeded: Path, tmp_path: Path) -> Person:
    """Somebody at the pages of a ledger that holds the seed's article."""
    return Person(Path(copyfile(seeded, tmp_path / "seed.db")))
