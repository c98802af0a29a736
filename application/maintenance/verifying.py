"""Verifying a ledger: what can be computed is computed anew, and compared with what is stored and what was signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from armsledger.application.maintenance.small_file import read_small
from armsledger.application.session import Stages, silent, stage
from armsledger.domain.errors import LedgerError, UsageError
from armsledger.storage.connection import SQLITE
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.checkpoints import check_kept, checked
from armsledger.storage.proofs.keys import read_verifier
from armsledger.storage.proofs.note import LARGEST_NOTE_BYTES, Checkpoint, SignedNote
from armsledger.storage.proofs.schema_check import check_database, check_facts, check_schema
from armsledger.storage.proofs.signing import to_base64
from armsledger.storage.proofs.verification import GO_BACK, Violation, Walk, verify_journal

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.projections.verification import Digest, ReadModels
    from armsledger.storage.proofs.signing import Verifier
    from armsledger.storage.reader import JournalReader


@dataclass(frozen=True)
class Confirmed:
    """A signed checkpoint of which today's ledger is an append-only extension."""

    file: str
    size: int
    signed_by: tuple[str, ...]


@dataclass(frozen=True)
class Verification:
    """What verifying a ledger came to.

    ``position`` is the last one. The first ``sound_entries`` entries fit, and ``root`` is that of the Merkle tree over
    them. ``digests`` are those of the read models, None if they were left out; ``behind`` names the read models that
    are not in step, from which nothing is answered.
    """

    position: int
    sound_entries: int
    root: bytes
    findings: tuple[Violation, ...] = ()
    confirmed: tuple[Confirmed, ...] = ()
    digests: tuple[Digest, ...] | None = None
    behind: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether everything fits."""
        return not self.findings

    def to_dict(self) -> dict[str, Any]:
        """In the types of JSON."""
        return {
            "sound": self.sound,
            "position": self.position,
            "sound_entries": self.sound_entries,
            "root": {"hex": self.root.hex(), "base64": to_base64(self.root)},
            "findings": [finding._asdict() for finding in self.findings],
            "checkpoints": [
                {"file": one.file, "size": one.size, "signed_by": list(one.signed_by)} for one in self.confirmed
            ],
            "read_models": None if self.digests is None else {one.name: _digest(one) for one in self.digests},
            "behind": list(self.behind),
        }


def _digest(digest: Digest) -> dict[str, Any]:
    return {"rows": digest.rows, "sha256": digest.sha256}


class Given:
    """A checkpoint in a file, and the keys by which it may be signed."""

    def __init__(self, file: str | Path, verifiers: Sequence[Verifier]) -> None:
        """Raises UnreadableNote for a file that holds no checkpoint."""
        self._file = str(file)
        try:
            self._note = SignedNote.parse(read_small(file, LARGEST_NOTE_BYTES))
            self._checkpoint = Checkpoint.parse(self._note.text)
        except LedgerError as error:
            raise error.at(str(file)) from None
        self._verifiers = verifiers

    def confirm(self, reader: JournalReader, walk: Walk) -> Confirmed | Violation:
        """Whether the journal that was gone through extends what the checkpoint says."""
        try:
            signers = self._note.verified_by(self._verifiers)
        except LedgerError as error:
            return Violation(error.message, self._file, error.remedy)
        flaw = checked(reader, walk, self._checkpoint)
        if flaw is not None:
            return flaw._replace(where=f"{self._file}, {flaw.where}")
        return Confirmed(self._file, self._checkpoint.size, tuple(f"{one.name}+{one.key_id.hex()}" for one in signers))


def verify(
    session: Session,
    checkpoints: Iterable[str | Path] = (),
    keys: Iterable[str | Path] = (),
    *,
    journal_only: bool = False,
    stages: Stages = silent,
    workers: int | None = None,
) -> Verification:
    """Verify a ledger, and that it extends what was signed; what does not fit is told, not raised.

    ``keys`` are verifier keys, as text or file. With ``journal_only``, payloads are not decoded and read models are
    left out. Raises UsageError for checkpoints without a key, and LedgerOutdated.
    """
    verifiers = [read_verifier(key) for key in keys]
    files = list(checkpoints)
    if files and not verifiers:
        raise UsageError(
            "a checkpoint is worth what its signature is worth, and there is no key to check that with",
            remedy="give the verifier key of who signed it: --key FILE.pub, or its text",
        )
    given = [Given(elsewhere(session, file), verifiers) for file in files]
    with session.snapshot() as journal:
        return _verified(journal, session, verifiers, given, journal_only=journal_only, stages=stages, workers=workers)


def verify_all(journal: Journal, session: Session, stages: Stages = silent) -> Verification:
    """Verify all of a journal within a snapshot of it, such as a backup; ``ledger`` tells which read models there are.

    Raises LedgerOutdated.
    """
    return _verified(journal, session, (), (), journal_only=False, stages=stages, workers=None)


def _verified(
    journal: Journal,
    session: Session,
    verifiers: Sequence[Verifier],
    given: Sequence[Given],
    *,
    journal_only: bool,
    stages: Stages,
    workers: int | None,
) -> Verification:
    walk = verify_journal(journal.reader, stage(stages, "entries"), contents=not journal_only)
    found, confirmed = _found(journal.reader, walk, verifiers, given)
    models = None
    if not journal_only and walk.violation is None:
        models = verify_models(journal, session, stages, workers)
    told = Verification(
        walk.head, walk.sound, walk.root, (*([walk.violation] if walk.violation else []), *found), confirmed
    )
    if models is None:
        return told
    return replace(told, findings=told.findings + models.flaws, digests=models.digests, behind=models.behind)


def elsewhere(session: Session, file: str | Path) -> str | Path:
    """The same file, unless it is the ledger: only SQLite may open that (`armsledger.storage.sqlite.check_file`)."""
    if session.stands_at(file):
        raise UsageError(f"{file} is the ledger itself", remedy="name the file that `armsledger checkpoint` wrote")
    return file


def _found(
    reader: JournalReader, walk: Walk, verifiers: Sequence[Verifier], given: Sequence[Given]
) -> tuple[list[Violation], tuple[Confirmed, ...]]:
    """What does not fit beside the journal itself, and the checkpoints that do."""
    checks: list[tuple[str, Callable[[], Iterable[Violation]]]] = [
        ("the file", partial(check_database, reader)),
        ("the tables", partial(check_schema, reader)),
        ("the table ledger", partial(check_facts, reader)),
        ("the table checkpoint", partial(check_kept, reader, walk, verifiers)),
    ]
    found: list[Violation] = []
    for where, check in checks:
        try:
            found += check()
        except LedgerError as error:
            found.append(Violation(error.message, where, error.remedy or GO_BACK))
            if reader.dialect is not SQLITE:  # with an error the snapshot has ended
                return found, ()
    answers = [one.confirm(reader, walk) for one in given]
    found += [answer for answer in answers if isinstance(answer, Violation)]
    return found, tuple(answer for answer in answers if isinstance(answer, Confirmed))


def verify_models(journal: Journal, session: Session, stages: Stages, workers: int | None = None) -> ReadModels:
    """Verify the read models of a journal within a snapshot of it; those of another release count as behind."""
    from armsledger.projections.verification import verify_read_models

    report = stage(stages, "read models")
    return verify_read_models(journal.reader, session.projections(), report, place=journal.place, workers=workers)
