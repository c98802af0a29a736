"""How the tables of an SQLite ledger differ from those that this release makes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import cache
from typing import Any, Final

from armsledger.storage.layout import APPLICATION_ID
from armsledger.storage.own_tables import is_own
from armsledger.storage.sqlite_schema import definitions

Difference = tuple[str, str]
"""Where, and what."""
Ask = Callable[[str], list[tuple[Any, ...]]]
"""Gives the rows of a query."""
SCHEMA: Final = "SELECT type, name, tbl_name, sql FROM sqlite_schema"
Parts = dict[tuple[str, str], tuple[str, str]]
"""Tables, indexes and triggers by their kind and name: whose they are, and how they were made."""


def differences(ask: Ask) -> Iterator[Difference]:
    """What is missing, otherwise, or more than it should be of the ledger's own tables and triggers.

    Other tables, views and indexes are somebody's own, and a read model's; but nobody's triggers belong on
    our tables and on those of read models.
    """
    ((found_id,),) = ask("PRAGMA application_id")
    if found_id != APPLICATION_ID:
        yield "the file", f"its application_id is {found_id}, not that of a ledger ({APPLICATION_ID})"
    expected, found = _expected(), _parts(ask(SCHEMA))
    for (kind, name), made in expected.items():
        if (kind, name) not in found:
            yield f"the {kind} {name}", "it is missing"
        elif found[kind, name] != made:
            yield f"the {kind} {name}", f"it was changed, and is now: {found[kind, name][1]:.300}"
    for kind, name in found.keys() - expected.keys():
        table, made_by = found[kind, name]
        if kind == "trigger" and is_own(table.lower()):  # SQLite keeps the name as it was written
            yield f"the {kind} {name}", f"it is none of the ledger's, and acts on the table {table}: {made_by:.300}"


@cache
def _expected() -> Parts:
    """The parts of a new ledger, as SQLite itself has them."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in definitions():
            connection.execute(statement)
        return _parts(connection.execute(SCHEMA).fetchall())


def _parts(rows: Iterable[tuple[Any, ...]]) -> Parts:
    return {(kind, name): (table, _squeezed(made)) for kind, name, table, made in rows}


def _squeezed(made: str | None) -> str:
    """The text with single blanks only: how lines were broken is of no account. Indexes of constraints have none."""
    return " ".join((made or "").split())
