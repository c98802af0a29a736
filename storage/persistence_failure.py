"""Errors of the database as the eventsourcing library wants them raised."""

from __future__ import annotations

import sqlite3

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

from armsledger.storage.failure import root
from armsledger.storage.schema import Rule

EQUIVALENTS: tuple[tuple[type[sqlite3.Error], type[PersistenceError]], ...] = (
    (sqlite3.IntegrityError, IntegrityError),
    (sqlite3.OperationalError, OperationalError),
    (sqlite3.DataError, DataError),
    (sqlite3.InternalError, InternalError),
    (sqlite3.NotSupportedError, NotSupportedError),
    (sqlite3.ProgrammingError, ProgrammingError),
    (sqlite3.DatabaseError, DatabaseError),
    (sqlite3.InterfaceError, InterfaceError),
)
"""The more special ones first."""


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
        if isinstance(error, sqlite3.Error | SQLAlchemyError):
            raise persistence_error(error) from error


translating = Translating()


def persistence_error(error: BaseException) -> PersistenceError:
    """The library's equivalent of an error."""
    cause = root(error)
    for ours, theirs in EQUIVALENTS:
        if isinstance(cause, ours):
            return theirs(str(cause))
    return PersistenceError(str(error))
