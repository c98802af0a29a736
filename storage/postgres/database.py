"""A journal on a PostgreSQL server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import psycopg

from armsledger.storage.address import Server
from armsledger.storage.clock import DEFAULT_LEAP_DAYS, Clock
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS, POSTGRESQL
from armsledger.storage.database import JOURNAL_COLUMNS, Database, Row
from armsledger.storage.driver_errors import first_line
from armsledger.storage.errors import LedgerForbidden
from armsledger.storage.postgres.confirmation import AWAITS_STANDBY, WRITE_TO_LOG
from armsledger.storage.postgres.connection import COMMIT, LOCK, PostgresConnection, open_server
from armsledger.storage.postgres.functions import APPENDING
from armsledger.storage.schema import SCHEMA_VERSION, Rule, parse_instant
from armsledger.storage.transaction import END, Transaction

SESSION: Final = f"{POSTGRESQL.now}, session_user::text, {AWAITS_STANDBY}"
BEGIN: Final = f"BEGIN; {LOCK}; {SESSION}; {END}"
"""In one round trip: wait for the other writers, and see what time it is then, as whom the server knows us, whether the
commit will wait for a standby, and where they have left the journal."""
BEGIN_QUICKLY: Final = f"BEGIN; SET LOCAL synchronous_commit = off; {LOCK}; {SESSION}; {END}"
"""The same; the commit will wait for no disk, and no standby."""

TYPES: Final = {"position": "bigint", "version": "integer", "format": "integer", "hashes": "bytea"}
"""The columns of the journal that are not of type text."""
COLUMNS: Final = ", ".join(JOURNAL_COLUMNS)
INSERT: Final = f"INSERT INTO journal ({COLUMNS}) VALUES ({', '.join('?' * len(JOURNAL_COLUMNS))})"
COPY: Final = f"COPY journal ({COLUMNS}) FROM STDIN (FORMAT binary)"
"""Takes rows as fast as they come, and the triggers see them as those of one statement."""
ROWS_NOT_COPIED: Final = 3
"""To begin and to end a COPY takes a round trip each."""
ARRAYS: Final = {
    "stream": "text",
    "version": "integer",
    "name": "text",
    "format": "integer",
    "entry_id": "text",
    "on_earliest": "text",
    "on_latest": "text",
    "asserted_earliest": "text",
    "asserted_latest": "text",
    "source": "text",
    "payload": "text",
    "hashes": "bytea",
}
"""The columns that `armsledger_append` takes, each as an array; the others are the same for all rows."""
ARRAY_PLACES: Final = tuple(map(JOURNAL_COLUMNS.index, ARRAYS))
APPEND: Final = (
    f"SELECT {APPENDING.name}(?::bigint, ?::text, ?::text, {', '.join(f'?::{kind}[]' for kind in ARRAYS.values())})"
)
RECORDED_PLACES: Final = [JOURNAL_COLUMNS.index(column) for column in ("position", "recorded_at", "recorded_by")]

RESTORING: Final = "only its owner takes over an export with the times, the names and the logins in it"
HOW_TO_RESTORE: Final = "have its owner import the export; or record the entries anew, as yours and of now"

ENTRY_ID: Final = re.compile(r"Key \(entry_id\)=\((?P<id>.*)\) already exists", re.DOTALL)
STREAM_VERSION: Final = re.compile(
    r"Key \(stream, version\)=\((?P<stream>.*), (?P<version>-?\d+)\) already exists", re.DOTALL
)
ENTRY_ID_PLACE: Final = JOURNAL_COLUMNS.index("entry_id")
STREAM_VERSION_PLACES: Final = [JOURNAL_COLUMNS.index("stream"), JOURNAL_COLUMNS.index("version")]


class PostgresDatabase(Database):
    """Other writers, in whichever process and on whichever machine, are kept out by an advisory lock."""

    def __init__(
        self,
        server: Server,
        *,
        clock: Clock | None = None,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        leap_days: int = DEFAULT_LEAP_DAYS,
    ) -> None:
        """Open the ledger at a server's address."""
        self._connection = open_server(server, timeout_seconds, oldest=SCHEMA_VERSION)
        super().__init__(server, self._connection, clock=clock, timeout_seconds=timeout_seconds, leap_days=leap_days)
        self._server = server
        self._awaits_standby = False
        """Whether the commit of the present transaction waits for a standby."""

    def insert(self, rows: Sequence[Row], *, restored: bool = False) -> None:
        """Insert rows of the journal in their order.

        Rows that bring their own times are inserted as they are, which is the right of the ledger's owner. Others are
        appended by the ledger's own function. Raises Conflict, AlreadyRecorded, OutOfOrder, LedgerForbidden,
        LedgerFailed or LedgerDamaged.
        """
        try:
            if restored or self.clock is not None:
                self._insert(rows)
            else:
                self._append(rows)
        except psycopg.errors.InsufficientPrivilege as error:
            if not restored:
                raise
            raise LedgerForbidden(self.ledger, RESTORING, remedy=HOW_TO_RESTORE) from error
        except psycopg.IntegrityError as error:
            broken = _broken_rule(error, rows)
            if broken is None:
                raise
            raise self.refusal(*broken) from error

    def _append(self, rows: Sequence[Row]) -> None:
        """All at once, each column as an array."""
        columns = list(zip(*rows, strict=True))
        arrays = [list(columns[place]) for place in ARRAY_PLACES]
        self._connection.execute(APPEND, [*(rows[0][place] for place in RECORDED_PLACES), *arrays])

    def _insert(self, rows: Sequence[Row]) -> None:
        if len(rows) <= ROWS_NOT_COPIED:
            for row in rows:
                self._connection.execute(INSERT, row)
            return
        with self._connection.raw.cursor() as cursor, cursor.copy(COPY.encode()) as copy:
            copy.set_types([TYPES.get(column, "text") for column in JOURNAL_COLUMNS])
            for row in rows:
                copy.write_row(row)

    def _connect(self) -> PostgresConnection:
        return open_server(self._server, self.timeout_seconds, write=False)

    def _begin(self, *, durable: bool) -> Transaction:
        cursor = self._connection.execute(BEGIN if durable else BEGIN_QUICKLY)
        answers = [cursor.fetchall() for _ in _answers(cursor)]
        ((now, login, self._awaits_standby),), end = answers[-2:]
        clock = self.clock or (lambda: parse_instant(now))
        return Transaction(self._connection, clock, end, leap_days=self.leap_days, login=login)

    def _commit(self, transaction: Transaction) -> None:
        """Whoever is told that an entry is there already relies on it as on a new one, so its standby must have both.

        What waits for a standby is sent by itself, as only that wait has a limit.
        """
        if not self._awaits_standby:
            return super()._commit(transaction)
        with self._connection.batch():
            self._finish(transaction)
            if not transaction.added:
                self._connection.execute(WRITE_TO_LOG)
        self._connection.execute(COMMIT)


def _answers(cursor: psycopg.Cursor[Any]) -> Iterator[None]:
    """Go through the statements that were run together, and stop at each that has rows."""
    while True:
        if cursor.description is not None:
            yield
        if not cursor.nextset():
            return


def _broken_rule(error: psycopg.IntegrityError, rows: Sequence[Row]) -> tuple[Rule, Row] | None:
    """Which rule was broken by which row, by what the server says of it; None for a constraint that is no rule."""
    detail = error.diag.message_detail or ""
    if detail.startswith('Key ("position")'):
        return Rule.POSITION, rows[0]
    if key := ENTRY_ID.match(detail):
        return Rule.ENTRY_ID, _row_with(rows, [ENTRY_ID_PLACE], [key["id"]])
    if key := STREAM_VERSION.match(detail):
        return Rule.VERSION, _row_with(rows, STREAM_VERSION_PLACES, [key["stream"], int(key["version"])])
    try:
        return Rule(first_line(error)), rows[int(detail) - rows[0][0]]
    except (ValueError, IndexError):
        return None


def _row_with(rows: Sequence[Row], places: Sequence[int], values: list[Any]) -> Row:
    return next((row for row in rows if [row[place] for place in places] == values), rows[0])
