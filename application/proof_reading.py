"""Checking a proof without any ledger: what it proves, and on whose signature."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from armsledger.application.small_file import read_small
from armsledger.domain.errors import UsageError
from armsledger.storage.canonical import Record
from armsledger.storage.keys import read_verifier
from armsledger.storage.note import Checkpoint
from armsledger.storage.proof import LARGEST_PROOF_BYTES, check_proof, read_proof


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
