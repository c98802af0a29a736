"""What one append asks of the database, and how often it decodes an entry."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from armsledger import Ledger
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.statement import Statement
from tests.application.book import SOURCES, entry, expected, opened, take

STORY = (
    *SOURCES,
    opened(),
    entry("deal/x", "contract-signed", on="2021-01-01", value="USD 5bn", quantity="10 tanks"),
    expected("delivered", "2022", quantity="4 tanks", modality="planned"),
)
DELIVERED = {"on": "2021-06-01", "quantity": "4 tanks", "source": "paper"}
"""It changes four read models: the deal, its deliveries, its expectation, and what its sources are cited for."""
MOST_STATEMENTS = {"sqlite": 26, "postgresql": 24}
"""From opening the ledger to COMMIT; three of them are for the index of search, one asks at the opening whether an
erasure was interrupted. SQLite tells twice of the one that runs a trigger; PostgreSQL sets the schema that the address
names, in the round trip of its other settings."""


@pytest.fixture
def filled(address: str) -> str:
    """The address of a ledger that holds the story."""
    with Ledger.create(address) as ledger:
        take(ledger, *STORY)
    return address


@contextmanager
def _statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that are run, on whichever database."""
    statements: list[str] = []
    connect, execute, executemany = sqlite3.connect, psycopg.Cursor.execute, psycopg.Cursor.executemany

    def traced(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        connection.set_trace_callback(statements.append)
        return connection

    def one(cursor: Any, query: Any, *args: Any, **options: Any) -> Any:
        statements.extend(part for part in str(query).split(";") if part.strip())
        return execute(cursor, query, *args, **options)

    def many(cursor: Any, query: Any, rows: Any, **options: Any) -> Any:
        statements.extend(str(query) for _ in rows)
        return executemany(cursor, query, rows, **options)

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", traced)
        patch.setattr(psycopg.Cursor, "execute", one)
        patch.setattr(psycopg.Cursor, "executemany", many)
        yield statements


def test_an_append_takes_few_statements(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with _statements(monkeypatch) as statements, Ledger(filled) as ledger:
        ledger.record("deal/x", "delivered", **DELIVERED)
    most = MOST_STATEMENTS["sqlite" if Path(filled).exists() else "postgresql"]
    assert 0 < len(statements) <= most, "\n".join(statements)


def test_an_append_decodes_each_entry_once(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = _decoded(monkeypatch)
    with Ledger(filled) as ledger:
        ledger.record("deal/x", "delivered", **DELIVERED)
    entries_of_the_deal, sources = 4, 2
    assert len(decoded) == entries_of_the_deal + sources
    assert set(decoded.values()) == {1}


def test_what_was_appended_is_read_as_it_was_in_the_transaction_that_appended_it(filled: str) -> None:
    with Ledger(filled) as ledger:
        journal = ledger.session.journal()
        with journal.transaction():
            before = journal.reader.stream("deal/x")
            ledger.record("deal/x", "expected", what="delivered tranche=2 quantity=1", due="2023", source="paper")
            within = journal.reader.stream("deal/x")
        after = journal.reader.stream("deal/x")
    assert (len(before), len(within)) == (3, 4)
    assert within == after
    assert [str(one.event) for one in within] == [str(one.event) for one in after]


def _decoded(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each payload is decoded."""
    decoded: Counter[str] = Counter()
    decode: Callable[[str, int, str], Statement] = CATALOGUE.decode

    def counted(name: str, schema_version: int, payload: str) -> Statement:
        decoded[payload] += 1
        return decode(name, schema_version, payload)

    monkeypatch.setattr(CATALOGUE, "decode", counted)
    return decoded
