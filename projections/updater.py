"""Bringing read models up to date: with each append, after a name was forgotten, and where one was left behind.

An append brings them up to date in its own transaction. The rows of the streams that it touched, and of those that cite
a source graded anew, are computed afresh and compared with those that stand (`armsledger.projections.replacement`). A
read model that is not in step (another version built it, or a
program that does not know it left it behind) stays as it is until it is built anew; until then, answers are folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, NamedTuple

from armsledger.domain.beliefs.belief import cited
from armsledger.domain.entry import Entry
from armsledger.domain.errors import LedgerError
from armsledger.projections.moments import (
    SOURCE,
    DayGrade,
    Grading,
    Instants,
    SourceGrades,
    first_changed_day,
    grading_of,
    last_change,
)
from armsledger.projections.projection import Projection, ProjectionFailed
from armsledger.projections.read_models.builtin import by_owner
from armsledger.projections.replacement import NEVER, BelievedTexts, Changes, Replacement
from armsledger.projections.row_history import row_history
from armsledger.projections.schema import (
    BUILDING,
    CITING,
    KEPT,
    OURS,
    REGISTER,
    SEARCH_INDEX,
    KeptRow,
    day_text,
    standing_in,
    statements,
)
from armsledger.projections.search.index import has_fts5
from armsledger.projections.search.upkeep import index_appended, install_index
from armsledger.projections.tables import (
    TABLE_COLUMNS,
    Register,
    citing_streams,
    install,
    make_empty,
    move_on,
    note_citing,
    read_register,
    stamps_of,
)
from armsledger.storage.connection import Connection, settle
from armsledger.storage.driver_errors import operational_errors
from armsledger.storage.errors import LedgerBusy, LedgerFull, LedgerUnreachable
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import parse_instant
from armsledger.storage.transaction import Transaction

Notice = Callable[[str], None]
Report = Callable[[int, int], None]
"""Told of how many streams the rows are written, and of how many in all."""
STREAMS_AT_ONCE: Final = 100


class Updater:
    """Brings the read models of some projections up to date with each append."""

    def __init__(self, projections: Callable[[], Sequence[Projection]], notice: Notice) -> None:
        self._projections = projections
        self._notice = notice
        self._report: Report = _to_nobody
        self._answer: tuple[Transaction, Register] | None = None

    @contextmanager
    def reporting(self, report: Report) -> Iterator[None]:
        """Within it, say how far the rows of what is appended are written."""
        self._report = report
        try:
            yield
        finally:
            self._report = _to_nobody

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
            work = partial(update, group, transaction, reader, models.citing, self._report)
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


def _to_nobody(done: int, total: int) -> None:
    """Report to nobody."""


def names_of(projections: Sequence[Projection]) -> list[str]:
    """The names of projections."""
    return [projection.name for projection in projections]


def attempt(
    connection: Connection, names: Sequence[str], work: Callable[[], None], notice: Notice = lambda _: None
) -> bool:
    """Do some work for read models as a part of a transaction; False, with nothing of it done, if a projection fails.

    To record goes before: read models that fail are left behind with a notice, and answers are folded. What the
    database itself raises is raised, and whatever came of it if the database has undone the whole transaction: what
    was recorded is gone then, and a new part would begin a new one.
    """
    try:
        with part_of(connection):
            work()
    except (LedgerBusy, LedgerFull, LedgerUnreachable):
        raise
    except Exception as error:  # a mistake in a projection, or a damaged entry that it came across
        if isinstance(error, (MemoryError, *operational_errors())) or not connection.in_transaction:
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


def update(
    group: Sequence[Projection], transaction: Transaction, reader: JournalReader, citing: int, report: Report
) -> None:
    """Take what a transaction appended into some read models; it is known up to ``citing`` who cites a source."""
    Update(group, transaction, reader, citing).run(report)


class StreamNews(NamedTuple):
    """What is new of one stream: its entries and the grades of the sources it cites, pairs of a source and the stream
    that cites it now, and the first day of asserting on which anything changed (None: none)."""

    stream: str
    entries: Sequence[Entry]
    gradings: Mapping[str, Grading]
    citing: Sequence[tuple[str, str]]
    day: int | None

    @property
    def kind(self) -> str:
        """The kind of stream."""
        return self.stream.partition("/")[0]


class Update:
    """The upkeep of some read models for what one transaction appended."""

    def __init__(
        self, group: Sequence[Projection], transaction: Transaction, reader: JournalReader, citing: int
    ) -> None:
        self._group = group
        self._connection = transaction.connection
        self._reader = reader
        self._before, self._head = transaction.before, transaction.head
        self._touched = transaction.touched
        self._new_grades = {stream.removeprefix(SOURCE) for stream in self._touched if stream.startswith(SOURCE)}
        """The sources of which the grade can be another now."""
        self._knows_citing = citing >= self._before
        """Whether the sources are noted that any entry from before cites."""
        self._grades = SourceGrades(reader)
        self._instant = parse_instant(transaction.last)
        self._is_one_instant = transaction.first_at == transaction.last and not (
            transaction.before > 0 and transaction.before_at == transaction.first_at
        )
        """Whether all that was appended has an instant of its own: not when an export is restored, nor where an earlier
        transaction was recorded at the same instant."""

    def run(self, report: Report) -> None:
        """Bring each stream up to date whose rows can be others now."""
        streams = affected(self._reader, sorted(self._touched))
        if self._before == 0 or not self._is_one_instant:
            is_first = self._before == 0
            refresh(self._connection, self._reader, self._group, streams, are_empty=is_first, report=report)
        else:
            for start in range(0, len(streams), STREAMS_AT_ONCE):
                self._update(streams[start : start + STREAMS_AT_ONCE])
                report(min(start + STREAMS_AT_ONCE, len(streams)), len(streams))
        names = [projection.name for projection in self._group]
        move_on(self._connection, [*names, CITING] if self._knows_citing else names, self._head)

    def _update(self, streams: Sequence[str]) -> None:
        """Bring some streams up to date; what the database is asked and told of them goes together."""
        page = self._reader.several(streams, upto=self._head)
        news = [found for stream, entries in page.items() if entries and (found := self._news_of(stream, entries))]
        note_citing(self._connection, [pair for one in news for pair in one.citing])
        standing = self._standing(news)
        changes = [Changes([], []) for _ in self._group]
        for one in news:
            beliefs = BelievedTexts(one.stream, one.entries, one.gradings, one.day)
            for number, projection in enumerate(self._group):
                if one.kind in projection.kinds:
                    rows = standing.get((number, one.stream), [])
                    replacement = Replacement(one.stream, beliefs, one.day, self._before + 1, rows)
                    changes[number].add(replacement.changes(projection))
        for projection, of_projection in zip(self._group, changes, strict=True):
            of_projection.write(self._connection, projection.table)

    def _news_of(self, stream: str, entries: Sequence[Entry]) -> StreamNews | None:
        """What is new of a stream; None if it is nothing."""
        sources = cited(entries)
        gradings = self._grades.of(sources)
        if last_change(entries, gradings.values()) < self._instant:
            return None
        earlier = [entry for entry in entries if entry.position <= self._before]
        noted = cited(earlier)
        citing = [(source, stream) for source in sources - (noted if self._knows_citing else set())]
        day = first_changed_day(earlier, entries, [self._regraded(source) for source in noted & self._new_grades])
        return StreamNews(stream, entries, gradings, citing, day)

    def _regraded(self, source: str) -> tuple[Sequence[DayGrade], Sequence[DayGrade]]:
        """The grades of a source by asserting, before and now."""
        earlier = self._reader.stream(f"{SOURCE}{source}", upto=self._before)
        return grading_of(earlier).asserted, self._grades.of([source])[source].asserted

    def _standing(self, news: Sequence[StreamNews]) -> dict[tuple[int, str], list[KeptRow]]:
        """The rows that may change, by the place of the read model and the stream: one question, as each costs a round
        trip."""
        kinds = {one.kind for one in news}
        wanted = [place for place, projection in enumerate(self._group) if not kinds.isdisjoint(projection.kinds)]
        if not wanted:
            return {}
        since = {one.stream: NEVER if one.day is None else day_text(one.day) for one in news}
        sql = standing_in(tuple(self._group[place].name for place in wanted), len(since))
        rows: dict[tuple[int, str], list[KeptRow]] = {}
        for number, *values in self._connection.execute(sql, (*since, min(since.values())) * len(wanted)):
            row = KeptRow(*values)
            rows.setdefault((wanted[number], row.stream), []).append(row)
        return rows


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
    report: Report = _to_nobody,
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
        report(start + len(some), len(streams))


# after a name was forgotten


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
    return kind == "table" and columns >= OURS
