"""Building read models anew, in pages, beside those that are read, which they replace in one step.

Each page is a transaction of its own that also notes how far it came: a rebuild that was ended at any moment, however
rudely, goes on from there; and two processes that rebuild at once share the pages. What is recorded meanwhile goes
into the old tables; the last transaction does those streams again, and swaps the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from armsledger.projections.keeper import (
    Gradings,
    affected,
    building_name,
    install,
    refresh,
    register,
    show,
    write_biography,
)
from armsledger.projections.model import BUILDING, CITING, KEPT, REGISTER, Kept
from armsledger.projections.projection import Projection
from armsledger.projections.reading import kept_models
from armsledger.projections.tables import create_table
from armsledger.storage.journal import Journal
from armsledger.storage.transaction import Transaction

STREAMS_A_PAGE = 200
ALL_READ = "\U0010ffff"
"""Reached when all streams are done."""


class Progress(NamedTuple):
    """How far a rebuild has come: the entries taken account of, and how many there are."""

    done: int
    total: int


class Page(NamedTuple):
    """What is built in one go: read models that have come to the same place."""

    projections: tuple[Projection, ...]
    since: int
    reached: str


Report = Callable[[Progress], None]


def rebuild(journal: Journal, projections: Sequence[Projection], report: Report = lambda _: None) -> None:
    """Build read models anew; raises ProjectionFailed, and then what is read stays as it was."""
    if journal.reader.head() == 0:
        with journal.transaction() as transaction:
            install(transaction.connection, projections)
        return
    done = 0
    for page in _begin(journal, projections):
        reached, since = page.reached, page.since
        while reached != ALL_READ:
            with journal.transaction() as transaction:
                reached, count = _next_page(journal, transaction, page, reached)
            done += count
            report(Progress(done, max(done, journal.reader.head())))
        while not _finished(journal, page, since):
            since = _catch_up(journal, page, since)
    report(Progress(journal.reader.head(), journal.reader.head()))


def _begin(journal: Journal, projections: Sequence[Projection]) -> Iterator[Page]:
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
    ordered = sorted(projections, key=lambda projection: _place(begun[projection.name]))
    for (since, reached), group in groupby(ordered, key=lambda projection: _place(begun[projection.name])):
        yield Page(tuple(group), since, reached)


def _place(kept: Kept) -> tuple[int, str]:
    return kept.position, kept.reached


def _next_page(journal: Journal, transaction: Transaction, page: Page, reached: str) -> tuple[str, int]:
    """Build the streams that come next; how far that came, and how many entries it took account of."""
    reader = journal.reader
    begun = kept_models(reader, building=True).get(page.projections[0].name)
    if begun is None:
        return ALL_READ, 0  # another process has come to the end meanwhile
    grading = Gradings(reader)
    count = 0
    last = begun.reached
    for number, (stream, entries) in enumerate(reader.streams_after(last)):
        if number == STREAMS_A_PAGE:
            break
        write_biography(transaction.connection, stream, entries, page.projections, grading, BUILDING, is_new=True)
        last = stream
        count += len(entries)
    else:
        last = ALL_READ
    register(transaction.connection, page.projections, begun.position, building=True, reached=last)
    return last, count


def _changed(journal: Journal, since: int) -> list[str]:
    """The streams whose rows can be other than they were at a position."""
    reader = journal.reader
    return affected(reader, reader.streams_touched(after=since, upto=reader.head()))


def _finished(journal: Journal, page: Page, since: int) -> bool:
    """Do the last streams and put the tables in their place; False if there are too many for one transaction."""
    with journal.transaction() as transaction:
        begun = kept_models(journal.reader, building=True)
        projections = [projection for projection in page.projections if projection.name in begun]
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


def _catch_up(journal: Journal, page: Page, since: int) -> int:
    """Do streams again that were touched since a position; up to where that takes account of the journal."""
    upto = journal.reader.head()
    streams = _changed(journal, since)
    for start in range(0, len(streams), STREAMS_A_PAGE):
        with journal.transaction() as transaction:
            begun = kept_models(journal.reader, building=True)
            projections = [projection for projection in page.projections if projection.name in begun]
            part = streams[start : start + STREAMS_A_PAGE]
            refresh(transaction.connection, journal.reader, projections, part, Gradings(journal.reader), BUILDING)
    with journal.transaction() as transaction:
        begun = kept_models(journal.reader, building=True)
        projections = [projection for projection in page.projections if projection.name in begun]
        register(transaction.connection, projections, upto, building=True, reached=ALL_READ)
    return upto
