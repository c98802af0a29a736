"""A page of a rebuild: some streams that follow each other, and their rows in each read model.

Pages are worked out here, or by `armsledger.projections.pages` in processes of their own.
"""

from __future__ import annotations

import marshal
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO, Any, NamedTuple, Protocol

from armsledger.domain.beliefs.belief import cited
from armsledger.domain.errors import LedgerError
from armsledger.projections.model import BUILDING, statements
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.row_history import Instants, SourceGrades, row_history
from armsledger.storage.address import Server
from armsledger.storage.connection import Connection
from armsledger.storage.errors import LedgerFailed
from armsledger.storage.journal import Journal
from armsledger.storage.reader import JournalReader


class Page(NamedTuple):
    """The streams after one name up to and with another."""

    after: str
    last: str


class Built(NamedTuple):
    """What a page comes to: rows by read model, pairs of a source and a stream that cites it, and entries read."""

    rows: dict[str, list[tuple[Any, ...]]]
    citing: list[tuple[str, str]]
    entries: int


class Builder(Protocol):
    """Works out pages that are asked for one after the other."""

    def build(self, pages: Iterator[Page]) -> Iterator[tuple[Page, Built]]:
        """The pages in their order, with what they come to."""


class Here:
    """Works pages out in this process, each when it is wanted."""

    def __init__(self, reader: JournalReader, projections: Sequence[Projection]) -> None:
        self._reader = reader
        self._projections = projections

    def build(self, pages: Iterator[Page]) -> Iterator[tuple[Page, Built]]:
        """The pages in their order, with what they come to."""
        for page in pages:
            yield page, built(self._reader, page, self._projections)


@contextmanager
def here(reader: JournalReader, projections: Sequence[Projection]) -> Iterator[Builder]:
    """A builder in this process."""
    yield Here(reader, projections)


def pages_after(reader: JournalReader, reached: str, streams: int) -> Iterator[Page]:
    """The pages of so many streams that come after a name."""
    sql = "SELECT DISTINCT stream FROM journal WHERE stream > ? ORDER BY stream LIMIT ?"
    while names := reader.query(sql, reached, streams):
        yield Page(reached, names[-1][0])
        reached = names[-1][0]


def built(reader: JournalReader, page: Page, projections: Sequence[Projection]) -> Built:
    """What a page comes to."""
    rows: dict[str, list[tuple[Any, ...]]] = {projection.name: [] for projection in projections}
    citing: list[tuple[str, str]] = []
    grades, instants = SourceGrades(reader), Instants(reader)
    count = 0
    for stream, entries in reader.streams_after(page.after):
        if stream > page.last:
            break
        for name, told in row_history(stream, entries, grades, instants, projections).items():
            rows[name] += told
        citing += [(source, stream) for source in cited(entries)]
        count += len(entries)
    return Built(rows, citing, count)


def write(connection: Connection, page: Built) -> None:
    """Write a page into the tables that are being built."""
    for name, rows in page.rows.items():
        connection.executemany(statements(f"{BUILDING}{name}").insert, rows)
    connection.executemany("INSERT INTO citing (source, stream) VALUES (?, ?) ON CONFLICT DO NOTHING", page.citing)


# Pages of a rebuild worked out by other processes, as Python's threads would take change_days.

LENGTH_BYTES = 8
PAGES_AHEAD = 2
"""Pages that each worker has been asked for and has not yet delivered: one under way, one waiting."""
ADDRESS = "ARMSLEDGER_REBUILD_OF"
"""Where a worker finds the address: one with a password is not to be seen among its arguments."""
PROGRAM = "from armsledger.projections.pages import main; main()"


class Worker:
    """A process that works out pages."""

    def __init__(self, place: Path | Server, names: Sequence[str]) -> None:
        address = str(place) if isinstance(place, Path) else place.url
        command = [sys.executable, "-P", "-c", PROGRAM, *names]
        environment = {**os.environ, ADDRESS: address, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self._answers: Queue[bytes | None] = Queue(PAGES_AHEAD)
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def ask(self, page: Page) -> None:
        """Ask for a page."""
        with suppress(BrokenPipeError):  # what went wrong is told when the answer is missed
            send(self._stdin, tuple(page))

    def answer(self, ledger: str) -> Built:
        """The page that was asked for first; raises LedgerFailed if the worker could not work it out."""
        message = self._answers.get()
        if message is None:
            raise LedgerFailed(ledger, "a process that was building read models ended before it was done")
        told = marshal.loads(message)
        if isinstance(told, str):
            raise LedgerFailed(ledger, told)
        return Built(*told)

    def _listen(self) -> None:
        """Take answers as they come, so that the worker need not wait to go on."""
        while (message := receive(self._stdout)) is not None:
            self._answers.put(message)
        self._answers.put(None)

    def end(self) -> None:
        """End the process and wait for it."""
        with suppress(OSError):
            self._stdin.close()
        self._process.kill()
        self._process.wait()
        while self._thread.is_alive():  # it may wait for room
            with suppress(Exception):
                self._answers.get(timeout=0.01)
        self._stdout.close()


class Workers:
    """Several workers, who get the pages in turn."""

    def __init__(self, ledger: str, workers: Sequence[Worker]) -> None:
        self._ledger = ledger
        self._workers = workers

    def build(self, pages: Iterator[Page]) -> Iterator[tuple[Page, Built]]:
        """The pages in their order, with what they come to."""
        asked: deque[tuple[Page, Worker]] = deque()
        ready = deque(worker for _ in range(PAGES_AHEAD) for worker in self._workers)
        while True:
            while ready and (page := next(pages, None)) is not None:
                worker = ready.popleft()
                worker.ask(page)
                asked.append((page, worker))
            if not asked:
                return
            page, worker = asked.popleft()
            ready.append(worker)
            yield page, worker.answer(self._ledger)


@contextmanager
def workers(place: Path | Server, projections: Sequence[Projection], count: int) -> Iterator[Builder]:
    """A builder of so many processes, which end with it."""
    started: list[Worker] = []
    try:
        for _ in range(count):
            started.append(Worker(place, [projection.name for projection in projections]))
        yield Workers(str(place), started)
    finally:
        for worker in started:
            worker.end()


def send(out: IO[bytes], message: Any) -> None:
    """Write one message."""
    text = marshal.dumps(message)
    out.write(len(text).to_bytes(LENGTH_BYTES, "big"))
    out.write(text)
    out.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Read one message; None at the end, or if it ends within one."""
    head = stream.read(LENGTH_BYTES)
    length = int.from_bytes(head, "big")
    text = stream.read(length) if len(head) == LENGTH_BYTES else b""
    return text if head and len(text) == length else None


def main() -> None:
    """Work out pages: the names of projections are the arguments, the ledger's address is in the environment."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started it
    _, *names = sys.argv
    address = os.environ[ADDRESS]
    projections = [projection for projection in BUILT_IN if projection.name in names]
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    with suppress(BrokenPipeError), Journal.open(address if "://" in address else Path(address)) as journal:
        while (message := receive(stdin)) is not None:
            try:
                send(stdout, tuple(built(journal.reader, Page(*marshal.loads(message)), projections)))
            except LedgerError as error:
                send(stdout, error.message)
