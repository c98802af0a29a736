"""A small ledger's tree, from golden files: seven entries, their hashes, a key, a checkpoint and a proof.

The files were written once and are compared for ever: whoever changes them breaks what others have signed and kept.
"""

from __future__ import annotations

from pathlib import Path

from armsledger.storage.proofs.merkle import HASH_BYTES
from armsledger.storage.proofs.note import Checkpoint, SignedNote
from armsledger.storage.proofs.origin import origin_of
from armsledger.storage.proofs.record import Record, parse_record
from armsledger.storage.proofs.signing import Signer, Verifier

GOLDEN = Path(__file__).parent / "golden"
LEDGER_ID = "6f1d9a3e-52c4-4b7e-9d41-08a7c3e5b210"
CREATED_AT = "2026-11-22T11:58:30.000000Z"
ORIGIN = origin_of(LEDGER_ID)
"""As the first releases wrote it, and as it is in the golden proof."""
SIZE = 7
PROVED = 2
"""The index of the leaf that the golden proof is about: the contract, at position 3."""

RECORDS = (GOLDEN / "records.jsonl").read_bytes().splitlines()
BLOBS = [bytes.fromhex(line) for line in (GOLDEN / "hashes.txt").read_text(encoding="utf-8").splitlines()]
LEAVES = [blob[:HASH_BYTES] for blob in BLOBS]
CHECKPOINT_TEXT = (GOLDEN / "checkpoint.txt").read_text(encoding="utf-8")
DATED_TEXT = (GOLDEN / "dated.checkpoint").read_text(encoding="utf-8")
"""The same with the time at which the ledger was made in its origin."""
PROOF_TEXT = (GOLDEN / "entry.tlog-proof").read_text(encoding="utf-8")
SIGNER_TEXT = (GOLDEN / "signer.key").read_text(encoding="utf-8")
VERIFIER_TEXT = (GOLDEN / "signer.key.pub").read_text(encoding="utf-8")
SEED = bytes(range(32))
"""The seed of the golden key: a secret that everybody knows, for tests only."""


def blob_of(position: int) -> bytes:
    """The hashes beside the entry at a position."""
    return dict(enumerate(BLOBS, start=1))[position]


def records() -> list[Record]:
    """The seven entries."""
    return [parse_record(data) for data in RECORDS]


def signer() -> Signer:
    """The golden key."""
    return Signer.parse(SIGNER_TEXT)


def verifier() -> Verifier:
    """Its public half."""
    return Verifier.parse(VERIFIER_TEXT)


def note() -> SignedNote:
    """The golden checkpoint as a signed note."""
    return SignedNote.parse(CHECKPOINT_TEXT)


def checkpoint() -> Checkpoint:
    """What that note says."""
    return Checkpoint.parse(note().text)
