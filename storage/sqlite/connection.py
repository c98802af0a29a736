"""Connections to a ledger's file: whether it is a ledger, and whether we may read or write it."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from shlex import quote

from armsledger.domain.errors import LedgerError
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.driver_errors import as_ledger_errors, driver_errors, lacks_room, primary_code
from armsledger.storage.errors import (
    LedgerDamaged,
    LedgerForbidden,
    LedgerFull,
    LedgerMissing,
    LedgerReadOnly,
    NoRoomToRead,
    NotALedger,
)
from armsledger.storage.schema import APPLICATION_ID, OLDEST_READ, SCHEMA_VERSION, checked_version
from armsledger.storage.sqlite.waiting import wal_bytes

MAGIC = b"SQLite format 3\x00"
HEADER_BYTES = 100
"""How an SQLite file begins, and how long its header is (sqlite.org/fileformat.html, 1.3)."""

SIDE_FILES = ("-wal", "-shm")
"""What SQLite keeps beside a database while it is in use."""
UNMERGED = "what was recorded last waits in its -wal file"
NOT_OURS = "you may not write {}, which SQLite keeps beside it"
CANNOT_OPEN_FOR_LACK_OF_WRITING = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
READING = frozenset(
    {
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_TRANSACTION,
    }
)
"""What a connection for reading may do: a file that is opened read-only still lets it attach and make another one."""
ASKING = frozenset({"index_info", "index_list", "integrity_check", "query_only", "table_info", "table_xinfo"})
"""The pragmas that may have an argument there; others only tell a setting."""


def open_for_reading(path: Path, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> sqlite3.Connection:
    """A connection that cannot write, whatever SQL it is given; raises the errors of `armsledger.storage.errors`.

    SQLite wants to write beside a database even to read it. Where it cannot, as on a read-only medium or a full disk,
    or where the owner could not write what it makes there, the file is read as one that does not change
    (`armsledger.storage.sqlite.still`). That is right only if nothing waits in a -wal file.
    """
    check_file(path)
    with as_ledger_errors(path, timeout_seconds):
        try:
            if _is_anothers(path):
                return _still(path, timeout_seconds)
            connection = _checked(_connect(path, "mode=ro", timeout_seconds), path, _prepare_for_reading)
            share(path)
            return connection
        except sqlite3.OperationalError as error:
            if primary_code(error) not in CANNOT_OPEN_FOR_LACK_OF_WRITING and not lacks_room(error):
                raise
            if wal_bytes(path):
                refusal = NoRoomToRead(str(path)) if lacks_room(error) else LedgerReadOnly(str(path), UNMERGED)
                raise refusal from error
        return _still(path, timeout_seconds)


def _still(path: Path, timeout_seconds: float) -> sqlite3.Connection:
    """A connection that reads the file and makes none beside it."""
    from armsledger.storage.sqlite.still import StillConnection

    waits_unseen = wal_bytes(path) and not os.path.exists(f"{path}-shm")
    if waits_unseen:
        raise LedgerReadOnly(str(path), UNMERGED)
    connection = StillConnection(path, timeout=timeout_seconds, isolation_level=None, check_same_thread=False)
    return _checked(connection, path, _prepare_for_reading)


def _is_anothers(path: Path) -> bool:
    """Whether what SQLite would make beside a ledger would hinder its owner: we own neither it, nor may write it."""
    try:
        return os.stat(path).st_uid != os.geteuid() and not os.access(path, os.W_OK)
    except OSError:
        return False


def share(path: Path) -> None:
    """Give the files that SQLite has made beside a ledger the ledger's owner, group and mode, as far as we may.

    SQLite gives them the mode, and the owner only if root makes them: a colleague of the group could not write them.
    """
    status = os.stat(path)
    for ending in SIDE_FILES:
        side = f"{path}{ending}"
        with suppress(OSError):
            beside = os.stat(side)
            if beside.st_uid == os.geteuid() != 0 and beside.st_gid != status.st_gid:
                os.chown(side, -1, status.st_gid)
                os.chmod(side, status.st_mode & 0o666)


def open_for_writing(
    path: Path, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS, *, oldest: int = SCHEMA_VERSION
) -> sqlite3.Connection:
    """A connection that writes durably; raises the errors of `armsledger.storage.errors`.

    ``oldest`` is the oldest schema that the caller can write: a migration takes all that were ever released. The
    connection is in autocommit mode, as transactions are begun by hand, and may be passed between threads.
    """
    check_file(path)
    if not os.access(path, os.W_OK):
        raise LedgerReadOnly(str(path))
    for ending in SIDE_FILES:
        if os.path.exists(f"{path}{ending}") and not os.access(f"{path}{ending}", os.W_OK):
            raise LedgerReadOnly(str(path), NOT_OURS.format(f"{path}{ending}"), remedy=hand_over(path, ending))
    with as_ledger_errors(path, timeout_seconds):
        connection = _checked(_connect(path, "mode=rw", timeout_seconds), path, _prepare_for_writing, oldest=oldest)
        share(path)
    return connection


def hand_over(path: Path, ending: str) -> str:
    """How the file beside a ledger that only its own owner may write becomes the ledger's owner's."""
    ledger, beside = quote(str(path)), quote(f"{path}{ending}")
    return f"as root, or as its owner: chown --reference={ledger} {beside} && chmod --reference={ledger} {beside}"


def open_in_memory() -> sqlite3.Connection:
    """A connection to a new database, which ends with the connection."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _prepare_for_writing(connection)
    return connection


def merge(path: Path, ledger: str) -> None:
    """Merge the -wal file into the main one; raises LedgerFull where the disk has no room for that.

    SQLite merges by itself when the last connection is closed, and says nothing if it cannot. To be called before a
    file is given another name: its -wal file would be left behind.
    """
    if not wal_bytes(path):
        return
    with (
        as_ledger_errors(path, DEFAULT_TIMEOUT_SECONDS),
        closing(_connect(path, "mode=rw", DEFAULT_TIMEOUT_SECONDS)) as connection,  # somebody may be reading it
    ):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if wal_bytes(path):
        raise LedgerFull(ledger, "what was written could not be merged into one file")


def tidy(path: Path) -> None:
    """Have SQLite remove the empty -wal and -shm files, which a connection for reading leaves when it is closed.

    SQLite does so when a connection that could write is closed, and only if nobody else has one. One that may not
    write would make such files, and leave them to the owner as somebody else's.
    """
    if not os.access(path, os.W_OK):
        return
    with (
        suppress(*driver_errors()),
        closing(_connect(path, "mode=rw", timeout_seconds=0)) as connection,
    ):
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def check_file(path: Path) -> None:
    """Raise an error that says what is at the path, if it is no ledger's file.

    Only SQLite opens the file: to close any other descriptor of it would drop the locks that connections of this
    process hold, and other processes would then remove its -wal file (sqlite.org/howtocorrupt.html, 2.2).
    """
    ledger = str(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if path.is_dir() else "no regular file"
            raise NotALedger(ledger, f"it is {kind}")
        if not os.access(path, os.R_OK):
            raise LedgerForbidden(ledger)
        if status.st_size < HEADER_BYTES:
            raise _too_short(path.read_bytes(), ledger)
    except (FileNotFoundError, NotADirectoryError):
        raise LedgerMissing(ledger) from None
    except PermissionError:
        raise LedgerForbidden(ledger) from None
    except OSError as error:
        raise LedgerDamaged(ledger, error.strerror or str(error)) from error
    _check_owner(path)


def _too_short(content: bytes, ledger: str) -> LedgerError:
    """The error for a file that is shorter than the header of a database."""
    if not content:
        return NotALedger(ledger, "it is empty", remedy="delete it, then make a ledger with `armsledger init`")
    if content.startswith(MAGIC):
        return LedgerDamaged(ledger, "it is cut off")
    return NotALedger(ledger, "it is not an SQLite database")


def _check_owner(path: Path) -> None:
    """Read from the header which program's database it is, without locks and without files beside it.

    If something else is wrong with the file, the connection that is opened next says so.
    """
    try:
        with closing(_connect(path, "mode=ro&immutable=1", timeout_seconds=0)) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    except UnicodeDecodeError:
        return
    except sqlite3.Error as error:
        if primary_code(error) == sqlite3.SQLITE_NOTADB:
            raise NotALedger(str(path), "it is not an SQLite database") from error
        return
    if application_id != APPLICATION_ID:
        raise NotALedger(str(path), "it is a database of another program")


def _connect(path: Path, mode: str, timeout_seconds: float) -> sqlite3.Connection:
    """Connect to a file that exists; each mode fails rather than make one."""
    uri = f"{path.absolute().as_uri()}?{mode}"
    return sqlite3.connect(uri, uri=True, timeout=timeout_seconds, isolation_level=None, check_same_thread=False)


def _checked(
    connection: sqlite3.Connection,
    path: Path,
    prepare: Callable[[sqlite3.Connection], None] | None = None,
    *,
    oldest: int = OLDEST_READ,
) -> sqlite3.Connection:
    """The same connection, prepared, if this release knows the schema; otherwise it is closed."""
    try:
        schema_version(connection, path, oldest=oldest)
        if prepare is not None:
            prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def schema_version(connection: sqlite3.Connection, path: Path, *, oldest: int = OLDEST_READ) -> int:
    """The schema of the ledger's tables; raises LedgerDamaged, LedgerTooNew or LedgerOutdated."""
    try:
        row = connection.execute("SELECT value FROM ledger WHERE key = 'schema_version'").fetchone()
    except sqlite3.OperationalError as error:
        if primary_code(error) != sqlite3.SQLITE_ERROR:  # this one says that there is no such table
            raise
        row = None
    return checked_version(row and row[0], str(path), oldest=oldest)


def _prepare_for_writing(connection: sqlite3.Connection) -> None:
    """Make commits survive a loss of power, and triggers hold against REPLACE too."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA recursive_triggers = ON")


def _prepare_for_reading(connection: sqlite3.Connection) -> None:
    """Have SQLite refuse every statement that does more than read."""
    connection.set_authorizer(_only_reading)


def _only_reading(action: int, first: str | None, second: str | None, database: str | None, _: str | None) -> int:
    """What SQLite asks for each thing that a statement would do.

    Tables of the connection's own (``temp``) are in no file that stays. To use a virtual table, such as json_each,
    SQLite asks whether it may change the schema, and does not; if a statement wanted that indeed, the file is still
    opened read-only.
    """
    match action:
        case sqlite3.SQLITE_PRAGMA:
            may = second is None or first in ASKING
        case sqlite3.SQLITE_UPDATE if first == "sqlite_master":
            may = True
        case _:
            may = action in READING or database == "temp"
    return sqlite3.SQLITE_OK if may else sqlite3.SQLITE_DENY
