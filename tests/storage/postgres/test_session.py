"""Sessions of a server that a pooler hands on, and what their role, their database or their address sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest

from armsledger import Ledger
from armsledger.storage.address import Server, parse_address
from armsledger.storage.errors import UnsupportedAddress
from armsledger.storage.journal import Journal
from armsledger.storage.postgres.connection import PostgresConnection, open_server
from armsledger.storage.postgres.session import divided
from tests import postgres as servers
from tests.application.book import SEED
from tests.pooler import SESSIONS, Pooler, pooler
from tests.storage.drafts import draft, history

STATE = """
SELECT ARRAY(SELECT name || '=' || setting FROM pg_settings
        WHERE source = 'session' AND name NOT IN ('application_name', 'client_encoding') ORDER BY name),
    (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),
    (SELECT count(*) FROM pg_class WHERE relpersistence = 't')"""
"""Two settings are the pooler's own business: it makes those of each client."""


@pytest.fixture(scope="module")
def by_transaction(postgres: servers.Server) -> Iterator[Pooler]:
    """A pooler that hands a session on after each transaction."""
    with pooler(postgres, "transaction") as started:
        yield started


@pytest.fixture
def pooled(by_transaction: Pooler, postgres: servers.Server) -> Iterator[str]:
    """The address of a ledger that is yet to be made, by way of the pooler."""
    schema = postgres.schema()
    yield by_transaction.address(schema=schema)
    postgres.drop(schema)


def connected(address: str) -> PostgresConnection:
    """A connection to where a ledger may be."""
    place = parse_address(address)
    assert isinstance(place, Server)
    return PostgresConnection(place)


def in_each_session(address: str, sql: str) -> list[Any]:
    """What is answered in each of the sessions that the pooler hands on, all of which are used at once."""
    with ExitStack() as stack:
        server = address.partition("?")[0]
        others = [stack.enter_context(psycopg.connect(server)) for _ in range(SESSIONS)]
        cursors = [other.execute(sql.encode()) for other in others]
        return [cursor.fetchone() for cursor in cursors if cursor.description is not None]


def test_a_pooler_is_seen(postgres: servers.Server, by_transaction: Pooler) -> None:
    for address, is_shared in ((postgres.url, False), (by_transaction.address(), True)):
        connection = connected(address)
        assert connection.session.is_shared is is_shared
        connection.close()


def test_nothing_of_ours_is_left_in_the_sessions_of_others(pooled: str) -> None:
    before = in_each_session(pooled, STATE)
    with Journal.create(pooled) as journal:
        for number in range(8):  # so often a driver runs a statement before the server is to remember it
            journal.append([draft(f"deal/{number}")], recorded_by="me")
            assert len(journal.reader.stream(f"deal/{number}")) == 1
        with journal.reader.snapshot():
            assert len(list(journal.reader.each("SELECT position FROM journal"))) == 8
    assert in_each_session(pooled, STATE) == before == [([], 0, 0, 0)] * SESSIONS


LEFT = """
SET search_path = nowhere, public; SET default_transaction_isolation = 'serializable'; SET lock_timeout = '1h';
SET quote_all_identifiers = on; SET standard_conforming_strings = off; SET statement_timeout = '1s';
CREATE TEMPORARY TABLE journal (position bigint); CREATE TEMPORARY TABLE person (id text)"""
TAKEN_AWAY = "DROP TABLE pg_temp.journal, pg_temp.person; RESET ALL"


def test_nothing_that_others_left_in_their_sessions_counts(pooled: str) -> None:
    with Journal.create(pooled) as journal:
        journal.append(history("deal/a", 3), recorded_by="me")
        in_each_session(pooled, LEFT)
        assert journal.append([draft("deal/b")], recorded_by="me")[0].position == 4
        assert [entry.position for entry in journal.reader.entries()] == [1, 2, 3, 4]
        with journal.reader.snapshot():
            assert journal.reader.query("SELECT count(*) FROM journal") == [(4,)]
        in_each_session(pooled, TAKEN_AWAY)


def test_more_writers_than_sessions_record_without_gaps(pooled: str) -> None:
    Journal.create(pooled).close()

    def write(name: str) -> list[int]:
        with Journal.open(pooled, write=True) as journal:
            drafts = history(f"deal/{name}", 10)
            return [journal.append([one], recorded_by=name)[0].position for one in drafts]

    with ThreadPoolExecutor(4) as pool:
        positions = [position for written in pool.map(write, "abcd") for position in written]
    assert sorted(positions) == list(range(1, 41))


def test_a_session_of_ones_own_has_a_pooler_too(postgres: servers.Server) -> None:
    schema = postgres.schema()
    with pooler(postgres, "session") as before, Journal.create(before.address(schema=schema)) as journal:
        journal.append(history("deal/a", 3), recorded_by="me")
        assert journal.reader.head() == 3
    postgres.drop(schema)


def test_the_schema_of_the_address_holds_where_a_pooler_drops_it(postgres: servers.Server) -> None:
    """As poolers are told to do for clients that send parameters which they do not know."""
    schema = postgres.schema()
    with pooler(postgres, "transaction", ignored="options, extra_float_digits") as before:
        with Journal.create(before.address(schema=schema)) as journal:
            journal.append(history("deal/a", 3), recorded_by="me")
        with pytest.raises(UnsupportedAddress, match="none of the schemas"):
            Journal.open(before.address(schema="nowhere_else"))
        with Journal.open(postgres.address("owner", schema)) as direct:
            assert direct.reader.head() == 3
    postgres.drop(schema)


@pytest.mark.parametrize(
    ("options", "parameters", "others"),
    [
        ("-csearch_path=a,b", {"search_path": "a,b"}, ""),
        ("-c search_path=a -c  work_mem=64MB", {"search_path": "a", "work_mem": "64MB"}, ""),
        (r"--search-path=my\ schema -e", {"search_path": "my schema"}, "-e"),
        (r"-c search_path=\"A\\b\"", {"search_path": r'"A\b"'}, ""),
        ("", {}, ""),
    ],
)
def test_options_are_divided_as_the_server_divides_them(options: str, parameters: dict[str, str], others: str) -> None:
    assert divided(options.replace(r"\"", '"')) == (parameters, others)


def test_parameters_of_the_address_hold_in_every_transaction(pooled: str) -> None:
    Journal.create(pooled).close()
    place = parse_address(f"{pooled}%20-cwork_mem%3D7MB%20-capplication_name%3Dit%27s%5C%5Cus")
    assert isinstance(place, Server)
    connection = open_server(place)
    for _ in range(3):
        row = connection.execute("SELECT current_setting('work_mem'), ?::int", (1,)).fetchone()
        assert row == ("7MB", 1)
    connection.execute("BEGIN")
    assert connection.execute("SHOW application_name").fetchone() == (r"it's\us",)
    connection.rollback()
    connection.close()


def test_a_missing_schema_is_no_other_ledgers(
    postgres: servers.Server, postgres_address: Callable[[], str], by_transaction: Pooler
) -> None:
    Journal.create(postgres_address()).close()
    for address in (postgres.address("owner", "nowhere"), by_transaction.address(schema="nowhere")):
        connection = connected(address)
        assert connection.execute("SELECT current_schema()").fetchone() == (None,)
        connection.close()


def test_what_was_erased_is_left_to_a_connection_without_a_pooler(pooled: str, postgres: servers.Server) -> None:
    """VACUUM would wait there for as long as somebody reads, and keep out all others."""
    schema = pooled.rpartition("%3D")[2]
    with Ledger.create(pooled) as ledger:
        ledger.record_file(SEED)
        forgotten = ledger.forget("narrative", reason="a test")
        assert "through a pooler no table is written anew" in forgotten.left_in_files
        assert ledger.verify().sound
    notices: list[str] = []
    with Ledger(postgres.address("owner", schema), notice=notices.append) as ledger:
        ledger.rebuild("deals")
    assert any(notice.startswith("finishing the erasure of ") for notice in notices)
    with Ledger(pooled, notice=notices.append) as ledger:
        notices.clear()
        ledger.rebuild("deals")
    assert notices == []
