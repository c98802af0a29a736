"""Settings of all tests (how long hypothesis looks for counterexamples), and the databases that they run on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import Server, require, server

pytest.register_assert_rewrite("tests.domain.specification")  # before any test imports it

settings.register_profile("default", max_examples=60, deadline=None)
settings.register_profile(
    "ci", max_examples=100, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "soak", max_examples=5000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server of the tests' own; each test makes a schema in it."""
    require()
    with server() as started:
        yield started


@pytest.fixture
def postgres_address(postgres: Server) -> Iterator[Callable[[], str]]:
    """Gives the address of a ledger that is yet to be made, another one each time."""
    schemas: list[str] = []

    def address() -> str:
        schemas.append(postgres.schema())
        return postgres.address("owner", schemas[-1])

    yield address
    for schema in schemas:
        postgres.drop(schema)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a ledger that is yet to be made, on each of the databases."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    return str(request.getfixturevalue("postgres_address")())
