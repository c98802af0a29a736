"""Asking read models: the rows that hold of a day, as known at a position."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from armsledger.projections.model import BUILDING, CITING, KEPT, REGISTER, Registration, statements
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.sources import CITATIONS, Cited
from armsledger.projections.rows import ReadModelDamaged, Rows, kept_row
from armsledger.storage.errors import LedgerFailed
from armsledger.storage.reader import JournalReader


def kept_rows(
    reader: JournalReader, projection: Projection, day: date, position: int, stream: str | None = None
) -> Rows[Any] | None:
    """The rows of one stream, or all; None if no table can tell."""
    with reader.snapshot():
        kept = _serving(reader, projection, position)
        if kept is None:
            return None
        found = reader.query(*_asking(kept, projection, day, position, stream))
    row_type, name = projection.row, projection.name
    return Rows(row_type, [kept_row(row_type, name, text) for (text, *_) in found])


def walk_kept(
    reader: JournalReader, projection: Projection, day: date, position: int, *, by_slot: bool = False
) -> Iterator[Any]:
    """The rows of all streams one by one, in their order or in that of their slots; to be walked in a snapshot.

    Raises LookupError if no table can tell (`serves`).
    """
    kept = _serving(reader, projection, position)
    if kept is None:
        raise LookupError(f"no table can tell {projection.name} as known at {position}")
    sql, *asked = _asking(kept, projection, day, position, None)
    found = reader.each(sql.replace("ORDER BY stream, slot", "ORDER BY slot") if by_slot else sql, *asked)
    return (kept_row(projection.row, projection.name, text[0]) for text in found)


def _asking(
    kept: Registration, projection: Projection, day: date, position: int, stream: str | None
) -> tuple[Any, ...]:
    """The statement for the rows that hold of a day, as known at a position, and its parameters."""
    sql, on = statements(f"{KEPT}{projection.name}", one_a_day=projection.one_a_day), day.isoformat()
    when = (position, position, on, on)
    if kept.position == position:
        return (sql.now, on, on) if stream is None else (sql.now_of, stream, on, on)
    return (sql.then, *when, *when) if stream is None else (sql.then_of, stream, *when)


def count_kept(reader: JournalReader, projection: Projection, day: date, position: int) -> int:
    """How many rows there are to walk; to be asked in the same snapshot."""
    kept = _serving(reader, projection, position)
    if kept is None:
        return 0
    sql, *asked = _asking(kept, projection, day, position, None)
    ((count,),) = reader.query(f"SELECT count(*) FROM ({sql}) AS rows_kept", *asked)
    return int(count)


def kept_citations(reader: JournalReader, position: int) -> dict[str, Cited] | None:
    """How often each source is cited; None if no table can tell."""
    with reader.snapshot():
        if _serving(reader, CITATIONS, position) is None:
            return None
        try:
            found = reader.query(CITED[reader.dialect.name], position, position)
        except LedgerFailed as error:  # the database itself finds no JSON there
            raise ReadModelDamaged(CITATIONS.name, error) from error
        return {source: Cited(entries, alone) for source, entries, alone in found}


CITED = {
    "sqlite": f"""
        SELECT json_extract(value, '$[0]'), sum(json_extract(value, '$[1]')), sum(json_extract(value, '$[2]'))
        FROM {KEPT}citations, json_each("row", '$[1]') WHERE known_from <= ? AND known_to > ? GROUP BY 1""",
    "postgresql": f"""
        SELECT value ->> 0, sum((value ->> 1)::bigint)::bigint, sum((value ->> 2)::bigint)::bigint
        FROM {KEPT}citations, json_array_elements("row"::json -> 1) AS value
        WHERE known_from <= ? AND known_to > ? GROUP BY 1""",
}


def serves(reader: JournalReader, projection: Projection, position: int) -> bool:
    """Whether a read model's table can tell what was known at a position."""
    with reader.snapshot():
        return _serving(reader, projection, position) is not None


class Registered(NamedTuple):
    """The read models that there are, and up to where it is known which streams cite a source; -1 if nowhere."""

    models: dict[str, Registration]
    citing: int


def registered(reader: JournalReader, *, building: bool = False) -> Registered:
    """What the register says, or what it says of those that are being built.

    Anybody may drop a table of theirs: one of which a part is missing counts as one that there is not.
    """
    own = {name for (name,) in reader.query(reader.dialect.relations)}
    if not {REGISTER, CITING} <= own:
        return Registered({}, -1)
    found = reader.query("SELECT name, stamp, position, reached, building FROM read_model")
    citing = next((int(row[2]) for row in found if row[0] == CITING and not row[4]), -1)
    if citing < 0:
        return Registered({}, -1)
    models = {row[0]: Registration(*row[:4]) for row in found if row[4] == int(building)}
    if building:
        return Registered({name: kept for name, kept in models.items() if f"{BUILDING}{name}" in own}, citing)
    return Registered({name: kept for name, kept in models.items() if {name, f"{KEPT}{name}"} <= own}, citing)


def citing_position(reader: JournalReader) -> int:
    """Up to where it is known which streams cite a source; -1 if nowhere."""
    return registered(reader).citing


def citing_streams(reader: JournalReader, sources: Iterable[str]) -> list[str]:
    """The streams that have ever cited one of some sources, as far as that is known (`citing_position`)."""
    sql = "SELECT stream FROM citing WHERE source = ?"
    return [stream for source in sources for (stream,) in reader.query(sql, source)]


def _serving(reader: JournalReader, projection: Projection, position: int) -> Registration | None:
    """The table of a projection, if it can tell what was known at a position: never a stale one."""
    kept = kept_models(reader).get(projection.name)
    return kept if is_current(kept, projection, position) and reader.is_whole(position) else None


def kept_models(reader: JournalReader, *, building: bool = False) -> dict[str, Registration]:
    """The read models that there are, or those that are being built."""
    return registered(reader, building=building).models


def is_current(kept: Registration | None, projection: Projection, position: int) -> bool:
    """Whether a table was built by this very projection, and takes account of the journal up to a position."""
    return kept is not None and kept.stamp == projection.stamp and kept.position >= position
