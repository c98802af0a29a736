"""Processes and threads that tests start: each ends with the block that it is started for.

A test that hangs is ended by its limit (``timeout`` in ``pyproject.toml``): an error is raised wherever it waits. What
the test has started is then killed here, on the way out.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 120.0
"""How long a process or a thread may take to end; many times what any needs, and less than the limit of a test."""
RIGHTS = "-dac_override,-dac_read_search"
UNPRIVILEGED = ("setpriv", f"--bounding-set={RIGHTS}", f"--inh-caps={RIGHTS}") if os.geteuid() == 0 else ()
"""What starts a command that the modes of files bind: root must give up the right to pass over them."""
needs_modes = pytest.mark.skipif(
    bool(UNPRIVILEGED) and shutil.which("setpriv") is None, reason="root must give up its rights to be refused anything"
)

Word = str | Path


def environment(**more: str) -> dict[str, str]:
    """The environment of the tests, in which a Python program imports what the tests import."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **more}


def python(*words: Word, status: int = 0, **options: Any) -> str:
    """What a Python program writes to standard output until it ends, with the status that is expected of it."""
    options = {
        "env": environment(),
        "capture_output": True,
        "encoding": "utf-8",
        "timeout": PATIENCE_SECONDS,
        **options,
    }
    done = subprocess.run([sys.executable, *words], check=False, **options)
    assert done.returncode == status, done.stderr
    return str(done.stdout)


@contextmanager
def started(command: Sequence[Word], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a process, whose standard output is a pipe; with the block it must end."""
    options = {"env": environment(), "stdout": subprocess.PIPE, "encoding": "utf-8", **options}
    with _signals_heard():
        process = subprocess.Popen(command, **options)
    with process:
        try:
            yield process
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"{command} does not end") from error
        finally:
            process.kill()  # nothing happens to one that has ended


def ended(process: subprocess.Popen[str], given: str | None = None) -> tuple[str, str]:
    """What a process writes to standard output and standard error until it ends."""
    out, err = process.communicate(given, timeout=PATIENCE_SECONDS)
    return out or "", err or ""


def all_ended(*commands: Sequence[Word], **options: Any) -> list[tuple[int, str]]:
    """Run several processes at once: with which status each ends, and what it writes to standard output."""
    with ExitStack() as stack:
        processes = [stack.enter_context(started(command, **options)) for command in commands]
        outputs = [ended(process)[0] for process in processes]
        return [(process.returncode, out) for process, out in zip(processes, outputs, strict=True)]


def say(kind: str, *words: object) -> None:
    """Say a line, which begins with its kind, at once and as a whole: a process that is killed has said it or not."""
    os.write(1, (" ".join(map(str, (kind, *words))) + "\n").encode())


@contextmanager
def _signals_heard() -> Iterator[None]:
    """Start processes that hear the signals tests send: ``nohup`` and ``&`` have them ignored, and children inherit it.

    A signal that is caught here is one that a new program does not ignore.
    """
    ignored = [
        sign for sign in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM) if signal.getsignal(sign) is signal.SIG_IGN
    ]
    for sign in ignored:
        signal.signal(sign, lambda *_: None)
    try:
        yield
    finally:
        for sign in ignored:
            signal.signal(sign, signal.SIG_IGN)


@contextmanager
def meanwhile(*tasks: Callable[[], object]) -> Iterator[None]:
    """Run tasks in threads beside the block; after it they must end, and what one raises is raised."""
    errors: list[BaseException] = []

    def run(task: Callable[[], object]) -> None:
        try:
            task()
        except BaseException as error:
            errors.append(error)

    threads = [Thread(target=run, args=(task,), daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        if thread.is_alive():
            raise TimeoutError("a thread does not end")
    for error in errors:
        raise error
