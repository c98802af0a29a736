"""Ledgers as earlier releases made them: those that were stored then, and larger ones of the same make."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

RELEASED = Path(__file__).with_name("released")
ALONE, WITH_READ_MODELS = "journal-alone", "with-read-models"
BOTH = (ALONE, WITH_READ_MODELS)
COLUMNS = (
    "position, stream, version, name, format, entry_id, on_earliest, on_latest, asserted_earliest, asserted_latest,"
    " source, recorded_at, recorded_by, payload"
)
"""Those of schema 1."""
SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE tbl_name IN (%s) ORDER BY type, name"
OWN = "'journal', 'ledger', 'tracking', 'checkpoint', 'person'"


def released(name: str, folder: Path) -> Path:
    """A copy of a ledger that an earlier release made, to be read, migrated and written."""
    return Path(shutil.copy(RELEASED / f"{name}.db", folder / f"{name}.db"))


def export_of(name: str) -> Path:
    """What that release exported of it."""
    return RELEASED / f"{name}.jsonl"


def enlarge(path: Path, entries: int) -> None:
    """Have an old ledger hold so many entries more, recorded under its own triggers: its last one again and again."""
    with closing(sqlite3.connect(path)) as connection, connection:
        *_, last = connection.execute(f"SELECT {COLUMNS} FROM journal ORDER BY position")
        position, _, _, *rest = last
        rows = []
        for number in range(1, entries + 1):
            record: list[Any] = [position + number, f"source/more-{number}", 1, *rest]
            record[5] = f"more-{number}"
            rows.append(record)
        marks = ", ".join("?" * len(last))
        connection.executemany(f"INSERT INTO journal ({COLUMNS}) VALUES ({marks})", rows)


def rows_of(path: Path, columns: str = COLUMNS) -> list[tuple[Any, ...]]:
    """The journal as it is stored."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT {columns} FROM journal ORDER BY position").fetchall()


def schema_of(path: Path) -> list[tuple[Any, ...]]:
    """How the tables of a ledger were made, with their indexes and triggers."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(SCHEMA % OWN).fetchall()


def version_of(path: Path) -> int:
    """The schema that a ledger says it has."""
    with closing(sqlite3.connect(path)) as connection:
        [(version,)] = connection.execute("SELECT value FROM ledger WHERE key = 'schema_version'")
    return int(version)
