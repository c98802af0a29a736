"""Workers that write a ledger at the same time as the tests, or under limits of the system."""

from __future__ import annotations

import resource
from pathlib import Path

from armsledger.domain.errors import LedgerError
from armsledger.storage.errors import Conflict
from armsledger.storage.journal import Journal
from tests.processes import say
from tests.storage.drafts import draft


def append_one_by_one(address: str, stream: str) -> None:
    """Append to a stream of one's own until killed, and say each position when it is recorded."""
    with Journal.open(address, write=True) as journal:
        version = journal.reader.version_of(stream)
        while True:
            version += 1
            [entry] = journal.append([draft(stream, version)], recorded_by=stream)
            say("position", entry.position)


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
                    say("conflict")


def create(address: str, name: str) -> None:
    """Make the ledger unless there is one, and append to it."""
    with Journal.create(address, exist_ok=True) as journal:
        journal.append([draft(f"deal/{name}")], recorded_by=name)


def try_to_write(address: str) -> None:
    """Append and say what came of it."""
    with Journal.open(address, write=True, timeout_seconds=0.1) as journal:
        journal.append([draft("deal/late")], recorded_by="me")
        say("recorded")


def try_to_create(address: str) -> None:
    """Make a ledger and say what came of it."""
    with Journal.create(address):
        say("made")


def count(address: str) -> None:
    """Read and say how much there is."""
    with Journal.open(address) as journal:
        say("count", len(list(journal.reader.entries())))


def write_until_full(address: str, bytes_more: int) -> None:
    """Append under a limit of the size of files, and say what came of it and what is left."""
    with Journal.open(address, write=True) as journal:
        journal.append([draft("deal/first")], recorded_by="me")
        limit = Path(f"{address}-wal").stat().st_size + bytes_more
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            journal.append([draft("deal/second", version) for version in range(1, 1001)], recorded_by="me")
        except LedgerError as error:
            say("refused", type(error).__name__, journal.reader.head())
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        journal.append([draft("deal/third")], recorded_by="me")
        say("afterwards", journal.reader.head())


TASKS = (
    append_one_by_one,
    append_fifty,
    compete,
    create,
    try_to_write,
    try_to_create,
    count,
    write_until_full,
)
