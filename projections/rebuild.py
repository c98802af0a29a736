"""Building read models anew from the journal.

A rebuild builds tables in pages beside those that are read, and replaces them in one step. Each page is a transaction
that also notes how far the rebuild has come. So a rebuild that was ended at any moment, however rudely, goes on from
there, and two processes that rebuild at once share the pages. What is recorded meanwhile goes into the old tables; the
last transaction computes those streams again and swaps the tables. Before a page is written, the tables must stand
where this process left them: if another one has gone on with some of them, the work is divided anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from armsledger.projections.advance import refresh
from armsledger.projections.pages import page_builder, page_rows, pages_after, write_page
from armsledger.projections.projection import Projection, failing
from armsledger.projections.read_models.builtin import BUILT_IN, by_owner
from armsledger.projections.schema import BUILDING, SEARCH_INDEX
from armsledger.projections.search.upkeep import index_all, install_index
from armsledger.projections.tables import (
    Registration,
    install,
    install_own,
    make_empty,
    read_register,
    register,
    register_citing,
    swap,
)
from armsledger.projections.updater import Notice, affected, attempt, names_of
from armsledger.storage.collecting import seldom_collecting
from armsledger.storage.connection import Connection
from armsledger.storage.errors import LedgerFailed
from armsledger.storage.journal import Journal
from armsledger.storage.reader import JournalReader

STREAMS_A_PAGE = 200
ALL_READ = "\U0010ffff"
"""Reached when all streams are done."""
STREAMS_CAUGHT_UP = 1000
"""Of more, a read model that was left behind is built anew rather than caught up in one transaction."""


class Progress(NamedTuple):
    """How far a rebuild has come: the entries taken account of, and how many there are to take account of."""

    done: int
    total: int


class Group(NamedTuple):
    """Read models that are built together, as their tables stand at the same place.

    ``since`` is the position from which on streams are computed again at the end, ``reached`` the last stream done.
    ``forgotten`` is how many persons were forgotten when the group was begun: a page that was computed before another
    one is forgotten may hold the name, and is not written.
    """

    projections: tuple[Projection, ...]
    since: int
    reached: str
    forgotten: int


Report = Callable[[Progress], None]


def rebuild(
    journal: Journal,
    projections: Sequence[Projection],
    report: Report = lambda _: None,
    *,
    workers: int | None = None,
) -> None:
    """Build read models anew; raises ProjectionFailed, and then what is read stays as it was.

    ``workers`` is how many processes compute the rows (see `page_builder`).
    """
    wanted = list(dict.fromkeys(projections))
    start = _begin(journal, wanted)
    if start is None:
        return
    done = 0
    while groups := _groups(journal, wanted, start):
        group, total = groups[0], done + start * len(groups)
        done += _skipped(journal, group)
        with failing(group.projections[0]), seldom_collecting():
            done += _build(journal, group, workers, partial(_report, report, done, total))
    report(Progress(done, done))


def _report(report: Report, before: int, total: int, count: int) -> None:
    """Report entries read on top of those read before."""
    done = before + count
    report(Progress(done, max(done, total)))


def catch_up(journal: Journal, projections: Sequence[Projection]) -> bool:
    """Bring read models that were left behind up to date; False if it is better to build them anew."""
    with journal.transaction() as transaction:
        reader, head = journal.reader, transaction.head
        models = read_register(reader)
        if not all(models.is_current(projection, 0) for projection in projections):
            return False
        since = min(models.models[projection.name].position for projection in projections)
        streams = affected(reader, reader.streams_touched(after=since, upto=head))
        if models.citing < since or len(streams) > STREAMS_CAUGHT_UP:
            return False
        with failing(projections[0]):
            refresh(transaction.connection, reader, projections, streams)
        register(transaction.connection, projections, head)
        register_citing(transaction.connection, head)
    return True


# the tables of a ledger that nobody sees yet


def build_first(
    connection: Connection,
    reader: JournalReader,
    projections: Sequence[Projection],
    notice: Notice,
    report: Callable[[int, int], None],
) -> None:
    """Make and fill the tables of projections, within the transaction that makes the ledger.

    A projection of somebody's own that fails is left behind, with a notice.
    """
    install(connection, projections)
    head = reader.head()
    if head == 0:
        install_index(connection)
        return
    for group in by_owner(projections):
        if group[0] in BUILT_IN:
            _fill(connection, reader, group, report)
        else:
            attempt(connection, names_of(group), partial(_fill, connection, reader, group, lambda *_: None), notice)
    register_citing(connection, head)
    attempt(connection, [SEARCH_INDEX], partial(index_all, connection, reader, report), notice)


def _fill(
    connection: Connection, reader: JournalReader, group: Sequence[Projection], report: Callable[[int, int], None]
) -> None:
    done, total = 0, reader.head()
    for page in pages_after(reader, "", STREAMS_A_PAGE):
        rows = page_rows(reader, page, group)
        write_page(connection, rows)
        done += rows.entries
        report(done, total)
    register(connection, group, total)


# a rebuild, step by step


def _begin(journal: Journal, projections: Sequence[Projection]) -> int | None:
    """Make the tables that are not there yet; the last position, None if there is nothing to build from."""
    with journal.transaction() as transaction:
        connection = transaction.connection
        if transaction.head == 0:
            install(connection, projections)
            install_index(connection)
            return None
        is_whole = read_register(journal.reader).citing >= 0
        install_own(connection)
        if not is_whole:  # without the tables beside them, no read model can be relied on
            connection.execute("DELETE FROM read_model")
            register_citing(connection, 0)
        begun = read_register(journal.reader, building=True)
        for projection in projections:
            if not begun.is_current(projection, 0):
                make_empty(connection, projection.building_table)
                register(connection, [projection], transaction.head, building=True)
        return transaction.head


def _groups(journal: Journal, projections: Sequence[Projection], start: int) -> list[Group]:
    """What is still to be built, by where it stands; raises LedgerFailed if another version is being built."""
    with journal.reader.snapshot():
        forgotten = _forgotten(journal)
        begun, models = read_register(journal.reader, building=True), read_register(journal.reader)
    unfinished: dict[tuple[str, int, str], list[Projection]] = {}
    for projection in projections:
        if begun.is_current(projection, 0):
            state = begun.models[projection.name]
            owner = "" if projection in BUILT_IN else projection.name
            unfinished.setdefault((owner, state.position, state.reached), []).append(projection)
        elif not models.is_current(projection, start):
            raise LedgerFailed(journal.ledger, f"another program is building another {projection.name}; wait for it")
    return [Group(tuple(group), since, reached, forgotten) for (_, since, reached), group in sorted(unfinished.items())]


def _skipped(journal: Journal, group: Group) -> int:
    """How many entries had been taken account of before."""
    sql = "SELECT count(*) FROM journal WHERE stream <= ?"
    return int(journal.reader.query(sql, group.reached)[0][0]) if group.reached else 0


def _build(journal: Journal, group: Group, workers: int | None, report: Callable[[int], None]) -> int:
    """Build a group to its end, or until another process has gone on with a part of it; how many entries were read."""
    read = 0
    if group.reached != ALL_READ:
        with page_builder(journal.reader, journal.place, group.projections, workers) as build:
            for page, rows in build(pages_after(journal.reader, group.reached, STREAMS_A_PAGE)):
                with journal.transaction(durable=False) as transaction:
                    if not _stands(journal, group):
                        return read
                    write_page(transaction.connection, rows, BUILDING)
                    group = _moved(transaction.connection, group, reached=page.last)
                read += rows.entries
                report(read)
        with journal.transaction() as transaction:
            if not _stands(journal, group):
                return read
            group = _moved(transaction.connection, group, reached=ALL_READ)
    while _stands(journal, group) and not _finished(journal, group):
        group = _caught_up(journal, group)
    return read


def _stands(journal: Journal, group: Group) -> bool:
    """Whether the tables of a group stand where it was left, and nobody was forgotten since."""
    if _forgotten(journal) != group.forgotten:
        return False
    begun = read_register(journal.reader, building=True).models
    return all(
        begun.get(p.name) == Registration(p.name, p.stamp, group.since, group.reached) for p in group.projections
    )


def _forgotten(journal: Journal) -> int:
    """How many persons are forgotten."""
    return int(journal.reader.query("SELECT count(*) FROM person WHERE forgotten_at IS NOT NULL")[0][0])


def _moved(connection: Connection, group: Group, *, reached: str) -> Group:
    register(connection, group.projections, group.since, building=True, reached=reached)
    return group._replace(reached=reached)


def _changed(journal: Journal, since: int) -> list[str]:
    """The streams whose rows can be other than they were at a position."""
    reader = journal.reader
    return affected(reader, reader.streams_touched(after=since, upto=reader.head()))


def _finished(journal: Journal, group: Group) -> bool:
    """Do the last streams and put the tables in their place; False if there are too many for one transaction."""
    with journal.transaction() as transaction:
        if not _stands(journal, group):
            return False
        streams = _changed(journal, group.since)
        if len(streams) > STREAMS_A_PAGE:
            return False
        connection = transaction.connection
        refresh(connection, journal.reader, group.projections, streams, BUILDING)
        for projection in group.projections:
            swap(connection, projection)
        register(connection, group.projections, transaction.head)
        register_citing(connection, transaction.head)  # all streams have been read
    return True


def _caught_up(journal: Journal, group: Group) -> Group:
    """Do streams again, in pages, that were touched since a position."""
    upto = journal.reader.head()
    streams = _changed(journal, group.since)
    for start in range(0, len(streams), STREAMS_A_PAGE):
        with journal.transaction(durable=False) as transaction:
            if not _stands(journal, group):
                return group
            part = streams[start : start + STREAMS_A_PAGE]
            refresh(transaction.connection, journal.reader, group.projections, part, BUILDING)
    with journal.transaction() as transaction:
        if not _stands(journal, group):
            return group
        register(transaction.connection, group.projections, upto, building=True, reached=ALL_READ)
    return group._replace(since=upto)
