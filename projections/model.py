"""A read model's table in SQL: what is asked of it and what is written to it.

One set of statements serves all read models, made from the table's name. A read model is a table of the columns below
(`kept_deals`), and a view that shows the row's fields as columns (`deals`); `armsledger.projections.tables` makes both.
This module goes without SQLAlchemy, for which a question has no time.
"""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from typing import Final, NamedTuple

from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST

TIME_COLUMNS: Final = {
    "believed": True,
    "stream": False,
    "known_from": True,
    "valid_from": False,
    "slot": False,
    "known_to": True,
    "valid_to": False,
    "row": False,
}
"""The columns that every read model has, in their order, and whether each holds numbers.

``believed`` is 1 while the row is believed and 0 after: what is believed now stands together. A row is believed from
position ``known_from`` of the journal up to, and without, ``known_to``; it holds of the days from ``valid_from`` up
to, and without, ``valid_to``. ``slot`` tells the rows of a stream apart that hold on one day, and orders them.
``row`` is a JSON list of its fields' values.
"""

NAMES: Final = ", ".join(f'"{name}"' for name in TIME_COLUMNS)

STILL: Final = 2**63 - 1
"""``known_to`` of what is believed now."""
EVER_BEFORE: Final = "-infinity"
EVER_AFTER: Final = "infinity"
"""How open days are written, as PostgreSQL has them; as texts they sort before and after all days."""

KEPT: Final = "kept_"
"""Begins the name of a read model's table."""
BUILDING: Final = "building_"
"""Begins the name of a table that is being built beside the one that is read."""

REGISTER: Final = "read_model"
"""What read models there are. ``stamp`` is that of the projection that built it, ``position`` the last of the
journal's that it takes account of, ``reached`` the last stream done of one that is being built."""
CITING: Final = "citing"
"""Which streams have ever cited a source: those to look at when it is judged anew."""
CITING_STAMP: Final = "1"
""""citing" is registered like a read model, so that nobody relies on it where it is behind."""


class Registration(NamedTuple):
    """A read model that there is."""

    name: str
    stamp: str
    position: int
    reached: str


class KeptRow(NamedTuple):
    """A row of a read model's table, in the order of `TIME_COLUMNS`."""

    believed: int
    stream: str
    known_from: int
    valid_from: str
    slot: str
    known_to: int
    valid_to: str
    row: str


class Statements(NamedTuple):
    """The statements for one table."""

    insert: str
    forget: str
    undo: str
    reopen: str
    now: str
    then: str
    now_of: str
    then_of: str


@cache
def statements(table: str, *, one_a_day: bool = False) -> Statements:
    """The statements for a table; ``one_a_day`` if a stream has one row a day at most.

    Rows come by stream, and there by their slot. Where there are no slots to be put in order, that is the order in
    which they stand, and nothing is sorted: of what was believed before, and is now, the two are merged.
    """
    table = f'"{table}"'
    order = "stream" if one_a_day else "stream, slot"
    ordered = f"ORDER BY {order}"
    holds = "valid_from <= ? AND valid_to > ?"
    known = "known_from <= ? AND known_to > ?"
    then = f'SELECT "row", {order} FROM {table} WHERE believed = %d AND {known} AND {holds}'
    return Statements(
        insert=f"INSERT INTO {table} ({NAMES}) VALUES ({', '.join('?' * len(TIME_COLUMNS))})",
        forget=f"DELETE FROM {table} WHERE believed IN (0, 1) AND stream = ?",
        undo=f"DELETE FROM {table} WHERE believed = 1 AND stream = ? AND known_from >= ?",
        reopen=f"UPDATE {table} SET believed = 1, known_to = {STILL}"
        " WHERE believed = 0 AND stream = ? AND known_to >= ?",
        now=f'SELECT "row" FROM {table} WHERE believed = 1 AND {holds} {ordered}',
        then=f"{then % 0} UNION ALL {then % 1} {ordered}",
        now_of=f'SELECT "row" FROM {table} WHERE believed = 1 AND stream = ? AND {holds} {ordered}',
        then_of=f'SELECT "row" FROM {table} WHERE believed IN (0, 1) AND stream = ? AND {known} AND {holds} {ordered}',
    )


@cache
def replacement(table: str, rows: int) -> str:
    """Inserts so many rows; a row that stands in the table already is no longer believed from its ``known_to`` on."""
    marks = ", ".join("?" * len(TIME_COLUMNS))
    return f"""
        INSERT INTO "{table}" ({NAMES}) VALUES {", ".join([f"({marks})"] * rows)}
        ON CONFLICT (believed, stream, known_from, valid_from, slot)
        DO UPDATE SET believed = 0, known_to = excluded.known_to"""


@cache
def believed_in(names: tuple[str, ...]) -> str:
    """What is believed of one stream in several read models; each row begins with the number of its read model."""
    return " UNION ALL ".join(
        f'SELECT {number}, known_from, valid_from, slot, valid_to, "row" FROM "{KEPT}{name}"'
        " WHERE believed = 1 AND stream = ?"
        for number, name in enumerate(names)
    )


@lru_cache(maxsize=65_536)
def day_text(day: int) -> str:
    """A day (a proleptic ordinal), or an open end, as it is kept."""
    if day == OPEN_PAST:
        return EVER_BEFORE
    return EVER_AFTER if day == OPEN_FUTURE else date.fromordinal(day).isoformat()
