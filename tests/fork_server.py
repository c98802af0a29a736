"""Processes that start within a millisecond or two: forked off one that has imported and tried everything before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.processes import PATIENCE_SECONDS, ROOT, started


@contextmanager
def fork_server_in(folder: Path, prefix: Sequence[str] = (), modules: Sequence[str] = ()) -> Iterator[ForkServer]:
    """A fork server whose workers say what they say into files in a folder; they end with it.

    ``prefix`` is what starts it in turn, and ``modules`` are those that have more tasks.
    """
    command = [*prefix, sys.executable, "-m", "tests.workers", *modules]
    with started(command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        with process.stdin:
            yield ForkServer(folder, process)


class ForkServer:
    """Starts workers (``tests.workers``) in processes of their own."""

    def __init__(self, folder: Path, process: subprocess.Popen[str]) -> None:
        self._folder = folder
        self._process = process
        self._asked = 0
        self._running: set[int] = set()

    def start(self, task: str, address: str | Path, **arguments: Any) -> Worker:
        """Start a worker."""
        told = self._folder / f"told-{self._asked:05}"
        told.touch()
        pid = self._ask({"task": task, "address": str(address), "arguments": arguments, "told": str(told)})
        self._running.add(pid)
        return Worker(self, pid, told)

    def run(self, task: str, address: str | Path, **arguments: Any) -> list[str]:
        """What a worker says until it ends."""
        worker = self.start(task, address, **arguments)
        worker.wait()
        return worker.lines()

    def wait(self, pid: int, seconds: float = PATIENCE_SECONDS) -> int:
        """Wait until a worker ends; after so long it is killed."""
        self._running.discard(pid)
        return self._ask({"wait": pid, "seconds": seconds})

    def end_all(self) -> None:
        """Kill the workers for which nobody has waited: those of a test that failed."""
        for pid in set(self._running):
            os.kill(pid, signal.SIGKILL)
            self.wait(pid)

    def _ask(self, request: dict[str, Any]) -> int:
        """Have the fork server do something; its answer is a number. A test that was ended may have left its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._asked += 1
        self._process.stdin.write(json.dumps({**request, "number": self._asked}) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            number, answer = map(int, line.split())
            if number == self._asked:
                return answer
        raise AssertionError("the fork server has ended")


class Worker(NamedTuple):
    """A process of the fork server."""

    fork_server: ForkServer
    pid: int
    told: Path

    def send(self, sign: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, sign)

    def kill(self) -> int:
        """Kill it as nothing can resist; the status with which it ended."""
        self.send(signal.SIGKILL)
        return self.wait()

    def wait(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Wait until it ends, and kill it after so long; its status, or the number of the signal below zero."""
        return self.fork_server.wait(self.pid, seconds)

    def lines(self) -> list[str]:
        """What it said so far, without a line that it has not ended."""
        return self.told.read_text().split("\n")[:-1]

    def words(self, kind: str) -> list[str]:
        """What it said of one kind."""
        return [line.partition(" ")[2] for line in self.lines() if line.partition(" ")[0] == kind]

    def wait_until_it_says(self, kind: str, times: int = 1) -> None:
        """Wait until it said something."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.words(kind)) < times:
            assert time.monotonic() < deadline, f"no {kind!r} among {self.lines()[-5:]}"
            time.sleep(0.002)
