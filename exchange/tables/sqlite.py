"""SQLite databases: a plain table for each table, and one that says what was asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Final

from armsledger.domain.errors import UsageError
from armsledger.exchange.tables.table import Table, exact_float, in_figures
from armsledger.storage.columns import Column, ColumnKind

ABOUT: Final = "about"
TYPES: Final[dict[ColumnKind, str]] = {
    "text": "TEXT",
    "whole number": "INTEGER",
    "decimal": "",  # as it is bound: a column of numbers would round what they cannot hold
    "EDTF date": "TEXT",
    "date": "TEXT",
    "instant": "TEXT",
    "boolean": "INTEGER",
    "list": "TEXT",
    "JSON": "TEXT",
}
"""The declared types of columns; days and times are ISO text, yes and no are 1 and 0."""
ROWS_AT_ONCE: Final = 1_000
LARGEST: Final = 2**63


def write_sqlite(tables: Iterable[Table], about: Mapping[str, str], path: Path) -> dict[str, int]:
    """Write the tables into an empty file; returns the number of rows of each.

    Raises OSError, and UsageError for a table that has the name of the one that says what was asked.
    """
    with _database_errors_as_of_the_file(), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for setting in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
            connection.execute(f"PRAGMA {setting}")  # the file has no name yet that anybody could open
        connection.execute("BEGIN")
        counts = {table.name: _write(connection, table) for table in tables}
        connection.execute(f"CREATE TABLE {ABOUT} (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        rows = {f"rows of {name}": str(count) for name, count in counts.items()}
        connection.executemany(f"INSERT INTO {ABOUT} VALUES (?, ?)", {**about, **rows}.items())
        connection.execute("COMMIT")
        return counts


@contextmanager
def _database_errors_as_of_the_file() -> Iterator[None]:
    """Raise OSError for errors of the database, which are about the file here."""
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(str(error)) from error


def _write(connection: sqlite3.Connection, table: Table) -> int:
    if table.name == ABOUT:
        raise UsageError(
            f"a table called {ABOUT} has no place in the file: that table says what was asked",
            remedy="give the projection another name, or export it as csv or parquet",
        )
    columns = ", ".join(_definition(column) for column in table.columns)
    connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
    insert = f'INSERT INTO "{table.name}" VALUES ({", ".join("?" * len(table.columns))})'
    binders = [(place, BINDERS[column.kind]) for place, column in enumerate(table.columns) if column.kind in BINDERS]
    rows, count = iter(table.rows), 0
    while page := [_bound(row, binders) for row in islice(rows, ROWS_AT_ONCE)]:
        connection.executemany(insert, page)
        count += len(page)
    if table.key is not None:
        connection.execute(f'CREATE INDEX "{table.name}_{table.key}" ON "{table.name}" ("{table.key}")')
    return count


def _definition(column: Column) -> str:
    return f'"{column.name}" {TYPES[column.kind]}'.rstrip()


Bind = Callable[[Any], Any]


def _bound(row: Sequence[Any], binders: Sequence[tuple[int, Bind]]) -> list[Any]:
    values = list(row)
    for place, bind in binders:
        if values[place] is not None:
            values[place] = bind(values[place])
    return values


def _number(value: int | Decimal) -> int | float | str:
    """A number where the database holds it exactly, else text."""
    if -LARGEST <= value < LARGEST and value == int(value):
        return int(value)
    number = exact_float(value)
    return in_figures(value) if number is None else number


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


BINDERS: Final[dict[ColumnKind, Bind]] = {
    "whole number": _number,
    "decimal": _number,
    "date": date.isoformat,
    "instant": _instant,
    "boolean": int,
}
