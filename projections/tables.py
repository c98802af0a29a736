"""The tables and views of read models, as SQLAlchemy has them: to make them, and for those who write their own queries.

Every read model is kept in a table of the same columns, with the row as one text. The view over it has a column for
each field; an amount of money also has one for its amount and one for its currency.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Select,
    Table,
    Text,
    and_,
    select,
)
from sqlalchemy import Text as AnyText
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import TypeEngine

from armsledger.domain.values.money import Money
from armsledger.projections.codec import codec_of
from armsledger.projections.model import CITING, KEPT, REGISTER, TIME_COLUMNS
from armsledger.projections.projection import Projection
from armsledger.storage.connection import SQLITE, Connection, Dialect, dialect_of
from armsledger.storage.proofs.verification import Violation
from armsledger.storage.reader import JournalReader

Words = AnyText().with_variant(postgresql.TEXT(collation="C"), "postgresql")
Number = BigInteger().with_variant(Integer(), "sqlite")
metadata = MetaData()

register = Table(
    REGISTER,
    metadata,
    Column("name", Words, primary_key=True),
    Column("building", Integer, primary_key=True, autoincrement=False),
    Column("stamp", Words, nullable=False),
    Column("position", Number, nullable=False),
    Column("reached", Words, nullable=False, server_default=""),
    sqlite_with_rowid=False,
)
citing = Table(
    CITING,
    metadata,
    Column("source", Words, primary_key=True),
    Column("stream", Words, primary_key=True),
    sqlite_with_rowid=False,
)


def create_own(connection: Connection) -> dict[str, str]:
    """The statements that make the tables beside the read models, by their names."""
    return {table.name: _definition(table, connection) for table in metadata.sorted_tables}


def create_table(name: str, connection: Connection) -> str:
    """The statement that makes a read model's table under a name."""
    columns = [
        Column(column, Number if is_number else Words, nullable=False) for column, is_number in TIME_COLUMNS.items()
    ]
    key = PrimaryKeyConstraint("believed", "stream", "known_from", "valid_from", "slot")
    return _definition(Table(name, MetaData(), *columns, key, sqlite_with_rowid=False), connection)


def _definition(table: Table, connection: Connection) -> str:
    own: Any = sqlite if dialect_of(connection) is SQLITE else postgresql
    return str(CreateTable(table).compile(dialect=own.dialect()))


class Field(NamedTuple):
    """A column of a view: its name, the SQL that gives it, and its type."""

    name: str
    sql: str
    type: type[TypeEngine[Any]]


class Extract(NamedTuple):
    """How a database reads a row: a field's value, a part of that, a number, and yes or no as 1 or 0."""

    value: str
    part: str
    number: str
    whole: str
    flag: str


EXTRACTS: Final = {
    "sqlite": Extract(
        value="json_extract(\"row\", '$[{place}]')",
        part="json_extract(\"row\", '$[{place}].{part}')",
        number="CAST({value} AS NUMERIC)",
        whole="{value}",
        flag="{value}",
    ),
    "postgresql": Extract(
        value='("row"::json ->> {place})',
        part="(\"row\"::json #>> '{{{place},{part}}}')",
        number="CAST({value} AS double precision)",
        whole="CAST({value} AS bigint)",
        flag="CAST(CAST({value} AS boolean) AS integer)",
    ),
}


def create_view(projection: Projection, dialect: Dialect) -> str:
    """The statement that makes the view with a column for each field."""
    fields = ", ".join(f'{field.sql} AS "{field.name}"' for field in _fields(projection, EXTRACTS[dialect.name]))
    times = ", ".join(f'"{name}"' for name in TIME_COLUMNS if name != "row")
    return f'CREATE VIEW "{projection.name}" AS SELECT {times}, {fields} FROM "{KEPT}{projection.name}"'


def _fields(projection: Projection, extract: Extract) -> Iterator[Field]:
    """The columns of the fields. Amounts are numbers there, so that SQL compares, orders and adds them as such."""
    codec = codec_of(projection.row)
    for name, place in codec.indexes.items():
        if name in TIME_COLUMNS:  # the stream's name is there anyway
            continue
        kind, value = codec.types[name], extract.value.format(place=place)
        if kind == (Decimal,):
            yield Field(name, extract.number.format(value=value), Float)
        elif kind == (int,):
            yield Field(name, extract.whole.format(value=value), Integer)
        elif kind == (bool,):
            yield Field(name, extract.flag.format(value=value), Integer)
        else:
            yield Field(name, value, Text)
        if kind == (Money,):
            yield from (part for part in _money(name, place, extract) if part.name not in codec.indexes)


def _money(name: str, place: int, extract: Extract) -> tuple[Field, Field]:
    amount, currency = (extract.part.format(place=place, part=part) for part in ("amount", "currency"))
    return (
        Field(f"{name}_amount", extract.number.format(value=amount), Float),
        Field(f"{name}_currency", currency, Text),
    )


@cache
def view_of(projection: Projection) -> Table:
    """The view of a read model. ``valid_...`` are ISO days, ``known_...`` positions of the journal."""
    times = [Column(name, Number if is_number else Text) for name, is_number in TIME_COLUMNS.items() if name != "row"]
    return Table(
        projection.name,
        MetaData(),
        *times,
        *(Column(one.name, one.type) for one in _fields(projection, EXTRACTS[SQLITE.name])),
    )


def select_at(projection: Projection, day: date, position: int) -> Select[tuple[object, ...]]:
    """What a read model holds of a day, as known at a position: its stream and its fields."""
    c = view_of(projection).c
    shown = [column for column in c if column.name == "stream" or column.name not in TIME_COLUMNS]
    holds = and_(c.valid_from <= day.isoformat(), c.valid_to > day.isoformat())
    known = and_(c.known_from <= position, c.known_to > position)
    return select(*shown).where(holds, known)


# Whether the views of read models are the ones that we make: whoever asks in SQL asks them, not the tables.

STAMPS: Final = "SELECT name, stamp FROM read_model WHERE building = 0"
DEFINED: Final = """
SELECT pg_get_viewdef(oid) FROM pg_class
WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind = 'v' AND relname = ?"""
CAST_TO: Final = re.compile(r" AS (bigint|integer|boolean|double precision)\)")
OF_NO_ACCOUNT: Final = re.compile(r'[\s();"]|::text\[\]')
"""How PostgreSQL writes a view down anew: with other blanks, brackets and quotation marks, and the type of a list."""


def check_views(reader: JournalReader, projections: Sequence[Projection]) -> Iterator[Violation]:
    """The views that are missing or somebody's, of the read models that were built by these very projections."""
    there = {name for (name,) in reader.query(reader.dialect.relations)}
    stamps = dict(reader.query(STAMPS)) if REGISTER in there else {}
    for projection in projections:
        name = projection.name
        if f"{KEPT}{name}" not in there or stamps.get(name) != projection.stamp:
            continue
        rebuild = f"armsledger rebuild {name}"
        if name not in there:
            yield Violation("its view is missing", f"the read model {name}", rebuild)
        elif not _is_ours(reader, projection):
            remedy = f"rename or drop what is called {name} now, then: {rebuild}"
            yield Violation("its view was changed", f"the read model {name}", remedy)


def _is_ours(reader: JournalReader, projection: Projection) -> bool:
    """Whether what has the name of a read model is its view, to the letter.

    On PostgreSQL the text is a comment beside the view, which stays when the view is replaced: the two are compared.
    """

    made = create_view(projection, reader.dialect)
    if reader.query(reader.dialect.view, projection.name) != [("view", made)]:
        return False
    if reader.dialect is SQLITE:
        return True
    ((defined,),) = reader.query(DEFINED, projection.name)
    return _bare(defined, projection.name) == _bare(made.partition(" AS ")[2], projection.name)


def _bare(query: str, name: str) -> str:
    """A view's query without what PostgreSQL writes otherwise than we do. Before version 16 it names the table too."""
    bare = OF_NO_ACCOUNT.sub("", CAST_TO.sub(r"::\1", query).replace("CAST(", ""))
    return bare.replace(f"{KEPT}{name}.", "")
