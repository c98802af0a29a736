"""Processes that start within a millisecond or two: forked off one that has imported and tried everything before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple, Self

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120


class Nursery:
    """Starts workers (``tests.attack.workers``) in processes of their own."""

    def __init__(self, folder: Path) -> None:
        """What the workers say is kept in files in a folder."""
        self._folder = folder
        self._started = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.attack.workers"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._pipes[1].readline() == "ready\n"

    @property
    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def start(self, task: str, address: str, **arguments: Any) -> Worker:
        """Start a worker."""
        self._started += 1
        told = self._folder / f"told-{self._started:05}"
        told.touch()
        pid = self.ask({"task": task, "address": address, "arguments": arguments, "told": str(told)})
        return Worker(self, pid, told)

    def ask(self, request: dict[str, Any]) -> int:
        """Have the nursery do something; its answer is a number."""
        given, answers = self._pipes
        given.write(json.dumps(request) + "\n")
        given.flush()
        return int(answers.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in self._pipes:
            pipe.close()
        self._process.wait(PATIENCE_SECONDS)


class Worker(NamedTuple):
    """A process of the nursery."""

    nursery: Nursery
    pid: int
    told: Path

    def send(self, sign: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, sign)

    def kill(self) -> int:
        """Kill it as nothing can resist; the status with which it ended."""
        self.send(signal.SIGKILL)
        return self.wait()

    def wait(self) -> int:
        """Wait until it ends; its exit status, or the negative number of the signal that ended it."""
        return self.nursery.ask({"wait": self.pid})

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
