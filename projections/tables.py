"""The tables and views of read models, as SQLAlchemy has them: to make them, and for those who write their own queries.

Every read model is kept in a table of the same columns, with the row as one text. The view over it has a column for
each field; an amount of money also has one for its amount and one for its currency.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Float, Integer, MetaData, PrimaryKeyConstraint, Select, Table, Text, and_, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import TypeEngine

from armsledger.domain.money import Money
from armsledger.projections.layout import layout_of
from armsledger.projections.model import KEPT, TIME_COLUMNS
from armsledger.projections.projection import Projection


@cache
def create_table(name: str) -> str:
    """The statement that makes a read model's table under a name."""
    columns = [
        Column(column, Integer if is_number else Text, nullable=False) for column, is_number in TIME_COLUMNS.items()
    ]
    key = PrimaryKeyConstraint("believed", "stream", "known_from", "valid_from", "slot")
    table = Table(name, MetaData(), *columns, key, sqlite_with_rowid=False)
    return str(CreateTable(table).compile(dialect=sqlite.dialect()))


class Field(NamedTuple):
    """A column of a view: its name, the SQL that gives it, and its type."""

    name: str
    sql: str
    type: type[TypeEngine[Any]]


@cache
def create_view(projection: Projection) -> str:
    """The statement that makes the view with a column for each field."""
    fields = ", ".join(f'{field.sql} AS "{field.name}"' for field in _fields(projection))
    times = ", ".join(f'"{name}"' for name in TIME_COLUMNS if name != "row")
    return f'CREATE VIEW "{projection.name}" AS SELECT {times}, {fields} FROM "{KEPT}{projection.name}"'


def _fields(projection: Projection) -> Iterator[Field]:
    """The columns of the fields. Amounts are numbers there, so that SQL compares, orders and adds them as such."""
    layout = layout_of(projection.row)
    for name, place in layout.places.items():
        if name in TIME_COLUMNS:  # the stream's name is there anyway
            continue
        kind, value = layout.kinds[name], f"json_extract(\"row\", '$[{place}]')"
        if kind == (Decimal,):
            yield Field(name, f"CAST({value} AS NUMERIC)", Float)
            continue
        yield Field(name, value, Integer if kind in ((int,), (bool,)) else Text)
        if kind == (Money,):
            amount, currency = (f"json_extract(\"row\", '$[{place}].{part}')" for part in ("amount", "currency"))
            parts = (
                Field(f"{name}_amount", f"CAST({amount} AS NUMERIC)", Float),
                Field(f"{name}_currency", currency, Text),
            )
            yield from (part for part in parts if part.name not in layout.places)


@cache
def view_of(projection: Projection) -> Table:
    """The view of a read model. ``valid_...`` are ISO days, ``known_...`` positions of the journal."""
    times = [Column(name, Integer if is_number else Text) for name, is_number in TIME_COLUMNS.items() if name != "row"]
    return Table(projection.name, MetaData(), *times, *(Column(one.name, one.type) for one in _fields(projection)))


def select_at(projection: Projection, day: date, position: int) -> Select[tuple[object, ...]]:
    """What a read model holds of a day, as known at a position: its stream and its fields."""
    c = view_of(projection).c
    shown = [column for column in c if column.name == "stream" or column.name not in TIME_COLUMNS]
    holds = and_(c.valid_from <= day.isoformat(), c.valid_to > day.isoformat())
    known = and_(c.known_from <= position, c.known_to > position)
    return select(*shown).where(holds, known)
