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
from armsledger.storage.copying.backup import copy_file, is_same_ledger, reading_file, worked_out
from armsledger.storage.copying.migration_of_hashes import add_hashes
from armsledger.storage.copying.stored_rows import Report, schema_of, silent, undecoded
from armsledger.storage.format import DEFAULT_TIMEOUT_SECONDS, OLDEST_READ, SCHEMA_VERSION
from armsledger.storage.reader import JournalReader
from armsledger.storage.sqlite.connection import complaining, open_for_writing, schema_version
from armsledger.storage.sqlite.schema import differences


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


Step = Callable[[sqlite3.Connection, str, Report], None]
"""Leads a ledger, which messages call by the name, from one schema to the next, within a transaction."""

STEPS: Final[dict[int, Step]] = {1: add_hashes}
"""By the schema from which each leads."""


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
        complaining(place, timeout_seconds),
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
