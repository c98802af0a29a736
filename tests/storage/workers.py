"""Processes that write a ledger at the same time as the tests, or under limits of the system.

Run as a script: ``workers.py TASK ADDRESS ARGUMENT``.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

from armsledger.domain.errors import LedgerError
from armsledger.storage.errors import Conflict
from armsledger.storage.journal import Journal
from tests.storage.drafts import draft

UNPRIVILEGED = (
    "setpriv",
    "--bounding-set=-dac_override,-dac_read_search",
    "--inh-caps=-dac_override,-dac_read_search",
)
"""Root is bound by no file's mode, unless it gives the right up."""


def start(task: str, address: str | Path, argument: str = "") -> subprocess.Popen[str]:
    """Start a worker; what it says is read from its ``stdout``."""
    prefix = UNPRIVILEGED if os.geteuid() == 0 else ()
    return subprocess.Popen(
        [*prefix, sys.executable, __file__, task, str(address), argument],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )


def run(task: str, address: str | Path, argument: str = "") -> str:
    """What a worker says until it ends."""
    with start(task, address, argument) as worker:
        said, _ = worker.communicate(timeout=60)
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
