"""A server that waits for a standby: what is told to be recorded the standby has, however the wait ends."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest

from armsledger import Ledger
from armsledger.storage.errors import AlreadyRecorded, CommitUnconfirmed, LedgerBusy
from armsledger.storage.journal import Journal
from tests.application.book import SOURCES, take
from tests.postgres import Server
from tests.processes import PATIENCE_SECONDS, meanwhile
from tests.storage.drafts import draft

GIVES_UP_AFTER_SECONDS = 0.4
PROBE = "probe"
WRITE = b"SELECT pg_logical_emit_message(true, 'probe', '')"


class Awaited:
    """A standby that a server waits for, and that is never there."""

    def __init__(self, server: Server) -> None:
        self._url = server.url
        self._operator = psycopg.connect(server.url, autocommit=True)

    def is_missing(self) -> None:
        """Have the server wait for it, and wait until the server does."""
        self._set("SET synchronous_standby_names = 'nobody'")
        with closing(psycopg.connect(self._url, autocommit=True, application_name=PROBE)) as probe:
            until = time.monotonic() + PATIENCE_SECONDS
            while not self._ask("SELECT pg_terminate_backend(pid)", PROBE):
                assert time.monotonic() < until, "the server does not wait"
                if not probe.pgconn.is_busy():
                    while probe.pgconn.get_result():
                        pass
                    probe.pgconn.send_query(WRITE)
                probe.pgconn.consume_input()
                time.sleep(0.002)

    def is_there(self) -> None:
        """Have the server wait no more, which ends all that waits."""
        self._set("RESET synchronous_standby_names")

    def end_the_wait(self, how: str) -> None:
        """Wait until one of ours waits for it, and have it cancelled, the session terminated, or us interrupted."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._ask("SELECT 1" if how == "interrupt" else f"SELECT pg_{how}_backend(pid)"):
            assert time.monotonic() < until, "nobody waits"
            time.sleep(0.002)
        if how == "interrupt":
            os.kill(os.getpid(), signal.SIGINT)

    def is_waited_for(self) -> bool:
        """Whether one of ours waits for it, of whose entry nobody is told until then."""
        return self._ask("SELECT 1")

    def close(self) -> None:
        """Leave the server as it was."""
        self.is_there()
        self._operator.close()

    def _set(self, what: str) -> None:
        self._operator.execute(f"ALTER SYSTEM {what}".encode())
        self._operator.execute("SELECT pg_reload_conf()")

    def _ask(self, what: str, application: str = "armsledger") -> bool:
        """Whether a program waits for it, of whose session the server is asked something."""
        sql = f"{what} FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = %s"
        return bool(self._operator.execute(sql.encode(), (application,)).fetchall())


@pytest.fixture
def standby(postgres: Server) -> Iterator[Awaited]:
    """The standby of the tests' server, which waits for none yet."""
    awaited = Awaited(postgres)
    yield awaited
    awaited.close()


@pytest.fixture
def url(postgres_address: Callable[[], str]) -> str:
    """The address of a ledger with sources in it."""
    address = postgres_address()
    with Ledger.create(address, recorded_by="tester") as ledger:
        take(ledger, *SOURCES)
    return address


def record(ledger: Ledger) -> bool:
    """Record an entry; whether it is new."""
    fields = {"publisher": "P", "published": "2020-01-01", "reliability": "B"}
    return not ledger.record("source/another", "registered", **fields).known_before


@pytest.mark.parametrize(
    ("how", "options"),
    [
        ("cancel", ""),
        ("cancel", "%20-cclient_min_messages%3Derror"),
        ("terminate", "%20-csynchronous_commit%3Dlocal"),
        ("interrupt", ""),
    ],
)
def test_what_no_standby_has_is_not_told_to_be_recorded_before_it_has(
    url: str, standby: Awaited, how: str, options: str
) -> None:
    standby.is_missing()
    patience = GIVES_UP_AFTER_SECONDS * 5 if how == "terminate" else PATIENCE_SECONDS  # it begins again, and waits
    with Ledger(url + options, recorded_by="tester", timeout_seconds=patience) as ledger:
        with meanwhile(lambda: standby.end_the_wait(how)), pytest.raises(CommitUnconfirmed) as doubt:
            record(ledger)
        assert "may be there or not" in doubt.value.message
        assert "repeat" in str(doubt.value.remedy)
        until = time.monotonic() + PATIENCE_SECONDS
        while ledger.position() == len(SOURCES) and not standby.is_waited_for():  # it would be lost with the server
            assert time.monotonic() < until, "it is nowhere"
    with Ledger(url + options, recorded_by="tester", timeout_seconds=GIVES_UP_AFTER_SECONDS) as ledger:
        with pytest.raises((CommitUnconfirmed, LedgerBusy)):
            record(ledger)  # that it is known already is told no sooner
        standby.is_there()
        assert record(ledger) is False
        assert ledger.verify().findings == ()


def test_the_wait_ends_with_our_time_and_others_are_kept_out_as_long_as_the_server_waits(
    url: str, standby: Awaited
) -> None:
    standby.is_missing()
    impatient = f"{url}%20-cstatement_timeout%3D100"  # which does not end it
    with Ledger(impatient, recorded_by="tester", timeout_seconds=GIVES_UP_AFTER_SECONDS) as ledger:
        started = time.monotonic()
        with pytest.raises(CommitUnconfirmed, match=r"no standby had it after 0\.4 s"):
            record(ledger)
        assert time.monotonic() - started >= GIVES_UP_AFTER_SECONDS
        assert ledger.position() == len(SOURCES), "nobody reads what could be lost"
        with pytest.raises(LedgerBusy):
            record(ledger)
        standby.is_there()
        with Ledger(url, recorded_by="tester", timeout_seconds=PATIENCE_SECONDS) as patient:
            assert record(patient) is False


def test_an_entry_that_is_known_is_told_to_be_when_a_standby_has_it(url: str, standby: Awaited) -> None:
    with Journal.open(url, write=True, timeout_seconds=GIVES_UP_AFTER_SECONDS) as journal:
        journal.append([draft("deal/x")], recorded_by="me")
        standby.is_missing()
        with pytest.raises(CommitUnconfirmed):
            journal.append([draft("deal/x", 2, "deal/x@1")], recorded_by="me")
        standby.is_there()
        with pytest.raises(AlreadyRecorded):
            journal.append([draft("deal/x", 2, "deal/x@1")], recorded_by="me")


def test_making_a_ledger_is_no_exception(postgres_address: Callable[[], str], standby: Awaited) -> None:
    address = postgres_address()
    standby.is_missing()
    with meanwhile(lambda: standby.end_the_wait("cancel")), pytest.raises(CommitUnconfirmed):
        Ledger.create(address)
    standby.is_there()
    with Ledger(address) as ledger:
        assert ledger.position() == 0
