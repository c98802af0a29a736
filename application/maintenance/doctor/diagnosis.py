"""Diagnosis: what the checks of a ledger have in common. Each check is a function of the patient and gives signs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from armsledger.domain.errors import LedgerError
from armsledger.storage.address import Place
from armsledger.storage.connection import SQLITE, dialect_of
from armsledger.storage.driver_errors import as_ledger_errors
from armsledger.storage.integrity.verification import Violation, Walk
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from armsledger.application.session import Session, Stages

Level = Literal["ok", "warning", "error"]


class Sign(NamedTuple):
    """What one check says: how grave it is, what it is, and what to do about it."""

    check: str
    level: Level
    what: str
    remedy: str = ""

    def to_dict(self) -> dict[str, Any]:
        """In the types of JSON."""
        return self._asdict()


def ok(what: str) -> Sign:
    """Something that is as it should be. As with the other levels, `run` adds the name of the check."""
    return Sign("", "ok", what)


def warning(what: str, remedy: str) -> Sign:
    """Something that hinders nobody yet."""
    return Sign("", "warning", what, remedy)


def error(what: str, remedy: str) -> Sign:
    """Something that is wrong."""
    return Sign("", "error", what, remedy)


def signs_of(violations: Iterable[Violation], otherwise: str) -> Iterator[Sign]:
    """What verification found, as errors; ``otherwise`` is what to say if it found nothing."""
    violation = None
    for violation in violations:
        yield error(f"{violation.where}: {violation.what}", violation.remedy)
    if violation is None:
        yield ok(otherwise)


class Patient:
    """The ledger that is examined, and what earlier checks have learnt of it."""

    reader: JournalReader
    """Reads the ledger; it is there once the ledger is open."""

    def __init__(self, session: Session, stages: Stages, *, quick: bool) -> None:
        """With ``quick``, entries and read models are left out."""
        self.leap_days = session.leap_days
        self.projections = session.projections()
        self.stages = stages
        self.quick = quick
        self.place: Place = None
        self.schema_version = 0
        self.walk: Walk | None = None
        """What verifying the entries came to."""
        self._session = session

    def now(self) -> datetime:
        """The time by the clock that entries are recorded by."""
        return self._session.time_of(self.reader)


Check = Callable[[Patient], Iterable[Sign]]


class Fatal(Exception):
    """A sign that leaves nothing for further checks to look at."""

    def __init__(self, sign: Sign) -> None:
        super().__init__(sign.what)
        self.sign = sign


def fatal(failure: LedgerError) -> Fatal:
    """An error after which there is nothing to look at."""
    return Fatal(error(failure.message, failure.remedy))


def run(patient: Patient, checks: Sequence[tuple[str, Check]], signs: list[Sign]) -> bool:
    """Run checks in their order and add their signs; False if one of them leaves nothing to look at.

    An error that a check raises is a sign too.
    """
    for name, check in checks:
        try:
            with _in_savepoint(patient):
                signs += [sign._replace(check=name) for sign in check(patient)]
        except Fatal as end:
            signs.append(end.sign._replace(check=name))
            return False
        except LedgerError as failure:
            signs.append(Sign(name, "error", failure.message, failure.remedy))
    return True


@contextmanager
def _in_savepoint(patient: Patient) -> Iterator[None]:
    """Keep the snapshot when a check fails: on PostgreSQL an error would end it."""
    connection = patient.reader.connection if hasattr(patient, "reader") else None
    if connection is None or dialect_of(connection) is SQLITE or not connection.in_transaction:
        yield
        return
    with as_ledger_errors(patient.place, 0):
        connection.execute("SAVEPOINT look")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # a connection that was lost is in none
            connection.execute("ROLLBACK TO look")
        raise
