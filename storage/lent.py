"""A connection that is lent to SQLAlchemy in the midst of whatever it is used for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection as Session
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from armsledger.storage.connection import SQLITE, Connection, dialect_of


@contextmanager
def session_over(connection: Connection) -> Iterator[Session]:
    """SQLAlchemy's connection over one of ours, within whose transaction it stays."""
    if dialect_of(connection) is SQLITE:
        engine = create_engine("sqlite://", creator=lambda: Lent(connection), poolclass=StaticPool)
    else:
        raw: Any = getattr(connection, "raw", None)
        engine = create_engine(
            "postgresql+psycopg://", creator=lambda: Lent(raw), poolclass=StaticPool, use_native_hstore=False
        )
    with engine.connect() as session:
        yield session


class Lent:
    """A connection that SQLAlchemy may use and must neither close nor roll back."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def close(self) -> None:
        """The lender closes it."""

    def rollback(self) -> None:
        """The transaction ends with the lender."""

    def commit(self) -> None:
        """That too is the lender's."""
