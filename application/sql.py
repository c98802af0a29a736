"""Queries of one's own over read models."""

from __future__ import annotations

import sqlite3
from typing import Any, cast

from sqlalchemy import Select, create_engine
from sqlalchemy.exc import ObjectNotExecutableError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from armsledger.domain.errors import UsageError
from armsledger.storage.journal import Journal


def execute(journal: Journal, statement: Select[Any]) -> list[Any]:
    """The rows of a statement, over the journal's connection for reading, which cannot write meanwhile."""
    reader = journal.reader
    with reader.snapshot():
        engine = create_engine("sqlite://", creator=lambda: _Lent(reader.connection), poolclass=StaticPool)
        try:
            with reader.read_only(), engine.connect() as connection:
                return list(connection.execute(statement).all())
        except ObjectNotExecutableError as error:
            raise UsageError(
                f"{type(statement).__name__} is no query of SQLAlchemy",
                remedy="write select(view.table('deals')), or SQL as sqlalchemy.text('SELECT ...')",
            ) from error
        except SQLAlchemyError as error:
            raise UsageError(
                f"the query cannot be answered: {getattr(error, 'orig', None) or error}",
                remedy="docs/read-models.md lists the views and their columns; a query reads only",
            ) from error


class _Lent:
    """A connection that SQLAlchemy may use and must neither close nor roll back."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def close(self) -> None:
        """The lender closes it."""

    def rollback(self) -> None:
        """The snapshot ends with the lender."""

    def commit(self) -> None:
        """Nothing was written."""

    def cursor(self, *arguments: Any) -> sqlite3.Cursor:
        """A cursor of the lent connection."""
        return cast("sqlite3.Cursor", self._connection.cursor(*arguments))
