"""Pages of a rebuild: streams that follow each other and their rows, computed here or in other processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from armsledger.domain.beliefs.belief import cited
from armsledger.projections.moments import Instants, SourceGrades
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.row_history import row_history
from armsledger.projections.schema import KEPT, statements
from armsledger.projections.tables import note_citing
from armsledger.projections.unkept import WHOLE, Oldest, note_oldest
from armsledger.projections.workers import Worker, answering, cores, working
from armsledger.storage.address import Place, Server
from armsledger.storage.collecting import seldom_collecting
from armsledger.storage.connection import Connection
from armsledger.storage.journal import Journal
from armsledger.storage.reader import JournalReader
from armsledger.storage.walk import check_gets_on

ENTRIES_WORTH_WORKERS: Final = 30_000
"""With fewer entries, this process is done before others have started."""


class Page(NamedTuple):
    """The streams after one name up to and with another."""

    after: str
    last: str


class PageRows(NamedTuple):
    """What a page comes to: rows by read model, pairs of a source and a stream that cites it, entries read, and by read
    model from where on it has the rows of the streams of which it has not all."""

    rows: dict[str, list[tuple[Any, ...]]]
    citing: list[tuple[str, str]]
    entries: int
    oldest: dict[str, dict[str, Oldest]]


Builder = Callable[[Iterator[Page]], Iterator[tuple[Page, PageRows]]]
"""Gives pages in their order, with their rows."""


def pages_after(reader: JournalReader, reached: str, streams: int) -> Iterator[Page]:
    """The pages of so many streams each that come after a name."""
    sql = "SELECT DISTINCT stream FROM journal WHERE stream > ? ORDER BY stream LIMIT ?"
    while names := reader.query(sql, reached, streams):
        check_gets_on("the ledger", reached, names[-1][0])
        yield Page(reached, names[-1][0])
        reached = names[-1][0]


def page_rows(reader: JournalReader, page: Page, projections: Sequence[Projection]) -> PageRows:
    """The rows of a page."""
    rows: dict[str, list[tuple[Any, ...]]] = {projection.name: [] for projection in projections}
    oldest: dict[str, dict[str, Oldest]] = {}
    citing: list[tuple[str, str]] = []
    grades, instants = SourceGrades(reader), Instants(reader)
    count = 0
    for stream, entries in reader.streams_after(page.after):
        if stream > page.last:
            break
        for name, own in row_history(stream, entries, grades, instants, projections).items():
            rows[name] += own.rows
            if own.oldest != WHOLE:
                oldest.setdefault(name, {})[stream] = own.oldest
        citing += [(source, stream) for source in cited(entries)]
        count += len(entries)
    return PageRows(rows, citing, count, oldest)


def write_page(connection: Connection, page: PageRows, prefix: str = KEPT) -> None:
    """Write a page into tables that hold nothing of it; ``prefix`` begins their names."""
    for name, rows in page.rows.items():
        if rows:
            connection.executemany(statements(f"{prefix}{name}").insert, rows)
    for name, oldest in page.oldest.items():
        note_oldest(connection, f"{prefix}{name}".removeprefix(KEPT), oldest)
    note_citing(connection, page.citing)


@contextmanager
def page_builder(
    reader: JournalReader, place: Place, projections: Sequence[Projection], workers: int | None
) -> Iterator[Builder]:
    """A builder that works in as many other processes as ``workers`` says, which end with it; in this one for 0.

    By default there is one process for each core if the ledger is large. Other processes need a ledger that they can
    open at ``place``, and know only the built-in projections.
    """
    if workers is None:
        is_large = reader.head() >= ENTRIES_WORTH_WORKERS
        workers = cores() if is_large else 0
    if place is None or not (sys.executable and workers and all(p in BUILT_IN for p in projections)):
        yield lambda pages: ((page, page_rows(reader, page, projections)) for page in pages)
        return
    with _processes(place, projections, workers) as builder:
        yield builder


# other processes

ADDRESS: Final = "ARMSLEDGER_REBUILD_OF"
"""Where a worker finds the address: an address with a password is not to be seen among its arguments."""
PROGRAM = "from armsledger.projections.pages import work; work()"


@contextmanager
def _processes(place: Path | Server, projections: Sequence[Projection], count: int) -> Iterator[Builder]:
    """A builder of so many processes."""
    address = str(place) if isinstance(place, Path) else place.url
    names = [projection.name for projection in projections]
    with working(count, lambda: Worker(str(place), PROGRAM, names, {ADDRESS: address})) as in_order:
        yield lambda pages: ((page, PageRows(*rows)) for page, rows in in_order(pages))


def work() -> None:
    """Compute pages: the names of projections are the arguments, the ledger's address is in the environment."""
    _, *names = sys.argv
    address = os.environ[ADDRESS]
    projections = [projection for projection in BUILT_IN if projection.name in names]
    place = address if "://" in address else Path(address)
    with Journal.open(place) as journal, seldom_collecting():
        answering(lambda page: tuple(page_rows(journal.reader, Page(*page), projections)))
