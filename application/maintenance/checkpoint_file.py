"""Files that hold a signed checkpoint, and other small files that somebody else may have made."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.exchange.errors import unreadable_file
from armsledger.storage.integrity.checkpoints import check_extension
from armsledger.storage.integrity.verification import Violation, Walk
from armsledger.storage.proofs.keys import read_verifier
from armsledger.storage.proofs.note import LARGEST_NOTE_BYTES, Checkpoint, SignedNote
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.storage.proofs.signing import Verifier

STANDARD_INPUT = "-"


@dataclass(frozen=True)
class Confirmed:
    """A signed checkpoint of which today's ledger is an append-only extension."""

    file: str
    size: int
    signed_by: tuple[str, ...]


class CheckpointFile:
    """A file that holds a signed checkpoint."""

    def __init__(self, session: Session, file: str | Path) -> None:
        """Raises UnreadableNote for a file that holds no checkpoint, and UsageError for the ledger's own.

        Only SQLite may open the ledger's file (`armsledger.storage.sqlite.connection.check_file`).
        """
        if session.stands_at(file):
            raise UsageError(
                f"{file} is the ledger itself", remedy="name the file that `armsledger proof checkpoint` wrote"
            )
        self.path = str(file)
        try:
            self.note = SignedNote.parse(read_small(file, LARGEST_NOTE_BYTES))
            self.checkpoint = Checkpoint.parse(self.note.text)
        except LedgerError as error:
            raise error.at(self.path) from None

    def confirm(
        self, reader: JournalReader, walk: Walk, verifiers: Sequence[Verifier], least: int = 1
    ) -> Confirmed | Violation:
        """Whether so many of the keys signed the checkpoint, and the journal that was walked extends it."""
        try:
            signers = self.note.verified_by(verifiers, least)
        except LedgerError as error:
            return Violation(error.message, self.path, error.remedy)
        violation = check_extension(reader, walk, self.checkpoint)
        if violation is not None:
            return violation._replace(where=f"{self.path}, {violation.where}")
        return Confirmed(self.path, self.checkpoint.size, key_names(signers))


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
