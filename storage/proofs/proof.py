"""The proof that an entry is in a ledger, as a file that is checked without the ledger (C2SP tlog-proof).

    c2sp.org/tlog-proof@v1
    extra <base64 of the record, the canonical bytes of the entry>
    index <of the leaf, one less than the entry's position>
    <base64 of a hash on the way from the leaf to the root, one a line>

    <the signed checkpoint>

The leaf is the hash of the record. So nobody needs to trust the record: from another one, the hashes would not lead to
the signed root.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from armsledger.storage.proofs.errors import ProofFails, UnreadableProof
from armsledger.storage.proofs.merkle import (
    HASH_BYTES,
    leaf_hash,
    verify_inclusion,
)
from armsledger.storage.proofs.note import (
    LARGEST_NOTE_BYTES,
    LARGEST_NUMBER,
    Checkpoint,
    SignedNote,
    number_of,
)
from armsledger.storage.proofs.origin import ledger_id_in
from armsledger.storage.proofs.record import LARGEST_RECORD_BYTES, Record, parse_record
from armsledger.storage.proofs.signing import Verifier, from_base64, text_of, to_base64

HEADER: Final = "c2sp.org/tlog-proof@v1"
EXTRA: Final = "extra "
INDEX: Final = "index "
MOST_HASHES: Final = 63
"""No way from a leaf to the root is longer, as a tree has fewer than 2**63 leaves."""
LARGEST_PROOF_BYTES: Final = LARGEST_RECORD_BYTES * 4 // 3 + LARGEST_NOTE_BYTES + 10_000
SUFFIX: Final = ".tlog-proof"


@dataclass(frozen=True)
class Proof:
    """A proof as it was read, of which nothing is checked yet."""

    record: bytes
    index: int
    hashes: tuple[bytes, ...]
    note: SignedNote

    def __post_init__(self) -> None:
        if not self.record or len(self.record) > LARGEST_RECORD_BYTES:
            raise UnreadableProof(f"its record is {len(self.record)} bytes long, not 1 to {LARGEST_RECORD_BYTES}")
        if not 0 <= self.index <= LARGEST_NUMBER:
            raise UnreadableProof("its index is out of range")
        if len(self.hashes) > MOST_HASHES or any(len(value) != HASH_BYTES for value in self.hashes):
            raise UnreadableProof(f"its hashes are not up to {MOST_HASHES} of {HASH_BYTES} bytes each")

    def __str__(self) -> str:
        lines = [HEADER, EXTRA + to_base64(self.record), f"{INDEX}{self.index}", *map(to_base64, self.hashes), ""]
        return "\n".join([*lines, str(self.note)])


def write_proof(record: bytes, index: int, hashes: Sequence[bytes], note: SignedNote) -> str:
    """The text of a proof: the record of the entry, the index of its leaf, its `inclusion_proof`, the checkpoint."""
    return str(Proof(record, index, tuple(hashes), note))


def read_proof(data: str | bytes) -> Proof:
    """Read what `write_proof` writes; raises UnreadableProof, or UnreadableNote for the checkpoint in it."""
    try:
        head, separator, note = text_of(data, LARGEST_PROOF_BYTES).partition("\n\n")
        first, *lines = head.split("\n", MOST_HASHES + 3)
        if first != HEADER:
            raise UnreadableProof(f"it does not begin with {HEADER}")
        if not separator or len(lines) < 2:
            raise UnreadableProof("it is not a record, an index, hashes and, after an empty line, a checkpoint")
        record = from_base64(_after(EXTRA, lines[0]))
        index = number_of(_after(INDEX, lines[1]))
        hashes = tuple(map(from_base64, lines[2:]))
    except ValueError as error:
        raise UnreadableProof(str(error)) from None
    return Proof(record, index, hashes, SignedNote.parse(note))


def check_proof(
    proof: Proof, verifiers: Iterable[Verifier], *, ledger_id: str | None = None, signers: int = 1
) -> Record:
    """The entry that a proof shows to be in the ledger of its checkpoint; raises an error that says what does not fit.

    Give the id of the ledger too if it must be a certain one: one key may sign the checkpoints of many. Else
    `Checkpoint.parse(proof.note.text)` tells which ledger, and which size of it, the proof is about. So many of the
    keys as ``signers`` says must have signed the checkpoint.
    """
    checkpoint = Checkpoint.opened(proof.note, verifiers, signers)
    _check_ledger(checkpoint.origin, ledger_id)
    record = parse_record(proof.record)
    if record.position != proof.index + 1:
        raise ProofFails(f"its entry is the one at position {record.position}, and its index is {proof.index}")
    if proof.index >= checkpoint.size:
        raise ProofFails(f"its entry is at position {record.position}; the checkpoint is of {checkpoint.size} entries")
    if not verify_inclusion(leaf_hash(proof.record), proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        raise ProofFails("its hashes do not lead from the entry to the root of the checkpoint")
    return record


def _check_ledger(origin: str, ledger_id: str | None) -> None:
    named = ledger_id_in(origin)
    if not named:
        raise ProofFails(f"its checkpoint is not one of a ledger, but of {origin:.100}")
    if ledger_id is not None and ledger_id != named:
        raise ProofFails(f"its checkpoint is one of the ledger {named:.100}, not of {ledger_id:.100}")


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise UnreadableProof(f"there is no line {word.strip()!r} where it should be")
    return line.removeprefix(word)
