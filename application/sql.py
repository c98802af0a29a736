"""Queries of one's own over read models."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select
from sqlalchemy.exc import ObjectNotExecutableError, SQLAlchemyError

from armsledger.domain.errors import UsageError
from armsledger.storage.journal import Journal
from armsledger.storage.lent import session_over


def execute(journal: Journal, statement: Select[Any]) -> list[Any]:
    """The rows of a statement, over the journal's connection for reading, which cannot write meanwhile."""
    reader = journal.reader
    with reader.snapshot():
        try:
            with reader.read_only(), session_over(reader.connection) as session:
                return list(session.execute(statement).all())
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
