"""Errors as the eventsourcing library wants them raised."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

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
from armsledger.storage.proofs.errors import UnreadableRecord

REFUSALS: Final = (AlreadyRecorded, Conflict, OutOfOrder, UnreadableRecord)
"""Those of our errors that are about what is to be recorded."""
EQUIVALENTS: Final = {
    kind.__name__: kind
    for kind in (
        DatabaseError,
        DataError,
        IntegrityError,
        InterfaceError,
        InternalError,
        NotSupportedError,
        OperationalError,
        ProgrammingError,
    )
}
"""The drivers' errors have the same names (PEP 249)."""


@contextmanager
def library_errors() -> Iterator[None]:
    """Within it, the library's errors are raised in place of the driver's, SQLAlchemy's and ours."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, (LedgerError, SQLAlchemyError, *driver_errors())):
            raise
        raise _equivalent(error) from error


def _equivalent(error: Exception) -> PersistenceError:
    cause = root(error)
    if isinstance(cause, LedgerError):
        return IntegrityError(cause.message) if isinstance(cause, REFUSALS) else OperationalError(cause.message)
    names = (kind.__name__ for kind in type(cause).__mro__)  # the more special kinds come first
    equivalent = next((EQUIVALENTS[name] for name in names if name in EQUIVALENTS), PersistenceError)
    return equivalent(str(error if cause is None else cause))
