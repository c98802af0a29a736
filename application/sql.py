"""SQL over read models: a read model as a table of a view, and what a statement over such tables gives."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Subquery
from sqlalchemy.exc import ObjectNotExecutableError, SQLAlchemyError

from armsledger.application.beliefs import Beliefs
from armsledger.domain.errors import UsageError
from armsledger.projections.projection import Projection
from armsledger.projections.reading import select_at, serves, unkept_streams
from armsledger.storage.connection import is_lost, session_over
from armsledger.storage.errors import LedgerUnreachable
from armsledger.storage.journal import Journal


def table_at(beliefs: Beliefs, projection: Projection) -> Subquery:
    """A read model at a date and a belief date. Raises UsageError for a question that its table does not answer."""
    name, question, reader = projection.name, beliefs.question, beliefs.reader
    as_of = question.as_of
    if as_of is None:
        raise UsageError(
            f"the table {name} has what was asserted by a day as recorded now, not as recorded then",
            remedy=f"ask for rows, which are folded: .rows({name!r}).to_polars()",
        )
    if question.by_position and not reader.is_whole(question.position):
        raise UsageError(
            f"the table {name} cannot tell what was known at position {question.position}, in the midst of one instant",
            remedy=f"ask as known at its end, @{reader.head_at(reader.recorded_at(question.position) or '')},"
            f" or for rows: .rows({name!r})",
        )
    if not serves(reader, projection, as_of):
        if not question.by_position and serves(reader, projection, as_of._replace(position=reader.head())):
            raise UsageError(
                f"more has been recorded since this view was made, and the table {name} has what was asserted by a day"
                " as recorded now",
                remedy="ask the ledger for a view anew: ledger.at(...)",
            )
        raise UsageError(
            f"the table {name} cannot tell what was known at position {question.position}: it was left behind",
            remedy=f"build it anew: armsledger rebuild {name}",
        )
    if unkept := unkept_streams(reader, projection, as_of):
        some = f"{unkept[0]} and {len(unkept) - 1:,} more" if len(unkept) > 1 else unkept[0]
        raise UsageError(
            f"the table {name} does not keep what was believed of {some} then",
            remedy=f"ask for rows, of which those are folded: .rows({name!r}).to_polars()",
        )
    return select_at(projection, as_of).subquery(name)


def execute(journal: Journal, statement: Select[Any]) -> list[Any]:
    """The rows of a statement, over the journal's connection for reading, which cannot write."""
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
            if is_lost(reader.connection):
                raise LedgerUnreachable(journal.ledger, "the connection was lost") from error
            raise UsageError(
                f"the query cannot be answered: {getattr(error, 'orig', None) or error}",
                remedy="docs/read-models.md lists the views and their columns; a query reads only",
            ) from error
