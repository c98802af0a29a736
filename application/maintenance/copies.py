"""Copies of whole ledgers: at another place or in another database, as a backup, and in a newer schema.

A copy is proved, not believed: `copy_checks` compares it with the ledger before anybody can see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from armsledger.application.maintenance.copy_checks import check_backup, check_equal, check_journal
from armsledger.application.session import Stages, silent, stage
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.exchange.errors import FileExists
from armsledger.storage.address import MEMORY, Place, parse_address
from armsledger.storage.connection import SQLITE
from armsledger.storage.errors import LedgerExists, UnsupportedAddress
from armsledger.storage.files import mode_of
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.keys import read_verifier
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.storage.copying.migrations import Migrated
    from armsledger.storage.proofs.signing import Verifier

Examine = Callable[[Path], tuple[int, bytes]]
"""Tells how many entries a file holds and the root over them; raises LedgerDamaged."""


class LedgerCopy(NamedTuple):
    """A copy of a ledger: where it is, how many entries it holds, the root over them, and how many bytes it takes.

    ``equal`` names what was compared with the ledger and found equal, where it was copied row by row. ``left_behind``
    is how many kept checkpoints were not copied, as none of the given keys signed them.
    """

    address: str
    entries: int
    root: bytes
    size_bytes: int
    equal: tuple[str, ...] = ()
    left_behind: int = 0


def copy(
    session: Session, address: str | Path, signers: Iterable[str | Path] = (), stages: Stages = silent
) -> LedgerCopy:
    """Copy a ledger to a place where none is; a copy that is not equal to the ledger is not kept.

    If ``signers`` are given, verifier keys as text or file, only the kept checkpoints that one of them signed are
    copied. Raises LedgerExists, LedgerDamaged for a ledger that is not sound, and CopyDiffers.
    """
    place, verifiers = parse_address(address), [read_verifier(key) for key in signers] or None
    try:
        with session.snapshot() as journal:
            return _copied_rows(session, journal.reader, place, stages, signers=verifiers)
    except LedgerExists as error:
        error.message = f"there is something at {MEMORY if place is None else place} already"
        error.remedy = "name a place where nothing is yet: a copy takes the place of nothing"
        raise


def back_up(session: Session, path: str | Path, *, replace: bool = False, stages: Stages = silent) -> LedgerCopy:
    """Copy a ledger into a file, while others write to it. Raises FileExists and NotWritable."""
    file = _file_of(path, "name a file; `armsledger admin copy` takes any address")
    session.check_not_own(file)
    try:
        with session.snapshot() as journal:
            reader = journal.reader
            if reader.dialect is SQLITE:
                examine = _examiner(journal.ledger, stages)
                return _copied_file(reader, file, stages, mode=session.file_mode, replace=replace, examine=examine)
            check_journal(reader, journal.ledger, stages)
            return _copied_rows(session, reader, file, stages, replace=replace)
    except LedgerExists:
        raise FileExists(str(path)) from None


def restore(session: Session, backup: str | Path, stages: Stages = silent) -> LedgerCopy:
    """Make a ledger of a backup, at the session's address, where none is yet. The whole backup is verified first.

    Raises LedgerExists, and LedgerDamaged for a backup that is not sound.
    """
    place = parse_address(session.address)
    file = _file_of(backup, "name a file; `armsledger admin copy` takes any address")
    with Journal(file, write=False, timeout_seconds=session.timeout_seconds) as journal, journal.reader.snapshot():
        check_backup(journal, session.projections(), str(backup), stages)
        if isinstance(place, Path):
            return _copied_file(journal.reader, place, stages, mode=mode_of(file))
        return _copied_rows(session, journal.reader, place, stages, name=str(backup))


def migrate(
    session: Session, backup: str | Path | None, *, without_backup: bool = False, stages: Stages = silent
) -> Migrated | None:
    """Bring a ledger of an earlier release up to date, in its place, after a backup; None if it is up to date.

    The session's own connections are closed first. Raises BackupExists for a backup that would take the place of
    another file.
    """
    from armsledger.storage.copying.migrations import migrate as migrate_place

    place = parse_address(session.address)
    if place is not None:
        session.close()
    return migrate_place(
        place,
        backup=None if backup is None else _file_of(backup, "name a file with --backup"),
        without_backup=without_backup,
        timeout_seconds=session.timeout_seconds,
        report=stage(stages, "migrating"),
        recorded_by=session.recorded_by,
    )


def _file_of(path: str | Path, remedy: str) -> Path:
    place = parse_address(path)
    if not isinstance(place, Path):
        raise UnsupportedAddress(MEMORY if place is None else str(place), "a backup is a file", remedy=remedy)
    return place


def _examiner(ledger: str, stages: Stages) -> Examine:
    """A function that checks the copied file of a ledger before it gets its name."""

    def examine(draft: Path) -> tuple[int, bytes]:
        with Journal(draft, write=False) as journal, journal.reader.snapshot():
            return check_journal(journal.reader, ledger, stages)

    return examine


def _copied_file(
    reader: JournalReader,
    file: Path,
    stages: Stages,
    *,
    mode: int | None,
    replace: bool = False,
    examine: Examine | None = None,
) -> LedgerCopy:
    """The file as it is, with read models and the tables that other programs keep in it."""
    from armsledger.storage.copying.backup import copy_file, examined

    report = stage(stages, "copying")
    backup = copy_file(reader, file, replace=replace, mode=mode, report=report, examine=examine or examined)
    return LedgerCopy(str(file), backup.entries, backup.root, backup.size_bytes)


def _copied_rows(
    session: Session,
    reader: JournalReader,
    place: Place,
    stages: Stages,
    *,
    replace: bool = False,
    name: str = "",
    signers: Sequence[Verifier] | None = None,
) -> LedgerCopy:
    """A copy row by row, from any database to any database. Messages call the source by ``name``."""
    from armsledger.projections.rebuild import build_first
    from armsledger.storage.copying.copy import copy_rows, facts_of
    from armsledger.storage.copying.new_ledger import new_ledger

    source, target = name or session.journal().ledger, str(place)
    timeout, facts, projections = session.timeout_seconds, facts_of(reader), session.projections()
    mode = session.file_mode
    with new_ledger(place, session.now, facts, timeout_seconds=timeout, replace=replace, mode=mode) as draft:
        copied = copy_rows(reader, source, draft, stage(stages, "copying"), signers)
        twin = JournalReader(draft.connection, lambda: CATALOGUE.decode, ledger=target, timeout_seconds=timeout)
        building = stage(stages, "building read models")
        build_first(draft.connection, twin, projections, session.give_notice, building)
        equal = check_equal(reader, twin, target, copied.root, projections, session.today, stages, signers)
        size_bytes = twin.size_bytes()
    return LedgerCopy(target, copied.entries, copied.root, size_bytes, equal, copied.left_behind)
