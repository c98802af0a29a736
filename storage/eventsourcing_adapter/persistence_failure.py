"""Errors of the database as the eventsourcing library wants them raised."""

from __future__ import annotations

from eventsourcing.persistence import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
    StoredEvent,
)
from sqlalchemy.exc import SQLAlchemyError

from armsledger.storage.failure import driver_errors, root
from armsledger.storage.schema import Rule

EQUIVALENTS: tuple[type[PersistenceError], ...] = (
    IntegrityError,
    OperationalError,
    DataError,
    InternalError,
    NotSupportedError,
    ProgrammingError,
    DatabaseError,
    InterfaceError,
)
"""The more special ones first; those of the drivers have the same names (PEP 249)."""


class WriterBusy(OperationalError):
    """Another thread of this process held the journal for longer than we wait."""


class BrokenRule(IntegrityError):
    """An event does not keep to one of the journal's rules: which rule, and which event."""

    def __init__(self, rule: Rule, event: StoredEvent) -> None:
        super().__init__(f"{event.originator_id}@{event.originator_version}: {rule.value}")
        self.rule = rule
        self.event = event


class Translating:
    """A context that raises the library's errors in place of the driver's and SQLAlchemy's."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None and isinstance(error, (*driver_errors(), SQLAlchemyError)):
            raise persistence_error(error) from error


translating = Translating()


def persistence_error(error: BaseException) -> PersistenceError:
    """The library's equivalent of an error."""
    cause = root(error)
    names = set() if cause is None else _names(cause)
    for equivalent in EQUIVALENTS:
        if equivalent.__name__ in names:
            return equivalent(str(cause))
    return PersistenceError(str(error))


def is_integrity_error(error: Exception) -> bool:
    """Whether the database refused a row for a rule that it knows."""
    return IntegrityError.__name__ in _names(error)


def _names(error: BaseException) -> set[str]:
    return {kind.__name__ for kind in type(error).__mro__}
