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
)
from sqlalchemy.exc import SQLAlchemyError

from armsledger.domain.errors import LedgerError
from armsledger.storage.driver_errors import driver_errors, root
from armsledger.storage.errors import AlreadyRecorded, Conflict, OutOfOrder

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


REFUSALS = (AlreadyRecorded, Conflict, OutOfOrder)
"""Those of our errors that are about what is to be recorded."""


class Translating:
    """A context that raises the library's errors in place of the driver's, SQLAlchemy's and ours."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None and isinstance(error, (LedgerError, SQLAlchemyError, *driver_errors())):
            raise persistence_error(error) from error


translating = Translating()


def persistence_error(error: BaseException) -> PersistenceError:
    """The library's equivalent of an error."""
    cause = root(error)
    if isinstance(cause, LedgerError):
        return IntegrityError(cause.message) if isinstance(cause, REFUSALS) else OperationalError(cause.message)
    names = {kind.__name__ for kind in type(cause).__mro__}
    for equivalent in EQUIVALENTS:
        if equivalent.__name__ in names:
            return equivalent(str(cause))
    return PersistenceError(str(error))
