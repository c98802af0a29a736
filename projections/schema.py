"""The SQL of read models: the columns of their tables, and the statements that make, fill and ask them.

Read models are bitemporal, with two axes of belief time. Each is a table (`kept_deals`) whose rows hold on the days of
valid time from ``valid_from`` to ``valid_to``; they are believed at the positions of recording from ``known_from`` to
``known_to``, and, as recorded now, on the days of asserting from ``asserted_from`` to ``asserted_to``. A view over it
(`deals`) has a column for each field, and another (`deals_now`) has what is believed now of today. The statements are
plain text: a question does not wait for SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple

from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.domain.values.money import Money
from armsledger.projections.codec import Number, RowCodec
from armsledger.storage.connection import Dialect

COLUMNS: Final = {
    "believed": True,
    "stream": False,
    "known_from": True,
    "valid_from": False,
    "slot": False,
    "asserted_from": False,
    "known_to": True,
    "valid_to": False,
    "asserted_to": False,
    "row": False,
}
"""The columns of every read model's table, in their order, and whether each holds whole numbers.

``believed`` is 1 while the row is believed and 0 after, so that what is believed now stands together. A row is
believed from position ``known_from`` of the journal up to, and without, ``known_to``; and by the day of asserting, as
recorded now, from ``asserted_from`` up to, and without, ``asserted_to``. A row that is believed on one of these axes
only has an empty interval on the other: it ends where it begins. A row holds from the day ``valid_from`` up to, and
without, ``valid_to``. ``slot`` tells the rows of a stream apart that hold on one day, and orders them. ``row`` is the
JSON list of the row's values.
"""
OURS: Final = frozenset({"believed", "stream", "known_from", "valid_from", "slot", "known_to", "valid_to", "row"})
"""Columns that every read model's table has had, in whatever release."""
LAYOUT: Final = 2
"""A part of every stamp; raised whenever `COLUMNS` change, so that tables of an earlier layout are built anew."""
KEY: Final = ("believed", "stream", "known_from", "valid_from", "slot", "asserted_from")
NAMES: Final = ", ".join(f'"{name}"' for name in COLUMNS)
STILL: Final = 2**63 - 1
"""``known_to`` of a row that is believed now."""
NEVER_RECORDED: Final = (0, 0)
"""The positions of a row that was believed at none."""
EVER_BEFORE: Final = "-infinity"
EVER_AFTER: Final = "infinity"
"""How open days are written, as in PostgreSQL; as texts they sort before and after all days."""

KEPT: Final = "kept_"
"""Begins the name of a read model's table."""
BUILDING: Final = "building_"
"""Begins the name of a table that is being built beside the one that is read."""
REGISTER: Final = "read_model"
"""The table that says which read models there are. ``stamp`` is the stamp of the projection that built it,
``position`` the last position of the journal that it takes account of, ``reached`` the last stream done while it is
built."""
CITING: Final = "citing"
"""The table of the streams that have ever cited a source: they change when the source is graded anew."""
UNKEPT: Final = "unkept"
"""The table of what read models do not keep of a stream (`armsledger.projections.unkept`)."""
SEARCH_INDEX: Final = "search_index"
"""The index of search, which is registered like a read model, too (`armsledger.projections.search.index`)."""
SEARCH_STAMP: Final = "1"
"""Of what the index holds; raised whenever other words are cut from a text, or other texts are searched."""
CITING_STAMP: Final = "1"
"""The stamp of ``citing``, which is registered like a read model, so that nobody relies on it where it is behind."""


class KeptRow(NamedTuple):
    """A row of a read model's table, in the order of `COLUMNS`."""

    believed: int
    stream: str
    known_from: int
    valid_from: str
    slot: str
    asserted_from: str
    known_to: int
    valid_to: str
    asserted_to: str
    row: str


@lru_cache(maxsize=65_536)
def day_text(day: int) -> str:
    """A day (a proleptic ordinal), or an open end, as it is kept."""
    if day == OPEN_PAST:
        return EVER_BEFORE
    return EVER_AFTER if day == OPEN_FUTURE else date.fromordinal(day).isoformat()


def day_of_text(text: str) -> int:
    """The day, or the open end, that `day_text` wrote."""
    if text == EVER_BEFORE:
        return OPEN_PAST
    return OPEN_FUTURE if text == EVER_AFTER else date.fromisoformat(text).toordinal()


# what is written and asked


class Statements(NamedTuple):
    """The statements for one table. ``now`` asks what is believed now, ``then`` what was at a position, and ``spoken``
    what was by a day of asserting; ``..._of`` asks that of one stream."""

    insert: str
    forget: str
    drop: str
    now: str
    then: str
    spoken: str
    now_of: str
    then_of: str
    spoken_of: str


@cache
def statements(table: str, *, one_a_day: bool = False) -> Statements:
    """The statements for a table; ``one_a_day`` if a stream has one row a day at most.

    Rows come by stream, and within a stream by slot. Without slots to put in order, rows come in the order of the
    table's key, so that the database sorts nothing; it merges what was believed with what is believed now.
    """
    table = f'"{table}"'
    order = "stream" if one_a_day else "stream, slot"
    ordered = f"ORDER BY {order}"
    holds = "valid_from <= ? AND valid_to > ?"
    known, asserted = ("known_from <= ? AND known_to > ?", "asserted_from <= ? AND asserted_to > ?")
    then = f'SELECT "row", {order} FROM {table} WHERE believed = %d AND %s AND {holds}'
    of_stream = f'SELECT "row" FROM {table} WHERE believed IN (0, 1) AND stream = ? AND %s AND {holds} {ordered}'
    key = " AND ".join(f'"{name}" = ?' for name in KEY)
    return Statements(
        insert=f"INSERT INTO {table} ({NAMES}) VALUES ({', '.join('?' * len(COLUMNS))})",
        forget=f"DELETE FROM {table} WHERE believed IN (0, 1) AND stream = ?",
        drop=f"DELETE FROM {table} WHERE {key}",
        now=f'SELECT "row" FROM {table} WHERE believed = 1 AND {holds} {ordered}',
        then=f"{then % (0, known)} UNION ALL {then % (1, known)} {ordered}",
        spoken=f"{then % (0, asserted)} UNION ALL {then % (1, asserted)} {ordered}",
        now_of=f'SELECT "row" FROM {table} WHERE believed = 1 AND stream = ? AND {holds} {ordered}',
        then_of=of_stream % known,
        spoken_of=of_stream % asserted,
    )


@cache
def replacement(table: str, rows: int) -> str:
    """Inserts so many rows; one of which the key stands in the table already gets the rest that it is inserted with."""
    marks = ", ".join("?" * len(COLUMNS))
    return f"""
        INSERT INTO "{table}" ({NAMES}) VALUES {", ".join([f"({marks})"] * rows)}
        ON CONFLICT ({", ".join(KEY)})
        DO UPDATE SET believed = CASE WHEN excluded.known_to = {STILL} THEN 1 ELSE 0 END,
            known_to = excluded.known_to, valid_to = excluded.valid_to, asserted_to = excluded.asserted_to,
            "row" = excluded."row"
        """


@cache
def standing_at(names: tuple[tuple[int, str, int], ...]) -> str:
    """The same of one stream, of those with one of so many first days and slots, in several read models of which each
    is known by its number, its name and how many those are."""
    return " UNION ALL ".join(
        f"{standing_in((name,), 1, number)} AND (valid_from, slot) IN (VALUES {', '.join(['(?, ?)'] * places)})"
        for number, name, places in names
    )


def standing_in(names: tuple[str, ...], streams: int, first: int = 0) -> str:
    """The rows of so many streams in several read models that can change from a position and a day of asserting on.

    Those are the rows that are believed then or later, and those on one axis only, which may get a mate on the other.
    Each begins with the number of its read model, counted from the ``first``; then come the values of a `KeptRow`.
    """
    lonely = f"known_to = {NEVER_RECORDED[1]} OR asserted_to = '{EVER_BEFORE}'"
    marks = ", ".join("?" * streams)
    return " UNION ALL ".join(
        f'SELECT {number}, {NAMES} FROM "{KEPT}{name}"'
        f" WHERE believed IN (0, 1) AND stream IN ({marks}) AND (known_to >= ? OR asserted_to >= ? OR {lonely})"
        for number, name in enumerate(names, first)
    )


# what makes tables


class Types(NamedTuple):
    """How a database writes the types of columns, and what it says after them. Texts compare byte by byte."""

    text: str
    whole: str
    end: str


TYPES: Final = {
    "sqlite": Types("TEXT", "INTEGER", " WITHOUT ROWID"),
    "postgresql": Types('TEXT COLLATE "C"', "BIGINT", ""),
}
OWN_TABLES: Final = {
    REGISTER: """
CREATE TABLE read_model (
    name {text} NOT NULL,
    building INTEGER NOT NULL,
    stamp {text} NOT NULL,
    position {whole} NOT NULL,
    reached {text} DEFAULT '' NOT NULL,
    PRIMARY KEY (name, building)
){end}""",
    CITING: """
CREATE TABLE citing (
    source {text} NOT NULL,
    stream {text} NOT NULL,
    PRIMARY KEY (source, stream)
){end}""",
    UNKEPT: """
CREATE TABLE unkept (
    name {text} NOT NULL,
    stream {text} NOT NULL,
    known_from {whole} NOT NULL,
    known_to {whole} NOT NULL,
    asserted_from {text} NOT NULL,
    asserted_to {text} NOT NULL,
    PRIMARY KEY (name, stream)
){end}""",
}
"""The tables beside the read models."""


def create_own_table(name: str, dialect: Dialect) -> str:
    """The statement that makes one of the tables beside the read models."""
    return OWN_TABLES[name].format(**TYPES[dialect.name]._asdict())


def create_table(name: str, dialect: Dialect) -> str:
    """The statement that makes a read model's table under a name."""
    types = TYPES[dialect.name]
    lines = [f'"{column}" {types.whole if whole else types.text} NOT NULL' for column, whole in COLUMNS.items()]
    body = ",\n    ".join([*lines, f"PRIMARY KEY ({', '.join(KEY)})"])
    return f'CREATE TABLE "{name}" (\n    {body}\n){types.end}'


# what makes views


FieldKind = Literal["text", "whole number", "number"]


class Field(NamedTuple):
    """A column of a view: its name, the SQL that gives it, and its kind."""

    name: str
    sql: str
    kind: FieldKind


class Extract(NamedTuple):
    """How a database reads a row: a field's value, a part of that, a number, and yes or no as 1 or 0."""

    value: str
    part: str
    number: str
    whole: str
    flag: str


EXTRACTS: Final = {
    "sqlite": Extract(
        value="json_extract(\"row\", '$[{index}]')",
        part="json_extract(\"row\", '$[{index}].{part}')",
        number="CAST({value} AS NUMERIC)",
        whole="{value}",
        flag="{value}",
    ),
    "postgresql": Extract(
        value='("row"::json ->> {index})',
        part="(\"row\"::json #>> '{{{index},{part}}}')",
        number="CAST({value} AS double precision)",
        whole="CAST({value} AS bigint)",
        flag="CAST(CAST({value} AS boolean) AS integer)",
    ),
}


NOW: Final = "_now"
"""Ends the name of the view of what is believed now of today."""
TODAY: Final = {
    "sqlite": "date('now')",
    "postgresql": "to_char(timezone('UTC', now()), 'YYYY-MM-DD')",
}
"""Today, in UTC."""


def create_views(name: str, codec: RowCodec, dialect: Dialect) -> dict[str, str]:
    """The statements that make a read model's views, by their names, with a column for each field of its rows.

    One has all rows and their times; the other has what is believed now of today.
    """
    fields = ", ".join(f'{field.sql} AS "{field.name}"' for field in fields_of(codec, dialect))
    times = ", ".join(f'"{name}"' for name in COLUMNS if name != "row")
    today = TODAY[dialect.name]
    now = f"believed = 1 AND valid_from <= {today} AND valid_to > {today}"
    return {
        name: f'CREATE VIEW "{name}" AS SELECT {times}, {fields} FROM "{KEPT}{name}"',
        f"{name}{NOW}": f'CREATE VIEW "{name}{NOW}" AS SELECT "stream", {fields} FROM "{KEPT}{name}" WHERE {now}',
    }


def fields_of(codec: RowCodec, dialect: Dialect) -> Iterator[Field]:
    """The columns of the fields. Amounts are numbers there, so that SQL compares, orders and adds them as such."""
    extract = EXTRACTS[dialect.name]
    for name, index in codec.indexes.items():
        if name in COLUMNS:  # the view has the stream's name anyway
            continue
        types, value = codec.types[name], extract.value.format(index=index)
        if types in ((Decimal,), (Number,)):
            yield Field(name, extract.number.format(value=value), "number")
        elif types == (int,):
            yield Field(name, extract.whole.format(value=value), "whole number")
        elif types == (bool,):
            yield Field(name, extract.flag.format(value=value), "whole number")
        else:
            yield Field(name, value, "text")
        if types == (Money,):
            yield from (part for part in _money(name, index, extract) if part.name not in codec.indexes)


def _money(name: str, index: int, extract: Extract) -> tuple[Field, Field]:
    """The columns beside an amount of money."""
    amount, currency = (extract.part.format(index=index, part=part) for part in ("amount", "currency"))
    return (
        Field(f"{name}_amount", extract.number.format(value=amount), "number"),
        Field(f"{name}_currency", currency, "text"),
    )
