"""The tables of read models: which there are, how far each has come, and how they are made and replaced."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from armsledger.projections.codec import codec_of
from armsledger.projections.projection import Projection
from armsledger.projections.schema import (
    BUILDING,
    CITING,
    CITING_STAMP,
    COLUMNS,
    KEPT,
    KEY,
    NAMES,
    OWN_TABLES,
    REGISTER,
    SEARCH_INDEX,
    SEARCH_STAMP,
    TYPES,
    create_own_table,
    create_table,
    create_views,
)
from armsledger.projections.unkept import ALL, forget_oldest
from armsledger.storage.connection import SQLITE, Connection, Dialect, dialect_of
from armsledger.storage.reader import JournalReader

# which there are, and how far each has come


class Registration(NamedTuple):
    """A read model that there is: who built it, and the last position of the journal that it takes account of."""

    name: str
    stamp: str
    position: int
    reached: str


class Register(NamedTuple):
    """The read models that there are, and up to where it is known which streams cite a source; -1 if nowhere.

    ``indexed`` is up to where the index of search takes account of the journal; -1 if there is none. ``has_unkept``
    says whether there is anything that read models do not keep, ``has_pending`` whether rows of streams are pending.
    """

    models: dict[str, Registration]
    citing: int
    indexed: int = -1
    has_unkept: bool = False
    has_pending: bool = False

    def is_current(self, projection: Projection, position: int) -> bool:
        """Whether this very projection built its table, and the table takes account of the journal up to a position."""
        model = self.models.get(projection.name)
        return model is not None and model.stamp == projection.stamp and model.position >= position


OF_UNKEPT: Final = -1
READ_REGISTER: Final = f"""
SELECT name, stamp, position, reached, building FROM read_model
UNION ALL SELECT coalesce(min(name), ''), '', count(*), '', {OF_UNKEPT} FROM unkept"""
"""One row more tells what is not kept: how much, and the first name, which is `ALL` if rows are pending."""


def read_register(reader: JournalReader, *, building: bool = False) -> Register:
    """The read models that questions are asked of, or those that are being built.

    Anybody may drop a table of theirs: a read model of which a part is missing counts as one that there is not.
    """
    relations = {name for (name,) in reader.query(reader.dialect.relations)}
    if not OWN_TABLES.keys() <= relations:
        return Register({}, -1)
    rows = reader.query(READ_REGISTER)
    first, unkept = next((row[0], row[2]) for row in rows if row[4] == OF_UNKEPT)
    citing = next((int(row[2]) for row in rows if row[0] == CITING and not row[4]), -1)
    if citing < 0:
        return Register({}, -1)
    models = {row[0]: Registration(*row[:4]) for row in rows if row[4] == int(building)}
    parts = (BUILDING,) if building else ("", KEPT)
    whole = {name: model for name, model in models.items() if all(f"{part}{name}" in relations for part in parts)}
    own = [(SEARCH_INDEX, 0, SEARCH_STAMP)] if SEARCH_INDEX in relations else []
    indexed = next((int(row[2]) for row in rows if (row[0], row[4], row[1]) in own), -1)
    return Register(whole, citing, indexed, has_unkept=unkept > 0, has_pending=first == ALL)


def stamps_of(reader: JournalReader, relations: Collection[str]) -> dict[str, str]:
    """The stamps of the read models that are registered, whether all their parts are there or not."""
    if REGISTER not in relations:
        return {}
    return dict(reader.query("SELECT name, stamp FROM read_model WHERE building = 0"))


REGISTERED: Final = """
INSERT INTO read_model (name, building, stamp, position, reached) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (name, building) DO UPDATE SET stamp = excluded.stamp, position = excluded.position,
    reached = excluded.reached"""


def register(
    connection: Connection,
    projections: Iterable[Projection],
    position: int,
    *,
    building: bool = False,
    reached: str = "",
) -> None:
    """Note up to where read models take account of the journal."""
    rows = [(p.name, int(building), p.stamp, position, reached) for p in projections]
    connection.executemany(REGISTERED, rows)


def register_citing(connection: Connection, position: int) -> None:
    """Note up to where it is known which streams cite a source."""
    connection.execute(REGISTERED, (CITING, 0, CITING_STAMP, position, ""))


def move_on(connection: Connection, names: Sequence[str], position: int) -> None:
    """Note up to where what is registered takes account of the journal now."""
    marks = ", ".join("?" * len(names))
    sql = f"UPDATE read_model SET position = ?, reached = '' WHERE building = 0 AND name IN ({marks})"
    connection.execute(sql, (position, *names))


# which streams cite a source


def citing_streams(reader: JournalReader, sources: Iterable[str]) -> list[str]:
    """The streams that have ever cited one of some sources, as far as that is known (`Register.citing`)."""
    sql = "SELECT stream FROM citing WHERE source = ?"
    return [stream for source in sources for (stream,) in reader.query(sql, source)]


def note_citing(connection: Connection, pairs: Sequence[tuple[str, str]]) -> None:
    """Remember pairs of a source and a stream that cites it."""
    if pairs:
        connection.executemany("INSERT INTO citing (source, stream) VALUES (?, ?) ON CONFLICT DO NOTHING", pairs)


# how they are made and replaced

EXISTS: Final = "SELECT to_regclass(quote_ident(current_schema()) || '.' || quote_ident(?)) IS NOT NULL"
"""Whether the schema has a table; a later schema of the search path may hold one of that name for another ledger."""


TABLE_COLUMNS: Final = {
    "sqlite": "SELECT name FROM pragma_table_info(?)",
    "postgresql": """
        SELECT attname::text FROM pg_attribute
        WHERE attrelid = to_regclass(quote_ident(?)) AND attnum > 0 AND NOT attisdropped""",
}
"""Selects the names of a table's columns."""
PRIMARY_KEY: Final = """
SELECT conname::text FROM pg_constraint WHERE conrelid = to_regclass(quote_ident(?)) AND contype = 'p'"""


def install(connection: Connection, projections: Iterable[Projection]) -> None:
    """Make the tables of an empty ledger."""
    install_own(connection)
    for projection in projections:
        make_empty(connection, projection.table)
        if dialect_of(connection) is not SQLITE:
            make_empty(connection, projection.building_table)
        show(connection, projection)
    register(connection, projections, 0)
    register_citing(connection, 0)


def install_own(connection: Connection) -> None:
    """Make the tables beside the read models, unless they are there."""
    dialect = dialect_of(connection)
    relations = {name for (name,) in connection.execute(dialect.relations)}
    for name in OWN_TABLES:
        if name not in relations:  # PostgreSQL asks for the right to make a table even if it is there
            connection.execute(create_own_table(name, dialect))


def make_empty(connection: Connection, table: str) -> None:
    """Make a read model's table with nothing in it.

    On SQLite the table is made anew. On PostgreSQL a table that is there is emptied: other people's views may depend
    on it, and whoever writes may have no right to make tables.
    """
    dialect = dialect_of(connection)
    forget_oldest(connection, table.removeprefix(KEPT))
    if dialect is SQLITE:
        connection.execute(f'DROP TABLE IF EXISTS "{table}"')
    elif connection.execute(EXISTS, (table,)).fetchone()[0]:
        connection.execute(f'DELETE FROM "{table}"')
        _relay(connection, table)
        return
    connection.execute(create_table(table, dialect))
    _index(connection, table)


def _index(connection: Connection, table: str) -> None:
    """Make the indexes of a table that questions read."""
    from armsledger.projections.party_index import index_statements

    for statement in index_statements(table, dialect_of(connection)):
        connection.execute(statement)


def _relay(connection: Connection, table: str) -> None:
    """Give a table on PostgreSQL that has nothing in it the columns and the key of today's layout."""
    present = {name for (name,) in connection.execute(TABLE_COLUMNS["postgresql"], (table,))}
    missing = [name for name in COLUMNS if name not in present]
    if missing:
        types = TYPES["postgresql"]
        columns = [f'ADD COLUMN "{name}" {types.whole if COLUMNS[name] else types.text} NOT NULL' for name in missing]
        constraint = connection.execute(PRIMARY_KEY, (table,)).fetchone()[0]
        changes = [*columns, f'DROP CONSTRAINT "{constraint}"', f"ADD PRIMARY KEY ({', '.join(KEY)})"]
        connection.execute(f'ALTER TABLE "{table}" {", ".join(changes)}')


def swap(connection: Connection, projection: Projection) -> None:
    """Put the table that was built in the place of the one that was read until now.

    On PostgreSQL rows are moved, not tables: a question that is under way sees the old rows to its end, which it would
    not if the table were another (PostgreSQL manual, 13.6).
    """
    built, kept = f'"{projection.building_table}"', f'"{projection.table}"'
    if dialect_of(connection) is SQLITE:
        connection.execute("PRAGMA legacy_alter_table = ON")  # or a view of somebody's over the old table hinders it
        connection.execute(f"DROP TABLE IF EXISTS {kept}")
        connection.execute(f"ALTER TABLE {built} RENAME TO {kept}")
        connection.execute("PRAGMA legacy_alter_table = OFF")
        _index(connection, projection.table)
    else:
        make_empty(connection, projection.table)
        connection.execute(f"INSERT INTO {kept} ({NAMES}) SELECT {NAMES} FROM {built}")
        connection.execute(f"DELETE FROM {built}")
    connection.execute("DELETE FROM read_model WHERE name = ? AND building = 1", (projection.name,))
    forget_oldest(connection, projection.name)
    noted = (projection.name, projection.building_table)
    connection.execute("UPDATE unkept SET name = ? WHERE name = ?", noted)
    show(connection, projection)


def show(connection: Connection, projection: Projection) -> None:
    """Make the views of a read model anew, unless a table or a view of somebody's own has the name of one."""
    dialect = dialect_of(connection)
    for name, text in view_texts(projection, dialect).items():
        relation = connection.execute(dialect.view, (name,)).fetchone()
        if relation is not None:
            kind, present = relation
            if kind != "view" or f'"{projection.table}"' not in present or present == text:
                continue
        connection.execute(f'DROP VIEW IF EXISTS "{name}"')
        connection.execute(text)
        if dialect is not SQLITE:  # which keeps the text of a view by itself
            quoted = text.replace("'", "''")
            connection.execute(f"COMMENT ON VIEW \"{name}\" IS '{quoted}'")


def view_texts(projection: Projection, dialect: Dialect) -> dict[str, str]:
    """The statements that make the views of a read model, by the names of the views."""
    return create_views(projection.name, codec_of(projection.row), dialect)
