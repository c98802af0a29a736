"""Verification: what can be computed is computed anew, and compared with what is stored and what was signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from armsledger.application.maintenance.checkpoint_file import CheckpointFile, Confirmed
from armsledger.application.session import Stages, silent, stage
from armsledger.domain.errors import LedgerError, UsageError
from armsledger.exchange.signed import trusted_keys
from armsledger.storage.connection import SQLITE
from armsledger.storage.copying.rows import schema_of
from armsledger.storage.errors import INTERRUPTED
from armsledger.storage.integrity.checkpoints import check_kept
from armsledger.storage.integrity.erasures import check_erasures
from armsledger.storage.integrity.schema_check import check_database, check_facts, check_schema
from armsledger.storage.integrity.verification import GO_BACK, Violation, Walk, verify_journal
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.keys import read_verifier
from armsledger.storage.proofs.signing import to_base64
from armsledger.storage.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.projections.projection import Projection
    from armsledger.projections.verification import Digest, ReadModels
    from armsledger.storage.proofs.signing import Verifier
    from armsledger.storage.reader import JournalReader


@dataclass(frozen=True)
class Verification:
    """What verifying a ledger came to.

    ``position`` is the last one. The first ``sound_entries`` entries fit, and ``root`` is that of the Merkle tree over
    them. ``digests`` are those of the read models, None if they were left out; ``behind`` names the read models that
    are not up to date: no question is answered from them.
    """

    position: int
    sound_entries: int
    root: bytes
    findings: tuple[Violation, ...] = ()
    confirmed: tuple[Confirmed, ...] = ()
    digests: tuple[Digest, ...] | None = None
    behind: tuple[str, ...] = ()
    strange: tuple[Violation, ...] = ()
    """The first entries that no release of ours has written, though they are what was hashed as they were recorded."""

    @property
    def sound(self) -> bool:
        """Whether everything fits."""
        return not self.findings

    def to_dict(self) -> dict[str, Any]:
        """In the types of JSON."""
        digests = self.digests
        return {
            "sound": self.sound,
            "position": self.position,
            "sound_entries": self.sound_entries,
            "root": {"hex": self.root.hex(), "base64": to_base64(self.root)},
            "findings": [violation._asdict() for violation in self.findings],
            "strange": [violation._asdict() for violation in self.strange],
            "checkpoints": [
                {"file": checkpoint.file, "size": checkpoint.size, "signed_by": list(checkpoint.signed_by)}
                for checkpoint in self.confirmed
            ],
            "read_models": None if digests is None else {digest.name: _digest_json(digest) for digest in digests},
            "behind": list(self.behind),
        }


def _digest_json(digest: Digest) -> dict[str, Any]:
    return {"rows": digest.rows, "sha256": digest.sha256}


def verify(
    session: Session,
    checkpoints: Iterable[str | Path] = (),
    keys: Iterable[str | Path] = (),
    *,
    signers: int = 1,
    journal_only: bool = False,
    stages: Stages = silent,
    workers: int | None = None,
) -> Verification:
    """Verify a ledger, and that it extends what was signed. What does not fit is in the answer, not raised.

    ``keys`` are verifier keys, as text or file; so many of them as ``signers`` says must have signed each checkpoint.
    With ``journal_only``, payloads are not decoded and read models are left out. Raises UsageError for checkpoints
    without a key, and LedgerOutdated.
    """
    paths = list(checkpoints)
    if signers > 1 and not paths:
        raise UsageError(
            f"there is no checkpoint that {signers} keys could have signed", remedy="name it with --checkpoint FILE"
        )
    verifiers = trusted_keys(keys, signers, "a checkpoint") if paths else [read_verifier(key) for key in keys]
    files = [CheckpointFile(session, path) for path in paths]
    projections = () if journal_only else session.projections()
    with session.snapshot() as journal:
        return verify_snapshot(
            journal,
            projections,
            verifiers,
            files,
            signers=signers,
            journal_only=journal_only,
            stages=stages,
            workers=workers,
        )


def verify_snapshot(
    journal: Journal,
    projections: Sequence[Projection],
    verifiers: Sequence[Verifier] = (),
    files: Sequence[CheckpointFile] = (),
    *,
    signers: int = 1,
    journal_only: bool = False,
    stages: Stages = silent,
    workers: int | None = None,
) -> Verification:
    """Verify a journal within a snapshot of it, such as that of a backup. Raises LedgerOutdated."""
    walk = verify_journal(journal.reader, stage(stages, "entries"), contents=not journal_only)
    violations, confirmed = _beside_entries(journal.reader, walk, verifiers, files, signers)
    if walk.violation is not None:
        violations.insert(0, walk.violation)
    verification = Verification(walk.head, walk.sound, walk.root, tuple(violations), confirmed, strange=walk.strange)
    if journal_only or walk.violation is not None:
        return verification
    models = verify_models(journal, projections, stages, workers)
    findings = (*violations, *models.violations)
    return replace(verification, findings=findings, digests=models.digests, behind=models.behind)


def verify_models(
    journal: Journal, projections: Sequence[Projection], stages: Stages, workers: int | None = None
) -> ReadModels:
    """Verify the read models of a journal within a snapshot of it; those of another release count as behind."""
    from armsledger.projections.verification import verify_read_models

    report = stage(stages, "read models")
    return verify_read_models(journal.reader, projections, report, place=journal.place, workers=workers)


def _beside_entries(
    reader: JournalReader, walk: Walk, verifiers: Sequence[Verifier], files: Sequence[CheckpointFile], signers: int
) -> tuple[list[Violation], tuple[Confirmed, ...]]:
    """What does not fit beside the entries themselves, and the checkpoints that do fit."""
    is_current = schema_of(reader) == SCHEMA_VERSION  # the tables of earlier releases are judged as they are migrated
    checks: list[tuple[str, Callable[[], Iterable[Violation]]]] = [
        ("the file", partial(check_database, reader)),
        *([("the tables", partial(check_schema, reader))] if is_current else ()),
        *([("the table ledger", partial(check_facts, reader))] if is_current else ()),
        *([("the table person", partial(check_erasures, reader))] if is_current else ()),
        ("the table checkpoint", partial(check_kept, reader, walk, verifiers)),
    ]
    violations: list[Violation] = []
    for where, check in checks:
        try:
            violations += check()
        except INTERRUPTED:
            raise
        except LedgerError as error:
            violations.append(Violation(error.message, where, error.remedy or GO_BACK))
            if reader.dialect is not SQLITE:  # on PostgreSQL an error ends the snapshot
                return violations, ()
    answers = [file.confirm(reader, walk, verifiers, signers) for file in files]
    violations += [answer for answer in answers if isinstance(answer, Violation)]
    return violations, tuple(answer for answer in answers if isinstance(answer, Confirmed))
