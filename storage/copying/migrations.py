"""Migrating the ledgers of earlier releases: in place, in one transaction, after a backup.

One step leads from any earlier schema to the present one. A file is never replaced: another process may have it open,
and would go on writing into the old one. If the process is killed, the transaction leaves the old ledger; until its
end, those who read see the old one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.storage.address import Place, Server
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.copying.backup import copy_file, is_same_ledger, reading_file, size_and_root
from armsledger.storage.copying.erasures import enter_erasures
from armsledger.storage.copying.rows import schema_of, silent, stored_entries, undecoded, with_hashes
from armsledger.storage.driver_errors import as_ledger_errors
from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.files import mode_of, sweep
from armsledger.storage.proofs.merkle import Frontier
from armsledger.storage.proofs.record import Record
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import OLDEST_READ, SCHEMA_VERSION, Report
from armsledger.storage.sqlite.connection import open_for_writing, schema_version
from armsledger.storage.sqlite.database import INSERT
from armsledger.storage.sqlite.schema import TRIGGERS, definitions, differences

OLD: Final = "earlier_journal"
OWN_TRIGGERS: Final = frozenset(trigger.split()[2] for trigger in TRIGGERS)
OTHERS: Final = "SELECT name, sql FROM sqlite_schema WHERE tbl_name = 'journal' AND type IN ('index', 'trigger')"
SAME: Final = " AND ".join(f"old.{column} IS new.{column}" for column in Record._fields if column != "login")
RAISE: Final = "UPDATE ledger SET value = ? WHERE key = 'schema_version'"
TAKEN_OVER: Final = f"SELECT count(*) FROM {OLD} AS old JOIN journal AS new ON new.position = old.position WHERE {SAME}"


class BackupExists(LedgerError):
    """The backup would replace another file."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"the ledger was not migrated: its backup would take the place of {path}",
            remedy="name another file (`armsledger admin migrate --backup FILE`), or go without (--no-backup)",
        )


class NoBackupOfServer(UsageError):
    """A backup of a ledger on a server was asked for."""

    def __init__(self, ledger: str) -> None:
        super().__init__(
            f"{ledger} was not migrated: no backup of a ledger on a server is made",
            remedy="leave --backup out, as the server undoes a migration that fails; for a copy, use pg_dump before",
        )


class NotAsReleased(LedgerError):
    """There is a table or trigger that no release has made; the ledger was left as it is."""

    def __init__(self, ledger: str, where: str, what: str) -> None:
        super().__init__(
            f"{ledger} was not migrated: {where} is not as a release has made it: {what}",
            remedy="take away what was added, or go back to a backup; then migrate again",
        )


class Migrated(NamedTuple):
    """What a migration did: from which schema to which, of how many entries, and where the backup is."""

    before: int
    after: int
    entries: int
    root: bytes
    backup: Path | None

    def to_dict(self) -> dict[str, int | str | None]:
        """The same in the types of JSON."""
        backup = None if self.backup is None else str(self.backup)
        return self._asdict() | {"root": self.root.hex(), "backup": backup}


def migrate(
    place: Place,
    *,
    backup: Path | None = None,
    without_backup: bool = False,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    report: Report = silent,
    recorded_by: str = "unknown",
) -> Migrated | None:
    """Bring a ledger up to date; None if it is up to date already.

    ``recorded_by`` is the name under which it appends the entries of those who were forgotten. Unless a file is named,
    the backup goes beside the ledger; it never replaces another file. Raises LedgerTooNew,
    LedgerBusy if somebody else is writing, LedgerDamaged for entries that are not sound, and NotAsReleased, and then
    leaves the ledger as it is.
    """
    if place is None:
        return None
    if not isinstance(place, Path):
        if backup is not None:
            raise NoBackupOfServer(str(place))
        return _migrate_server(place, timeout_seconds, report, recorded_by)
    with reading_file(place, timeout_seconds) as reader:
        if schema_of(reader) == SCHEMA_VERSION:
            return None
    with (
        as_ledger_errors(place, timeout_seconds),
        closing(open_for_writing(place, timeout_seconds, oldest=OLDEST_READ)) as connection,
        _alone(connection),
    ):
        before = schema_version(connection, place)
        if before == SCHEMA_VERSION:  # another process was faster
            return None
        backup = None if without_backup else _back_up(place, backup or usual_backup(place, before), report)
        renew_journal(connection, str(place), report)
        enter_erasures(connection, recorded_by)
        connection.execute(RAISE, (str(SCHEMA_VERSION),))
        _check_schema(connection, str(place))
        entries, root = size_and_root(
            JournalReader(connection, lambda: undecoded, ledger=str(place)), str(place), report
        )
        connection.execute("COMMIT")
    return Migrated(before, SCHEMA_VERSION, entries, root, backup)


def usual_backup(path: Path, version: int) -> Path:
    """Where a ledger is kept as it was before: ``armsledger.schema1.db`` beside ``armsledger.db``."""
    return path.with_name(f"{path.stem}.schema{version}.db")


def _migrate_server(place: Server, timeout_seconds: float, report: Report, recorded_by: str) -> Migrated | None:
    """The same on a server, where the tables are changed in place; the transaction is the backup."""
    from armsledger.storage.postgres.connection import LOCK, open_server
    from armsledger.storage.postgres.migration import renew_tables

    with (
        as_ledger_errors(place, timeout_seconds),
        closing(open_server(place, timeout_seconds, oldest=OLDEST_READ)) as connection,
    ):
        connection.execute("BEGIN")
        try:
            connection.execute(LOCK)
            reader = JournalReader(connection, lambda: undecoded, ledger=str(place))
            before = schema_of(reader)
            if before == SCHEMA_VERSION:
                return None
            renew_tables(connection)
            enter_erasures(connection, recorded_by)
            connection.execute(RAISE, (str(SCHEMA_VERSION),))
            entries, root = size_and_root(reader, str(place), report)
            connection.execute("COMMIT")
        finally:
            connection.rollback()
    return Migrated(before, SCHEMA_VERSION, entries, root, None)


@contextmanager
def _alone(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction in which nobody else writes, undone unless the block commits it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.rollback()


def _back_up(place: Path, path: Path, report: Report) -> Path:
    """Copy the ledger while nobody can write to it, unless a copy of just this is there already."""
    with reading_file(place) as reader:
        if not path.exists():
            return copy_file(reader, path, mode=mode_of(place), report=report).path
        sweep(path)
        entries, root = size_and_root(reader, str(place))
        if not is_same_ledger(path, reader.meta(), entries, root):
            raise BackupExists(str(path))
    return path


def _check_schema(connection: sqlite3.Connection, ledger: str) -> None:
    """Raise NotAsReleased if the tables are not, to the letter, those that this release makes."""
    for where, what in differences(lambda sql: connection.execute(sql).fetchall()):
        raise NotAsReleased(ledger, where, what)


def renew_journal(connection: sqlite3.Connection, ledger: str, report: Report) -> None:
    """From any earlier schema to the present one.

    The statements that make a new ledger's journal make one beside the old one, which takes over the rows as they are,
    names in clear included. Rows of schema 1 get the hashes of the Merkle tree; those of schema 2 must fit theirs.
    Read models stay as they are, and so do somebody's own indexes and triggers. Raises LedgerDamaged.
    """
    others = [sql for name, sql in connection.execute(OTHERS).fetchall() if sql and name not in OWN_TRIGGERS]
    for trigger in OWN_TRIGGERS & _names(connection, "trigger"):
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("PRAGMA legacy_alter_table = ON")  # views of somebody's keep to the name, not to the old table
    connection.execute(f"ALTER TABLE journal RENAME TO {OLD}")
    connection.execute("PRAGMA legacy_alter_table = OFF")
    tables = _names(connection, "table")
    for statement in definitions():
        kind, name = statement.split()[1:3]
        if kind != "TABLE" or name not in tables:
            connection.execute(statement)
    _take_over(connection, ledger, report)
    connection.execute(f"DROP TABLE {OLD}")
    for sql in others:
        connection.execute(sql)


def _names(connection: sqlite3.Connection, kind: str) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = ?", (kind,))}


def _take_over(connection: sqlite3.Connection, ledger: str, report: Report) -> None:
    """Copy the rows of the old journal, each with its hashes, and compare them once they are in."""
    reader = JournalReader(connection, lambda: undecoded, ledger=ledger)
    (total,) = connection.execute(f"SELECT count(*) FROM {OLD}").fetchone()
    frontier = Frontier()
    for rows in stored_entries(reader, OLD):
        connection.executemany(INSERT, with_hashes(rows, ledger, frontier))
        report(frontier.size, total)
    (equal,) = connection.execute(TAKEN_OVER).fetchone()
    if not equal == frontier.size == reader.head() == total:
        raise LedgerDamaged(ledger, f"of its {total} entries, only {equal} could be taken over as they are")
