"""Read models of streams in which a name was erased: their rows are written anew, so that no table holds it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from armsledger.projections.model import BUILDING, KEPT, REGISTER, TIME_COLUMNS
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.updater import make_empty, part_of, refresh, unwritable
from armsledger.storage.connection import Connection
from armsledger.storage.reader import JournalReader

COLUMNS: Final = {
    "sqlite": "SELECT name FROM pragma_table_info(?)",
    "postgresql": """
        SELECT attname::text FROM pg_attribute
        WHERE attrelid = to_regclass(quote_ident(?)) AND attnum > 0 AND NOT attisdropped""",
}
"""Selects the names of a table's columns."""


def write_anew(
    connection: Connection, reader: JournalReader, projections: Sequence[Projection], streams: Sequence[str]
) -> list[str]:
    """Write the rows of streams anew in all read models, for all beliefs; gives the tables in which something was.

    Within the transaction that erased the name. A read model of which we do not know how it is made loses those rows,
    and counts as one that there is not until it is built again. What is being built is begun anew.
    """
    there = {name for (name,) in reader.query(reader.dialect.relations) if _is_ours(reader, name)}
    stamps = _stamps(reader) if REGISTER in there else {}
    known = [p for p in projections if stamps.get(p.name) == p.stamp and f"{KEPT}{p.name}" in there]
    failed = [p.name for group in _groups(known) if not _refreshed(connection, reader, group, streams) for p in group]
    fresh = {f"{KEPT}{p.name}" for p in known if p.name not in failed}
    stale = [name for name in sorted(there) if name.startswith(KEPT) and name not in fresh]
    for name in stale:
        connection.executemany(f'DELETE FROM "{name}" WHERE stream = ?', [(stream,) for stream in streams])
    begun = [name for name in sorted(there) if name.startswith(BUILDING)]
    for name in begun:
        make_empty(connection, name)
    if REGISTER in there:
        lost = [(name.removeprefix(KEPT),) for name in stale]
        connection.executemany("DELETE FROM read_model WHERE name = ? AND building = 0", lost)
        connection.execute("DELETE FROM read_model WHERE building = 1")
    return [*sorted(fresh), *stale, *begun]


def _is_ours(reader: JournalReader, name: str) -> bool:
    """Whether it is the register, or a table of a read model rather than something of somebody's own so called."""
    if not name.startswith((KEPT, BUILDING)):
        return name == REGISTER
    ((kind, _),) = reader.query(reader.dialect.view, name)
    columns = {column for (column,) in reader.query(COLUMNS[reader.dialect.name], name)}
    return kind == "table" and columns >= TIME_COLUMNS.keys()


def _stamps(reader: JournalReader) -> dict[str, str]:
    return dict(reader.query("SELECT name, stamp FROM read_model WHERE building = 0"))


def _groups(projections: Sequence[Projection]) -> Iterable[list[Projection]]:
    """The built-in ones together, as one reading of a stream does for all; each of somebody's own by itself."""
    own = [projection for projection in projections if projection in BUILT_IN]
    return [own, *([projection] for projection in projections if projection not in BUILT_IN)]


def _refreshed(
    connection: Connection, reader: JournalReader, group: Sequence[Projection], streams: Sequence[str]
) -> bool:
    """Whether the rows could be made: a mistake in a projection of somebody's own must not keep a name."""
    try:
        with part_of(connection):
            refresh(connection, reader, group, streams)
    except unwritable():  # the ledger itself
        raise
    except Exception:
        return False
    return True
