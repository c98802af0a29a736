"""Whether a ledger to which something happened holds what it must hold, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path

from armsledger import Ledger
from armsledger.domain.entry import Entry
from armsledger.storage.errors import LedgerDamaged
from tests.application.read_models import positions, tables
from tests.attack.statements import Mark, Told

Addresses = Callable[[str], str]
"""Gives the address of a ledger of some name, which is not there yet."""


def assert_sound(address: str, acknowledged: Iterable[Told] = (), *, unacknowledged: int = 1) -> list[Told]:
    """Whether all that was acknowledged is there, and at most so many transactions more; returns what is there.

    Entries have ids that `Mark` made. The read models are built anew, which changes nothing if they were right.
    """
    wait_for_writers(address)
    verify(address)
    with Ledger(address) as ledger:
        entries = list(ledger.journal().reader.entries())
        assert_without_gaps(entries)
        found = [Told(entry.position, entry.id) for entry in entries]
        assert_whole(entries)
        assert_acknowledged(found, acknowledged, unacknowledged)
        assert_read_models_in_step(ledger)
        return found


def database_of(address: str) -> str:
    """Which database a ledger is in."""
    return "PostgreSQL" if "://" in address else "SQLite"


def wait_for_writers(address: str) -> None:
    """Wait until a server has done what it was told by those who were killed meanwhile; a file knows no such thing."""
    if "://" in address:
        with Ledger(address) as ledger, ledger.journal().transaction():
            pass


def assert_without_gaps(entries: Sequence[Entry]) -> None:
    """Whether positions and the versions of each stream are 1, 2, 3, ..., ids are unique and times never decrease."""
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    versions: dict[str, int] = {}
    for entry in entries:
        assert entry.version == versions.get(entry.stream, 0) + 1, entry.address
        versions[entry.stream] = entry.version
    assert len({entry.id for entry in entries}) == len(entries)
    times = [entry.recorded_at for entry in entries]
    assert times == sorted(times)


def assert_whole(entries: Sequence[Entry]) -> None:
    """Whether the entries of each transaction are all there, in their order, one after the other, at one instant."""
    seen: set[str] = set()
    for transaction, group in groupby(entries, key=lambda entry: Mark.parse(entry.id).transaction):
        found = list(group)
        marks = [Mark.parse(entry.id) for entry in found]
        assert transaction not in seen, f"{transaction} is torn apart"
        assert [mark.number for mark in marks] == list(range(1, marks[0].size + 1)), f"{transaction} is not whole"
        assert len({entry.recorded_at for entry in found}) == 1
        seen.add(transaction)


def assert_acknowledged(found: Sequence[Told], acknowledged: Iterable[Told], unacknowledged: int) -> None:
    """Whether all that was acknowledged stands where it was said to stand, with few transactions more."""
    told = set(acknowledged)
    lost = told - set(found)
    assert not lost, f"acknowledged and lost: {sorted(lost)[:5]}"
    more = {Mark.parse(one.id).transaction for one in found if one not in told}
    assert len(more) <= unacknowledged, f"nobody was told of {sorted(more)[:5]}"


def assert_read_models_in_step(ledger: Ledger) -> None:
    """Whether the read models take account of all that is recorded and are what a rebuild makes of it."""
    head = ledger.position()
    if not head:
        return
    assert positions(ledger) == {head}
    kept = tables(ledger)
    ledger.rebuild(workers=0)
    assert tables(ledger) == kept


def verify(address: str) -> None:
    """Look for damage wherever it can be found; raises LedgerError."""
    with Ledger(address) as ledger:
        told = ledger.verify(workers=0)
    if not told.sound:
        raise LedgerDamaged(address, "; ".join(map(str, told.findings)))


def complaints_of_sqlite(path: Path) -> list[str]:
    """What SQLite finds wrong with a file; nobody in this process may have it open otherwise."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            found = [str(line) for (line,) in connection.execute("PRAGMA integrity_check")]
        except sqlite3.DatabaseError as error:
            return [str(error)]
    return [line for line in found if line != "ok"]
