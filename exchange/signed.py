"""Files that somebody else may have made, and signed: small ones that are read whole, and the checkpoints in them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.exchange.errors import unreadable_file
from armsledger.storage.proofs.keys import read_verifier
from armsledger.storage.proofs.note import LARGEST_NOTE_BYTES, Checkpoint, SignedNote
from armsledger.storage.proofs.signing import Verifier

STANDARD_INPUT = "-"


def read_checkpoint(path: str | Path) -> tuple[SignedNote, Checkpoint]:
    """The signed note in a file and its checkpoint; raises UnreadableNote for a file that holds none."""
    try:
        note = SignedNote.parse(read_small(path, LARGEST_NOTE_BYTES))
        return note, Checkpoint.parse(note.text)
    except LedgerError as error:
        raise error.at(str(path)) from None


def key_names(verifiers: Sequence[Verifier]) -> tuple[str, ...]:
    """How people call keys: ``name+1a2b3c4d``."""
    return tuple(f"{verifier.name}+{verifier.key_id.hex()}" for verifier in verifiers)


def trusted_keys(keys: Iterable[str | Path], signers: int, what: str) -> list[Verifier]:
    """The verifier keys, as text or file, that what somebody signed is checked with; raises UsageError for too few."""
    verifiers = [read_verifier(key) for key in keys]
    if not verifiers:
        raise UsageError(
            f"{what} is worth what the signature under it is worth, and there is no key to check that with",
            remedy="give the verifier key of who signed it: --key FILE.pub, or its text",
        )
    if len({verifier.public_key for verifier in verifiers}) < signers:
        raise UsageError(
            f"{signers} keys cannot have signed {what}: {len(verifiers) or 'none'} given",
            remedy="give the verifier key of each who may have signed it: --key FILE.pub --key OTHER.pub",
        )
    return verifiers


def read_small(path: str | Path, largest_bytes: int) -> bytes:
    """What a file holds, or one byte more than it may hold; ``-`` is standard input.

    Others may have made the file: a pipe or a device is refused, not waited for. Raises UsageError for those, and
    UnreadableDossier for a file that is not there or may not be read.
    """
    if str(path) == STANDARD_INPUT:
        return sys.stdin.buffer.read(largest_bytes + 1)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise unreadable_file(str(path), error) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UsageError(f"{path} is not a file", remedy="name the file itself")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(largest_bytes + 1)
    except OSError as error:
        raise unreadable_file(str(path), error) from error
    finally:
        os.close(descriptor)
