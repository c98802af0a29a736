"""Keeping read models in step with the journal, in the transaction that appends.

Of the streams that a transaction touched, and of those that cite a source graded anew, the rows are computed afresh
and compared with those believed so far: what is no longer so is closed, and what is new is inserted. A read model
that is not in step (built by another version, or left behind by a program that did not know it) is not touched: it
is built anew by `armsledger.projections.rebuild`, and until then answers are folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from armsledger.domain.beliefs.belief import cited
from armsledger.domain.entry import Entry
from armsledger.domain.errors import LedgerError
from armsledger.projections.codec import codec_of
from armsledger.projections.model import (
    BUILDING,
    CITING,
    CITING_STAMP,
    KEPT,
    STILL,
    KeptRow,
    believed_in,
    day_text,
    replacement,
    statements,
)
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.reading import Registered, citing_streams, is_current, registered
from armsledger.projections.row_history import (
    SOURCE,
    BeliefChange,
    Instants,
    ProjectionFailed,
    SourceGrades,
    belief_at,
    last_change,
    row_history,
    spans_of,
)
from armsledger.projections.timeline import Timeline
from armsledger.storage.connection import SQLITE, Connection, dialect_of, settle
from armsledger.storage.driver_errors import operational_errors
from armsledger.storage.errors import LedgerBusy, LedgerFull, LedgerUnreachable
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import parse_instant
from armsledger.storage.transaction import Transaction

Notice = Callable[[str], None]
REGISTERED = """
INSERT INTO read_model (name, building, stamp, position, reached) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (name, building) DO UPDATE SET stamp = excluded.stamp, position = excluded.position,
    reached = excluded.reached"""
IS_THERE = "SELECT to_regclass(quote_ident(current_schema()) || '.' || quote_ident(?)) IS NOT NULL"
"""Whether the schema has a table; a later schema of the search path may hold one of that name for another ledger."""
NOTED = "INSERT INTO citing (source, stream) VALUES (?, ?) ON CONFLICT DO NOTHING"


ROWS_AT_ONCE = 500
Believed = tuple[Any, ...]
"""Since when a row is believed, the days from and to which it holds, its slot, and its text."""


class Updater:
    """Keeps the tables of projections; the built-in ones, and each of other people's by itself."""

    def __init__(self, projections: Callable[[], Sequence[Projection]], notice: Notice) -> None:
        self._projections = projections
        self._notice = notice
        self._answer: tuple[Transaction, Registered] | None = None

    def behind(self, transaction: Transaction, reader: JournalReader) -> list[Projection]:
        """The projections of which the read models are not in step as a transaction begins."""
        if transaction.head == 0:
            return []
        kept = self._registered(transaction, reader).models
        return [p for p in self._projections() if not is_current(kept.get(p.name), p, transaction.head)]

    def __call__(self, transaction: Transaction, reader: JournalReader) -> None:
        """Bring the read models that were in step before a transaction in step with what it appended."""
        projections = self._projections()
        if transaction.before == 0:
            install(transaction.connection, projections)
        kept, citing = self._registered(transaction, reader)
        self._answer = None
        current = [p for p in projections if is_current(kept.get(p.name), p, transaction.before)]
        own = [projection for projection in current if projection in BUILT_IN]
        for group in (own, *([p] for p in current if p not in BUILT_IN)):
            if group:
                self._keep(group, transaction, reader, citing)

    def _registered(self, transaction: Transaction, reader: JournalReader) -> Registered:
        """What is registered, which is asked for once a transaction."""
        if self._answer is None or self._answer[0] is not transaction:
            self._answer = transaction, registered(reader)
        return self._answer[1]

    def _keep(self, group: Sequence[Projection], transaction: Transaction, reader: JournalReader, citing: int) -> None:
        """Keep some read models. To record goes before: one that fails is left behind, and answers are folded."""
        try:
            with part_of(transaction.connection):
                Update(group, transaction, reader, citing).run()
        except unwritable():  # the journal itself
            raise
        except Exception as error:  # whatever else: a mistake in a projection, or a damaged entry it came across
            failure = error if isinstance(error, LedgerError) else ProjectionFailed(group[0].name, "its rows", error)
            self._notice(f"{failure.message}; left behind, questions are folded: {', '.join(p.name for p in group)}")


def unwritable() -> tuple[type[Exception], ...]:
    """What is raised where it is the database that cannot be written."""
    return *operational_errors(), LedgerBusy, LedgerFull, LedgerUnreachable


class Update:
    """What one transaction appended, taken into some read models."""

    def __init__(
        self, group: Sequence[Projection], transaction: Transaction, reader: JournalReader, citing: int
    ) -> None:
        self._group = group
        self._connection = transaction.connection
        self._reader = reader
        self._before, self._head = transaction.before, transaction.head
        self._streams = sorted(transaction.touched)
        self._knows_citing = citing >= self._before
        """Whether the sources are noted that any entry from before cites."""
        self._grades = SourceGrades(reader)
        self._instant = parse_instant(transaction.last)
        self._spans_instants = transaction.first_at != transaction.last
        """Whether entries of several instants were appended at once, as when an export is restored."""
        self._merges = transaction.before > 0 and transaction.before_at == transaction.first_at
        """Whether an earlier transaction was recorded at the same instant."""
        self._first = reader.first_of_instant(self._before) if self._merges else self._before + 1
        """The first position of the instant."""

    def run(self) -> None:
        """Bring each stream up to date whose rows can have changed."""
        streams = affected(self._reader, self._streams)
        if self._before == 0 or self._spans_instants:
            refresh(self._connection, self._reader, self._group, streams)
        else:
            for stream in streams:
                entries = self._reader.stream(stream, upto=self._head)
                if entries:
                    self._update(stream, entries)
        names = [projection.name for projection in self._group]
        move_on(self._connection, [*names, CITING] if self._knows_citing else names, self._head)

    def _update(self, stream: str, entries: Sequence[Entry]) -> None:
        sources = cited(entries)
        grades = self._grades.changes(sources)
        newest = last_change(entries, grades.values())
        if newest < self._instant and not self._merges:
            return  # nothing of it changed
        noted = cited([entry for entry in entries if entry.position <= self._before]) if self._knows_citing else set()
        note_citing(self._connection, stream, sources - noted)
        moment = BeliefChange(self._first, newest, len(entries))
        timeline = Timeline(stream, belief_at(moment, entries, grades))
        wanted = [projection for projection in self._group if timeline.kind in projection.kinds]
        if self._merges:
            self._undo(wanted, stream)
        for projection, rows in zip(wanted, self._believed(wanted, stream), strict=True):
            self._replace(projection, timeline, rows)

    def _undo(self, projections: Sequence[Projection], stream: str) -> None:
        """What an earlier transaction of this instant had written is written anew."""
        for projection in projections:
            sql = statements(f"{KEPT}{projection.name}")
            self._connection.execute(sql.undo, (stream, self._first))
            self._connection.execute(sql.reopen, (stream, self._first))

    def _believed(self, projections: Sequence[Projection], stream: str) -> list[list[Believed]]:
        """The rows of a stream that are believed, for each read model: one question, as each costs a round trip."""
        found: list[list[Believed]] = [[] for _ in projections]
        if projections:
            sql = believed_in(tuple(projection.name for projection in projections))
            for number, *row in self._connection.execute(sql, (stream,) * len(projections)):
                found[number].append(tuple(row))
        return found

    def _replace(self, projection: Projection, timeline: Timeline, believed: Sequence[Believed]) -> None:
        """Close what is no longer believed from this instant on, and insert what is."""
        stream = timeline.stream
        spans = spans_of(projection, timeline)
        texts = codec_of(projection.row).encode(span.row for span in spans)
        fresh = {
            (day_text(start), slot, day_text(end)): text
            for (start, end, slot, _), text in zip(spans, texts, strict=True)
        }
        rows = []
        for since, start, slot, end, text in believed:
            if fresh.get((start, slot, end)) == text:
                del fresh[start, slot, end]
            else:
                rows.append(KeptRow(1, stream, since, start, slot, self._first, end, text))
        rows += [
            KeptRow(1, stream, self._first, start, slot, STILL, end, text) for (start, slot, end), text in fresh.items()
        ]
        for first in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[first : first + ROWS_AT_ONCE]
            sql = replacement(f"{KEPT}{projection.name}", len(some))
            self._connection.execute(sql, list(chain.from_iterable(some)))


def refresh(
    connection: Connection,
    reader: JournalReader,
    projections: Sequence[Projection],
    streams: Iterable[str],
    prefix: str = KEPT,
) -> None:
    """Write the rows of streams anew, for all beliefs; ``prefix`` begins the names of the tables."""
    grades, instants = SourceGrades(reader), Instants(reader)
    for stream in streams:
        entries = reader.stream(stream)
        if not entries:
            continue
        note_citing(connection, stream, cited(entries))
        for name, rows in row_history(stream, entries, grades, instants, projections).items():
            sql = statements(f"{prefix}{name}")
            connection.execute(sql.forget, (stream,))
            connection.executemany(sql.insert, rows)


def note_citing(connection: Connection, stream: str, sources: Iterable[str]) -> None:
    """Remember which sources a stream cites."""
    if pairs := [(source, stream) for source in sources]:
        connection.executemany(NOTED, pairs)


def affected(reader: JournalReader, touched: Sequence[str]) -> list[str]:
    """The streams whose rows can be others after something was recorded in some streams."""
    sources = [stream.removeprefix(SOURCE) for stream in touched if stream.startswith(SOURCE)]
    return list(dict.fromkeys([*touched, *citing_streams(reader, sources)]))


def install(connection: Connection, projections: Iterable[Projection]) -> None:
    """Make the tables of an empty ledger."""
    install_own(connection)
    for projection in projections:
        make_empty(connection, f"{KEPT}{projection.name}")
        if dialect_of(connection) is not SQLITE:
            make_empty(connection, building_name(projection))
        show(connection, projection)
    register(connection, projections, 0)
    register_citing(connection, 0)


def install_own(connection: Connection) -> None:
    """Make the tables beside the read models, unless they are there."""
    from armsledger.projections.tables import create_own

    there = {name for (name,) in connection.execute(dialect_of(connection).relations)}
    for name, statement in create_own(connection).items():
        if name not in there:  # PostgreSQL asks for the right to make it even if it is there
            connection.execute(statement)


def make_empty(connection: Connection, table: str) -> None:
    """Make a read model's table with nothing in it.

    SQLite makes it anew. On PostgreSQL one that is there is emptied: views of others' may depend on it, and whoever
    writes may have no right to make tables.
    """
    from armsledger.projections.tables import create_table

    if dialect_of(connection) is SQLITE:
        connection.execute(f'DROP TABLE IF EXISTS "{table}"')
    elif connection.execute(IS_THERE, (table,)).fetchone()[0]:
        connection.execute(f'DELETE FROM "{table}"')
        return
    connection.execute(create_table(table, connection))


def swap(connection: Connection, projection: Projection) -> None:
    """Put a read model that was built in the place of the one that was read until now.

    On PostgreSQL rows are moved, not tables: a question that is under way sees the old ones to its end, as it would
    not if the table were another (PostgreSQL manual, 13.6).
    """
    built, kept = f'"{building_name(projection)}"', f'"{KEPT}{projection.name}"'
    if dialect_of(connection) is SQLITE:
        connection.execute("PRAGMA legacy_alter_table = ON")  # a view of somebody's over the old table does not hinder
        connection.execute(f"DROP TABLE IF EXISTS {kept}")
        connection.execute(f"ALTER TABLE {built} RENAME TO {kept}")
        connection.execute("PRAGMA legacy_alter_table = OFF")
    else:
        make_empty(connection, f"{KEPT}{projection.name}")
        connection.execute(f"INSERT INTO {kept} SELECT * FROM {built}")
        connection.execute(f"DELETE FROM {built}")
    connection.execute("DELETE FROM read_model WHERE name = ? AND building = 1", (projection.name,))
    show(connection, projection)


def register_citing(connection: Connection, position: int) -> None:
    """Note up to where it is known which streams cite a source."""
    connection.execute(REGISTERED, (CITING, 0, CITING_STAMP, position, ""))


def show(connection: Connection, projection: Projection) -> None:
    """Make the view of a read model anew, unless its name is that of a table or view of somebody's own."""
    from armsledger.projections.tables import create_view

    dialect = dialect_of(connection)
    found = connection.execute(dialect.view, (projection.name,)).fetchone()
    text = create_view(projection, dialect)
    if found is not None and (found[0] != "view" or f'"{KEPT}{projection.name}"' not in found[1] or found[1] == text):
        return
    connection.execute(f'DROP VIEW IF EXISTS "{projection.name}"')
    connection.execute(text)
    if dialect is not SQLITE:  # which keeps the text of a view by itself
        quoted = text.replace("'", "''")
        connection.execute(f"COMMENT ON VIEW \"{projection.name}\" IS '{quoted}'")


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


def move_on(connection: Connection, names: Sequence[str], position: int) -> None:
    """Note up to where what is registered takes account of the journal now."""
    marks = ", ".join("?" * len(names))
    sql = f"UPDATE read_model SET position = ?, reached = '' WHERE building = 0 AND name IN ({marks})"
    connection.execute(sql, (position, *names))


@contextmanager
def part_of(connection: Connection) -> Iterator[None]:
    """A part of a transaction that is undone by itself, whatever is raised in it; COMMIT releases it."""
    connection.execute("SAVEPOINT read_models")
    try:
        yield
        settle(connection)
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO read_models")
            connection.execute("RELEASE read_models")
        raise


def building_name(projection: Projection) -> str:
    """The name of the table that is being built beside the one that is read."""
    return f"{BUILDING}{projection.name}"
