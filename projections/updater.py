"""Bringing read models up to date: with each append, after a name was forgotten, and where one was left behind.

An append brings them up to date in its own transaction. The rows of the streams that it touched, and of those that cite
a source graded anew, are computed afresh and compared with the rows believed so far: rows that no longer hold are
closed on the belief axis, and new ones are inserted. A read model that is not in step (another version built it, or a
program that does not know it left it behind) stays as it is until it is built anew; until then, answers are folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Any, Final

from armsledger.domain.beliefs.belief import cited
from armsledger.domain.entry import Entry
from armsledger.domain.errors import LedgerError
from armsledger.projections.codec import codec_of
from armsledger.projections.projection import Projection, ProjectionFailed
from armsledger.projections.read_models.builtin import by_owner
from armsledger.projections.row_history import (
    SOURCE,
    BeliefChange,
    Instants,
    SourceGrades,
    belief_at,
    last_change,
    row_history,
    spans_of,
)
from armsledger.projections.schema import (
    BUILDING,
    CITING,
    COLUMNS,
    KEPT,
    REGISTER,
    SEARCH_INDEX,
    STILL,
    KeptRow,
    believed_in,
    day_text,
    replacement,
    statements,
)
from armsledger.projections.search.index import has_fts5
from armsledger.projections.search.upkeep import index_appended, install_index
from armsledger.projections.tables import (
    Register,
    citing_streams,
    install,
    make_empty,
    move_on,
    note_citing,
    read_register,
    stamps_of,
)
from armsledger.projections.timeline import Timeline
from armsledger.storage.connection import Connection, settle
from armsledger.storage.driver_errors import operational_errors
from armsledger.storage.errors import LedgerBusy, LedgerFull, LedgerUnreachable
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import parse_instant
from armsledger.storage.transaction import Transaction

Notice = Callable[[str], None]
ROWS_AT_ONCE: Final = 500
STREAMS_AT_ONCE: Final = 100
Believed = tuple[Any, ...]
"""Since when a row is believed, the days from and to which it holds, its slot, and its text."""


class Updater:
    """Brings the read models of some projections up to date with each append."""

    def __init__(self, projections: Callable[[], Sequence[Projection]], notice: Notice) -> None:
        self._projections = projections
        self._notice = notice
        self._answer: tuple[Transaction, Register] | None = None

    def behind(self, transaction: Transaction, reader: JournalReader) -> list[Projection]:
        """The projections whose read models are not in step as a transaction begins."""
        if transaction.head == 0:
            return []
        models = self._register(transaction, reader)
        return [p for p in self._projections() if not models.is_current(p, transaction.head)]

    def __call__(self, transaction: Transaction, reader: JournalReader) -> None:
        """Bring the read models that were in step before a transaction in step with what it appended."""
        projections = self._projections()
        if transaction.before == 0:
            install(transaction.connection, projections)
            install_index(transaction.connection)
        models = self._register(transaction, reader)
        self._answer = None
        for group in by_owner([p for p in projections if models.is_current(p, transaction.before)]):
            work = partial(update, group, transaction, reader, models.citing)
            attempt(transaction.connection, names_of(group), work, self._notice)
        if models.indexed >= transaction.before and has_fts5(transaction.connection):
            work = partial(index_appended, transaction, reader)
            attempt(transaction.connection, [SEARCH_INDEX], work, self._notice)

    def is_index_behind(self, transaction: Transaction, reader: JournalReader) -> bool:
        """Whether the index of search is not in step as a transaction begins, and can be."""
        if transaction.head == 0 or not has_fts5(transaction.connection):
            return False
        return self._register(transaction, reader).indexed < transaction.head

    def _register(self, transaction: Transaction, reader: JournalReader) -> Register:
        """The register of read models, which is read once a transaction."""
        if self._answer is None or self._answer[0] is not transaction:
            self._answer = transaction, read_register(reader)
        return self._answer[1]


def names_of(projections: Sequence[Projection]) -> list[str]:
    """The names of projections."""
    return [projection.name for projection in projections]


def attempt(
    connection: Connection, names: Sequence[str], work: Callable[[], None], notice: Notice = lambda _: None
) -> bool:
    """Do some work for read models as a part of a transaction; False, with nothing of it done, if a projection fails.

    To record goes before: read models that fail are left behind with a notice, and answers are folded. What the
    database itself raises is raised.
    """
    try:
        with part_of(connection):
            work()
    except (LedgerBusy, LedgerFull, LedgerUnreachable):
        raise
    except Exception as error:  # a mistake in a projection, or a damaged entry that it came across
        if isinstance(error, operational_errors()):
            raise
        failure = error if isinstance(error, LedgerError) else ProjectionFailed(names[0], "its rows", error)
        notice(f"{failure.message}; left behind, questions are folded: {', '.join(names)}")
        return False
    return True


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


def update(group: Sequence[Projection], transaction: Transaction, reader: JournalReader, citing: int) -> None:
    """Take what a transaction appended into some read models; it is known up to ``citing`` who cites a source."""
    Update(group, transaction, reader, citing).run()


class Update:
    """The upkeep of some read models for what one transaction appended."""

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
        """Bring each stream up to date whose rows can be others now."""
        streams = affected(self._reader, self._streams)
        if self._before == 0 or self._spans_instants:
            refresh(self._connection, self._reader, self._group, streams, are_empty=self._before == 0)
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
        note_citing(self._connection, [(source, stream) for source in sources - noted])
        change = BeliefChange(self._first, newest, len(entries))
        timeline = Timeline(stream, belief_at(change, entries, grades))
        wanted = [projection for projection in self._group if timeline.kind in projection.kinds]
        if self._merges:
            self._undo(wanted, stream)
        for projection, rows in zip(wanted, self._believed(wanted, stream), strict=True):
            self._replace(projection, timeline, rows)

    def _undo(self, projections: Sequence[Projection], stream: str) -> None:
        """Undo what an earlier transaction of this instant wrote: its rows are written anew."""
        for projection in projections:
            sql = statements(projection.table)
            self._connection.execute(sql.undo, (stream, self._first))
            self._connection.execute(sql.reopen, (stream, self._first))

    def _believed(self, projections: Sequence[Projection], stream: str) -> list[list[Believed]]:
        """The rows of a stream that are believed, for each read model: one question, as each costs a round trip."""
        rows: list[list[Believed]] = [[] for _ in projections]
        if projections:
            sql = believed_in(tuple(projection.name for projection in projections))
            for number, *row in self._connection.execute(sql, (stream,) * len(projections)):
                rows[number].append(tuple(row))
        return rows

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
            sql = replacement(projection.table, len(some))
            self._connection.execute(sql, list(chain.from_iterable(some)))


def affected(reader: JournalReader, touched: Sequence[str]) -> list[str]:
    """The streams whose rows can be others after something was recorded in some streams."""
    sources = [stream.removeprefix(SOURCE) for stream in touched if stream.startswith(SOURCE)]
    return list(dict.fromkeys([*touched, *citing_streams(reader, sources)]))


def refresh(
    connection: Connection,
    reader: JournalReader,
    projections: Sequence[Projection],
    streams: Sequence[str],
    prefix: str = KEPT,
    *,
    are_empty: bool = False,
) -> None:
    """Write the rows of streams anew, for all beliefs; ``prefix`` begins the names of the tables.

    ``are_empty`` says that no table has a row yet.
    """
    grades, instants = SourceGrades(reader), Instants(reader)
    for start in range(0, len(streams), STREAMS_AT_ONCE):
        some = reader.several(streams[start : start + STREAMS_AT_ONCE])
        note_citing(connection, [(source, stream) for stream, entries in some.items() for source in cited(entries)])
        fresh: dict[str, list[Any]] = {}
        for stream, entries in some.items():
            if entries:
                for name, rows in row_history(stream, entries, grades, instants, projections).items():
                    fresh.setdefault(name, []).extend(rows)
        for name, rows in fresh.items():
            sql = statements(f"{prefix}{name}")
            if not are_empty:
                connection.executemany(sql.forget, [(stream,) for stream in some])
            if rows:
                connection.executemany(sql.insert, rows)


# after a name was forgotten

TABLE_COLUMNS: Final = {
    "sqlite": "SELECT name FROM pragma_table_info(?)",
    "postgresql": """
        SELECT attname::text FROM pg_attribute
        WHERE attrelid = to_regclass(quote_ident(?)) AND attnum > 0 AND NOT attisdropped""",
}
"""Selects the names of a table's columns."""


def rewrite_rows(
    connection: Connection, reader: JournalReader, projections: Sequence[Projection], streams: Sequence[str]
) -> list[str]:
    """Write the rows of streams anew, for all beliefs, so that no table holds a name that was erased from them.

    Within the transaction that erased the name; gives the names of the tables that were written. A read model that we
    do not know how to make loses those rows, and counts as missing until it is built again. What is being built is
    begun anew.
    """
    present = {name for (name,) in reader.query(reader.dialect.relations) if _is_ours(reader, name)}
    stamps = stamps_of(reader, present)
    known = [p for p in projections if stamps.get(p.name) == p.stamp and p.table in present]
    fresh = [
        projection.table
        for group in by_owner(known)
        if attempt(connection, names_of(group), partial(refresh, connection, reader, group, streams))
        for projection in group
    ]
    stale = [name for name in sorted(present) if name.startswith(KEPT) and name not in fresh]
    for name in stale:
        connection.executemany(f'DELETE FROM "{name}" WHERE stream = ?', [(stream,) for stream in streams])
    begun = [name for name in sorted(present) if name.startswith(BUILDING)]
    for name in begun:
        make_empty(connection, name)
    if REGISTER in present:
        lost = [(name.removeprefix(KEPT),) for name in stale]
        connection.executemany("DELETE FROM read_model WHERE name = ? AND building = 0", lost)
        connection.execute("DELETE FROM read_model WHERE building = 1")
    return [*sorted(fresh), *stale, *begun]


def _is_ours(reader: JournalReader, name: str) -> bool:
    """Whether it is the register or a read model's table, rather than a table of somebody's own of such a name."""
    if not name.startswith((KEPT, BUILDING)):
        return name == REGISTER
    ((kind, _),) = reader.query(reader.dialect.view, name)
    columns = {column for (column,) in reader.query(TABLE_COLUMNS[reader.dialect.name], name)}
    return kind == "table" and columns >= COLUMNS.keys()
