"""The tree of a ledger: its head, proofs from it, and the checkpoints that sign for it.

A ledger keeps its checkpoints for information only: whoever can write the ledger can write these too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from armsledger.domain.errors import LedgerError
from armsledger.storage.connection import Connection
from armsledger.storage.errors import INTERRUPTED, LedgerOutdated
from armsledger.storage.integrity.verification import GO_BACK, Violation, Walk
from armsledger.storage.proofs.errors import CheckpointFails
from armsledger.storage.proofs.merkle import (
    BlobOf,
    Frontier,
    consistency_proof,
    inclusion_proof,
    peak_positions,
    positions_for_consistency,
    positions_for_inclusion,
    verify_consistency,
)
from armsledger.storage.proofs.note import Checkpoint, SignedNote
from armsledger.storage.proofs.origin import ledger_id_in, misfit_of_origin
from armsledger.storage.proofs.record import record_bytes, record_columns
from armsledger.storage.proofs.signing import Verifier
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import FIRST_WITH_TREE, SCHEMA_VERSION, is_instant

AS_BYTES: Final = {
    "sqlite": "CASE typeof(size) WHEN 'integer' THEN size ELSE 0 END, CAST(made_at AS BLOB), CAST(note AS BLOB)",
    "postgresql": "size, convert_to(made_at, 'UTF8'), convert_to(note, 'UTF8')",
}
"""A column of SQLite holds whatever somebody put there."""
ALL: Final = "SELECT {columns} FROM checkpoint ORDER BY size, made_at"
INSERT: Final = "INSERT INTO checkpoint (size, made_at, note) VALUES (?, ?, ?)"

OF_ANOTHER: Final = "give the checkpoint of this ledger, or name the ledger that it is of"
LOST: Final = "entries were lost or taken out, or this is an older copy: look for a copy of the ledger that has them"
REWRITTEN: Final = (
    "what was recorded was rewritten since, or two copies went different ways: go back to the copy, or the backup, that"
    " this checkpoint fits, and compare"
)
OF_ANOTHER_ID: Final = (
    "the entries are those that were signed for, so the ledger's id was changed since: compare it with a checkpoint"
    " that others keep, and go back to a backup with that id"
)
LEAVE_BEHIND: Final = (
    "somebody who may write the ledger put it there: copy the ledger without it, `armsledger admin copy LEDGER NEW"
    " --key VERIFIER`, which takes along only the checkpoints that the keys signed"
)
IF_NOBODYS: Final = "if nobody whom you trust signed it, "


class TreeHead(NamedTuple):
    """The tree over the first ``size`` entries, in one hash of 32 bytes."""

    size: int
    root: bytes

    @property
    def hex(self) -> str:
        """The root in hexadecimal digits."""
        return self.root.hex()


def check_has_tree(reader: JournalReader, oldest: int = FIRST_WITH_TREE) -> None:
    """Raise LedgerOutdated for a ledger of a release that had no tree, or of one before the ``oldest`` schema."""
    version = int(reader.meta().get("schema_version", SCHEMA_VERSION))
    if version < oldest:
        raise LedgerOutdated("the ledger", version, SCHEMA_VERSION)


def tree_head(reader: JournalReader, size: int | None = None) -> TreeHead:
    """The tree of a size (default: over all entries). To be called in a snapshot; raises TreeUnreadable."""
    size = reader.head() if size is None else size
    return TreeHead(size, frontier_of(reader, size).root())


def frontier_of(reader: JournalReader, size: int) -> Frontier:
    """The edge of the tree of a size, from the hashes that are stored. Raises TreeUnreadable."""
    return Frontier.load(size, _hashes_beside(reader, [position for position, _ in peak_positions(size)]))


def proof_of_inclusion(reader: JournalReader, position: int, size: int) -> list[bytes]:
    """The hashes that lead from the entry at a position to the root of the tree of a size; raises OutsideTree."""
    positions = positions_for_inclusion(position - 1, size)
    return inclusion_proof(position - 1, size, _hashes_beside(reader, positions))


def proof_of_consistency(reader: JournalReader, first: int, second: int) -> list[bytes]:
    """The hashes that show that the tree of the second size continues that of the first."""
    return consistency_proof(first, second, _hashes_beside(reader, positions_for_consistency(first, second)))


def stored_record(reader: JournalReader, position: int) -> bytes | None:
    """The canonical bytes of the entry at a position; None if there is none. Raises UnreadableRecord."""
    columns = record_columns(int(reader.meta()["schema_version"]))
    rows = reader.query(f"SELECT {columns} FROM journal WHERE position = ?", position)
    return record_bytes(rows[0]) if rows else None


def _hashes_beside(reader: JournalReader, positions: Sequence[int]) -> BlobOf:
    """The hashes beside the entries at some positions, read at once."""
    marks = ", ".join("?" * len(positions)) or "NULL"
    rows = reader.query(f"SELECT position, hashes FROM journal WHERE position IN ({marks})", *positions)
    return dict(rows).__getitem__


class KeptCheckpoint(NamedTuple):
    """A signed note, how many entries it signs for, and when it was made: what a row says, whoever put it there."""

    size: int
    made_at: str
    note: str

    def read(self) -> tuple[SignedNote, Checkpoint]:
        """The note and the checkpoint in it; raises UnreadableNote, or CheckpointFails if the row contradicts it."""
        note = SignedNote.parse(self.note)
        checkpoint = Checkpoint.parse(note.text)
        if checkpoint.size != self.size:
            raise CheckpointFails(f"its note is one of {checkpoint.size} entries")
        if not is_instant(self.made_at):
            raise CheckpointFails("the time at which it was made cannot be read")
        return note, checkpoint


def kept_checkpoints(reader: JournalReader) -> list[KeptCheckpoint]:
    """What the ledger keeps as checkpoints, in the order of their sizes."""
    rows = reader.query(ALL.format(columns=AS_BYTES[reader.dialect.name]))
    return [
        KeptCheckpoint(size, *(bytes(text).decode(errors="backslashreplace") for text in texts))
        for size, *texts in rows
    ]


def readable_checkpoints(reader: JournalReader) -> Iterator[tuple[KeptCheckpoint, SignedNote, Checkpoint]]:
    """Those of them that are checkpoints of the ledger, the last first; whether they fit it is not looked at."""
    for kept in reversed(kept_checkpoints(reader)):
        with suppress(LedgerError):
            note, checkpoint = kept.read()
            if _is_of_this_ledger(reader, checkpoint):
                yield kept, note, checkpoint


def _is_of_this_ledger(reader: JournalReader, checkpoint: Checkpoint) -> bool:
    """Whether the ledger's id is in it; or its tree, for then the ledger had another id when it was signed."""
    return ledger_id_in(checkpoint.origin) == reader.meta().get("ledger_id") or _has_tree_of(reader, checkpoint)


def _has_tree_of(reader: JournalReader, checkpoint: Checkpoint) -> bool:
    try:
        return 0 < checkpoint.size <= reader.head() and tree_head(reader, checkpoint.size).root == checkpoint.root
    except INTERRUPTED:
        raise
    except LedgerError:
        return False


def last_checkpoint(reader: JournalReader) -> KeptCheckpoint | None:
    """The checkpoint of the most entries, None if there is none."""
    return next((kept for kept, _, _ in readable_checkpoints(reader)), None)


def last_made_at(reader: JournalReader, size: int) -> str:
    """When the last checkpoint of a size was made; nothing if there is none."""
    return max((kept.made_at for kept, _, _ in readable_checkpoints(reader) if kept.size == size), default="")


def keep_checkpoint(connection: Connection, checkpoint: KeptCheckpoint) -> None:
    """Write a checkpoint down, in the transaction that is under way."""
    connection.execute(INSERT, checkpoint)


def check_extension(reader: JournalReader, walk: Walk, checkpoint: Checkpoint) -> Violation | None:
    """Why a journal that was gone through is not an extension of what a checkpoint says; None if it is."""
    if violation := _check_covered(reader, checkpoint):
        return violation
    if checkpoint.size > walk.sound:
        what = f"it cannot be confirmed, as only the first {walk.sound} entries fit"
        return Violation(what, _called(checkpoint), GO_BACK)
    if violation := _check_root(reader, checkpoint):
        return violation
    proof = proof_of_consistency(reader, checkpoint.size, walk.sound)
    if not verify_consistency(checkpoint.size, walk.sound, checkpoint.root, walk.root, proof):
        return Violation("today's tree does not continue the one that was signed for", _called(checkpoint), REWRITTEN)
    return None


def check_beginning(reader: JournalReader, checkpoint: Checkpoint) -> Violation | None:
    """Why a journal does not begin with what a checkpoint says; None if it does by the hashes that are stored."""
    return _check_covered(reader, checkpoint) or _check_root(reader, checkpoint)


def _check_covered(reader: JournalReader, checkpoint: Checkpoint) -> Violation | None:
    facts = reader.meta()
    if misfit := misfit_of_origin(checkpoint.origin, facts):
        is_of_another = ledger_id_in(checkpoint.origin) != facts.get("ledger_id")
        return Violation(misfit, _called(checkpoint), OF_ANOTHER if is_of_another else GO_BACK)
    if checkpoint.size > (head := reader.head()):
        return Violation(f"the ledger is cut off: it has only {head} entries today", _called(checkpoint), LOST)
    return None


def _check_root(reader: JournalReader, checkpoint: Checkpoint) -> Violation | None:
    if tree_head(reader, checkpoint.size).root == checkpoint.root:
        return None
    what = f"the first {checkpoint.size} entries are others than those that were signed for: history was rewritten"
    return Violation(what, _called(checkpoint), REWRITTEN)


def _called(checkpoint: Checkpoint) -> str:
    return f"the checkpoint of {checkpoint.size} entries"


class Misfit(NamedTuple):
    """What does not fit in a checkpoint that the ledger keeps.

    ``signers`` are those of the keys that signed it; if there are none, anybody may have put it there. ``contradicts``
    is whether it is a checkpoint of this very ledger, which may be a good one.
    """

    violation: Violation
    signers: tuple[Verifier, ...] = ()
    contradicts: bool = False


def check_kept(reader: JournalReader, walk: Walk, verifiers: Sequence[Verifier] = ()) -> Iterator[Violation]:
    """What does not fit in the checkpoints that the ledger keeps of itself.

    A signature is checked where one of the keys has made it.
    """
    return (misfit.violation for misfit in kept_misfits(reader, walk, verifiers))


def kept_misfits(reader: JournalReader, walk: Walk, verifiers: Sequence[Verifier]) -> Iterator[Misfit]:
    """The same, and which of the keys signed it."""
    for kept in kept_checkpoints(reader):
        where = f"the kept checkpoint of {kept.size} entries, made {kept.made_at!s:.40}"
        misfit = _misfit(reader, walk, kept, verifiers)
        if misfit is not None:
            names = " and ".join(f"{key.name}+{key.key_id.hex()}" for key in misfit.signers)
            told = f"{where}, signed by {names}" if names else where
            yield misfit._replace(violation=misfit.violation._replace(where=told))


def _misfit(reader: JournalReader, walk: Walk, kept: KeptCheckpoint, verifiers: Sequence[Verifier]) -> Misfit | None:
    try:
        note = SignedNote.parse(kept.note)
        checkpoint = Checkpoint.parse(note.text)
    except LedgerError as error:
        return Misfit(Violation(error.message, "", LEAVE_BEHIND))
    if violation := _contradiction(reader, walk, checkpoint):
        signers = tuple(key for key in verifiers if note.bears(key))
        if ledger_id_in(checkpoint.origin) != reader.meta().get("ledger_id"):
            if _has_tree_of(reader, checkpoint):
                return Misfit(violation._replace(remedy=OF_ANOTHER_ID), signers, contradicts=True)
            return Misfit(violation._replace(remedy=LEAVE_BEHIND), signers)
        if not signers and walk.violation is None:
            violation = violation._replace(remedy=f"{violation.remedy}; {IF_NOBODYS}{LEAVE_BEHIND}")
        return Misfit(violation, signers, contradicts=True)
    try:
        note.signers(verifiers)
        kept.read()
    except LedgerError as error:
        return Misfit(Violation(error.message, "", LEAVE_BEHIND))
    return None


def _contradiction(reader: JournalReader, walk: Walk, checkpoint: Checkpoint) -> Violation | None:
    try:
        return check_extension(reader, walk, checkpoint)
    except INTERRUPTED:
        raise
    except LedgerError as error:
        return Violation(error.message, "", error.remedy)
