"""A ledger on a server that is locked, read-only, full, or slow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from armsledger.domain.errors import LedgerError
from armsledger.storage.errors import LedgerBusy, LedgerFull, LedgerReadOnly
from armsledger.storage.journal import Journal
from armsledger.storage.postgres.connection import LOCK
from tests.processes import meanwhile
from tests.storage.drafts import draft, history


@pytest.fixture
def ledger(postgres_address: Callable[[], str]) -> str:
    """A ledger of three entries."""
    address = postgres_address()
    with Journal.create(address) as journal:
        journal.append(history("deal/a", 3), recorded_by="me")
    return address


@pytest.fixture
def other(ledger: str) -> Iterator[psycopg.Connection]:
    """Another program in the same schema."""
    with psycopg.connect(ledger, autocommit=True) as connection:
        yield connection


def test_a_locked_ledger_is_refused_after_the_timeout(ledger: str, other: psycopg.Connection) -> None:
    other.execute(f"BEGIN; {LOCK}".encode())
    with Journal.open(ledger, write=True, timeout_seconds=0.3) as journal:
        started = time.monotonic()
        with pytest.raises(LedgerBusy, match=r"being written by someone else; gave up after 0\.3 s"):
            journal.append([draft("deal/b")], recorded_by="me")
        assert time.monotonic() - started > 0.25
        assert journal.reader.head() == 3  # reading goes on
        other.execute("ROLLBACK")
        assert journal.append([draft("deal/b")], recorded_by="me")[0].position == 4


def test_a_writer_waits_for_another_that_ends_in_time(ledger: str, other: psycopg.Connection) -> None:
    other.execute(f"BEGIN; {LOCK}".encode())
    with Journal.open(ledger, write=True, timeout_seconds=20) as journal:
        with meanwhile(lambda: journal.append([draft("deal/b")], recorded_by="me")):
            time.sleep(0.1)  # so that it waits; if it comes later, it has nothing to wait for
            other.execute("ROLLBACK")
        assert journal.reader.head() == 4


def test_who_writes_in_another_schema_is_not_waited_for(ledger: str, postgres_address: Callable[[], str]) -> None:
    with (
        Journal.create(postgres_address(), timeout_seconds=0.1) as here,
        Journal.open(ledger, write=True, timeout_seconds=0.1) as there,
        there.transaction(),
    ):
        assert here.append([draft("deal/b")], recorded_by="me")[0].position == 1
        assert there.append([draft("deal/b")], recorded_by="me")[0].position == 4


def test_a_server_that_takes_no_writes_is_read(ledger: str) -> None:
    """As a standby is, and a database that was set to read-only."""
    with Journal.open(f"{ledger}%20-cdefault_transaction_read_only%3Don", write=True) as journal:
        assert len(list(journal.reader.entries())) == 3
        with pytest.raises(LedgerReadOnly, match="the server takes no writes") as refusal:
            journal.append([draft("deal/b")], recorded_by="me")
        assert "target_session_attrs=read-write" in refusal.value.remedy
        assert journal.reader.head() == 3


def test_no_ledger_is_made_on_a_server_that_takes_no_writes(postgres_address: Callable[[], str]) -> None:
    with pytest.raises(LedgerReadOnly, match="the server takes no writes"):
        Journal.create(f"{postgres_address()}%20-cdefault_transaction_read_only%3Don")


@pytest.mark.parametrize(
    ("state", "kind", "words"),
    [
        ("53100", LedgerFull, "could not be written (no room left); nothing was recorded"),
        ("57014", LedgerBusy, "gave no answer: no room left"),
        ("40P01", LedgerBusy, "is being written by someone else"),
    ],
)
def test_a_server_in_trouble_refuses_the_whole_transaction_and_goes_on_afterwards(
    ledger: str, other: psycopg.Connection, state: str, kind: type[LedgerError], words: str
) -> None:
    """A trigger says what the server itself would say."""
    told = f"BEGIN RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = 'no room left'; END"
    other.execute(f"CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $${told}$$".encode())
    other.execute(
        "CREATE TRIGGER trouble BEFORE INSERT ON journal FOR EACH ROW WHEN (NEW.version = 2) EXECUTE FUNCTION trouble()"
    )
    with Journal.open(ledger, write=True) as journal:
        with pytest.raises(kind) as refusal, journal.transaction():
            _append_one_by_one(journal)
        assert words in refusal.value.message
        assert journal.reader.head() == 3
        other.execute("DROP TRIGGER trouble ON journal")
        assert journal.append(history("deal/b", 2), recorded_by="me")[-1].position == 5


def _append_one_by_one(journal: Journal) -> None:
    for each in history("deal/b", 2):
        journal.append([each], recorded_by="me")
