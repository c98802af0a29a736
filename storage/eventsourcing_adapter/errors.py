"""Errors as the eventsourcing library wants them raised."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from eventsourcing import persistence
from eventsourcing.persistence import IntegrityError, OperationalError, PersistenceError

from armsledger.domain.errors import LedgerError
from armsledger.storage.driver_errors import driver_errors
from armsledger.storage.errors import AlreadyRecorded, Conflict, OutOfOrder
from armsledger.storage.proofs.errors import UnreadableRecord

REFUSALS: Final = (AlreadyRecorded, Conflict, OutOfOrder, UnreadableRecord)
"""Those of our errors that are about what is to be recorded."""


@contextmanager
def library_errors() -> Iterator[None]:
    """Within it, the library's errors are raised in place of the drivers' and ours."""
    try:
        yield
    except LedgerError as error:
        kind = IntegrityError if isinstance(error, REFUSALS) else OperationalError
        raise kind(error.message) from error
    except driver_errors() as error:
        raise _equivalent(type(error))(str(error)) from error


def _equivalent(kind: type[Exception]) -> type[PersistenceError]:
    """The library's class of the same name (PEP 249), or of the name of the nearest base class."""
    for base in kind.__mro__:
        equivalent = getattr(persistence, base.__name__, None)
        if isinstance(equivalent, type) and issubclass(equivalent, PersistenceError):
            return equivalent
    return PersistenceError
