"""Connections as the journal uses them, to whichever database: they do what a `sqlite3.Connection` does.

Statements are written in the SQL that SQLite and PostgreSQL have in common, with a question mark for each parameter;
where the two differ, a `Dialect` has the words.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from armsledger.domain.values.stream import OF_PERSONS

if TYPE_CHECKING:
    from sqlalchemy import Connection as Session

DEFAULT_TIMEOUT_SECONDS: Final = 10.0
"""How long to wait for another writer before giving up."""
INSTANT_ON_SERVER: Final = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
"""A time of PostgreSQL's as the journal stores times."""


ASKED_ABOUT: Final = f"NOT (stream >= '{OF_PERSONS}' AND stream < '{OF_PERSONS}~')"
"""Which streams people ask about: those of persons, whose keys are figures, only tell that somebody was forgotten."""


class Cursor(Protocol):
    """The rows of a statement."""

    def fetchone(self) -> Any:
        """The next row, None if there is none."""

    def fetchall(self) -> list[Any]:
        """All rows."""

    def __iter__(self) -> Iterator[Any]:
        """The rows, one by one."""


class Connection(Protocol):
    """A connection in autocommit mode: transactions are begun by hand."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction was begun and not ended."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Cursor:
        """Run a statement."""

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> object:
        """Run a statement for each of many rows."""

    def rollback(self) -> None:
        """Undo a transaction."""

    def close(self) -> None:
        """Close it."""


class Dialect(NamedTuple):
    """The statements that differ between the two databases."""

    name: str
    begin_snapshot: str
    """Begins a transaction in which everything is seen as of one commit."""
    relations: str
    """Selects the names of all tables and views."""
    view: str
    """Selects the kind (``table`` or ``view``) and the text of the table or view of a name."""
    refuse_writes: tuple[str, ...]
    """Make the database refuse writes, within a snapshot or a transaction."""
    allow_writes: tuple[str, ...]
    """Make it take them again."""
    now: str
    """Selects the server's time as the journal stores times; empty where there is no server."""
    setting: str
    """Selects a setting of the database by its name."""
    size_bytes: str
    """Selects how many bytes the ledger takes."""
    kind_of_stream: str
    """The part of a stream's name before the slash."""
    by_position: str
    """Follows a table that is best read by its positions, not by an index."""
    one_of: str
    """Follows a column, and means that its value is one of the few that a SELECT gives: PostgreSQL would take them for
    many as long as it has no statistics, and read the whole table."""


SQLITE: Final = Dialect(
    name="sqlite",
    begin_snapshot="BEGIN",
    relations="SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')",
    view="SELECT type, sql FROM sqlite_schema WHERE name = ?",
    refuse_writes=("PRAGMA query_only = ON",),
    allow_writes=("PRAGMA query_only = OFF",),
    now="",
    setting="PRAGMA %s",
    size_bytes="SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    kind_of_stream="substr(stream, 1, instr(stream, '/') - 1)",
    by_position="NOT INDEXED",
    one_of="IN (%s)",
)

POSTGRESQL: Final = Dialect(
    name="postgresql",
    begin_snapshot="BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    relations="""
        SELECT relname::text FROM pg_class
        WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f')""",
    view="""
        SELECT CASE relkind WHEN 'v' THEN 'view' ELSE 'table' END, coalesce(obj_description(oid, 'pg_class'), '')
        FROM pg_class WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relname = ?""",
    refuse_writes=("SAVEPOINT read_only", "SET LOCAL transaction_read_only = on"),
    allow_writes=("ROLLBACK TO read_only", "RELEASE read_only"),
    now=f"SELECT {INSTANT_ON_SERVER.format('clock_timestamp()')}",
    setting="SELECT current_setting('%s')",
    size_bytes="""
        SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
        WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind = 'r'""",
    kind_of_stream="split_part(stream, '/', 1)",
    by_position="",
    one_of="= ANY(ARRAY(%s))",
)


def batch(connection: Connection) -> AbstractContextManager[object]:
    """Within it, statements without rows to read go to the server together, and errors may come later."""
    own: Any = getattr(connection, "batch", None)
    return nullcontext() if own is None else own()


def settle(connection: Connection) -> None:
    """Wait until the server has run all statements that were sent; raises their errors."""
    own: Any = getattr(connection, "settle", None)
    if own is not None:
        own()


def is_lost(connection: Connection) -> bool:
    """Whether the connection to a server is gone."""
    return bool(getattr(connection, "is_lost", False))


def is_shared(connection: Connection) -> bool:
    """Whether others use the session of the server that it has: a pooler stands before that."""
    session: Any = getattr(connection, "session", None)
    return session is not None and bool(session.is_shared)


def each(connection: Connection, sql: str, parameters: Sequence[Any]) -> Iterator[Any]:
    """The rows of a SELECT within a transaction, one by one as they are asked for."""
    own: Any = getattr(connection, "each", None)
    if own is not None:
        return iter(own(sql, parameters))
    return (row for row in connection.execute(sql, parameters))  # a cursor cannot be closed after its connection


def dialect_of(connection: Connection) -> Dialect:
    """The dialect of a connection."""
    return SQLITE if isinstance(connection, sqlite3.Connection) else POSTGRESQL


@contextmanager
def session_over(connection: Connection) -> Iterator[Session]:
    """SQLAlchemy's connection over one of ours, within whose transaction it stays."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    if dialect_of(connection) is SQLITE:
        engine = create_engine("sqlite://", creator=lambda: BorrowedConnection(connection), poolclass=StaticPool)
    else:
        raw: Any = getattr(connection, "raw", None)
        engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: BorrowedConnection(raw),
            poolclass=StaticPool,
            use_native_hstore=False,
        )
    with engine.connect() as session:
        yield session


class BorrowedConnection:
    """A driver's connection that SQLAlchemy uses and neither closes nor commits: its owner does."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def close(self) -> None:
        """Leave it open."""

    def rollback(self) -> None:
        """Leave the transaction to its owner."""

    def commit(self) -> None:
        """Leave the transaction to its owner."""
