"""Checks of copies: whether a ledger or a backup is sound, and whether a copy is equal to its ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import zip_longest
from shlex import quote
from typing import TYPE_CHECKING, Any, Final

from armsledger.application.beliefs import Beliefs
from armsledger.application.maintenance.verification import verify_models, verify_snapshot
from armsledger.application.question import ask
from armsledger.application.session import Stages, stage
from armsledger.application.stream_state import StreamState
from armsledger.projections.reading import kept_pages
from armsledger.storage.copying.backup import size_and_root
from armsledger.storage.copying.copy import CopyDiffers, check_same, check_same_rows
from armsledger.storage.copying.rows import named, schema_of, stored_entries
from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.integrity.checkpoints import LEAVE_BEHIND, check_kept, tree_head
from armsledger.storage.integrity.schema_check import check_database
from armsledger.storage.integrity.verification import Violation, Walk, unfaithful, verify_journal
from armsledger.storage.journal import Journal
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import FIRST_WITH_TREE

if TYPE_CHECKING:
    from armsledger.projections.projection import Projection
    from armsledger.storage.proofs.signing import Verifier
    from armsledger.storage.schema import Report

REBUILD: Final = "armsledger rebuild"
"""What the remedies begin with that mend read models."""


def check_journal(reader: JournalReader, name: str, stages: Stages) -> tuple[int, bytes]:
    """How many entries there are and the root over them; raises LedgerDamaged for an entry, a person or a kept
    checkpoint that does not fit."""
    report = stage(stages, "verifying")
    if schema_of(reader) < FIRST_WITH_TREE:
        return size_and_root(reader, name, report)
    walk = verify_journal(reader, report, contents=True)
    for violation in (walk.violation, *check_kept(reader, walk)):
        if violation is not None:
            raise _damaged(name, violation)
    return walk.sound, walk.root


def check_backup(journal: Journal, projections: Sequence[Projection], name: str, stages: Stages) -> None:
    """Check everything that `verify` checks; raises LedgerDamaged for a backup in which something does not fit."""
    if schema_of(journal.reader) < FIRST_WITH_TREE:
        violations: Sequence[Violation] = _violations_of_older(journal, projections, name, stages)
    else:
        violations = verify_snapshot(journal, projections, stages=stages).findings
    if violations:
        raise _damaged(name, violations[0])


def _violations_of_older(
    journal: Journal, projections: Sequence[Projection], name: str, stages: Stages
) -> list[Violation]:
    """What does not fit in a ledger of an earlier release, which has no tree; raises LedgerDamaged for its entries."""
    reader = journal.reader
    size_and_root(reader, name, stage(stages, "entries"))
    for rows in stored_entries(reader):
        misfit, strange = unfaithful(reader, rows)
        for place, what in [*strange, *([misfit] if misfit else ())]:
            raise LedgerDamaged(name, f"{named(rows[place])}: {what}")
    return [*check_database(reader), *verify_models(journal, projections, stages).violations]


def _damaged(name: str, violation: Violation) -> LedgerDamaged:
    """The error for a violation. Its remedy, if it has one, names the ledger to which it is to be applied."""
    damaged = LedgerDamaged(name, f"{violation.where}: {violation.what}")
    if violation.remedy.startswith(REBUILD):
        mend = f"{violation.remedy} --ledger {quote(name)}"
        damaged.remedy = f"{mend}, which makes it anew from the entries; then try again"
    elif LEAVE_BEHIND in violation.remedy:
        damaged.remedy = violation.remedy
    return damaged


def check_equal(
    source: JournalReader,
    copy: JournalReader,
    name: str,
    root: bytes,
    projections: Sequence[Projection],
    today: date,
    stages: Stages,
    signers: Sequence[Verifier] | None = None,
) -> tuple[str, ...]:
    """Compare a copy with its source, of which the root is given; says what is equal, or raises CopyDiffers.

    Of the kept checkpoints only those that the ``signers`` signed, if any are given, are in the copy.

    If the read models of the source are up to date, they are compared with those of the copy, which were built anew:
    they hold all days and beliefs at once. Else the states of all streams are compared at some more days.
    """
    check_same(source, copy, name, stage(stages, "comparing entries"), signers)
    if tree_head(copy).root != root:
        raise CopyDiffers(name, "the root of its tree is another")
    for violation in check_kept(copy, Walk(copy.head(), copy.head(), root, None)):
        differing = CopyDiffers(name, f"{violation.where}: {violation.what}")
        differing.remedy = violation.remedy if LEAVE_BEHIND in violation.remedy else differing.remedy
        raise differing
    compared = [_check_read_model(source, copy, name, projection) for projection in projections]
    days = [today] if all(compared) else _some_days(source, today)
    for day in days:
        _check_states(source, copy, name, day, stage(stages, f"comparing states of {day}"))
    equal = ("entries", "root", *(f"states at {day}" for day in days))
    return (*equal, "read models") if all(compared) else equal


def _some_days(reader: JournalReader, today: date) -> list[date]:
    """Today, and the days of two entries."""
    head = reader.head()
    sql = "SELECT on_latest FROM journal WHERE position = ? AND on_latest IS NOT NULL"
    answers = [reader.query(sql, position) for position in (head // 3, 2 * head // 3)]
    return sorted({today, *(date.fromisoformat(rows[0][0]) for rows in answers if rows)})


def _check_states(source: JournalReader, copy: JournalReader, name: str, day: date, report: Report) -> None:
    total = source.count_streams()
    pairs = zip_longest(_states(source, day), _states(copy, day))
    for done, (theirs, ours) in enumerate(pairs, 1):
        if theirs != ours:
            stream = (theirs or ours)["stream"]
            raise CopyDiffers(name, f"the state of {stream} at {day} is another in its copy")
        report(done, total)


def _states(reader: JournalReader, day: date) -> Iterator[dict[str, Any]]:
    beliefs = Beliefs(lambda: reader, ask(reader, day, None, "recorded", day))
    return (StreamState(beliefs.question, stream_day).to_dict() for stream_day in beliefs.stream_days())


def _check_read_model(source: JournalReader, copy: JournalReader, name: str, projection: Projection) -> bool:
    """Compare the rows of a read model, of all days and beliefs; False where that of the source is not up to date."""
    theirs, ours = kept_pages(source, projection), kept_pages(copy, projection)
    if theirs is None or ours is None:
        return False
    try:
        check_same_rows(theirs, ours, f"kept_{projection.name}", name)
    except CopyDiffers as difference:
        difference.remedy = f"build it anew in the ledger that was copied, `armsledger rebuild {projection.name}`"
        raise
    return True
