"""Bringing read models up to date: with each append, after a name was forgotten, and where one was left behind.

An append brings them up to date in its own transaction. The rows of the streams that it touched, and of those that cite
a source graded anew, are computed afresh and compared with those that stand (`armsledger.projections.replacement`).
Where very many streams cite the source, their rows are pending: that is noted, and others bring them up to date
(`armsledger.projections.pending`). A read model that is not in step (another version built it, or a program that does
not know it left it behind) stays as it is until it is built anew; until then, answers are folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final, NamedTuple

from armsledger.domain.errors import LedgerError
from armsledger.domain.states.courses import Courses
from armsledger.projections.advance import Advance, Recorded, Report, refresh, to_nobody
from armsledger.projections.moments import SOURCE, grading_of
from armsledger.projections.projection import Projection, ProjectionFailed
from armsledger.projections.read_models.builtin import by_owner
from armsledger.projections.schema import BUILDING, CITING, KEPT, OURS, OWN_TABLES, REGISTER, SEARCH_INDEX
from armsledger.projections.search.index import has_fts5
from armsledger.projections.search.upkeep import index_appended, install_index
from armsledger.projections.tables import (
    TABLE_COLUMNS,
    Register,
    citing_streams,
    install,
    install_own,
    make_empty,
    move_on,
    read_register,
    stamps_of,
)
from armsledger.projections.unkept import make_pending
from armsledger.storage.connection import Connection, settle
from armsledger.storage.driver_errors import operational_errors
from armsledger.storage.errors import INTERRUPTED, LedgerFull
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import parse_instant
from armsledger.storage.transaction import Transaction

Notice = Callable[[str], None]
CITING_AT_ONCE: Final = 50
"""Of more streams that cite a source graded anew, the rows are brought up to date after the transaction."""
ENTRIES_AT_ONCE: Final = 2_000
"""Likewise if those streams have more entries."""


class Updater:
    """Brings the read models of some projections up to date with each append."""

    def __init__(self, projections: Callable[[], Sequence[Projection]], notice: Notice) -> None:
        self._projections = projections
        self._notice = notice
        self._report: Report = to_nobody
        self._answer: tuple[Transaction, Register] | None = None
        self.courses = Courses()
        """Of the streams that were appended to last."""
        self.leaves_pending = False
        """Whether rows of streams are pending after the last transaction."""

    @contextmanager
    def reporting(self, report: Report) -> Iterator[None]:
        """Within it, say how far the rows of what is appended are written."""
        self._report = report
        try:
            yield
        finally:
            self._report = to_nobody

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
        news = News.of(transaction, reader, models)
        for group in by_owner([p for p in projections if models.is_current(p, transaction.before)]):
            work = partial(_update, group, transaction, reader, news, self.courses, self._report)
            attempt(transaction.connection, names_of(group), work, self._notice)
        if news.cited_by_many:
            make_pending(transaction.connection, news.cited_by_many, news.recorded.since)
            self.leaves_pending = True
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
            self.leaves_pending = self._answer[1].has_pending
        return self._answer[1]


class News(NamedTuple):
    """What a transaction recorded, as read models see it.

    ``streams`` are those of which it brings the rows up to date, ``cited_by_many`` the sources graded anew that too
    many other streams cite for that.
    """

    recorded: Recorded
    streams: Sequence[str]
    cited_by_many: Sequence[str]

    @classmethod
    def of(cls, transaction: Transaction, reader: JournalReader, models: Register) -> News:
        """What is new."""
        before, touched = transaction.before, sorted(transaction.touched)
        shares_instant = before > 0 and transaction.before_at == transaction.first_at
        since = before + 1
        sources = {stream.removeprefix(SOURCE) for stream in touched if stream.startswith(SOURCE)}
        recorded = Recorded(
            reader.first_of_instant(since) if shares_instant else since,
            parse_instant(transaction.first_at),
            is_alone=transaction.first_at == transaction.last and not shares_instant,
            sources=frozenset(sources),
            knows_citing=models.citing >= before,
            has_unkept=models.has_unkept,
        )
        streams, many = dict.fromkeys(touched), list[str]()
        for source in sorted(sources) if before else ():
            citing = [stream for stream in citing_streams(reader, [source]) if stream not in transaction.touched]
            if citing and _is_graded_anew(reader, source, before):
                if _are_too_many(reader, citing):
                    many.append(source)
                else:
                    streams |= dict.fromkeys(citing)
        return cls(recorded, list(streams), many)


def _is_graded_anew(reader: JournalReader, source: str, before: int) -> bool:
    """Whether the grade of a source is another than it was at a position, on either axis of belief time."""
    stream = f"{SOURCE}{source}"
    return grading_of(reader.stream(stream, upto=before)) != grading_of(reader.stream(stream))


def _are_too_many(reader: JournalReader, streams: Sequence[str]) -> bool:
    """Whether to bring the rows of some streams up to date takes too long for one transaction."""
    if len(streams) > CITING_AT_ONCE:
        return True
    marks = ", ".join("?" * len(streams))
    ((entries,),) = reader.query(f"SELECT count(*) FROM journal WHERE stream IN ({marks})", *streams)
    return int(entries) > ENTRIES_AT_ONCE


def _update(
    group: Sequence[Projection],
    transaction: Transaction,
    reader: JournalReader,
    news: News,
    courses: Courses,
    report: Report,
) -> None:
    """Take what a transaction recorded into some read models."""
    connection = transaction.connection
    if transaction.before == 0:
        refresh(connection, reader, group, news.streams, are_empty=True, report=report)
    else:
        Advance(group, connection, reader, news.recorded, courses).run(news.streams, report)
    names = names_of(group)
    move_on(connection, [*names, CITING] if news.recorded.knows_citing else names, transaction.head)


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
    except (LedgerFull, *INTERRUPTED):
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


def affected(reader: JournalReader, touched: Sequence[str]) -> list[str]:
    """The streams whose rows can be others after something was recorded in some streams."""
    sources = [stream.removeprefix(SOURCE) for stream in touched if stream.startswith(SOURCE)]
    return list(dict.fromkeys([*touched, *citing_streams(reader, sources)]))


# after a name was forgotten


def rewrite_rows(
    connection: Connection, reader: JournalReader, projections: Sequence[Projection], streams: Sequence[str]
) -> list[str]:
    """Write the rows of streams anew, for all beliefs, so that no table holds a name that was erased from them.

    Within the transaction that erased the name; gives the names of the tables that were written. A read model that we
    do not know how to make loses those rows, and counts as missing until it is built again. What is being built is
    begun anew.
    """
    relations = {name for (name,) in reader.query(reader.dialect.relations)}
    if REGISTER in relations and not OWN_TABLES.keys() <= relations:  # without them, no read model can be relied on
        install_own(connection)
        connection.execute("DELETE FROM read_model")
    present = {name for name in relations if _is_ours(reader, name)}
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
