"""Connections to a ledger on a PostgreSQL server, with the face of a `sqlite3.Connection`.

A ledger is the tables of one schema: the first of the connection's ``search_path`` that exists, which is ``public``
unless the URL says otherwise (``?options=-csearch_path%3Dname``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from secrets import token_hex
from typing import Any, Final

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.storage.address import Server
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.driver_errors import as_ledger_errors, first_line, ledger_error
from armsledger.storage.errors import (
    LedgerForbidden,
    LedgerMissing,
    LedgerUnreachable,
    NotALedger,
    SchemaMissing,
    UnsupportedAddress,
)
from armsledger.storage.postgres.confirmation import Confirmation
from armsledger.storage.postgres.session import Session, divided, opening, told
from armsledger.storage.schema import APPLICATION_ID, OLDEST_READ, checked_version

try:
    import psycopg
    from psycopg.pq import PipelineStatus, TransactionStatus
except ImportError as failure:  # pragma: no cover - the tests have it
    raise UsageError(
        "a ledger on PostgreSQL needs the package psycopg", remedy="pip install 'armsledger[postgres]'"
    ) from failure

OLDEST_SERVER: Final = 150_000
SCHEMA: Final = """
SELECT current_schema(), to_regclass(quote_ident(current_schema()) || '.ledger') IS NOT NULL
    AND to_regclass(quote_ident(current_schema()) || '.journal') IS NOT NULL, current_setting('server_encoding')"""
"""Whether the first schema of the search path has a ledger: tables of a later one are another ledger's."""
ANOTHER_SCHEMA: Final = "name another schema by ?options=-csearch_path%3DNAME, which you have made for the ledger"
SEVERITY: Final = "FATAL:"
"""How a server begins the message with which it turns somebody away."""
TURNED_AWAY: Final = ("password", "authentication", "pg_hba.conf", "does not exist", "not permitted")
"""In such messages, reasons that no waiting mends; psycopg has no code for them. In other languages they are treated as
a server that cannot be reached, and shown all the same."""
EACH_HOST: Final = re.compile(r"^- host: .*?, hostaddr: \S+: (?:connection failed: )?(.*)$", re.MULTILINE)
"""Of several hosts, psycopg lists why each did not let us in."""
LOCK: Final = f"SELECT pg_advisory_xact_lock({APPLICATION_ID}, hashtext(current_schema()))"
"""Keeps writers apart: one lock for each schema, held to the end of the transaction."""
COMMIT: Final = "COMMIT"
ROWS_SENT: Final = 2_000
"""How many rows the server sends at once where they are read one by one."""


@lru_cache(maxsize=4096)
def with_formats(sql: str) -> Any:
    """A statement with psycopg's marks for parameters in place of question marks.

    What is cast is sent in binary, in which the texts of an array need no escapes.
    """
    return sql.replace("%", "%%").replace("?::", "%b::").replace("?", "%s")


def as_written(sql: str) -> Any:
    """A statement without parameters; psycopg's types ask for a literal, and ours are composed of literals."""
    return sql


class PostgresConnection:
    """A connection in autocommit mode, which is renewed if it was lost outside a transaction."""

    def __init__(self, server: Server, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS, *, write: bool = True) -> None:
        self.server = server
        self.timeout_seconds = timeout_seconds
        self._write = write
        self._connect()
        self._is_closed = False
        self.schema_version: int | None = None
        """That of the ledger, once it was looked for."""

    def _connect(self) -> None:
        self._raw, self.session = connect(self.server, self.timeout_seconds, write=self._write)
        self._confirmation = Confirmation(self._raw, str(self.server))

    @property
    def raw(self) -> psycopg.Connection[Any]:
        """The driver's own connection."""
        return self._raw

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction was begun and not ended."""
        return self._raw.info.transaction_status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN)

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> psycopg.Cursor[Any]:
        """Run a statement; on a new connection if the old one was lost outside a transaction.

        What a standby ended outside a transaction, as it stood in the way of what was to be replayed, is run again.
        Raises CommitUnconfirmed if it commits, and the server's wait for a standby was in vain.
        """
        was_idle = not self.in_transaction
        if sql == "COMMIT" and self._raw.info.transaction_status is TransactionStatus.INERROR:
            raise psycopg.errors.InFailedSqlTransaction("a statement failed, and the server would undo all of it")
        try:
            return self._run(sql, parameters)
        except psycopg.OperationalError as error:
            is_in_the_way = isinstance(error, psycopg.errors.SerializationFailure) and self.session.is_standby
            if sql == COMMIT or not was_idle or not (self.is_lost or is_in_the_way):  # no other connection can commit
                raise
            if self._is_closed:  # by us, and nobody would close a new one
                raise psycopg.InterfaceError("the connection is closed") from None
        except BaseException:
            self._give_up_if_stuck()
            raise
        if self.is_lost:
            self.renew()
        return self._run(sql, parameters)

    def each(self, sql: str, parameters: Sequence[Any], /) -> Iterator[Any]:
        """The rows of a SELECT within a transaction; the server sends them as they are asked for."""
        with self._raw.cursor(name=f"each_{token_hex(8)}") as cursor:
            cursor.itersize = ROWS_SENT
            cursor.execute(with_formats(sql), parameters)
            yield from cursor

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> None:
        """Run a statement for each of many rows, in one round trip."""
        rows = list(parameters)
        if rows:
            with self._raw.pipeline(), self._raw.cursor() as cursor:
                if self._needs_settings:
                    self._raw.execute(as_written(self.session.settings))
                cursor.executemany(with_formats(sql), rows)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Within it, statements without rows to read are sent together (libpq's pipeline mode)."""
        with self._raw.pipeline():
            yield
        self._confirmation.check()

    def settle(self) -> None:
        """Within a batch, wait until the server has run all statements; raises their errors."""
        if self._raw.info.pipeline_status is not PipelineStatus.OFF:
            with self._raw.pipeline() as pipeline:
                pipeline.sync()

    def rollback(self) -> None:
        """Undo the transaction; if the connection was lost, the server has done so."""
        self._give_up_if_stuck()
        if self.in_transaction and not self.is_lost:
            try:
                self._raw.rollback()
            except psycopg.OperationalError:
                if not self.is_lost:
                    raise

    def _give_up_if_stuck(self) -> None:
        """Close a connection that was left within a statement or batch, as by Ctrl-C; the next use opens another."""
        info = self._raw.info
        if info.transaction_status is TransactionStatus.ACTIVE or info.pipeline_status is not PipelineStatus.OFF:
            self._raw.close()

    def close(self) -> None:
        """Close it."""
        self._is_closed = True
        self._raw.close()

    @property
    def is_lost(self) -> bool:
        """Whether the connection to the server is gone."""
        return self._raw.closed or self._raw.broken

    def renew(self) -> None:
        """Connect again: to the server that takes writes, if the URL names several and asks for that."""
        self._raw.close()
        self._connect()

    @property
    def _needs_settings(self) -> bool:
        """Whether a statement would run in a session in which our settings are not made."""
        return self.session.is_shared and not self.in_transaction

    def _run(self, sql: str, parameters: Sequence[Any]) -> psycopg.Cursor[Any]:
        if sql == COMMIT and self._raw.info.pipeline_status is PipelineStatus.OFF:
            with self._confirmation.awaited(self.timeout_seconds):
                return self._raw.execute(COMMIT)
        if self._needs_settings:
            return self._run_with_settings(sql, parameters)
        if not parameters:  # several statements may be sent at once
            return self._raw.execute(as_written(sql))
        return self._raw.execute(with_formats(sql), parameters)

    def _run_with_settings(self, sql: str, parameters: Sequence[Any]) -> psycopg.Cursor[Any]:
        """In one round trip, and in one transaction, which ends with the statement unless that begins one."""
        if sql.startswith("BEGIN"):
            return self._raw.execute(as_written(self.session.begun(sql)))
        with self._raw.pipeline():
            self._raw.execute(as_written(self.session.settings))
            return self._raw.execute(with_formats(sql), parameters)


def connect(server: Server, timeout_seconds: float, *, write: bool = True) -> tuple[psycopg.Connection[Any], Session]:
    """A connection to a server, and what its session is.

    Raises LedgerUnreachable, LedgerForbidden and UnsupportedAddress, and LedgerReadOnly where one that is to ``write``
    cannot. The driver's own error is not kept beside ours: it may quote the address.
    """
    settings, given = _settings(server, timeout_seconds)
    connected = _try(server, settings, timeout_seconds)
    if isinstance(connected, LedgerError):
        raise connected
    try:
        return connected, _session(connected, server, given, timeout_seconds, write=write)
    except BaseException:
        connected.close()
        raise


def _session(
    connected: psycopg.Connection[Any], server: Server, given: dict[str, str], timeout_seconds: float, *, write: bool
) -> Session:
    """What the session is, with our settings made in it, unless others may use it after us."""
    version, pid = connected.info.server_version, connected.info.backend_pid
    if version < OLDEST_SERVER:
        raise UnsupportedAddress(str(server), f"it is PostgreSQL {version // 10_000}; 15 and later are supported")
    given = divided(connected.info.options)[0] | given  # a service may set some
    given.pop("client_encoding", None)
    with as_ledger_errors(server, timeout_seconds):
        cursor = connected.execute(as_written(opening(given, pid, timeout_seconds, version, write=write)))
        while cursor.nextset():
            pass
        session = told(cursor.fetchone() or (), given, timeout_seconds, version, write=write)
    if session.is_shared:
        connected.prepare_threshold = None  # a statement prepared in one session is unknown in the next
    if write:
        session.check_writable(str(server))
    return session


def _settings(server: Server, timeout_seconds: float) -> tuple[dict[str, Any], dict[str, str]]:
    """What libpq reads in the address, beside what we ask for; and the parameters that we set, as poolers take none."""
    try:
        options = psycopg.conninfo.conninfo_to_dict(server.url)
    except psycopg.Error:
        options = None
    if options is None:  # outside of the handler: the driver's error quotes what it cannot read
        known = ", ".join(sorted(option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()))
        reason = "libpq does not know one of its options, by the names after the ?"
        raise UnsupportedAddress(str(server), reason, remedy=f"these are known: {known}")
    settings: dict[str, Any] = {key: value for key, value in options.items() if value is not None}
    hosts = 1 + str(settings.get("host") or settings.get("hostaddr") or "").count(",")
    settings = {"application_name": "armsledger", **_patience(max(2, int(timeout_seconds)), hosts), **settings}
    settings["client_encoding"] = "UTF8"
    given: dict[str, str] = {}
    if options_given := settings.get("options") or os.environ.get("PGOPTIONS"):
        given, settings["options"] = divided(options_given)
    return settings, given


def _patience(seconds: int, hosts: int) -> dict[str, int]:
    """How long libpq waits for servers that do not answer: as long as we do, for all hosts together; and for one that
    vanished without a word, as a machine that lost its power or its network does."""
    return {
        "connect_timeout": max(2, seconds // hosts),
        "tcp_user_timeout": seconds * 1000,
        "keepalives_idle": seconds,
        "keepalives_interval": max(1, seconds // 5),
        "keepalives_count": 3,
    }


def _try(server: Server, settings: dict[str, Any], timeout_seconds: float) -> psycopg.Connection[Any] | LedgerError:
    """A connection, or why there is none."""
    try:
        return psycopg.connect(**settings, autocommit=True)
    except psycopg.Error as error:
        if error.sqlstate:
            return ledger_error(error, str(server), timeout_seconds)
        return _no_connection(server, EACH_HOST.findall(str(error)) or [first_line(error)])


def _no_connection(server: Server, details: Sequence[str]) -> LedgerError:
    """Why there is no connection: no server answers, or each turned us away."""
    reasons = [detail.partition(SEVERITY)[2].strip() or detail for detail in details]
    turned_away = all(any(words in reason for words in TURNED_AWAY) for reason in reasons)
    reason = server.scrubbed("; ".join(dict.fromkeys(reasons)))
    if turned_away:
        remedy = "see whether the user, the password and the database in the address are those of the server"
        return LedgerForbidden(str(server), reason, remedy=remedy)
    return LedgerUnreachable(str(server), reason)


def open_server(
    server: Server,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    *,
    oldest: int = OLDEST_READ,
    write: bool = True,
) -> PostgresConnection:
    """A connection to a ledger that exists; raises the errors of `armsledger.storage.errors`.

    Unless it may ``write``, the server refuses every statement that would.
    """
    connection = PostgresConnection(server, timeout_seconds, write=write)
    try:
        with as_ledger_errors(server, timeout_seconds):
            _check(connection, str(server), oldest)
    except BaseException:
        connection.close()
        raise
    return connection


def has_ledger(connection: PostgresConnection) -> bool:
    """Whether the connection's schema holds a ledger; raises UnsupportedAddress if it cannot hold one."""
    schema, is_there, encoding = connection.execute(SCHEMA).fetchone() or (None, False, "")
    if schema is None:
        raise SchemaMissing(str(connection.server))
    if encoding != "UTF8":
        raise UnsupportedAddress(
            str(connection.server),
            f"the database's encoding is {encoding.decode() if isinstance(encoding, bytes) else encoding}",
            remedy="make a database for it: createdb --encoding=UTF8 --template=template0 NAME",
        )
    return bool(is_there)


def _check(connection: PostgresConnection, ledger: str, oldest: int) -> None:
    if not has_ledger(connection):
        raise LedgerMissing(ledger)
    try:
        row = connection.execute("SELECT value FROM ledger WHERE key = 'schema_version'").fetchone()
    except psycopg.errors.UndefinedColumn as error:
        raise NotALedger(ledger, "its tables are those of another program", remedy=ANOTHER_SCHEMA) from error
    connection.schema_version = checked_version(row and row[0], ledger, oldest=oldest)
