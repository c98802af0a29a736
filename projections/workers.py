"""Processes that compute for this one, as Python's threads would wait for each other.

Those of `multiprocessing`, and so of a `ProcessPoolExecutor`, will not do. They import the main module again: a script
that calls `Ledger.rebuild()` and does not ask whether it is the main module breaks the pool. And they stay for ever if
the process that started them is killed; these end, as their standard input does.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from armsledger.domain.errors import LedgerError
from armsledger.storage.errors import LedgerFailed

MOST_WORKERS: Final = 8
AHEAD: Final = 2
"""Questions that each worker has been asked and whose answers are not yet taken: one under way, one waiting."""

Question = TypeVar("Question")
InOrder = Callable[[Iterable[Question]], Iterator[tuple[Question, Any]]]
"""Gives questions in their order, with their answers."""


def cores() -> int:
    """How many processes are worth while on this machine."""
    return min(os.cpu_count() or 1, MOST_WORKERS)


class Worker:
    """A process that reads questions from its standard input and writes the answers to its standard output."""

    def __init__(
        self, name: str, program: str, arguments: Sequence[str] = (), environment: Mapping[str, str] | None = None
    ) -> None:
        """``name`` is what messages call that of which it computes, ``program`` a text that calls `answering`."""
        self._name = name
        command = [sys.executable, "-P", "-c", program, *arguments]
        settings = {**os.environ, **(environment or {}), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=settings)

    def ask(self, question: Any) -> Any:
        """The answer to a question; raises LedgerFailed if the process could not compute it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            pickle.dump(question, self._process.stdin)
            self._process.stdin.flush()
            answer = pickle.load(self._process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            detail = "a process that worked for this one ended before it was done"
            raise LedgerFailed(self._name, detail) from error
        if isinstance(answer, str):
            raise LedgerFailed(self._name, answer)
        return answer

    def end(self) -> None:
        """End the process and wait for it."""
        with suppress(OSError), self._process:  # which closes its pipes and waits for it
            self._process.kill()


@contextmanager
def working(count: int, start: Callable[[], Worker]) -> Iterator[InOrder[Any]]:
    """What asks so many processes, which end with the block; a thread waits for each."""
    workers: list[Worker] = []
    idle: SimpleQueue[Worker] = SimpleQueue()

    def ask(question: Any) -> Any:
        worker = idle.get()
        try:
            return worker.ask(question)
        finally:
            idle.put(worker)

    def in_order(questions: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        asked: deque[tuple[Any, Future[Any]]] = deque()
        for question in questions:
            asked.append((question, threads.submit(ask, question)))
            if len(asked) == AHEAD * count:
                first, answer = asked.popleft()
                yield first, answer.result()
        for question, answer in asked:
            yield question, answer.result()

    with ThreadPoolExecutor(count) as threads:
        try:
            for _ in range(count):
                workers.append(start())
                idle.put(workers[-1])
            yield in_order
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.end()


def answering(answer: Callable[[Any], Any]) -> None:
    """Answer the questions on standard input, in a process that a `Worker` started, until nobody asks any more.

    The answer is no text: a text is what went wrong.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    with suppress(BrokenPipeError, EOFError):
        while True:
            question = pickle.load(stdin)
            try:
                told: Any = answer(question)
            except LedgerError as error:
                told = error.message
            pickle.dump(told, stdout)
            stdout.flush()
