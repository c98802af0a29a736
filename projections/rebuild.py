"""Building read models anew, in pages, beside those that are read, which they replace in one step.

Each page is a transaction of its own that also notes how far it came: a rebuild that was ended at any moment, however
rudely, goes on from there, and two processes that rebuild at once share the pages. What is recorded meanwhile goes
into the old tables; the last transaction does those streams again, and swaps the tables.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from typing import NamedTuple

from armsledger.projections.biography import Gradings
from armsledger.projections.builtin import BUILT_IN
from armsledger.projections.keeper import affected, building_name, install, refresh, register, show
from armsledger.projections.model import BUILDING, CITING, KEPT, REGISTER, Kept
from armsledger.projections.pages import Builder, here, pages_after, write
from armsledger.projections.projection import Projection
from armsledger.projections.reading import kept_models
from armsledger.projections.tables import create_table
from armsledger.storage.journal import Journal

STREAMS_A_PAGE = 200
ALL_READ = "\U0010ffff"
"""Reached when all streams are done."""
ENTRIES_WORTH_WORKERS = 30_000
"""With fewer, it is done before other processes would have started."""
MOST_WORKERS = 8


class Progress(NamedTuple):
    """How far a rebuild has come: the entries taken account of, and how many there are."""

    done: int
    total: int


class Group(NamedTuple):
    """What is built in one go: read models that have come to the same place.

    ``since`` is the position from which on streams are done again at the end.
    """

    projections: tuple[Projection, ...]
    since: int
    reached: str


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
    if journal.reader.head() == 0:
        with journal.transaction() as transaction:
            install(transaction.connection, projections)
        return
    done = 0
    for group in _begin(journal, projections):
        reached = group.reached
        while reached != ALL_READ:
            with _builder(journal, group, workers) as builder:
                for page, built in builder.build(pages_after(journal.reader, reached, STREAMS_A_PAGE)):
                    with journal.transaction(durable=False) as transaction:
                        reached = _reached(journal, group)
                        if reached != page.after:
                            break  # another process did this page meanwhile
                        write(transaction.connection, built)
                        reached = page.last
                        register(transaction.connection, group.projections, group.since, building=True, reached=reached)
                    done += built.entries
                    report(Progress(done, max(done, journal.reader.head())))
                else:
                    reached = _all_read(journal, group)
        since = group.since
        while not _finished(journal, group, since):
            since = _catch_up(journal, group, since)
    report(Progress(journal.reader.head(), journal.reader.head()))


def _builder(journal: Journal, group: Group, wanted: int | None) -> AbstractContextManager[Builder]:
    """Who works out the pages of a group."""
    if wanted is None:
        is_large = journal.reader.head() >= ENTRIES_WORTH_WORKERS
        wanted = min(os.cpu_count() or 1, MOST_WORKERS) if is_large else 0
    known = all(projection in BUILT_IN for projection in group.projections)
    if journal.path is None or not (sys.executable and known and wanted):
        return here(journal.reader, group.projections)
    from armsledger.projections.workers import workers

    return workers(journal.path, group.projections, wanted)


def _begin(journal: Journal, projections: Sequence[Projection]) -> Iterator[Group]:
    """Make the tables that are not there yet; what was begun before goes on from where it came."""
    with journal.transaction() as transaction:
        connection = transaction.connection
        connection.execute(REGISTER)
        connection.execute(CITING)
        begun = kept_models(journal.reader, building=True)
        for projection in projections:
            state = begun.get(projection.name)
            if state is None or state.stamp != projection.stamp:
                connection.execute(f'DROP TABLE IF EXISTS "{building_name(projection)}"')
                connection.execute(create_table(building_name(projection)))
                register(connection, [projection], transaction.head, building=True)
        begun = kept_models(journal.reader, building=True)
    ordered = sorted(projections, key=lambda projection: _place(projection, begun[projection.name]))
    for (_, since, reached), group in groupby(
        ordered, key=lambda projection: _place(projection, begun[projection.name])
    ):
        yield Group(tuple(group), since, reached)


def _place(projection: Projection, kept: Kept) -> tuple[bool, int, str]:
    """What is built together: somebody's own apart from the built-in ones, which can go to workers."""
    return projection not in BUILT_IN, kept.position, kept.reached


def _reached(journal: Journal, group: Group) -> str:
    """The last stream done of a group; `ALL_READ` too if another process has come to the end meanwhile."""
    begun = kept_models(journal.reader, building=True).get(group.projections[0].name)
    return ALL_READ if begun is None else begun.reached


def _all_read(journal: Journal, group: Group) -> str:
    with journal.transaction() as transaction:
        if _reached(journal, group) != ALL_READ:
            register(transaction.connection, group.projections, group.since, building=True, reached=ALL_READ)
    return ALL_READ


def _changed(journal: Journal, since: int) -> list[str]:
    """The streams whose rows can be other than they were at a position."""
    reader = journal.reader
    return affected(reader, reader.streams_touched(after=since, upto=reader.head()))


def _finished(journal: Journal, group: Group, since: int) -> bool:
    """Do the last streams and put the tables in their place; False if there are too many for one transaction."""
    with journal.transaction() as transaction:
        begun = kept_models(journal.reader, building=True)
        projections = [projection for projection in group.projections if projection.name in begun]
        streams = _changed(journal, since)
        if len(streams) > STREAMS_A_PAGE:
            return False
        connection = transaction.connection
        refresh(connection, journal.reader, projections, streams, Gradings(journal.reader), BUILDING)
        connection.execute("PRAGMA legacy_alter_table = ON")  # a view of somebody's over the old table does not hinder
        for projection in projections:
            connection.execute(f'DROP TABLE IF EXISTS "{KEPT}{projection.name}"')
            connection.execute(f'ALTER TABLE "{building_name(projection)}" RENAME TO "{KEPT}{projection.name}"')
            show(connection, projection)
            connection.execute("DELETE FROM read_model WHERE name = ? AND building = 1", (projection.name,))
        register(connection, projections, transaction.head)
        connection.execute("PRAGMA legacy_alter_table = OFF")
    return True


def _catch_up(journal: Journal, group: Group, since: int) -> int:
    """Do streams again that were touched since a position; up to where that takes account of the journal."""
    upto = journal.reader.head()
    streams = _changed(journal, since)
    for start in range(0, len(streams), STREAMS_A_PAGE):
        with journal.transaction(durable=False) as transaction:
            begun = kept_models(journal.reader, building=True)
            projections = [projection for projection in group.projections if projection.name in begun]
            part = streams[start : start + STREAMS_A_PAGE]
            refresh(transaction.connection, journal.reader, projections, part, Gradings(journal.reader), BUILDING)
    with journal.transaction() as transaction:
        begun = kept_models(journal.reader, building=True)
        projections = [projection for projection in group.projections if projection.name in begun]
        register(transaction.connection, projections, upto, building=True, reached=ALL_READ)
    return upto
