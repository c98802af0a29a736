"""What is wrong with a ledger, and what to do about it: checks in their order, each a function of the patient."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from armsledger.application.session import Stages, silent
from armsledger.domain.errors import LedgerError
from armsledger.projections.projection import Projection
from armsledger.storage.address import Place
from armsledger.storage.connection import SQLITE, dialect_of
from armsledger.storage.proofs.verification import Violation, Walk
from armsledger.storage.reader import JournalReader

Level = Literal["ok", "warning", "error"]


class Sign(NamedTuple):
    """What one check has found: how grave it is, what it is, and what to do about it."""

    check: str
    level: Level
    what: str
    remedy: str = ""

    def to_dict(self) -> dict[str, Any]:
        """In the types of JSON."""
        return self._asdict()


class Finding(NamedTuple):
    """What a check says, before it is known as which check's."""

    level: Level
    what: str
    remedy: str = ""


@dataclass
class Patient:
    """The ledger that is looked at, and what is known so far of how to look at it."""

    address: str
    now: datetime
    projections: Sequence[Projection]
    stages: Stages = silent
    place: Place = None
    quick: bool = False
    """Whether entries and read models are left out."""
    schema_version: int = 0
    walk: Walk | None = None
    """What going through the entries came to."""
    reader: JournalReader = field(init=False, repr=False)
    """What reads the ledger; there is one once it could be opened."""


Check = Callable[[Patient], Iterable[Finding]]


class Fatal(Exception):
    """Something that leaves nothing for further checks to look at."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.what)
        self.finding = finding


def run(patient: Patient, checks: Sequence[tuple[str, Check]], signs: list[Sign]) -> bool:
    """Run checks in their order and add what they find; False if one of them leaves nothing to be looked at.

    What a check raises is what it has found.
    """
    for name, check in checks:
        try:
            with _apart(patient):
                signs += [Sign(name, *finding) for finding in check(patient)]
        except Fatal as end:
            signs.append(Sign(name, *end.finding))
            return False
        except LedgerError as error:
            signs.append(Sign(name, "error", error.message, error.remedy))
    return True


@contextmanager
def _apart(patient: Patient) -> Iterator[None]:
    """What fails within does not end the snapshot, as PostgreSQL would have it."""
    connection = patient.reader.connection if hasattr(patient, "reader") else None
    if connection is None or dialect_of(connection) is SQLITE or not connection.in_transaction:
        yield
        return
    connection.execute("SAVEPOINT look")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK TO look")
        raise


def fatal(error: LedgerError) -> Fatal:
    """An error after which there is nothing to look at."""
    return Fatal(Finding("error", error.message, error.remedy))


def of_flaws(flaws: Iterable[Violation], otherwise: str) -> Iterator[Finding]:
    """What verification has found, as findings; ``otherwise`` is what to say if that is nothing."""
    flaw = None
    for flaw in flaws:
        yield Finding("error", f"{flaw.where}: {flaw.what}", flaw.remedy)
    if flaw is None:
        yield Finding("ok", otherwise)
