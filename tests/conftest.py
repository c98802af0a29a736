"""Settings of all tests (how long hypothesis looks for counterexamples), and the databases that they run on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.fork_server import ForkServer, fork_server_in
from tests.postgres import QUICK, Server, require, server
from tests.soak import tell_end

SETTINGS = ("LEDGER", "RECORDED_BY", "TIMEOUT_SECONDS", "CLOCK_LEAP_DAYS", "KEY")
for name in (*(f"ARMSLEDGER_{setting}" for setting in SETTINGS), "NO_COLOR", "FORCE_COLOR"):
    os.environ.pop(name, None)  # no test knows the settings of whoever runs it
os.environ["TZ"] = "UTC"  # and none depends on where that is
time.tzset()
DAY_SECONDS = 86_400
LONGEST_TEST_SECONDS = 20
pytest.register_assert_rewrite("tests.domain.specification")  # before any test imports it

anywhere = settings(deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
"""Nothing is asked of the machine's speed: it may be busy. Many examples are the business of ``make soak``."""
settings.register_profile("quick", anywhere, max_examples=10)
settings.register_profile("default", anywhere, max_examples=25)
settings.register_profile("soak", anywhere, max_examples=100)
settings.load_profile("default")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Tell how each test ended; where several processes run tests, the one that hears of all tells it."""
    if "PYTEST_XDIST_WORKER" not in os.environ and (report.when == "call" or report.outcome != "passed"):
        tell_end(report.nodeid, report.outcome, report.duration, is_property="hypothesis" in report.keywords)


def pytest_runtest_setup() -> None:
    """Have no day end in the midst of a test: just before midnight, wait for the next day (UTC)."""
    seconds_left = DAY_SECONDS - time.time() % DAY_SECONDS
    if seconds_left < LONGEST_TEST_SECONDS:
        time.sleep(seconds_left)


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server of the tests' own; each test makes a schema in it."""
    require()
    with server() as started:
        yield started


@pytest.fixture(scope="session")
def standby(postgres: Server) -> Iterator[Server]:
    """A server that follows the one of the tests, and takes no writes."""
    with server((*QUICK, "-c", "max_standby_streaming_delay=500ms"), primary=postgres) as started:
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
