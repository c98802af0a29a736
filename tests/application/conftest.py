"""Ledgers that many tests only read, and the databases that the others are run on.

A test that takes `place`, or asks for `database`, is run on SQLite and on PostgreSQL. One that is about a file takes
`path`, and is run on SQLite alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import is_hypothesis_test

from armsledger import Ledger
from armsledger.storage.journal import Journal
from tests.application.book import ALL_TOLD, SEED, STORY, Clock, ledger_of_examples
from tests.postgres import Server


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests on both databases; those of many examples have tests of their own for PostgreSQL, with fewer."""
    is_chosen = any("database" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "database" in metafunc.fixturenames and not is_chosen:
        on_one = "path" in metafunc.fixturenames or is_hypothesis_test(metafunc.function)
        metafunc.parametrize("database", ["sqlite"] if on_one else ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The database of the test: where it is PostgreSQL, ledgers that are made in memory are made on a server."""
    kind = str(request.param)
    if kind == "postgresql":
        request.getfixturevalue("on_server")
    return kind


@pytest.fixture
def on_server(postgres_address: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ledgers that are made in memory are made on a server, each in a schema of its own, until the test ends."""
    made: list[Ledger] = []

    def make(**options: Any) -> Ledger:
        made.append(Ledger.create(postgres_address(), **options))
        return made[-1]

    monkeypatch.setattr(Ledger, "in_memory", make)
    yield
    for ledger in made:
        ledger.close()


@pytest.fixture
def place(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Where there is no entry yet: a file that the first one makes, or an empty journal on a server."""
    if database == "sqlite":
        return tmp_path / "armsledger.db"
    address: str = request.getfixturevalue("postgres_address")()
    Journal.create(address).close()
    return address


@pytest.fixture(scope="session")
def seed_in_memory() -> Iterator[Ledger]:
    """The seed article."""
    with ledger_of_examples(SEED) as ledger:
        yield ledger


@pytest.fixture(scope="session")
def story_in_memory() -> Iterator[Ledger]:
    """The seed article and then the longer story."""
    with ledger_of_examples(SEED, STORY) as ledger:
        yield ledger


@pytest.fixture(scope="session")
def seed_on_server(postgres: Server) -> Iterator[Ledger]:
    """The seed article."""
    with _on(postgres, SEED) as ledger:
        yield ledger


@pytest.fixture(scope="session")
def story_on_server(postgres: Server) -> Iterator[Ledger]:
    """The seed article and then the longer story."""
    with _on(postgres, SEED, STORY) as ledger:
        yield ledger


def _on(server: Server, *paths: Path) -> Ledger:
    """A ledger on a server that holds examples, one after the other."""
    address = server.address("owner", server.schema())
    ledger = Ledger.create(address, recorded_by="tester", clock=Clock(ALL_TOLD))
    for path in paths:
        ledger.record_file(path)
    return ledger


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> Ledger:
    """A ledger that holds the seed article; to be read only."""
    return _example(request, "seed")


@pytest.fixture
def story(request: pytest.FixtureRequest) -> Ledger:
    """A ledger that holds the seed article and then the longer story; to be read only."""
    return _example(request, "story")


def _example(request: pytest.FixtureRequest, name: str) -> Ledger:
    """An example on the database of the test."""
    database = request.getfixturevalue("database") if "database" in request.fixturenames else "sqlite"
    ledger: Ledger = request.getfixturevalue(f"{name}_on_server" if database == "postgresql" else f"{name}_in_memory")
    return ledger


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a ledger may be made, in a file."""
    return tmp_path / "armsledger.db"
