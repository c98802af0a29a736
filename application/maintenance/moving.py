"""Moving whole ledgers: copies to other places and databases, backups, and what is restored from them.

A copy is proved, not believed: before it is seen, all its rows are compared with those of the ledger, and so are the
root of the Merkle tree, the states of all streams at some dates, and the rows of the read models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Final, NamedTuple

from armsledger.application.session import Stages, silent, stage
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.exchange.errors import FileExists
from armsledger.storage.address import MEMORY, Place, parse_address
from armsledger.storage.connection import SQLITE
from armsledger.storage.errors import LedgerDamaged, LedgerExists, UnsupportedAddress
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.verification import Violation
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from armsledger.application.session import Session
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from armsledger.application.question import ask
from armsledger.application.view import StreamState, View
from armsledger.projections.first_build import kept_pages
from armsledger.storage.copying.copy import CopyDiffers, check_same, check_same_rows
from armsledger.storage.proofs.checkpoints import tree_head

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.projections.projection import Projection
    from armsledger.storage.copying.rows import Report


# Whether a copy is the ledger that it is a copy of: row by row, by its root, its states and its read models.


def check_alike(
    session: Session, source: JournalReader, copy: JournalReader, name: str, root: bytes, stages: Stages
) -> tuple[str, ...]:
    """Compare a copy that is under way with its source, of which it has the root; says what is equal, or raises
    CopyDiffers.

    Where the source has its read models in step, those of the copy, which were built anew, tell of all days and beliefs
    at once; else states are compared at some more days.
    """
    check_same(source, copy, name, stage(stages, "comparing entries"))
    if tree_head(copy).root != root:
        raise CopyDiffers(name, "the root of its tree is another")
    compared = [_check_read_model(source, copy, name, projection) for projection in session.projections()]
    days = [session.today] if all(compared) else days_of(source, session.today)
    for day in days:
        check_states(source, copy, name, day, stage(stages, f"comparing states of {day}"))
    equal = ("entries", "root", *(f"states at {day}" for day in days))
    return (*equal, "read models") if all(compared) else equal


def days_of(reader: JournalReader, today: date) -> list[date]:
    """Today, and two days of which the journal tells."""
    head = reader.head()
    sql = "SELECT on_latest FROM journal WHERE position = ? AND on_latest IS NOT NULL"
    found = [reader.query(sql, position) for position in (head // 3, 2 * head // 3)]
    return sorted({today, *(date.fromisoformat(rows[0][0]) for rows in found if rows)})


def check_states(source: JournalReader, copy: JournalReader, name: str, day: date, report: Report) -> None:
    """Compare the states of all streams at a date; raises CopyDiffers."""
    total = source.count_streams()
    pairs = zip_longest(_states(source, day), _states(copy, day))
    for done, (theirs, ours) in enumerate(pairs, 1):
        if theirs != ours:
            stream = (theirs or ours)["stream"]
            raise CopyDiffers(name, f"the state of {stream} at {day} is another in its copy")
        report(done, total)


def _states(reader: JournalReader, day: date) -> Iterator[dict[str, Any]]:
    view = View(lambda: reader, ask(reader, day, None, "recorded", day))
    return (StreamState(view.question, stream_day).to_dict() for stream_day in view.stream_days())


def _check_read_model(source: JournalReader, copy: JournalReader, name: str, projection: Projection) -> bool:
    """Compare the rows of a read model, of all days and beliefs; False where the source has not kept it in step."""
    theirs, ours = kept_pages(source, projection), kept_pages(copy, projection)
    if theirs is None or ours is None:
        return False
    try:
        check_same_rows(theirs, ours, f"kept_{projection.name}", name)
    except CopyDiffers as difference:
        difference.remedy = f"build it anew in the ledger that was copied, `armsledger rebuild {projection.name}`"
        raise
    return True


Examine = Callable[[Path], tuple[int, bytes]]
"""Tells how many entries a file holds and the root over them; raises LedgerDamaged."""
REBUILD: Final = "armsledger rebuild"
"""What remedies begin with that mend read models."""


class Moved(NamedTuple):
    """A copy of a ledger: where it is, how many entries it holds, the root over them, and how many bytes it takes.

    ``equal`` names what was compared with the ledger and found equal, where it was copied row by row.
    """

    address: str
    entries: int
    root: bytes
    size_bytes: int
    equal: tuple[str, ...] = ()


def copy(session: Session, address: str | Path, stages: Stages = silent) -> Moved:
    """Copy a ledger to a place where none is; nothing is there if the copy is not equal to it.

    Raises LedgerExists, LedgerDamaged for a ledger that is not sound, and CopyDiffers.
    """
    place = parse_address(address)
    try:
        with session.snapshot() as journal:
            return _copied(session, journal.reader, place, stages)
    except LedgerExists as error:
        error.message = f"there is something at {MEMORY if place is None else place} already"
        error.remedy = "name a place where nothing is yet: a copy takes the place of nothing"
        raise


def back_up(session: Session, path: str | Path, *, replace: bool = False, stages: Stages = silent) -> Moved:
    """Copy a ledger into a file, while others write to it. Raises FileExists and NotWritable."""
    place = _file_of(path)
    session.check_not_own(place)
    try:
        with session.snapshot() as journal:
            reader = journal.reader
            if reader.dialect is SQLITE:
                return _file_copied(reader, place, replace=replace, stages=stages, examine=_examiner(session, stages))
            _check_journal(reader, journal.ledger, stages)
            return _copied(session, reader, place, stages, replace=replace)
    except LedgerExists:
        raise FileExists(str(path)) from None


def restore(session: Session, backup: str | Path, stages: Stages = silent) -> Moved:
    """Make a ledger of a backup, at the address of one that is not there yet; all of the backup is verified first.

    Raises LedgerDamaged for a backup that is not sound.
    """
    place = parse_address(session.address)
    with Journal(_file_of(backup), write=False, timeout_seconds=session.timeout_seconds) as journal:
        reader = journal.reader
        with reader.snapshot():
            _check_backup(journal, session, str(backup), stages)
            if isinstance(place, Path):
                return _file_copied(reader, place, stages=stages)
            return _copied(session, reader, place, stages, name=str(backup))


def _file_of(path: str | Path) -> Path:
    place = parse_address(path)
    if not isinstance(place, Path):
        raise UnsupportedAddress(
            MEMORY if place is None else str(place),
            "a backup is a file",
            remedy="name a file; `copy` takes any address",
        )
    return place


def _examiner(session: Session, stages: Stages) -> Examine:
    """What looks a file over that was copied of a ledger, before it gets its name."""

    def examine(draft: Path) -> tuple[int, bytes]:
        with Journal(draft, write=False) as journal, journal.reader.snapshot():
            return _check_journal(journal.reader, session.journal().ledger, stages)

    return examine


def _file_copied(
    reader: JournalReader, place: Path, *, stages: Stages, replace: bool = False, examine: Examine | None = None
) -> Moved:
    """The file as it is: read models, and whatever else somebody keeps in it, included."""
    from armsledger.storage.copying.backup import copy_file, examined

    report = stage(stages, "copying")
    made = copy_file(reader, place, replace=replace, report=report, examine=examine or examined)
    return Moved(str(place), made.entries, made.root, made.size_bytes)


def _copied(
    session: Session, reader: JournalReader, place: Place, stages: Stages, *, replace: bool = False, name: str = ""
) -> Moved:
    """Row by row, whichever databases the two are in."""
    from armsledger.projections.first_build import build_first
    from armsledger.storage.copying.copy import copy_rows, facts_of
    from armsledger.storage.copying.new_ledger import new_ledger

    source, target = name or session.journal().ledger, str(place)
    timeout, facts = session.timeout_seconds, facts_of(reader)
    with new_ledger(place, session.now, facts, timeout_seconds=timeout, replace=replace) as made:
        copied = copy_rows(reader, source, made, stage(stages, "copying"))
        twin = JournalReader(made.connection, CATALOGUE.decode, ledger=target, timeout_seconds=timeout)
        build_first(
            made.connection, twin, session.projections(), session.give_notice, stage(stages, "building read models")
        )
        equal = check_alike(session, reader, twin, target, copied.root, stages)
        size_bytes = twin.size_bytes()
    return Moved(target, copied.entries, copied.root, size_bytes, equal)


def _check_backup(journal: Journal, session: Session, name: str, stages: Stages) -> None:
    """Raise LedgerDamaged for a backup in which something does not fit: all is checked that `verify` checks."""
    from armsledger.application.maintenance.verifying import verify_all
    from armsledger.storage.copying.rows import schema_of
    from armsledger.storage.schema import SCHEMA_VERSION

    if schema_of(journal.reader) < SCHEMA_VERSION:
        flaws: Sequence[Violation] = _flaws_of_older(journal, session, name, stages)
    else:
        flaws = verify_all(journal, session, stages).findings
    if flaws:
        raise _damaged(name, flaws[0])


def _flaws_of_older(journal: Journal, session: Session, name: str, stages: Stages) -> list[Violation]:
    """What does not fit in a ledger of an earlier release, which has no tree; raises LedgerDamaged for its entries."""
    from armsledger.application.maintenance.verifying import verify_models
    from armsledger.storage.copying.backup import worked_out
    from armsledger.storage.copying.rows import named, stored_entries
    from armsledger.storage.proofs.schema_check import check_database
    from armsledger.storage.proofs.verification import unfaithful

    reader = journal.reader
    worked_out(reader, name, stage(stages, "entries"))
    for rows in stored_entries(reader):
        misfit = unfaithful(reader, rows)
        if misfit is not None:
            raise LedgerDamaged(name, f"{named(rows[misfit[0]])}: {misfit[1]}")
    return [*check_database(reader), *verify_models(journal, session, stages).flaws]


def _check_journal(reader: JournalReader, name: str, stages: Stages) -> tuple[int, bytes]:
    """How many entries there are and the root over them; raises LedgerDamaged if an entry or a person does not fit."""
    from armsledger.storage.copying.backup import worked_out
    from armsledger.storage.copying.rows import schema_of
    from armsledger.storage.proofs.verification import verify_journal
    from armsledger.storage.schema import SCHEMA_VERSION

    report = stage(stages, "verifying")
    if schema_of(reader) < SCHEMA_VERSION:
        return worked_out(reader, name, report)
    walk = verify_journal(reader, report, contents=True)
    if walk.violation is not None:
        raise _damaged(name, walk.violation)
    return walk.sound, walk.root


def _damaged(name: str, flaw: Violation) -> LedgerDamaged:
    """The error for what does not fit; what mends it, if something does, is to be done to the ledger of this name."""
    damaged = LedgerDamaged(name, f"{flaw.where}: {flaw.what}")
    if flaw.remedy.startswith(REBUILD):
        damaged.remedy = f"{flaw.remedy} --ledger {quote(name)}, which makes it anew from the entries; then try again"
    return damaged
