"""Exports of a ledger on PostgreSQL are those of the same ledger in a file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.application.answers import walk_rows
from armsledger.application.exporting.tables import available
from armsledger.projections.read_models.deals import DEALS
from armsledger.storage.postgres import connection as postgres
from tests.cli.runner import Inside

QUESTIONS = ("", "--at 2021-11-12", "--at 2021-12-31 --known @60", "--known 2021-11-12 --known-by asserted")


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_table_is_the_same(
    armsledger: Inside, story_ledger: Path, story_on_server: str, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "ROWS_SENT", 3)
    with Ledger(story_ledger) as ledger:
        names = available(ledger.session)
    for name in names:
        command = f"export csv - --of {name} {question}"
        here, there = (armsledger(f"{command} --ledger {ledger}") for ledger in (story_ledger, story_on_server))
        assert (here.status, there) == (0, here)


def test_a_database_of_all_tables_is_the_same(armsledger: Inside, story_ledger: Path, story_on_server: str) -> None:
    for name, ledger in (("here", story_ledger), ("there", story_on_server)):
        assert armsledger(f"export sqlite {name} --ledger {ledger}").status == 0
    assert _statements("here") == _statements("there")


def test_a_walk_that_ends_early_leaves_the_connection_as_it_was(
    story_on_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "ROWS_SENT", 1)
    with Ledger(story_on_server) as ledger:
        view, reader = ledger.at("2021-12-31"), ledger.journal().reader
        with reader.snapshot():
            walk = walk_rows(view, DEALS)
            (first,) = islice(walk, 1)
            assert view.deals()[0] == first
            del walk
        assert view.deals()[0] == first
        assert reader.query("SELECT count(*) FROM pg_cursors") == [(0,)]


def _statements(name: str) -> list[str]:
    """What would make the database again, but for what it says of its origin."""
    with closing(sqlite3.connect(name)) as connection:
        return [line for line in connection.iterdump() if 'INTO "about"' not in line]
