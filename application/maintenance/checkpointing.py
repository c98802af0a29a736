"""Signing for what a ledger holds, and proving that an entry is among it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from armsledger.application.maintenance.small_file import read_small
from armsledger.application.maintenance.verifying import elsewhere
from armsledger.domain.errors import LedgerError, UsageError
from armsledger.domain.values.stream import Address
from armsledger.exchange.atomic import writing
from armsledger.storage.connection import Connection
from armsledger.storage.errors import LedgerDamaged, LedgerOutdated
from armsledger.storage.proofs.checkpoints import (
    KeptCheckpoint,
    TreeHead,
    keep_checkpoint,
    kept_checkpoints,
    last_checkpoint,
    proof_of_inclusion,
    stored_record,
    tree_head,
)
from armsledger.storage.proofs.errors import CheckpointFails
from armsledger.storage.proofs.keys import read_signer
from armsledger.storage.proofs.merkle import leaf_hash, verify_inclusion
from armsledger.storage.proofs.note import LARGEST_NOTE_BYTES, Checkpoint, SignedNote, origin_of
from armsledger.storage.proofs.proof import write_proof
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import SCHEMA_VERSION, instant_text, parse_instant

if TYPE_CHECKING:
    from armsledger.application.session import Session
import json
from collections.abc import Iterable
from typing import Any

from armsledger.storage.proofs.keys import read_verifier
from armsledger.storage.proofs.proof import LARGEST_PROOF_BYTES, check_proof, read_proof
from armsledger.storage.proofs.record import Record

LEAST_LATER = timedelta(microseconds=1)


class Signed(NamedTuple):
    """A checkpoint that was made: of how many entries, the root over them, when, and the signed note itself."""

    size: int
    root: bytes
    made_at: str
    note: str


class Proved(NamedTuple):
    """A proof that was written: of which entry, at which position, against a checkpoint of how many entries."""

    entry: str
    position: int
    size: int


class NothingToSign(LedgerError):
    """A checkpoint of an empty ledger says nothing."""

    def __init__(self, ledger: str) -> None:
        super().__init__(f"{ledger} is empty: there is nothing to sign for", remedy="record something first")


class NoSuchEntry(LedgerError):
    """The ledger does not hold the entry."""

    def __init__(self, entry: str) -> None:
        super().__init__(
            f"there is no entry {entry} in the ledger",
            remedy="`armsledger log` lists all entries with their positions",
        )


class NotCovered(LedgerError):
    """No checkpoint at hand speaks of the entry."""

    def __init__(self, position: int) -> None:
        super().__init__(
            f"no checkpoint that the ledger keeps covers position {position}",
            remedy="make one first: armsledger checkpoint FILE --key KEYFILE; or give --key KEYFILE here too",
        )


def root_of(session: Session, size: int | None = None) -> TreeHead:
    """The root of the tree over so many entries (default: all there are), from the few nodes that it takes."""
    with session.journal().reader.snapshot():
        reader = session.journal().reader
        _check_has_tree(reader)
        return tree_head(reader, size)


def checkpoint(session: Session, file: str | Path, key: str | Path, *, replace: bool = False) -> Signed:
    """Sign for all that is recorded, write the note to a file, and keep it in the ledger too.

    The file comes first: what the ledger keeps was handed out. Nothing is verified. Raises NothingToSign, FileExists,
    NotWritable, UnreadableKey and LedgerReadOnly.
    """
    signer = read_signer(key)
    journal = session.journal()
    session.check_not_own(file)
    with journal.transaction() as transaction:
        reader, size = journal.reader, transaction.head
        if size == 0:
            raise NothingToSign(journal.ledger)
        root = tree_head(reader, size).root
        note = str(Checkpoint(origin_of(reader.meta()["ledger_id"]), size, root).signed(signer))
        with writing(file, replace=replace) as out:
            out.write(note)
        made_at = _kept(transaction.connection, reader, size, transaction.instant, note)
    return Signed(size, root, made_at, note)


def _kept(connection: Connection, reader: JournalReader, size: int, instant: str, note: str) -> str:
    """Keep a checkpoint, and say when it was made: later than any other of its size, whatever the clock says."""
    last = last_checkpoint(reader)
    if last is not None and last.size == size and last.made_at >= instant:
        instant = instant_text(parse_instant(last.made_at) + LEAST_LATER)
    keep_checkpoint(connection, KeptCheckpoint(size, instant, note))
    return instant


def prove(
    session: Session,
    entry: str | int,
    file: str | Path,
    *,
    key: str | Path | None = None,
    signed: str | Path | None = None,
    replace: bool = False,
) -> Proved:
    """Write a proof that an entry is in the ledger: one of ``deal/x@7``, ``@123`` or a position.

    It is proved against a checkpoint that ``key`` signs for all that is recorded now, or the one in the file
    ``signed``, or the last that the ledger keeps. Nothing is written to the ledger. Raises NoSuchEntry and NotCovered.
    """
    signer = None if key is None else read_signer(key)
    given = None if signed is None else SignedNote.parse(read_small(elsewhere(session, signed), LARGEST_NOTE_BYTES))
    session.check_not_own(file)
    with session.snapshot() as journal:
        reader = journal.reader
        _check_has_tree(reader)
        position, name = _found(reader, entry)
        if signer is not None:
            head = tree_head(reader)
            note = Checkpoint(origin_of(reader.meta()["ledger_id"]), head.size, head.root).signed(signer)
        else:
            note = given or _last_covering(reader, position)
        text, size = _proof(reader, journal.ledger, position, note)
    with writing(file, replace=replace) as out:
        out.write(text)
    return Proved(name, position, size)


def _check_has_tree(reader: JournalReader) -> None:
    found = int(reader.meta()["schema_version"])
    if found < SCHEMA_VERSION:
        raise LedgerOutdated("the ledger", found, SCHEMA_VERSION)


def _found(reader: JournalReader, entry: str | int) -> tuple[int, str]:
    """The position of an entry, and its address."""
    text = f"@{entry}" if isinstance(entry, int) else entry.strip()
    stream, _, number = text.rpartition("@")
    asked: list[str | int]
    if stream:
        address = Address.parse(text)
        sql, asked = "stream = ? AND version = ?", [address.stream, address.version]
    elif number.isascii() and number.isdecimal() and len(number) < 19:
        sql, asked = "position = ?", [int(number)]
    else:
        raise UsageError(f"{text!r:.80} is not an entry", remedy="write deal/india-s400@7, or its position as @123")
    rows = reader.query(f"SELECT position, stream, version FROM journal WHERE {sql}", *asked)
    if not rows:
        raise NoSuchEntry(text)
    position, stream, version = rows[0]
    return int(position), f"{stream}@{version}"


def _last_covering(reader: JournalReader, position: int) -> SignedNote:
    kept = kept_checkpoints(reader)
    if not kept or kept[-1].size < position:
        raise NotCovered(position)
    return SignedNote.parse(kept[-1].note)


def _proof(reader: JournalReader, ledger: str, position: int, note: SignedNote) -> tuple[str, int]:
    """The text of the proof, which was tried out, and the size of the checkpoint."""
    checkpoint = Checkpoint.parse(note.text)
    _check_fits(reader, checkpoint, position)
    record = stored_record(reader, position)
    hashes = proof_of_inclusion(reader, position, checkpoint.size)
    if record is None or not verify_inclusion(
        leaf_hash(record), position - 1, checkpoint.size, hashes, checkpoint.root
    ):
        raise LedgerDamaged(ledger, f"what the entry at position {position} says is not what was signed for")
    return write_proof(record, position - 1, hashes, note), checkpoint.size


def _check_fits(reader: JournalReader, checkpoint: Checkpoint, position: int) -> None:
    """Raise an error for a checkpoint that says nothing of the entry, or says other than the ledger."""
    if checkpoint.origin != origin_of(reader.meta()["ledger_id"]):
        raise CheckpointFails(
            f"it is one of another ledger: of {checkpoint.origin:.100}", remedy="give a checkpoint of this ledger"
        )
    if checkpoint.size < position:
        raise NotCovered(position)
    if checkpoint.size > reader.head() or tree_head(reader, checkpoint.size).root != checkpoint.root:
        raise CheckpointFails(
            "the ledger is not the one that was signed for",
            remedy="see what does not fit with `armsledger verify --checkpoint FILE --key VERIFIER`",
        )


# Checking a proof without any ledger: what it proves, and on whose signature.


class ProvedEntry(NamedTuple):
    """An entry that is proved to be in a ledger, and the checkpoint that it is proved against."""

    record: Record
    origin: str
    size: int
    root: bytes
    signed_by: tuple[str, ...]

    @property
    def event(self) -> str:
        """``contract-signed``."""
        return self.record.name.partition(".")[2]

    @property
    def data(self) -> Any:
        """What the entry says, in the types of JSON; as text if it is no entry of a catalogue."""
        try:
            return json.loads(self.record.payload)
        except ValueError:
            return self.record.payload

    def to_dict(self) -> dict[str, Any]:
        """In the types of JSON."""
        record = self.record
        return {
            "entry": f"{record.stream}@{record.version}",
            "position": record.position,
            "event": self.event,
            "id": record.entry_id,
            "source": record.source,
            "recorded_at": record.recorded_at,
            "recorded_by": record.recorded_by,
            "data": self.data,
            "checkpoint": {
                "origin": self.origin,
                "size": self.size,
                "root": self.root.hex(),
                "signed_by": list(self.signed_by),
            },
        }


def verify_proof(file: str | Path, keys: Iterable[str | Path]) -> ProvedEntry:
    """What the proof in a file proves; raises ProofFails, CheckpointFails, or an error for what cannot be read.

    ``keys`` are verifier keys, as text or file: those whose signature is trusted.
    """
    verifiers = [read_verifier(key) for key in keys]
    if not verifiers:
        raise UsageError(
            "a proof is worth what the signature under its checkpoint is worth, and there is no key to check that with",
            remedy="give the verifier key of who signed it: --key FILE.pub, or its text",
        )
    proof = read_proof(read_small(file, LARGEST_PROOF_BYTES))
    record = check_proof(proof, verifiers)
    checkpoint = Checkpoint.parse(proof.note.text)
    signers = (f"{one.name}+{one.key_id.hex()}" for one in proof.note.verified_by(verifiers))
    return ProvedEntry(record, checkpoint.origin, checkpoint.size, checkpoint.root, tuple(signers))
