"""Calls of the system, and SQLite's requests for memory, that fail when a test says so (``failing_calls.c``).

The library stands between a process and the system: what fails is what SQLite and Python themselves ask for.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import IntFlag
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from armsledger import Ledger
from armsledger.projections import updater
from armsledger.storage.database import Database
from armsledger.storage.transaction import Transaction
from tests.attack.statements import acknowledge, record_dossier, record_single, record_source
from tests.cli.runner import Answer, Inside
from tests.fork_server import ForkServer, fork_server_in
from tests.processes import say

SOURCE = Path(__file__).with_suffix(".c")
COMPILER = "cc"
FOR_EVER = 2**62


class Calls(IntFlag):
    """Kinds of calls, as the library numbers them."""

    OPEN = 1
    READ = 2
    WRITE = 4
    SYNC = 8
    TRUNCATE = 16
    NAME = 32
    LOCK = 64
    MAP = 128
    MEMORY = 256
    SERVER = 512
    DISK = 255
    """All of the disk: all but SQLite's requests for memory."""


class Fault(NamedTuple):
    """The calls that fail: from one of some kinds on, once or for ever; none if the first is 0."""

    kinds: Calls
    first: int = 0
    is_lasting: bool = False
    error: int = errno.EIO

    def __str__(self) -> str:
        lasting = " and all after it" if self.is_lasting else ""
        return f"call {self.first} of {self.kinds!r}{lasting}: {errno.errorcode[self.error]}"


NEVER = Fault(Calls.DISK)


class Outcome(NamedTuple):
    """What a command came to while calls failed, and how many there were of the kinds that could fail."""

    answer: Answer
    calls: int
    failed: str
    """The first call that failed."""
    raised: str
    """What it raised in place of answering."""


def why_not() -> str:
    """Why no call can be made to fail; nothing if it can."""
    return "" if shutil.which(COMPILER) else f"there is no C compiler ({COMPILER})"


def require() -> None:
    """Skip the test if no call can be made to fail; fail it in continuous integration."""
    if (reason := why_not()) and os.environ.get("CI"):
        pytest.fail(f"{reason}: continuous integration must have one")
    if reason:
        pytest.skip(reason)


@contextmanager
def failing_fork_server(folder: Path) -> Iterator[ForkServer]:
    """A fork server whose workers can have their calls fail."""
    library = folder / "failing_calls.so"
    subprocess.run([COMPILER, "-O1", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
    with fork_server_in(folder, ["env", f"LD_PRELOAD={library}"], [__name__]) as fork_server:
        yield fork_server


def run_failing(fork_server: ForkServer, folder: Path, command: str, fault: Fault, mistake: str = "") -> Outcome:
    """Run a command in a folder while calls that concern it fail, with a mistake planted in it if one is named."""
    words = [int(fault.kinds), fault.first, fault.is_lasting, fault.error]
    worker = fork_server.start("answer_while_calls_fail", folder, command=command, fault=words, mistake=mistake)
    status = worker.wait()
    if status or not worker.words("answered"):
        return Outcome(Answer(status, "", ""), 0, "", " ".join(worker.lines()))
    answered, out, err, calls, failed = json.loads(worker.words("answered")[0])
    assert calls >= 0, "SQLite's library was not found"
    return Outcome(Answer(answered, out, err), calls, failed, "")


def record_calls(fork_server: ForkServer, folder: Path, command: str, log: Path, mistake: str = "") -> Answer:
    """Run a command in a folder, and write down in a file all that it asks of the disk."""
    worker = fork_server.start("answer_while_calls_are_noted", folder, command=command, log=str(log), mistake=mistake)
    assert worker.wait() == 0, worker.lines()
    return Answer(*json.loads(worker.words("answered")[0]))


# what workers do


def answer_while_calls_fail(folder: str, command: str, fault: list[int], mistake: str) -> None:
    """Run a command in this process, and say what came of it."""
    kinds, first, is_lasting, error = fault
    last = FOR_EVER if is_lasting else first
    with _planted(mistake):
        _watch(folder, kinds, first, last, error, log=-1)
        answer = _answer(folder, command)
        calls, failed = _library().count_calls(), os.fsdecode(_library().failed_call())
    say("answered", json.dumps([answer.status, answer.out, answer.err, calls, failed]))


def answer_while_calls_are_noted(folder: str, command: str, log: str, mistake: str) -> None:
    """Run a command in this process, and write down what it asks of the disk."""
    noted = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    with _planted(mistake):
        _watch(folder, 0, 0, 0, 0, log=noted)
        answer = _answer(folder, command)
        os.write(1, b"answer\n")
        _library().count_calls()
    say("answered", json.dumps([answer.status, answer.out, answer.err]))


def record_while_calls_are_noted(address: str, log: str) -> None:
    """Record, build the read models anew and record again, and write down what is asked of the disk."""
    noted = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    _watch(str(Path(address).parent), 0, 0, 0, 0, log=noted)
    with Ledger(address) as ledger:
        acknowledge(record_source(ledger, "source"))
        acknowledge(record_dossier(ledger, "deal/x", "large", 100))
        ledger.rebuild(workers=0)
        for number in range(3):
            acknowledge(record_single(ledger, "deal/x", f"single-{number}", number))
    _library().count_calls()


def _answer(folder: str, command: str) -> Answer:
    os.chdir(folder)
    return Inside(Path(folder))(command)


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(None)
    library.fail_calls.argtypes = [
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.c_long,
        ctypes.c_long,
        ctypes.c_int,
        ctypes.c_int,
    ]
    library.count_calls.restype = ctypes.c_long
    library.failed_call.restype = ctypes.c_char_p
    return library


def _watch(folder: str, kinds: int, first: int, last: int, error: int, *, log: int) -> None:
    _library().fail_calls(os.fsencode(folder), kinds, first, last, error, log)


@contextmanager
def _planted(mistake: str) -> Iterator[None]:
    """Within it, the program makes a mistake."""
    with pytest.MonkeyPatch.context() as patch:
        if mistake:
            MISTAKES[mistake](patch)
        yield


def _connecting_as(kind: type[sqlite3.Connection], patch: pytest.MonkeyPatch) -> None:
    """Have connections to a ledger's file be of a class."""
    patch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=kind))


class Careless(sqlite3.Connection):
    """Takes a transaction for committed though the disk has refused it."""

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run a statement."""
        try:
            return super().execute(sql, parameters)
        except sqlite3.OperationalError:
            if sql != "COMMIT":
                raise
            return self.cursor()


class Hasty(sqlite3.Connection):
    """Says that it is done before it commits."""

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run a statement."""
        if sql == "COMMIT":
            os.write(1, b"answer\n")
        return super().execute(sql, parameters)


class Unsynced(sqlite3.Connection):
    """Never waits for the disk."""

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run a statement."""
        return super().execute("PRAGMA synchronous = OFF" if sql.startswith("PRAGMA synchronous") else sql, parameters)


def _swallows_what_fails(patch: pytest.MonkeyPatch) -> None:
    """Take any error of a read model for its own affair, even where the database has undone the whole transaction."""

    def attempt(connection: Any, names: Sequence[str], work: Callable[[], None], notice: Any = None) -> bool:
        with suppress(Exception), updater.part_of(connection):
            work()
        return True

    patch.setattr(updater, "attempt", attempt)
    patch.setattr(Database, "_whole", _unguarded)


def _unguarded(database: Database, *, durable: bool) -> Iterator[Transaction]:
    transaction = database.current = database._begin(durable=durable)
    try:
        yield transaction
        if transaction.added and database.before_commit is not None:
            database.before_commit(transaction)
        database.driver.execute("COMMIT")
    finally:
        database.current = None


MISTAKES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "takes a refused commit for one": partial(_connecting_as, Careless),
    "acknowledges before it commits": partial(_connecting_as, Hasty),
    "commits without waiting for the disk": partial(_connecting_as, Unsynced),
    "goes on though the database has undone all": _swallows_what_fails,
}

TASKS = (answer_while_calls_fail, answer_while_calls_are_noted, record_while_calls_are_noted)
