"""Another program that opens the database of a ledger, knowing nothing of ledgers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

Place = str | Path


def is_on_server(place: Place) -> bool:
    """Whether a ledger is on PostgreSQL."""
    return str(place).startswith("postgresql:")


def run(place: Place, *statements: str) -> None:
    """Run statements there, and commit."""
    if is_on_server(place):
        with psycopg.connect(str(place)) as server:
            for statement in statements:
                server.execute(statement.encode())
        return
    with closing(sqlite3.connect(place)) as file, file:
        for statement in statements:
            file.execute(statement)


def drop(place: Place, part: str) -> None:
    """Drop something (``TABLE deals``); on PostgreSQL what depends on it goes too."""
    run(place, f"DROP {part} CASCADE" if is_on_server(place) else f"DROP {part}")


def allow_updates(place: Place) -> None:
    """Drop the trigger that keeps entries from being changed."""
    drop(
        place,
        "TRIGGER " + ("journal_refuses_update_delete ON journal" if is_on_server(place) else "journal_refuses_update"),
    )


def select(place: Place, statement: str) -> list[dict[str, Any]]:
    """The rows of a query, by the names of their columns."""
    if is_on_server(place):
        with psycopg.connect(str(place), row_factory=dict_row) as server:
            return server.execute(statement.encode()).fetchall()
    with closing(sqlite3.connect(place)) as file:
        file.row_factory = sqlite3.Row
        return [dict(row) for row in file.execute(statement)]
