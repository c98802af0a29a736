"""Checkpoints: a signed note of how many entries a ledger holds and of the root over them, made and confirmed."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.exchange.atomic import writing
from armsledger.exchange.errors import unreadable_file
from armsledger.storage.connection import Connection
from armsledger.storage.errors import LedgerOutdated
from armsledger.storage.integrity.checkpoints import (
    KeptCheckpoint,
    TreeHead,
    check_extension,
    keep_checkpoint,
    last_checkpoint,
    tree_head,
)
from armsledger.storage.integrity.verification import Violation, Walk
from armsledger.storage.proofs.keys import read_signer
from armsledger.storage.proofs.note import LARGEST_NOTE_BYTES, Checkpoint, SignedNote, origin_of
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import SCHEMA_VERSION, instant_text, parse_instant

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.storage.proofs.signing import Signer, Verifier

STANDARD_INPUT = "-"
LEAST_LATER = timedelta(microseconds=1)


class Signed(NamedTuple):
    """A checkpoint that was made: of how many entries, the root over them, when, and the signed note itself."""

    size: int
    root: bytes
    made_at: str
    note: str


class NothingToSign(LedgerError):
    """A checkpoint of an empty ledger says nothing."""

    def __init__(self, ledger: str) -> None:
        super().__init__(f"{ledger} is empty: there is nothing to sign for", remedy="record something first")


def root_of(session: Session, size: int | None = None) -> TreeHead:
    """The root of the tree over so many entries (default: all), from the few nodes that it takes.

    Raises LedgerOutdated for a ledger of an earlier release, which has no tree.
    """
    with session.reader().snapshot():
        reader = session.reader()
        check_has_tree(reader)
        return tree_head(reader, size)


def check_has_tree(reader: JournalReader) -> None:
    """Raise LedgerOutdated for a ledger of an earlier release."""
    version = int(reader.meta()["schema_version"])
    if version < SCHEMA_VERSION:
        raise LedgerOutdated("the ledger", version, SCHEMA_VERSION)


def checkpoint(session: Session, file: str | Path, key: str | Path, *, replace: bool = False) -> Signed:
    """Sign for everything recorded, write the note to a file, and keep it in the ledger too.

    The file is written first, so that the ledger keeps only checkpoints that were handed out. Nothing is verified.
    Raises NothingToSign, FileExists, NotWritable, UnreadableKey and LedgerReadOnly.
    """
    signer = read_signer(key)
    journal = session.journal()
    session.check_not_own(file)
    with journal.transaction() as transaction:
        reader = journal.reader
        if transaction.head == 0:
            raise NothingToSign(journal.ledger)
        head = tree_head(reader, transaction.head)
        note = str(signed_head(reader, head, signer))
        with writing(file, replace=replace) as out:
            out.write(note)
        made_at = _keep(transaction.connection, reader, head.size, transaction.instant, note)
    return Signed(head.size, head.root, made_at, note)


def signed_head(reader: JournalReader, head: TreeHead, signer: Signer) -> SignedNote:
    """The checkpoint of a tree of a ledger, signed."""
    return Checkpoint(origin_of(reader.meta()["ledger_id"]), head.size, head.root).signed(signer)


def _keep(connection: Connection, reader: JournalReader, size: int, instant: str, note: str) -> str:
    """Keep a checkpoint. Returns when it was made: later than any other of its size, whatever the clock says."""
    last = last_checkpoint(reader)
    if last is not None and last.size == size and last.made_at >= instant:
        instant = instant_text(parse_instant(last.made_at) + LEAST_LATER)
    keep_checkpoint(connection, KeptCheckpoint(size, instant, note))
    return instant


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
        self._file = str(file)
        try:
            self.note = SignedNote.parse(read_small(file, LARGEST_NOTE_BYTES))
            self._checkpoint = Checkpoint.parse(self.note.text)
        except LedgerError as error:
            raise error.at(self._file) from None

    def confirm(self, reader: JournalReader, walk: Walk, verifiers: Sequence[Verifier]) -> Confirmed | Violation:
        """Whether one of the keys signed the checkpoint, and the journal that was walked extends it."""
        try:
            signers = self.note.verified_by(verifiers)
        except LedgerError as error:
            return Violation(error.message, self._file, error.remedy)
        violation = check_extension(reader, walk, self._checkpoint)
        if violation is not None:
            return violation._replace(where=f"{self._file}, {violation.where}")
        return Confirmed(self._file, self._checkpoint.size, key_names(signers))


def key_names(verifiers: Sequence[Verifier]) -> tuple[str, ...]:
    """How people call keys: ``name+1a2b3c4d``."""
    return tuple(f"{verifier.name}+{verifier.key_id.hex()}" for verifier in verifiers)


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
