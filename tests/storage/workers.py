"""Processes that write a ledger at the same time as the tests, or under limits of the system.

Run as a script: ``workers.py TASK ADDRESS ARGUMENT``.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from armsledger.domain.errors import LedgerError
from armsledger.storage.errors import Conflict
from armsledger.storage.journal import Journal
from tests import processes
from tests.processes import UNPRIVILEGED
from tests.storage.drafts import draft


def command(task: str, address: str | Path, argument: str = "") -> tuple[str, ...]:
    """What starts a worker, which the modes of files bind."""
    return (*UNPRIVILEGED, sys.executable, __file__, task, str(address), argument)


def started(task: str, address: str | Path, argument: str = "") -> AbstractContextManager[subprocess.Popen[str]]:
    """Start a worker; what it says is read from its ``stdout``."""
    return processes.started(command(task, address, argument))


def together(task: str, address: str | Path, *arguments: str) -> list[tuple[int, str]]:
    """Run a worker for each argument at the same time: their statuses, and what they say."""
    return processes.all_ended(*(command(task, address, argument) for argument in arguments))


def run(task: str, address: str | Path, argument: str = "") -> str:
    """What a worker says until it ends."""
    [(_, said)] = together(task, address, argument)
    return said


def append_one_by_one(address: str, stream: str) -> None:
    """Append to a stream of one's own until killed, and say each position when it is recorded."""
    with Journal.open(address, write=True) as journal:
        version = journal.reader.version_of(stream)
        while True:
            version += 1
            [entry] = journal.append([draft(stream, version)], recorded_by=stream)
            print(entry.position, flush=True)


def append_fifty(address: str, stream: str) -> None:
    """Append fifty saves of two entries to a stream of one's own."""
    with Journal.open(address, write=True) as journal:
        for version in range(1, 101, 2):
            journal.append([draft(stream, version), draft(stream, version + 1)], recorded_by=stream)


def compete(address: str, name: str) -> None:
    """Append thirty entries to the stream that the others append to as well; a lost race is run again."""
    with Journal.open(address, write=True) as journal:
        for number in range(30):
            while True:
                version = journal.reader.version_of("deal/shared") + 1
                try:
                    journal.append([draft("deal/shared", version, f"{name}-{number}")], recorded_by=name)
                    break
                except Conflict:
                    print("conflict", flush=True)


def create(address: str, name: str) -> None:
    """Make the ledger unless there is one, and append to it."""
    with Journal.create(address, exist_ok=True) as journal:
        journal.append([draft(f"deal/{name}")], recorded_by=name)


def try_to_write(address: str, _: str) -> None:
    """Append and say what came of it."""
    with Journal.open(address, write=True, timeout_seconds=0.1) as journal:
        journal.append([draft("deal/late")], recorded_by="me")
        print("recorded")


def try_to_create(address: str, _: str) -> None:
    """Make a ledger and say what came of it."""
    with Journal.create(address):
        print("made")


def count(address: str, _: str) -> None:
    """Read and say how much there is."""
    with Journal.open(address) as journal:
        print(len(list(journal.reader.entries())))


def write_until_full(address: str, bytes_more: str) -> None:
    """Append under a limit of the size of files, and say what came of it and what is left."""
    with Journal.open(address, write=True) as journal:
        journal.append([draft("deal/first")], recorded_by="me")
        limit = Path(f"{address}-wal").stat().st_size + int(bytes_more)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            journal.append([draft("deal/second", version) for version in range(1, 1001)], recorded_by="me")
        except LedgerError as error:
            print(type(error).__name__, journal.reader.head())
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        journal.append([draft("deal/third")], recorded_by="me")
        print("afterwards", journal.reader.head())


TASKS = {
    task.__name__: task
    for task in (
        append_one_by_one,
        append_fifty,
        compete,
        create,
        try_to_write,
        try_to_create,
        count,
        write_until_full,
    )
}

if __name__ == "__main__":
    try:
        TASKS[sys.argv[1]](sys.argv[2], sys.argv[3])
    except LedgerError as refusal:
        print(f"{type(refusal).__name__}: {refusal}")
