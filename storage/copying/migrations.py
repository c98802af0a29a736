"""Ledgers of earlier releases brought up to date: where they are, in one transaction, after a backup.

Each step leads from one schema to the next. The file is never replaced: another process may have it open, and would go
on writing into the old one. As it is one transaction, whoever is killed in the midst of it leaves the old ledger, and
those who read meanwhile see that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from armsledger.domain.errors import LedgerError
from armsledger.storage.address import Place, Server
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.copying.backup import copy_file, is_same_ledger, reading_file, worked_out
from armsledger.storage.copying.rows import Report, schema_of, silent, stored_entries, undecoded, with_hashes
from armsledger.storage.driver_errors import as_ledger_errors
from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.proofs.merkle import Frontier
from armsledger.storage.proofs.record import Record
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import OLDEST_READ, SCHEMA_VERSION
from armsledger.storage.sqlite.connection import open_for_writing, schema_version
from armsledger.storage.sqlite.database import INSERT
from armsledger.storage.sqlite.schema import TRIGGERS, definitions, differences

OLD: Final = "journal_1"
OWN_TRIGGERS: Final = frozenset(trigger.split()[2] for trigger in TRIGGERS)
OTHERS: Final = "SELECT name, sql FROM sqlite_schema WHERE tbl_name = 'journal' AND type IN ('index', 'trigger')"
SAME: Final = " AND ".join(f"old.{column} IS new.{column}" for column in Record._fields)
KEPT: Final = f"SELECT count(*) FROM {OLD} AS old JOIN journal AS new ON new.position = old.position WHERE {SAME}"


class BackupExists(LedgerError):
    """The backup would take the place of another file."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"the ledger was not migrated: its backup would take the place of {path}",
            remedy="name another file (`armsledger migrate --backup FILE`), or go without (--no-backup)",
        )
        self.path = path


class NotAsReleased(LedgerError):
    """A table or trigger that no release has made; the ledger was left as it is."""

    def __init__(self, ledger: str, where: str, what: str) -> None:
        super().__init__(
            f"{ledger} was not migrated: {where} is not as a release has made it: {what}",
            remedy="take away what was added, or go back to a backup; then migrate again",
        )


class Migrated(NamedTuple):
    """What a migration did: from which schema to which, how many entries, and where the ledger is as it was."""

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
) -> Migrated | None:
    """Bring a ledger up to date; None if it is so already.

    The backup goes to a file beside it if none is named; it never takes the place of another file. Raises LedgerTooNew,
    LedgerBusy if somebody else is writing, LedgerDamaged for entries that are not sound, and NotAsReleased; the ledger
    is left as it is then.
    """
    if not isinstance(place, Path):
        _check_server(place, timeout_seconds)
        return None
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
        kept = None if without_backup else _back_up(place, backup or usual_backup(place, before), report)
        for version in range(before, SCHEMA_VERSION):
            STEPS[version](connection, str(place), report)
            connection.execute("UPDATE ledger SET value = ? WHERE key = 'schema_version'", (str(version + 1),))
        _check_schema(connection, str(place))
        entries, root = worked_out(JournalReader(connection, undecoded, ledger=str(place)), str(place), report)
        connection.execute("COMMIT")
    return Migrated(before, SCHEMA_VERSION, entries, root, kept)


def usual_backup(path: Path, version: int) -> Path:
    """Where a ledger is kept as it was before: ``armsledger.schema1.db`` beside ``armsledger.db``."""
    return path.with_name(f"{path.stem}.schema{version}.db")


def _check_server(place: Server | None, timeout_seconds: float) -> None:
    """Open a ledger on a server, of which no release has made an older one; there is none in memory either."""
    if place is not None:
        from armsledger.storage.postgres.connection import open_server

        open_server(place, timeout_seconds, oldest=SCHEMA_VERSION).close()


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
    """Copy the ledger as it is, while nobody can write to it; a copy of just this that is there already will do."""
    with reading_file(place) as reader:
        if not path.exists():
            return copy_file(reader, path, report=report).path
        entries, root = worked_out(reader, str(place))
        if not is_same_ledger(path, reader.meta(), entries, root):
            raise BackupExists(str(path))
    return path


def _check_schema(connection: sqlite3.Connection, ledger: str) -> None:
    """Refuse to commit tables that are not, to the letter, those that this release makes."""
    for where, what in differences(lambda sql: connection.execute(sql).fetchall()):
        raise NotAsReleased(ledger, where, what)


# From schema 1 to schema 2: the hashes of the Merkle tree beside each entry, checkpoints, and persons. The statements
# that make a new ledger make the journal anew beside the old one, and it takes over the rows as they are, with names of
# persons in clear. Read models stay as they are, and so do indexes and triggers of somebody's own. A step that follows
# this one will need these tables kept here as they are made now.


def add_hashes(connection: sqlite3.Connection, ledger: str, report: Report) -> None:
    """Lead a ledger from schema 1 to schema 2, within a transaction; raises LedgerDamaged for one that is not sound."""
    others = [sql for name, sql in connection.execute(OTHERS).fetchall() if sql and name not in OWN_TRIGGERS]
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")}
    for trigger in OWN_TRIGGERS & there:
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("PRAGMA legacy_alter_table = ON")  # views of somebody's keep to the name, not to the old table
    connection.execute(f"ALTER TABLE journal RENAME TO {OLD}")
    connection.execute("PRAGMA legacy_alter_table = OFF")
    _make_tables(connection)
    _take_over(connection, ledger, report)
    connection.execute(f"DROP TABLE {OLD}")
    for sql in others:
        connection.execute(sql)


def _make_tables(connection: sqlite3.Connection) -> None:
    """The tables that are not there yet, and all triggers."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    for statement in definitions():
        kind, name = statement.split()[1:3]
        if kind != "TABLE" or name not in there:
            connection.execute(statement)


def _take_over(connection: sqlite3.Connection, ledger: str, report: Report) -> None:
    """All rows of the old journal, each with its hashes, compared once they are in."""
    reader = JournalReader(connection, undecoded, ledger=ledger)
    (total,) = connection.execute(f"SELECT count(*) FROM {OLD}").fetchone()
    frontier = Frontier()
    for rows in stored_entries(reader, OLD):
        connection.executemany(INSERT, with_hashes(rows, ledger, frontier))
        report(frontier.size, total)
    (kept,) = connection.execute(KEPT).fetchone()
    if not kept == frontier.size == reader.head() == total:
        raise LedgerDamaged(ledger, f"of its {total} entries, only {kept} could be taken over as they are")


Step = Callable[[sqlite3.Connection, str, Report], None]
"""Leads a ledger, which messages call by the name, from one schema to the next, within a transaction."""

STEPS: Final[dict[int, Step]] = {1: add_hashes}
"""By the schema from which each leads."""
