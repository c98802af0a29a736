"""Pages of a rebuild: streams that follow each other and their rows, computed here or in other processes."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, NamedTuple

from armsledger.domain.beliefs.belief import cited
from armsledger.domain.errors import LedgerError
from armsledger.projections.moments import Instants, SourceGrades
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.row_history import row_history
from armsledger.projections.schema import KEPT, statements
from armsledger.projections.tables import note_citing
from armsledger.projections.unkept import WHOLE, Oldest, note_oldest
from armsledger.storage.address import Place, Server
from armsledger.storage.collecting import seldom_collecting
from armsledger.storage.connection import Connection
from armsledger.storage.errors import LedgerFailed
from armsledger.storage.journal import Journal
from armsledger.storage.reader import JournalReader
from armsledger.storage.walk import check_gets_on

ENTRIES_WORTH_WORKERS: Final = 30_000
"""With fewer entries, this process is done before others have started."""
MOST_WORKERS: Final = 8
PAGES_AHEAD: Final = 2
"""Pages that each worker has been asked for and that are not yet taken: one under way, one waiting."""


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
        workers = min(os.cpu_count() or 1, MOST_WORKERS) if is_large else 0
    if place is None or not (sys.executable and workers and all(p in BUILT_IN for p in projections)):
        yield lambda pages: ((page, page_rows(reader, page, projections)) for page in pages)
        return
    with _processes(place, projections, workers) as builder:
        yield builder


# other processes, as Python's threads would wait for each other

ADDRESS: Final = "ARMSLEDGER_REBUILD_OF"
"""Where a worker finds the address: an address with a password is not to be seen among its arguments."""
PROGRAM = "from armsledger.projections.pages import work; work()"


class Worker:
    """A process that reads pages from its standard input and writes their rows to its standard output.

    The processes of `multiprocessing`, and so of a `ProcessPoolExecutor`, will not do. They import the main module
    again: a script that calls `Ledger.rebuild()` and does not ask whether it is the main module breaks the pool. And
    they stay for ever if the process that started them is killed; this one ends, as its standard input does.
    """

    def __init__(self, place: Path | Server, projections: Sequence[Projection]) -> None:
        self._ledger = str(place)
        command = [sys.executable, "-P", "-c", PROGRAM, *(projection.name for projection in projections)]
        address = str(place) if isinstance(place, Path) else place.url
        environment = {**os.environ, ADDRESS: address, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def build(self, page: Page) -> PageRows:
        """The rows of a page; raises LedgerFailed if the process could not compute them."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            pickle.dump(tuple(page), self._process.stdin)
            self._process.stdin.flush()
            answer = pickle.load(self._process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            detail = "a process that was building read models ended before it was done"
            raise LedgerFailed(self._ledger, detail) from error
        if isinstance(answer, str):
            raise LedgerFailed(self._ledger, answer)
        return PageRows(*answer)

    def end(self) -> None:
        """End the process and wait for it."""
        with suppress(OSError), self._process:  # which closes its pipes and waits for it
            self._process.kill()


@contextmanager
def _processes(place: Path | Server, projections: Sequence[Projection], count: int) -> Iterator[Builder]:
    """A builder of so many processes; a thread waits for each."""
    workers: list[Worker] = []
    idle: SimpleQueue[Worker] = SimpleQueue()

    def build(page: Page) -> PageRows:
        worker = idle.get()
        try:
            return worker.build(page)
        finally:
            idle.put(worker)

    def in_order(pages: Iterator[Page]) -> Iterator[tuple[Page, PageRows]]:
        asked: deque[tuple[Page, Future[PageRows]]] = deque()
        for page in pages:
            asked.append((page, threads.submit(build, page)))
            if len(asked) == PAGES_AHEAD * count:
                first, rows = asked.popleft()
                yield first, rows.result()
        for page, rows in asked:
            yield page, rows.result()

    with ThreadPoolExecutor(count) as threads:
        try:
            for _ in range(count):
                workers.append(Worker(place, projections))
                idle.put(workers[-1])
            yield in_order
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.end()


def work() -> None:
    """Compute pages: the names of projections are the arguments, the ledger's address is in the environment."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    _, *names = sys.argv
    address = os.environ[ADDRESS]
    projections = [projection for projection in BUILT_IN if projection.name in names]
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    place = address if "://" in address else Path(address)
    with suppress(BrokenPipeError, EOFError), Journal.open(place) as journal, seldom_collecting():
        while True:
            page = Page(*pickle.load(stdin))
            try:
                answer: Any = tuple(page_rows(journal.reader, page, projections))
            except LedgerError as error:
                answer = error.message
            pickle.dump(answer, stdout)
            stdout.flush()
