"""Processes that make the pages of streams, as Python's threads would wait for each other."""

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

from armsledger.application.question import Question
from armsledger.domain.errors import LedgerError
from armsledger.storage.errors import LedgerFailed
from armsledger.web.site.folder import write_page
from armsledger.web.site.links import Contents, links_for
from armsledger.web.site.manifest import Kept
from armsledger.web.site.paths import stream_path

ADDRESS: Final = "ARMSLEDGER_PUBLISH_OF"
"""Where a process finds the address: an address with a password is not to be seen among its arguments."""
PROGRAM: Final = "from armsledger.web.site.workers import work; work()"
PAGES_AT_ONCE: Final = 25
AHEAD: Final = 2
"""Tasks that wait for each process."""
WORTH_PROCESSES: Final = 200
"""For fewer pages, this process does."""
MOST_PROCESSES: Final = 8
RENEWED_AFTER: Final = 2_000
"""Pages after which a process forgets what it has read, so that its memory does not grow with their number."""


class Wanted(NamedTuple):
    """The page of a stream that is to be made: what it rests on, and what the folder holds of it."""

    stream: str
    rests: str
    before: Kept | None


class Made(NamedTuple):
    """A page that was made; ``is_written`` says that it differs from what the folder held."""

    stream: str
    kept: Kept
    is_written: bool


class Task(NamedTuple):
    """What all pages of a run have in common."""

    folder: str
    question: Question
    contents: Contents


def make_pages(
    address: str | None,
    task: Task,
    wanted: Sequence[Wanted],
    maker: Callable[[Sequence[Wanted]], list[Made]],
    workers: int | None = None,
) -> Iterator[Made]:
    """Make pages, as they are done; in other processes if there are many, else by ``maker``.

    Other processes need a ledger that they can open at ``address``. Raises the errors of making a page.
    """
    chunks = (wanted[start : start + PAGES_AT_ONCE] for start in range(0, len(wanted), PAGES_AT_ONCE))
    if workers is None:
        workers = min(os.cpu_count() or 1, MOST_PROCESSES) if len(wanted) >= WORTH_PROCESSES else 0
    if address is None or not workers or not sys.executable:
        for chunk in chunks:
            yield from maker(chunk)
        return
    with _processes(address, task, workers) as made:
        yield from made(chunks)


class Worker:
    """A process that reads which pages to make from its standard input, and answers what it wrote.

    It ends with its standard input, so also if the process that started it is killed.
    """

    def __init__(self, address: str, task: Task) -> None:
        self._address = address
        command = [sys.executable, "-P", "-c", PROGRAM]
        environment = {**os.environ, ADDRESS: address, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self._send(task)

    def make(self, wanted: Sequence[Wanted]) -> list[Made]:
        """Make some pages; raises LedgerFailed if the process could not, or the error of a page."""
        try:
            self._send(wanted)
            assert self._process.stdout is not None
            answer = pickle.load(self._process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise LedgerFailed(self._address, "a process that was making pages ended before it was done") from error
        if isinstance(answer, str):
            raise LedgerFailed(self._address, answer)
        return [Made(*made) for made in answer]

    def end(self) -> None:
        """End the process and wait for it."""
        with suppress(OSError), self._process:  # which closes its pipes and waits for it
            self._process.kill()

    def _send(self, value: Any) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # its answer will say so
            pickle.dump(value, self._process.stdin)
            self._process.stdin.flush()


@contextmanager
def _processes(
    address: str, task: Task, count: int
) -> Iterator[Callable[[Iterator[Sequence[Wanted]]], Iterator[Made]]]:
    """A maker of so many processes; a thread waits for each."""
    workers: list[Worker] = []
    idle: SimpleQueue[Worker] = SimpleQueue()

    def make(chunk: Sequence[Wanted]) -> list[Made]:
        worker = idle.get()
        try:
            return worker.make(chunk)
        finally:
            idle.put(worker)

    def in_order(chunks: Iterator[Sequence[Wanted]]) -> Iterator[Made]:
        asked: deque[Future[list[Made]]] = deque()
        for chunk in chunks:
            asked.append(threads.submit(make, chunk))
            if len(asked) == AHEAD * count:
                yield from asked.popleft().result()
        for future in asked:
            yield from future.result()

    with ThreadPoolExecutor(count) as threads:
        try:
            for _ in range(count):
                workers.append(Worker(address, task))
                idle.put(workers[-1])
            yield in_order
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.end()


def work() -> None:
    """Make pages as they are asked for; the ledger's address is in the environment."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    from armsledger.application.ledger import Ledger
    from armsledger.storage.collecting import seldom_collecting

    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    with suppress(BrokenPipeError, EOFError), Ledger(os.environ[ADDRESS]) as ledger, seldom_collecting():
        maker = PageMaker(ledger, pickle.load(stdin))
        while True:
            wanted = pickle.load(stdin)
            try:
                answer: Any = [tuple(made) for made in maker.make(wanted)]
            except LedgerError as error:
                answer = error.message
            pickle.dump(answer, stdout)
            stdout.flush()


class PageMaker:
    """Makes the pages of streams, and writes those that differ."""

    def __init__(self, ledger: Any, task: Task) -> None:
        """``ledger`` is read only."""
        self._ledger = ledger
        self._task = task
        self._made = 0
        self._renew()

    def make(self, wanted: Sequence[Wanted]) -> list[Made]:
        """Make some pages; raises the errors of reading them, and NotWritable."""
        from armsledger.web.page import page_file

        answer = []
        folder = Path(self._task.folder)
        for stream, rests, before in wanted:
            path = stream_path(stream)
            text = page_file(self._view, stream, links_for(self._task.contents, path), self._pictures)
            kept, is_written = write_page(folder, path, text, rests, before)
            answer.append(Made(stream, kept, is_written))
        self._made += len(wanted)
        if self._made >= RENEWED_AFTER:
            self._renew()
        return answer

    def _renew(self) -> None:
        from armsledger.application.ledger_view import LedgerView
        from armsledger.application.pictures.beliefs_over_time import Pictures

        self._made = 0
        self._view = LedgerView(self._ledger.session, self._task.question)
        self._pictures = Pictures(self._view)
