"""Building read models anew, in pages, beside those that are read, which they replace in one step.

Each page is a transaction of its own that also notes how far it came: a rebuild that was ended at any moment, however
rudely, goes on from there, and two processes that rebuild at once share the pages. What is recorded meanwhile goes
into the old tables; the last transaction does those streams again, and swaps the tables. Before anything is written,
the tables must stand where they were left: if another process has gone on with some of them, the work is divided anew.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from typing import NamedTuple

from armsledger.domain.errors import LedgerError
from armsledger.projections.model import BUILDING, Registration
from armsledger.projections.pages import Builder, here, pages_after, write
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.reading import citing_position, is_current, kept_models
from armsledger.projections.row_history import ProjectionFailed
from armsledger.projections.updater import (
    affected,
    building_name,
    install,
    install_own,
    make_empty,
    refresh,
    register,
    register_citing,
    swap,
)
from armsledger.storage.connection import Connection
from armsledger.storage.driver_errors import operational_errors
from armsledger.storage.errors import LedgerFailed
from armsledger.storage.journal import Journal

STREAMS_A_PAGE = 200
ALL_READ = "\U0010ffff"
"""Reached when all streams are done."""
ENTRIES_WORTH_WORKERS = 30_000
"""With fewer, it is done before other processes would have started."""
MOST_WORKERS = 8
STREAMS_CAUGHT_UP = 1000
"""Of more, a read model that was left behind is built anew rather than caught up in one transaction."""


class Progress(NamedTuple):
    """How far a rebuild has come: the entries taken account of, and how many there are to take account of."""

    done: int
    total: int


class Group(NamedTuple):
    """What is built in one go: read models that stand at the same place.

    ``since`` is the position from which on streams are done again at the end, ``reached`` the last stream done.
    ``forgotten`` is how many persons were forgotten when it was begun: a page that was worked out before another is
    forgotten holds the name, and is not written after.
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

    ``workers`` is how many processes work out the rows of a ledger in a file: by default one for each core of the
    machine if the ledger is large; with 0 it is done in this one.
    """
    wanted = list(dict.fromkeys(projections))
    start = _begin(journal, wanted)
    if start is None:
        return
    done = 0
    while groups := _groups(journal, wanted, start):
        group, total = groups[0], done + start * len(groups)
        done += _skipped(journal, group)
        done += _built(journal, group, workers, _Counter(report, done, total))
    report(Progress(done, done))


class _Counter:
    """Reports entries read on top of those read before."""

    def __init__(self, report: Report, before: int, total: int) -> None:
        self._report = report
        self._before = before
        self._total = total

    def __call__(self, count: int) -> None:
        done = self._before + count
        self._report(Progress(done, max(done, self._total)))


def _built(journal: Journal, group: Group, workers: int | None, report: Callable[[int], None]) -> int:
    """Build a group; whatever goes wrong in a projection of somebody's own is raised as ProjectionFailed."""
    try:
        return _build(journal, group, workers, report)
    except told():
        raise
    except Exception as error:
        if group.projections[0] in BUILT_IN:
            raise
        raise ProjectionFailed(group.projections[0].name, "its rows", error) from error


def told() -> tuple[type[Exception], ...]:
    """What says by itself what went wrong."""
    return LedgerError, *operational_errors()


def catch_up(journal: Journal, projections: Sequence[Projection]) -> bool:
    """Bring read models that were left behind up to date; False if it is better to build them anew."""
    with journal.transaction() as transaction:
        reader, head = journal.reader, transaction.head
        kept = kept_models(reader)
        if any(not is_current(kept.get(p.name), p, 0) for p in projections):
            return False
        since = min(kept[projection.name].position for projection in projections)
        streams = affected(reader, reader.streams_touched(after=since, upto=head))
        if citing_position(reader) < since or len(streams) > STREAMS_CAUGHT_UP:
            return False
        try:
            refresh(transaction.connection, reader, projections, streams)
        except told():
            raise
        except Exception as error:
            raise ProjectionFailed(projections[0].name, "its rows", error) from error
        register(transaction.connection, projections, head)
        register_citing(transaction.connection, head)
    return True


def _begin(journal: Journal, projections: Sequence[Projection]) -> int | None:
    """Make the tables that are not there yet; the last position, None if there is nothing to build from."""
    with journal.transaction() as transaction:
        connection = transaction.connection
        if transaction.head == 0:
            install(connection, projections)
            return None
        install_own(connection)
        if citing_position(journal.reader) < 0:  # without it nothing that there is can be relied on
            connection.execute("DELETE FROM read_model")
            register_citing(connection, 0)
        begun = kept_models(journal.reader, building=True)
        for projection in projections:
            state = begun.get(projection.name)
            if state is None or state.stamp != projection.stamp:
                make_empty(connection, building_name(projection))
                register(connection, [projection], transaction.head, building=True)
        return transaction.head


def _groups(journal: Journal, projections: Sequence[Projection], start: int) -> list[Group]:
    """What is still to be built, by where it stands; raises LedgerFailed if another version is being built."""
    with journal.reader.snapshot():
        forgotten = _forgotten(journal)
        begun, kept = kept_models(journal.reader, building=True), kept_models(journal.reader)
    open_ones = []
    for projection in projections:
        state = begun.get(projection.name)
        if state is not None and state.stamp == projection.stamp:
            open_ones.append((_place(projection, state), projection))
        elif not is_current(kept.get(projection.name), projection, start):
            raise LedgerFailed(journal.ledger, f"another program is building another {projection.name}; wait for it")
    open_ones.sort(key=lambda one: one[0])
    return [
        Group(tuple(projection for _, projection in ones), place[1], place[2], forgotten)
        for place, ones in groupby(open_ones, key=lambda one: one[0])
    ]


def _place(projection: Projection, kept: Registration) -> tuple[str, int, str]:
    """What is built together: the built-in ones, which can go to workers; each of somebody's own by itself."""
    return "" if projection in BUILT_IN else projection.name, kept.position, kept.reached


def _skipped(journal: Journal, group: Group) -> int:
    """How many entries had been taken account of before."""
    sql = "SELECT count(*) FROM journal WHERE stream <= ?"
    return int(journal.reader.query(sql, group.reached)[0][0]) if group.reached else 0


def _build(journal: Journal, group: Group, workers: int | None, report: Callable[[int], None]) -> int:
    """Build a group to its end, or until another process has gone on with a part of it; how many entries were read."""
    read = 0
    if group.reached != ALL_READ:
        with _builder(journal, group, workers) as builder:
            for page, built in builder.build(pages_after(journal.reader, group.reached, STREAMS_A_PAGE)):
                with journal.transaction(durable=False) as transaction:
                    if not _stands(journal, group):
                        return read
                    write(transaction.connection, built)
                    group = _moved(transaction.connection, group, reached=page.last)
                read += built.entries
                report(read)
        with journal.transaction() as transaction:
            if not _stands(journal, group):
                return read
            group = _moved(transaction.connection, group, reached=ALL_READ)
    while _stands(journal, group) and not _finished(journal, group):
        group = _caught_up(journal, group)
    return read


def _builder(journal: Journal, group: Group, wanted: int | None) -> AbstractContextManager[Builder]:
    """Who works out the pages of a group."""
    if wanted is None:
        is_large = journal.reader.head() >= ENTRIES_WORTH_WORKERS
        wanted = min(os.cpu_count() or 1, MOST_WORKERS) if is_large else 0
    known = all(projection in BUILT_IN for projection in group.projections)
    if journal.place is None or not (sys.executable and known and wanted):
        return here(journal.reader, group.projections)
    from armsledger.projections.pages import workers

    return workers(journal.place, group.projections, wanted)


def _stands(journal: Journal, group: Group) -> bool:
    """Whether the tables of a group stand where it was left, and nobody was forgotten since."""
    if _forgotten(journal) != group.forgotten:
        return False
    begun = kept_models(journal.reader, building=True)
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
