"""Asking read models: the rows that hold on a day of valid time, as of a point on one of the axes of belief time.

Of some streams a read model may not keep what was believed at a point (`armsledger.projections.unkept`): whoever asks
folds them, and gets their rows among the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from heapq import merge
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from armsledger.projections.codec import codec_of
from armsledger.projections.projection import Projection
from armsledger.projections.rows import ReadModelDamaged, Rows, kept_row
from armsledger.projections.schema import COLUMNS, KEY, fields_of, statements
from armsledger.projections.tables import Registration, read_register
from armsledger.projections.unkept import ALL
from armsledger.storage.connection import SQLITE
from armsledger.storage.errors import LedgerFailed
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from sqlalchemy import Select, Table

    from armsledger.projections.filter_sql import Where
    from armsledger.projections.filtering import Condition
    from armsledger.projections.read_models.sources import Cited

UNION: Final = " UNION ALL "
ORDER: Final = " ORDER BY "
SELECTED: Final = re.compile(r'SELECT "row"(?:, stream)?(?:, slot)?')
Placed = tuple[str, str, Any]
"""A row's stream, its slot, and the row."""
Fold = Callable[[Projection, Sequence[str]], Iterable[Placed]]
"""Gives the rows of some streams as folded from the journal, by stream and slot."""


class AsOf(NamedTuple):
    """A point of valid time and one of belief time.

    ``position`` is the last position of recording that counts. With ``asserted``, what counts of that is what was
    asserted by that day.
    """

    day: date
    position: int
    asserted: date | None = None


def kept_rows(
    reader: JournalReader,
    projection: Projection,
    as_of: AsOf,
    streams: Sequence[str] | None = None,
    conditions: Sequence[Condition] = (),
    *,
    fold: Fold,
) -> Rows[Any] | None:
    """The rows of some streams, or all; None if no table can tell. All that fit ``conditions``, and maybe more."""
    with reader.snapshot():
        table = _serving(reader, projection, as_of)
        if table is None:
            return None
        stream = streams[0] if streams is not None and len(streams) == 1 else None
        asked = None if stream is not None else _asked(reader, projection, as_of, streams, conditions)
        unkept = table.unkept if streams is None else sorted({*table.unkept}.intersection(streams))
        question = _question(table.model, projection, as_of, stream)
        try:
            if unkept:
                placed = _placed(reader.query(*_of_kept(_narrowed(question, asked), projection, as_of)), projection)
                return Rows(projection.row, [row for _, _, row in _merged(placed, fold(projection, unkept))])
            rows = reader.query(*_narrowed(question, asked))
        except LedgerFailed as error:
            if asked is None:
                raise
            raise ReadModelDamaged(projection.name, error) from error  # the database itself finds no JSON there
    row_type, name = projection.row, projection.name
    return Rows(row_type, [kept_row(row_type, name, text) for text, *_ in rows])


def _of_kept(question: tuple[Any, ...], projection: Projection, as_of: AsOf) -> tuple[Any, ...]:
    """A statement and its parameters, for the rows with their places of the streams of which the table can tell."""
    sql, *parameters = _narrowed(question, _is_kept(projection, as_of))
    return SELECTED.sub('SELECT "row", stream, slot', sql), *parameters


def _placed(rows: Iterable[tuple[Any, ...]], projection: Projection) -> Iterator[Placed]:
    for text, stream, slot in rows:
        yield stream, slot, kept_row(projection.row, projection.name, text)


def _merged(kept: Iterable[Placed], folded: Iterable[Placed], *, by_slot: bool = False) -> Iterator[Placed]:
    """All rows in their order."""
    return merge(kept, folded, key=(lambda one: one[1:2]) if by_slot else (lambda one: one[:2]))


def _asked(
    reader: JournalReader,
    projection: Projection,
    as_of: AsOf,
    streams: Sequence[str] | None,
    conditions: Sequence[Condition],
) -> Where | None:
    """What is asked of the rows in SQL; by the index of the deals' parties where that can tell."""
    if not conditions and streams is None:
        return None
    from armsledger.projections.filter_sql import where
    from armsledger.projections.party_index import of_parties, streams_of
    from armsledger.projections.read_models.deals import DEALS

    parties = of_parties(projection, conditions, reader.dialect)
    if parties and projection.name != DEALS.name:
        deals = _serving(reader, DEALS, as_of)
        parties = [] if deals is None or deals.unkept else parties
    others = [condition for condition in conditions if condition not in parties]
    return where(projection.row, others, reader.dialect, streams, [streams_of(one) for one in parties])


def walk_kept(
    reader: JournalReader, projection: Projection, as_of: AsOf, *, fold: Fold, by_slot: bool = False
) -> Iterator[Any]:
    """The rows of all streams one by one, in their order or in that of their slots; to be walked in a snapshot.

    Raises LookupError if no table can tell (`serves`).
    """
    table = _serving(reader, projection, as_of)
    if table is None:
        raise LookupError(f"no table can tell {projection.name} as of {as_of}")
    question = _question(table.model, projection, as_of, None)
    sql, *parameters = _of_kept(question, projection, as_of) if table.unkept else question
    rows = reader.each(sql.replace("ORDER BY stream, slot", "ORDER BY slot") if by_slot else sql, *parameters)
    if not table.unkept:
        return (kept_row(projection.row, projection.name, text) for text, *_ in rows)
    folded: Iterable[Placed] = fold(projection, table.unkept)
    if by_slot:
        folded = sorted(folded, key=lambda one: one[1])
    return (row for _, _, row in _merged(_placed(rows, projection), folded, by_slot=by_slot))


def count_kept(reader: JournalReader, projection: Projection, as_of: AsOf, *, fold: Fold) -> int:
    """How many rows there are to walk; to be asked in the same snapshot."""
    table = _serving(reader, projection, as_of)
    if table is None:
        return 0
    question = _question(table.model, projection, as_of, None)
    sql, *parameters = _of_kept(question, projection, as_of) if table.unkept else question
    ((count,),) = reader.query(f"SELECT count(*) FROM ({sql}) AS rows_kept", *parameters)
    return int(count) + (len(list(fold(projection, table.unkept))) if table.unkept else 0)


def serves(reader: JournalReader, projection: Projection, as_of: AsOf) -> bool:
    """Whether a read model's table can tell what was believed at a point of belief time, but for some streams."""
    with reader.snapshot():
        return _serving(reader, projection, as_of) is not None


def unkept_streams(reader: JournalReader, projection: Projection, as_of: AsOf) -> list[str]:
    """The streams of which a table cannot tell what was believed at a point of belief time, if it serves there."""
    with reader.snapshot():
        table = _serving(reader, projection, as_of)
        return [] if table is None else table.unkept


def partly_kept(reader: JournalReader, projection: Projection) -> list[str]:
    """The streams of which a read model does not keep all that was ever believed."""
    sql = f"SELECT DISTINCT stream FROM unkept WHERE name IN (?, '{ALL}') ORDER BY stream"
    return [stream for (stream,) in reader.query(sql, projection.name)]


class _Table(NamedTuple):
    """The table of a read model that can tell what was believed at a point, but for some streams."""

    model: Registration
    unkept: list[str]


def _serving(reader: JournalReader, projection: Projection, as_of: AsOf) -> _Table | None:
    """The table of a projection, if it can tell what was believed at a point: never a stale one.

    A table has the days of asserting as recorded now, so it cannot tell what they were at an earlier position.
    """
    register = read_register(reader)
    model = register.models.get(projection.name)
    if model is None or not register.is_current(projection, as_of.position):
        return None
    is_now = model.position == as_of.position
    if not (is_now if as_of.asserted is not None else reader.is_whole(as_of.position)):
        return None
    if not register.has_unkept:
        return _Table(model, [])
    sql, parameters = _unkept(projection, as_of)
    return _Table(model, [stream for (stream,) in reader.query(f"{sql} ORDER BY stream", *parameters)])


def _unkept(projection: Projection, as_of: AsOf) -> Where:
    """Selects the streams of which a table cannot tell what was believed at a point."""
    from armsledger.projections.filter_sql import Where

    condition, values = _believed_at(as_of)
    sql = f"SELECT DISTINCT stream FROM unkept WHERE name IN (?, '{ALL}') AND {condition}"
    return Where(sql, (projection.name, *values))


def _is_kept(projection: Projection, as_of: AsOf) -> Where:
    """The condition for the rows of streams of which a table can tell what was believed at a point."""
    unkept = _unkept(projection, as_of)
    return unkept._replace(sql=f"stream NOT IN ({unkept.sql})")


def _question(model: Registration, projection: Projection, as_of: AsOf, stream: str | None) -> tuple[Any, ...]:
    """The statement for the rows that hold on a day, as believed at a point, and its parameters."""
    sql, on = statements(projection.table, one_a_day=projection.one_a_day), as_of.day.isoformat()
    if as_of.asserted is None and model.position == as_of.position:
        return (sql.now, on, on) if stream is None else (sql.now_of, stream, on, on)
    by_asserting = as_of.asserted is not None
    point = as_of.position if as_of.asserted is None else as_of.asserted.isoformat()
    when = (point, point, on, on)
    if stream is None:
        return (sql.spoken if by_asserting else sql.then, *when, *when)
    return (sql.spoken_of if by_asserting else sql.then_of, stream, *when)


def _narrowed(question: tuple[Any, ...], asked: Where | None) -> tuple[Any, ...]:
    """A statement and its parameters, for the rows of which something more is asked."""
    if asked is None:
        return question
    sql, *parameters = question
    arms = sql.split(UNION)
    each = len(parameters) // len(arms)
    more = [
        part
        for number in range(len(arms))
        for part in (*parameters[number * each : (number + 1) * each], *asked.parameters)
    ]
    return UNION.join(_with(arm, asked.sql) for arm in arms), *more


def _with(sql: str, condition: str) -> str:
    """A SELECT with one condition more."""
    select, order, by = sql.partition(ORDER)
    return f"{select} AND ({condition}){order}{by}"


# what differs between two points of belief time


class ChangedRow(NamedTuple):
    """A row that is believed at one of two points of belief time; ``is_later`` tells at which."""

    stream: str
    slot: str
    is_later: bool
    text: str

    def values(self, projection: Projection) -> list[Any]:
        """The values of the row, in the types of JSON. Raises ReadModelDamaged."""
        try:
            return codec_of(projection.row).decode(self.text)
        except ValueError as error:
            raise ReadModelDamaged(projection.name, error) from error


def changed_streams(reader: JournalReader, projection: Projection, earlier: AsOf, later: AsOf) -> set[str] | None:
    """The streams of which another row is believed at one point than at another, for whatever day, and those of which
    the table cannot tell; None if no table can tell."""
    found = _changed(reader, projection, earlier, later, "DISTINCT stream")
    if found is None:
        return None
    unkept = [stream for as_of in (earlier, later) for stream in unkept_streams(reader, projection, as_of)]
    return {*unkept, *(stream for (stream,) in found)}


def changed_rows(
    reader: JournalReader, projection: Projection, earlier: AsOf, later: AsOf, on: date | None = None
) -> list[ChangedRow] | None:
    """The rows that are believed at one point and not at another, by stream and slot; for whatever day, or those that
    hold ``on`` one. None if no table can tell; of streams of which it cannot, there are none (`unkept_streams`)."""
    (at_later, values) = _believed_at(later)
    what = f'stream, slot, CASE WHEN {at_later} THEN 1 ELSE 0 END, "row"'
    held = "" if on is None else f"AND valid_from <= '{on.isoformat()}' AND valid_to > '{on.isoformat()}' "
    found = _changed(reader, projection, earlier, later, what, *values, order=f"{held}ORDER BY stream, slot")
    return None if found is None else [ChangedRow(stream, slot, bool(late), text) for stream, slot, late, text in found]


def streams_holding(reader: JournalReader, projection: Projection, as_of: AsOf, text: str) -> set[str] | None:
    """The streams of which a row is believed at a point, for whatever day, that holds a text; None if no table can
    tell; none of those of which it cannot."""
    condition, values = _believed_at(as_of)
    with reader.snapshot():
        if _serving(reader, projection, as_of) is None:
            return None
        sql = f'SELECT DISTINCT stream FROM "{projection.table}" WHERE {condition} AND "row" LIKE ?'
        return {stream for (stream,) in reader.query(sql, *values, f"%{text}%")}


def _changed(
    reader: JournalReader,
    projection: Projection,
    earlier: AsOf,
    later: AsOf,
    what: str,
    *values: str | int,
    order: str = "",
) -> list[tuple[Any, ...]] | None:
    (one, first), (other, second) = _believed_at(earlier), _believed_at(later)
    with reader.snapshot():
        tables = [(as_of, _serving(reader, projection, as_of)) for as_of in (earlier, later)]
        if any(table is None for _, table in tables):
            return None
        kept = [_is_kept(projection, as_of) for as_of, table in tables if table is not None and table.unkept]
        both = "".join(f" AND {condition.sql}" for condition in kept)
        sql = f'SELECT {what} FROM "{projection.table}" WHERE ({one}) <> ({other}){both} {order}'
        return reader.query(sql, *values, *first, *second, *(value for each in kept for value in each.parameters))


def _believed_at(as_of: AsOf) -> tuple[str, tuple[str | int, str | int]]:
    """The condition that a row is believed at a point of belief time, and its parameters."""
    if as_of.asserted is None:
        return "known_from <= ? AND known_to > ?", (as_of.position, as_of.position)
    day = as_of.asserted.isoformat()
    return "asserted_from <= ? AND asserted_to > ?", (day, day)


# how often sources are cited

CITED: Final = {
    "sqlite": """
        SELECT json_extract(value, '$[0]'), sum(json_extract(value, '$[1]')), sum(json_extract(value, '$[2]'))
        FROM {table}, json_each("row", '$[1]') WHERE {condition} GROUP BY 1""",
    "postgresql": """
        SELECT value ->> 0, sum((value ->> 1)::bigint)::bigint, sum((value ->> 2)::bigint)::bigint
        FROM {table}, json_array_elements("row"::json -> 1) AS value
        WHERE {condition} GROUP BY 1""",
}


def kept_citations(reader: JournalReader, as_of: AsOf, *, fold: Fold) -> dict[str, Cited] | None:
    """How often each source is cited; None if no table can tell."""
    from armsledger.projections.read_models.sources import CITATIONS, Cited, add_citations

    with reader.snapshot():
        table = _serving(reader, CITATIONS, as_of)
        if table is None:
            return None
        condition, values = _believed_at(as_of)
        parameters: tuple[str | int, ...] = values
        if table.unkept:
            kept = _is_kept(CITATIONS, as_of)
            condition, parameters = f"{condition} AND {kept.sql}", (*values, *kept.parameters)
        try:
            sql = CITED[reader.dialect.name].format(table=CITATIONS.table, condition=condition)
            rows = reader.query(sql, *parameters)
        except LedgerFailed as error:  # the database itself finds no JSON there
            raise ReadModelDamaged(CITATIONS.name, error) from error
        citations = {source: Cited(entries, alone) for source, entries, alone in rows}
        folded = fold(CITATIONS, table.unkept) if table.unkept else ()
        return add_citations(citations, (row for _, _, row in folded))


def linking_streams(reader: JournalReader, stream: str) -> list[str] | None:
    """The streams that ever named one in a link or payment, whatever is believed of that now, and those of which not
    all is kept; None if no table can tell."""
    from armsledger.projections.read_models.links import LINKS

    with reader.snapshot():
        if _serving(reader, LINKS, AsOf(date.min, reader.head())) is None:
            return None
        to = codec_of(LINKS.row).indexes["to"]
        rows = reader.query(f'SELECT DISTINCT stream, "row" FROM {LINKS.table}')
        unkept = partly_kept(reader, LINKS)
        try:
            linking = {name for name, text in rows if codec_of(LINKS.row).decode(text)[to] == stream}
            return sorted({*linking, *unkept})
        except ValueError as error:
            raise ReadModelDamaged(LINKS.name, error) from error


# whole tables


def kept_pages(reader: JournalReader, projection: Projection) -> Iterator[list[tuple[Any, ...]]] | None:
    """All rows of a read model's table, in pages and in order; None unless it tells all that is recorded."""
    from armsledger.storage.copying.rows import table_rows

    register, head = read_register(reader), reader.head()
    if not register.is_current(projection, head) or register.models[projection.name].position != head:
        return None
    if partly_kept(reader, projection):
        return None
    return table_rows(reader, projection.table, tuple(COLUMNS), KEY)


# for SQL of one's own


@cache
def view_of(projection: Projection) -> Table:
    """The view of a read model for SQLAlchemy.

    ``valid_...`` and ``asserted_...`` are ISO days, ``known_...`` positions of the journal.
    """
    from sqlalchemy import BigInteger, Column, Float, Integer, MetaData, Table, Text

    number = BigInteger().with_variant(Integer(), "sqlite")
    kinds: dict[str, Any] = {"text": Text, "whole number": Integer, "number": Float}
    times = [Column(name, number if is_number else Text) for name, is_number in COLUMNS.items() if name != "row"]
    fields = fields_of(codec_of(projection.row), SQLITE)
    return Table(projection.name, MetaData(), *times, *(Column(field.name, kinds[field.kind]) for field in fields))


def select_at(projection: Projection, as_of: AsOf) -> Select[tuple[object, ...]]:
    """A SELECT of a read model's streams and fields on a day, as believed at a point of belief time."""
    from sqlalchemy import and_, select

    c = view_of(projection).c
    shown = [column for column in c if column.name == "stream" or column.name not in COLUMNS]
    day = as_of.day.isoformat()
    holds = and_(c.valid_from <= day, c.valid_to > day)
    if as_of.asserted is None:
        believed = and_(c.known_from <= as_of.position, c.known_to > as_of.position)
    else:
        spoken = as_of.asserted.isoformat()
        believed = and_(c.asserted_from <= spoken, c.asserted_to > spoken)
    return select(*shown).where(holds, believed)
