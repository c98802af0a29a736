"""The checkpoints that a ledger keeps of itself, for information: whoever can write the ledger can write these too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from armsledger.domain.errors import LedgerError
from armsledger.storage.connection import Connection
from armsledger.storage.instant import is_instant
from armsledger.storage.proofs.integrity_errors import CheckpointFails
from armsledger.storage.proofs.merkle_proof import verify_consistency
from armsledger.storage.proofs.note import Checkpoint, SignedNote, origin_of
from armsledger.storage.proofs.signing import Verifier
from armsledger.storage.proofs.tree import proof_of_consistency, tree_head
from armsledger.storage.proofs.verification import GO_BACK, Flaw, Walk
from armsledger.storage.reader import JournalReader

COLUMNS: Final = "size, made_at, note"
ALL: Final = f"SELECT {COLUMNS} FROM checkpoint ORDER BY size, made_at"
LAST: Final = f"SELECT {COLUMNS} FROM checkpoint ORDER BY size DESC, made_at DESC LIMIT 1"
INSERT: Final = f"INSERT INTO checkpoint ({COLUMNS}) VALUES (?, ?, ?)"


class KeptCheckpoint(NamedTuple):
    """A signed note, how many entries it speaks of, and when it was made."""

    size: int
    made_at: str
    note: str


def kept_checkpoints(reader: JournalReader) -> list[KeptCheckpoint]:
    """All that were made, in the order of their sizes."""
    return [KeptCheckpoint(*row) for row in reader.query(ALL)]


def last_checkpoint(reader: JournalReader) -> KeptCheckpoint | None:
    """The one of the most entries."""
    rows = reader.query(LAST)
    return KeptCheckpoint(*rows[0]) if rows else None


def keep_checkpoint(connection: Connection, checkpoint: KeptCheckpoint) -> None:
    """Write one down, in the transaction that is under way."""
    connection.execute(INSERT, checkpoint)


# Whether a ledger is an append-only extension of what was signed.

LOST: Final = "entries were lost or taken out, or this is an older copy: look for a copy of the ledger that has them"
REWRITTEN: Final = "what was recorded was rewritten since: go back to a backup that this checkpoint fits, and compare"


def checked(reader: JournalReader, walk: Walk, checkpoint: Checkpoint) -> Flaw | None:
    """Why a journal that was gone through is not an extension of what a checkpoint says; None if it is."""
    where = f"the checkpoint of {checkpoint.size} entries"
    origin = origin_of(reader.meta().get("ledger_id", ""))
    if checkpoint.origin != origin:
        told = f"it is one of another ledger: of {checkpoint.origin:.100}, not of {origin:.100}"
        return Flaw(told, where, "give the checkpoint of this ledger, or name the ledger that it is of")
    if checkpoint.size > walk.head:
        return Flaw(f"the ledger is cut off: it has only {walk.head} entries today", where, LOST)
    if checkpoint.size > walk.sound:
        told = f"it cannot be confirmed, as only the first {walk.sound} entries fit"
        return Flaw(told, where, GO_BACK)
    if tree_head(reader, checkpoint.size).root != checkpoint.root:
        told = f"the first {checkpoint.size} entries are others than those that were signed for: history was rewritten"
        return Flaw(told, where, REWRITTEN)
    proof = proof_of_consistency(reader, checkpoint.size, walk.sound)
    if not verify_consistency(checkpoint.size, walk.sound, checkpoint.root, walk.root, proof):
        return Flaw("today's tree does not continue the one that was signed for", where, REWRITTEN)
    return None


def check_kept(reader: JournalReader, walk: Walk, verifiers: Sequence[Verifier] = ()) -> Iterator[Flaw]:
    """What does not fit in the checkpoints that the ledger keeps of itself.

    Signatures are checked of those that one of the keys has signed.
    """
    for kept in kept_checkpoints(reader):
        where = f"the kept checkpoint of {kept.size} entries, made {kept.made_at!s:.40}"
        try:
            flaw = _kept_flaw(reader, walk, kept, verifiers)
        except LedgerError as error:
            flaw = Flaw(error.message, where, error.remedy)
        if flaw is not None:
            yield flaw._replace(where=where)


def _kept_flaw(reader: JournalReader, walk: Walk, kept: KeptCheckpoint, verifiers: Sequence[Verifier]) -> Flaw | None:
    note = SignedNote.parse(kept.note)
    checkpoint = Checkpoint.parse(note.text)
    known = [one for one in verifiers if any((one.name, one.key_id) == (s.name, s.key_id) for s in note.signatures)]
    if known:
        note.verified_by(known)
    if checkpoint.size != kept.size:
        raise CheckpointFails(f"its note is one of {checkpoint.size} entries", remedy=GO_BACK)
    if not is_instant(kept.made_at):
        raise CheckpointFails("the time at which it was made cannot be read", remedy=GO_BACK)
    return checked(reader, walk, checkpoint)
