"""Moving whole ledgers: copies to other places and databases, backups, and what is restored from them.

A copy is proved, not believed: before it is seen, all its rows are compared with those of the ledger, and so are the
root of the Merkle tree, the states of all streams at some dates, and the rows of the read models.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from armsledger.application.stages import Stages, silent, stage
from armsledger.domain.catalogue import CATALOGUE
from armsledger.exchange.errors import FileExists, NotWritable
from armsledger.storage.address import MEMORY, Place, parse_address
from armsledger.storage.connection import SQLITE
from armsledger.storage.errors import LedgerDamaged, LedgerExists, UnsupportedAddress
from armsledger.storage.journal import Journal
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger


class Moved(NamedTuple):
    """A copy of a ledger: where it is, how many entries it holds, the root over them, and how many bytes it takes.

    ``equal`` names what was compared with the ledger and found equal, where it was copied row by row.
    """

    address: str
    entries: int
    root: bytes
    size_bytes: int
    equal: tuple[str, ...] = ()


def copy(ledger: Ledger, address: str | Path, stages: Stages = silent) -> Moved:
    """Copy a ledger to a place where none is; nothing is there if the copy is not equal to it.

    Raises LedgerExists, LedgerDamaged for a ledger that is not sound, and CopyDiffers.
    """
    place = parse_address(address)
    try:
        with reading(ledger) as reader:
            return _copied(ledger, reader, place, stages)
    except LedgerExists as error:
        error.message = f"there is something at {MEMORY if place is None else place} already"
        error.remedy = "name a place where nothing is yet: a copy takes the place of nothing"
        raise


def back_up(ledger: Ledger, path: str | Path, *, replace: bool = False, stages: Stages = silent) -> Moved:
    """Copy a ledger into a file, while others write to it. Raises FileExists and NotWritable."""
    place = _file_of(path)
    if ledger.stands_at(place):
        raise NotWritable(str(path), "the ledger itself is there")
    try:
        with reading(ledger) as reader:
            if reader.dialect is SQLITE:
                return _file_copied(reader, place, replace=replace, stages=stages)
            return _copied(ledger, reader, place, stages, replace=replace)
    except LedgerExists:
        raise FileExists(str(path)) from None


def restore(ledger: Ledger, backup: str | Path, stages: Stages = silent) -> Moved:
    """Make a ledger of a backup, at the address of one that is not there yet; the backup is verified first.

    Raises LedgerDamaged for a backup that is not sound.
    """
    place = parse_address(ledger.address)
    with Journal(_file_of(backup), write=False, timeout_seconds=ledger.timeout_seconds) as journal:
        reader = journal.reader
        with reader.snapshot():
            _check_backup(reader, str(backup), stages)
            if isinstance(place, Path):
                return _file_copied(reader, place, stages=stages)
            return _copied(ledger, reader, place, stages, name=str(backup))


@contextmanager
def reading(ledger: Ledger) -> Iterator[JournalReader]:
    """A reader of one commit, over a connection of its own: threads that share the ledger do not wait for it."""
    journal = ledger.journal()
    if journal.place is None:
        with journal.reader.snapshot():
            yield journal.reader
        return
    with Journal(journal.place, write=False, timeout_seconds=ledger.timeout_seconds) as own, own.reader.snapshot():
        yield own.reader


def _file_of(path: str | Path) -> Path:
    place = parse_address(path)
    if not isinstance(place, Path):
        raise UnsupportedAddress(
            MEMORY if place is None else str(place),
            "a backup is a file",
            remedy="name a file; `copy` takes any address",
        )
    return place


def _file_copied(reader: JournalReader, place: Path, *, stages: Stages, replace: bool = False) -> Moved:
    """The file as it is: read models, and whatever else somebody keeps in it, included."""
    from armsledger.storage.backup import copy_file

    made = copy_file(reader, place, replace=replace, report=stage(stages, "copying"))
    return Moved(str(place), made.entries, made.root, made.size_bytes)


def _copied(
    ledger: Ledger, reader: JournalReader, place: Place, stages: Stages, *, replace: bool = False, name: str = ""
) -> Moved:
    """Row by row, whichever databases the two are in."""
    from armsledger.application.likeness import check_alike
    from armsledger.projections.first_build import build_first
    from armsledger.storage.copying import copy_rows, facts_of
    from armsledger.storage.new_ledger import new_ledger

    source, target = name or ledger.journal().ledger, str(place)
    timeout, facts = ledger.timeout_seconds, facts_of(reader)
    with new_ledger(place, ledger.now, facts, timeout_seconds=timeout, replace=replace) as made:
        copied = copy_rows(reader, source, made, stage(stages, "copying"))
        twin = JournalReader(made.connection, CATALOGUE.decode, ledger=target, timeout_seconds=timeout)
        build_first(
            made.connection, twin, ledger.projections(), ledger.give_notice, stage(stages, "building read models")
        )
        equal = check_alike(ledger, reader, twin, target, copied.root, stages)
        size_bytes = twin.size_bytes()
    return Moved(target, copied.entries, copied.root, size_bytes, equal)


def _check_backup(reader: JournalReader, name: str, stages: Stages) -> None:
    """Raise LedgerDamaged for a backup that is not sound, in its entries or in what keeps them append-only."""
    from armsledger.storage.backup import worked_out
    from armsledger.storage.layout import SCHEMA_VERSION
    from armsledger.storage.schema_check import check_database, check_facts, check_schema
    from armsledger.storage.stored_rows import schema_of
    from armsledger.storage.verification import verify_journal

    if schema_of(reader) < SCHEMA_VERSION:  # which has no tree to be verified
        worked_out(reader, name, stage(stages, "verifying"))
        flaws = check_database(reader)
    else:
        walk = verify_journal(reader, stage(stages, "verifying"))
        flaws = [*([walk.flaw] if walk.flaw else []), *check_database(reader), *check_schema(reader)]
        flaws += check_facts(reader)
    if flaws:
        raise LedgerDamaged(name, f"{flaws[0].where}: {flaws[0].what}")
