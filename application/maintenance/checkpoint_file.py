"""Files that hold a signed checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.exchange.signed import key_names, read_checkpoint
from armsledger.storage.integrity.checkpoints import check_extension
from armsledger.storage.integrity.verification import Violation, Walk
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.storage.proofs.signing import Verifier


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
        self.note, self.checkpoint = read_checkpoint(file)

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
