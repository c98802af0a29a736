"""Pages of a rebuild worked out by other processes, as Python's threads would take turns.

A worker is started by the same interpreter, opens the ledger for reading, and answers pages on its standard output
until its standard input ends: it never outlives whoever started it. Only built-in projections go this way, as a
worker knows them by name. Messages are `marshal` texts, each after its length in eight bytes.
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
from typing import IO, Any

from armsledger.domain.errors import LedgerError
from armsledger.projections.builtin import BUILT_IN
from armsledger.projections.pages import Builder, Built, Page, built
from armsledger.projections.projection import Projection
from armsledger.storage.address import Server
from armsledger.storage.errors import LedgerFailed
from armsledger.storage.journal import Journal

LENGTH_BYTES = 8
PAGES_AHEAD = 2
"""Pages that each worker has been asked for and has not yet delivered: one under way, one waiting."""
ADDRESS = "ARMSLEDGER_REBUILD_OF"
"""Where a worker finds the address: one with a password is not to be seen among its arguments."""
PROGRAM = "from armsledger.projections.workers import main; main()"


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
