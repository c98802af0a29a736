"""The tables of read models, as SQLAlchemy has them: to make them, and for those who write their own queries.

Every read model has the same columns for its times and its place, the row as one text, and a column computed from
that text for each field; an amount of money also has one for its amount and one for its currency.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from sqlalchemy import Column, Computed, Integer, MetaData, PrimaryKeyConstraint, Select, Table, Text, and_, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from armsledger.domain.money import Money
from armsledger.projections.layout import Layout, layout_of
from armsledger.projections.model import TIME_COLUMNS
from armsledger.projections.projection import Projection


@cache
def table_of(projection: Projection) -> Table:
    """The table of a read model. ``valid_...`` are ISO days, ``known_...`` positions of the journal."""
    layout = layout_of(projection.row)
    fields = [column for name in layout.names if name not in TIME_COLUMNS for column in _columns(layout, name)]
    key = PrimaryKeyConstraint("believed", "stream", "known_from", "valid_from", "slot")
    own = [Column(name, Integer if is_number else Text, nullable=False) for name, is_number in TIME_COLUMNS.items()]
    return Table(projection.name, MetaData(), *own, *fields, key, sqlite_with_rowid=False)


def _columns(layout: Layout, name: str) -> list[Column[object]]:
    path = f"$[{layout.places[name]}]"
    columns: list[Column[object]] = [_computed(name, path, is_number=layout.kinds[name] in ((int,), (bool,)))]
    if layout.kinds[name] == (Money,):
        parts = {f"{name}_{part}": f"{path}.{part}" for part in ("amount", "currency")}
        columns += [_computed(part, at) for part, at in parts.items() if part not in layout.names]
    return columns


def _computed(name: str, path: str, *, is_number: bool = False) -> Column[object]:
    return Column(name, Integer if is_number else Text, Computed(f"json_extract(\"row\", '{path}')", persisted=False))


@cache
def create_table(projection: Projection, name: str) -> str:
    """The statement that makes a read model's table under a name."""
    table = table_of(projection).to_metadata(MetaData(), name=name)
    return str(CreateTable(table).compile(dialect=sqlite.dialect()))


def select_at(projection: Projection, day: date, position: int) -> Select[tuple[object, ...]]:
    """What a read model holds of a day, as known at a position: its stream and its fields."""
    table = table_of(projection)
    c = table.c
    shown = [column for column in c if column.name == "stream" or column.name not in TIME_COLUMNS]
    holds = and_(c.valid_from <= day.isoformat(), c.valid_to > day.isoformat())
    known = and_(c.known_from <= position, c.known_to > position)
    return select(*shown).where(holds, known)
