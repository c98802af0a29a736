"""Reading on a standby: how far it is behind, waiting for an entry, and what it has to replay meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from armsledger import Ledger
from armsledger.domain.errors import UsageError
from armsledger.storage.errors import LedgerBehind, LedgerInterrupted, LedgerReadOnly, SchemaMissing
from tests.application.book import DEAL, SEED
from tests.postgres import Server
from tests.processes import PATIENCE_SECONDS, meanwhile

LOCKED = "BEGIN; LOCK TABLE journal IN ACCESS EXCLUSIVE MODE; COMMIT"
"""To replay it, a standby ends whoever reads the table."""


@pytest.fixture
def primary(postgres_address: Callable[[], str]) -> str:
    """A ledger with the seed article, on the server that takes writes."""
    address = postgres_address()
    with Ledger.create(address) as ledger:
        ledger.record_file(SEED)
    return address


@pytest.fixture
def there(primary: str, postgres: Server, standby: Server) -> str:
    """The same ledger on the standby, which has it by now."""
    address = primary.replace(f":{postgres.port}/", f":{standby.port}/")
    with Ledger(address, wait_for="@21", timeout_seconds=PATIENCE_SECONDS, notice=print) as ledger:
        assert ledger.position() == 21
    return address


@pytest.fixture
def paused(standby: Server, there: str) -> Iterator[Callable[[], None]]:
    """The standby replays nothing until this is called."""
    with psycopg.connect(standby.url, autocommit=True) as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        while connection.execute("SELECT pg_get_wal_replay_pause_state()").fetchone() != ("paused",):
            time.sleep(0.01)

        def resume() -> None:
            connection.execute("SELECT pg_wal_replay_resume()")

        yield resume
        resume()


def reaffirm(address: str) -> str:
    """Record an entry, and return its address."""
    with Ledger(address) as ledger:
        recorded = ledger.record(DEAL, "commitment-reaffirmed", on="2021-11-01", by="IND", source="theprint-2021-11-12")
    return recorded.address


def test_a_standby_says_once_how_far_it_is(there: str) -> None:
    notices: list[str] = []
    with Ledger(there, notice=notices.append) as ledger:
        assert len(ledger.at().deals()) == 2
        assert ledger.at().state(DEAL) is not None
        standby = ledger.info().standby
    (notice,) = notices
    assert (
        "is a standby, which has the entries up to @21, and has replayed the primary's transactions up to 20" in notice
    )
    assert standby is not None
    assert (standby.position, standby.receiving) == (21, True)


def test_a_primary_and_a_file_are_no_standbys(primary: str) -> None:
    with Ledger(primary) as ledger, Ledger.in_memory() as other:
        assert ledger.info().standby is None
        assert other.info().standby is None


def test_what_is_received_and_not_replayed_is_told(primary: str, there: str, paused: Callable[[], None]) -> None:
    reaffirm(primary)
    until = time.monotonic() + PATIENCE_SECONDS
    with Ledger(there, notice=lambda _: None) as ledger:
        while not (standby := ledger.info().standby) or not standby.waiting_bytes:
            assert time.monotonic() < until
            time.sleep(0.02)
        assert standby.position == 21
        assert "bytes that it received wait" in standby.in_words


def test_who_waits_reads_what_was_just_recorded(primary: str, there: str, paused: Callable[[], None]) -> None:
    entry = reaffirm(primary)
    version = int(entry.rpartition("@")[2])
    with Ledger(there, notice=lambda _: None, timeout_seconds=PATIENCE_SECONDS) as ledger:
        assert ledger.position() == 21
        with meanwhile(paused):
            view = ledger.at(wait_for="@22")
        assert view.question.position == 22
    for awaited in ("@22", "22", 22, entry):
        with Ledger(there, wait_for=awaited, notice=lambda _: None) as ledger:
            assert len(ledger.log(DEAL)) == version


def test_who_waits_for_an_entry_of_a_ledger_that_is_yet_to_come_waits_for_that(
    postgres: Server, standby: Server, there: str, paused: Callable[[], None], postgres_address: Callable[[], str]
) -> None:
    address = postgres_address()
    with Ledger.create(address) as made:
        made.record_file(SEED)
    other = address.replace(f":{postgres.port}/", f":{standby.port}/")
    with Ledger(other, wait_for="@21", timeout_seconds=0.1) as ledger, pytest.raises(SchemaMissing):
        ledger.position()
    with meanwhile(paused), Ledger(other, wait_for="@21", timeout_seconds=PATIENCE_SECONDS, notice=print) as ledger:
        assert ledger.position() == 21


def test_who_waited_in_vain_is_told_what_there_is(primary: str, there: str, paused: Callable[[], None]) -> None:
    entry = reaffirm(primary)
    for awaited, named in (("@22", "@22"), (22, "@22"), (entry, entry)):
        with (
            Ledger(there, wait_for=awaited, timeout_seconds=0.1, notice=lambda _: None) as ledger,
            pytest.raises(LedgerBehind, match=rf"has entries up to @21, and not yet {named}; gave up after 0\.1 s"),
        ):
            ledger.position()
    with Ledger(there, timeout_seconds=0.1, notice=lambda _: None) as ledger, pytest.raises(LedgerBehind):
        ledger.at(wait_for=22)


@pytest.mark.parametrize(
    "awaited", ["yesterday", "@", "@-1", "deal/x@", "deal/x@99999999999", "1e3", -1, "", " @5", "x@9", "deal/\udcff@1"]
)
def test_nobody_waits_for_what_is_no_entry(awaited: str | int) -> None:
    with Ledger.in_memory() as ledger, pytest.raises(UsageError, match="nobody can wait for") as refused:
        ledger.at(wait_for=awaited)
    assert "@123" in refused.value.remedy


def test_a_standby_is_not_written(there: str) -> None:
    with Ledger(there, notice=lambda _: None) as ledger:
        for write in (lambda: reaffirm(there), ledger.rebuild, lambda: ledger.forget("Vladimir Putin")):
            with pytest.raises(LedgerReadOnly, match="the server takes no writes: it is a standby") as refused:
                write()
            assert "name the server that takes them" in refused.value.remedy
        assert ledger.position() == 21


def test_what_was_asked_within_a_snapshot_is_interrupted_by_what_is_replayed(primary: str, there: str) -> None:
    with Ledger(there, notice=lambda _: None) as ledger:
        with pytest.raises(LedgerInterrupted, match="due to conflict with recovery") as interrupted:
            _read_for_long(ledger, primary)
        assert "ask again" in interrupted.value.remedy
        assert ledger.position() == 21  # on a new connection, if the old one was cut


def _read_for_long(ledger: Ledger, primary: str) -> None:
    """Read in a snapshot while the primary locks what is read."""
    with ledger.session.reader().snapshot():
        assert ledger.position() == 21
        with psycopg.connect(primary, autocommit=True) as other:
            other.execute(LOCKED.encode())
        ledger.session.reader().query("SELECT pg_sleep(30)")


def test_a_single_question_is_asked_again(primary: str, there: str) -> None:
    with Ledger(there, notice=lambda _: None) as ledger:
        reader = ledger.session.reader()

        def lock() -> None:
            time.sleep(0.2)
            with psycopg.connect(primary, autocommit=True) as other:
                other.execute(LOCKED.encode())

        with meanwhile(lock):
            assert reader.query("SELECT max(position) FROM journal, pg_sleep(1)") == [(21,)]
