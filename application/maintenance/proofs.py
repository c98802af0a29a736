"""Proofs that an entry is in a ledger: written from the ledger, and verified without it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from armsledger.application.maintenance.checkpoint_file import CheckpointFile
from armsledger.application.maintenance.signing import signing
from armsledger.application.session import silent
from armsledger.application.stream_names import entry_named
from armsledger.domain.errors import LedgerError, UsageError
from armsledger.exchange.atomic import writing
from armsledger.exchange.signed import key_names, read_small, trusted_keys
from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.integrity.checkpoints import (
    check_beginning,
    check_has_tree,
    proof_of_inclusion,
    readable_checkpoints,
    stored_record,
)
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.errors import CheckpointFails
from armsledger.storage.proofs.merkle import leaf_hash, verify_inclusion
from armsledger.storage.proofs.note import Checkpoint, SignedNote
from armsledger.storage.proofs.origin import ledger_id_in
from armsledger.storage.proofs.proof import LARGEST_PROOF_BYTES, check_proof, read_proof, write_proof
from armsledger.storage.proofs.record import Record
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from armsledger.application.session import Session


class NoSuchEntry(LedgerError):
    """The ledger does not hold the entry."""

    def __init__(self, entry: str) -> None:
        super().__init__(
            f"there is no entry {entry} in the ledger",
            remedy="`armsledger log` lists all entries with their positions",
        )


class NotCovered(LedgerError):
    """No checkpoint at hand covers the entry."""

    def __init__(self, position: int) -> None:
        super().__init__(
            f"no checkpoint that the ledger keeps covers position {position}",
            remedy="make one first: armsledger proof checkpoint FILE --key KEYFILE; or give --key KEYFILE here too",
        )


class Proved(NamedTuple):
    """A proof that was written: of which entry, at which position, against a checkpoint of how many entries.

    ``signed_by`` are the keys of which the signature under the checkpoint was checked: the one that signed it now, if
    one did. ``unchecked`` are the keys that other signatures name.
    """

    entry: str
    position: int
    size: int
    signed_by: tuple[str, ...]
    unchecked: tuple[str, ...]
    is_first: bool


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

    The proof leads to a checkpoint: one that ``key`` signs now for everything recorded, after the same checks as
    `checkpoint` makes, else the one in the file ``signed``, else the last that the ledger keeps. The ledger is not
    written. Raises NoSuchEntry, NotCovered and NothingSigned.
    """
    session.check_not_own(file)
    with ExitStack() as held:
        signed_note = None if signed is None else CheckpointFile(session, signed).note
        signs = None if key is None else held.enter_context(signing(session, key))
        if signs is not None:
            signs.check_not_own(file)
        journal = held.enter_context(session.snapshot())
        reader = journal.reader
        check_has_tree(reader)
        position, address = _entry_of(reader, entry)
        own = None if signs is None else signs.sign(journal, silent)
        note = own or signed_note or _last_covering(reader, position)
        text, size = _proof(journal, position, note)
        is_first = signs is not None and signs.tell(session, reader)
        with writing(file, replace=replace, mode=session.file_mode) as out:
            if signs is not None:
                signs.remember(reader, note)
            out.write(text)
    known = () if signs is None else signs.known_keys
    return Proved(address, position, size, key_names(note.signers(known)), tuple(note.unchecked(known)), is_first)


def _entry_of(reader: JournalReader, entry: str | int) -> tuple[int, str]:
    """The position of an entry, and its address."""
    text = f"@{entry}" if isinstance(entry, int) else entry.strip()
    stream, _, number = text.rpartition("@")
    values: list[str | int]
    if stream:
        address = entry_named(reader, text)
        sql, values = "stream = ? AND version = ?", [address.stream, address.version]
    elif number.isascii() and number.isdecimal() and len(number) < 19:
        sql, values = "position = ?", [int(number)]
    else:
        raise UsageError(f"{text!r:.80} is not an entry", remedy="write deal/india-s400@7, or its position as @123")
    rows = reader.query(f"SELECT position, stream, version FROM journal WHERE {sql}", *values)
    if not rows:
        raise NoSuchEntry(text)
    position, stream, version = rows[0]
    return int(position), f"{stream}@{version}"


def _last_covering(reader: JournalReader, position: int) -> SignedNote:
    """The last note that the ledger keeps, fits and covers the entry with."""
    for _, note, checkpoint in readable_checkpoints(reader):
        if checkpoint.size >= position and check_beginning(reader, checkpoint) is None:
            return note
    raise NotCovered(position)


def _proof(journal: Journal, position: int, note: SignedNote) -> tuple[str, int]:
    """The text of the proof, which was tried out, and the size of its checkpoint."""
    reader, checkpoint = journal.reader, Checkpoint.parse(note.text)
    _check_fits(reader, checkpoint, position)
    record = stored_record(reader, position)
    hashes = proof_of_inclusion(reader, position, checkpoint.size)
    if record is None or not verify_inclusion(
        leaf_hash(record), position - 1, checkpoint.size, hashes, checkpoint.root
    ):
        raise LedgerDamaged(journal.ledger, f"what the entry at position {position} says is not what was signed for")
    return write_proof(record, position - 1, hashes, note), checkpoint.size


def _check_fits(reader: JournalReader, checkpoint: Checkpoint, position: int) -> None:
    """Raise an error for a checkpoint that does not cover the entry, or that contradicts the ledger."""
    if checkpoint.size < position:
        raise NotCovered(position)
    if violation := check_beginning(reader, checkpoint):
        raise CheckpointFails(violation.what, remedy=violation.remedy)


class ProvedEntry(NamedTuple):
    """An entry that a proof shows to be in a ledger, and the checkpoint that the proof leads to."""

    record: Record
    origin: str
    size: int
    root: bytes
    signed_by: tuple[str, ...]

    @property
    def ledger_id(self) -> str:
        """The id of the ledger that the entry is in, as `info` says it."""
        return ledger_id_in(self.origin)

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
            "login": record.login,
            "data": self.data,
            "checkpoint": {
                "origin": self.origin,
                "ledger_id": self.ledger_id,
                "size": self.size,
                "root": self.root.hex(),
                "signed_by": list(self.signed_by),
            },
        }


def verify_proof(
    file: str | Path, keys: Iterable[str | Path], *, ledger_id: str | None = None, signers: int = 1
) -> ProvedEntry:
    """What the proof in a file proves; raises ProofFails, CheckpointFails, or an error for a file that cannot be read.

    ``keys`` are verifier keys, as text or file: those whose signature is trusted, of which so many as ``signers`` says
    must be under the checkpoint. With ``ledger_id``, the entry must be one of this ledger.
    """
    verifiers = trusted_keys(keys, signers, "a proof")
    proof = read_proof(read_small(file, LARGEST_PROOF_BYTES))
    record = check_proof(proof, verifiers, ledger_id=ledger_id, signers=signers)
    checkpoint = Checkpoint.parse(proof.note.text)
    names = key_names(proof.note.verified_by(verifiers))
    return ProvedEntry(record, checkpoint.origin, checkpoint.size, checkpoint.root, names)
