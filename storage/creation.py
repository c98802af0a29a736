"""Making a ledger, whole or not at all and never over another; and opening its database to write."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING
from uuid import uuid4

from armsledger.domain.errors import LedgerError
from armsledger.storage.address import Place, Server
from armsledger.storage.errors import FolderMissing, LedgerExists, LedgerFailed, LedgerFull, LedgerReadOnly
from armsledger.storage.failure import primary_code
from armsledger.storage.format import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.instant import utc_now
from armsledger.storage.sqlite.connection import complaining, merge

if TYPE_CHECKING:
    from armsledger.storage.database import Database

NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES})
"""How file systems without hard links (FAT, some network shares) say so."""

PAUSE_SECONDS = 0.005
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def create_ledger(place: Place, created_at: datetime, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> bool:
    """Make an empty ledger; False if there is something already, or if it is to be in memory anyway."""
    if place is None:
        return False
    return (
        create_file(place, created_at)
        if isinstance(place, Path)
        else create_on_server(place, created_at, timeout_seconds)
    )


def open_database(
    place: Place, *, clock: Callable[[], datetime] = utc_now, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
) -> Database:
    """The database of the ledger at a place, to be written; a new one in memory if there is no place."""
    if isinstance(place, Server):
        from armsledger.storage.postgres.database import PostgresDatabase

        return PostgresDatabase(place, clock=clock, timeout_seconds=timeout_seconds)
    from armsledger.storage.sqlite.database import SqliteDatabase

    return SqliteDatabase(place, clock=clock, timeout_seconds=timeout_seconds)


def create_on_server(server: Server, created_at: datetime, timeout_seconds: float) -> bool:
    """Make the tables of an empty ledger on a server; False if there is a ledger already."""
    from armsledger.storage.failure import driver_errors, ledger_error
    from armsledger.storage.postgres.connection import PostgresConnection
    from armsledger.storage.postgres.schema import install_on_server

    connection = PostgresConnection(server, timeout_seconds)
    try:
        return install_on_server(connection, created_at)
    except driver_errors() as error:
        raise ledger_error(error, str(server), timeout_seconds) from error
    finally:
        connection.close()


def create_file(path: Path, created_at: datetime) -> bool:
    """Make an empty ledger; False if something stood there first, which is left as it is.

    It is built beside its place under another name and put there by one step of the file system,
    so nobody ever sees half a ledger, however many make it at once and wherever one is killed.
    """
    place = Path(os.path.realpath(path))
    if os.path.lexists(place):
        return False
    draft = place.with_name(f".{place.name}.{uuid4().hex}.new")
    try:
        build(draft, path, created_at)
        return publish(draft, place)
    except OSError as error:
        raise complaint(error, path) from error
    finally:
        for leftover in (draft, Path(f"{draft}-wal"), Path(f"{draft}-shm"), Path(f"{draft}-journal")):
            with suppress(OSError):
                leftover.unlink()


def build(draft: Path, path: Path, created_at: datetime, facts: Mapping[str, str] | None = None) -> None:
    """A complete ledger under a name that nobody looks for, safely on the disk.

    ``facts`` are those of another ledger, of which this is to be a copy.
    """
    from armsledger.storage.sqlite.schema import install

    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    with complaining(path, DEFAULT_TIMEOUT_SECONDS):
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            _write_ahead(connection)
            install(connection, created_at, facts)
        finally:
            connection.close()
    merge(draft, str(path))
    flush(draft)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to a write-ahead log, for which SQLite does not wait: somebody may be looking at the file just now."""
    until = monotonic() + DEFAULT_TIMEOUT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
        sleep(PAUSE_SECONDS)


def publish(draft: Path, place: Path) -> bool:
    """Give the draft its name, unless the name is taken."""
    try:
        os.link(draft, place)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        return _rename(draft, place)
    flush(place.parent)
    return True


def supersede(draft: Path, place: Path) -> None:
    """Give the draft its name, whatever has the name so far."""
    os.replace(draft, place)
    flush(place.parent)


def _rename(draft: Path, place: Path) -> bool:
    """The same where there are no hard links: renaming, one process at a time, as it would replace a file."""
    import fcntl

    folder = os.open(place.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if os.path.lexists(place):
            return False
        os.rename(draft, place)
        os.fsync(folder)
        return True
    finally:
        os.close(folder)


def flush(path: Path) -> None:
    """Have the disk hold it now; a loss of power then cannot undo it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def complaint(error: OSError, path: Path) -> LedgerError:
    """The operating system's error as one of ours."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return FolderMissing(str(path), str(path.absolute().parent))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return LedgerReadOnly(str(path), f"its folder {path.absolute().parent} is read-only")
    if error.errno in NO_ROOM:
        return LedgerFull(str(path), error.strerror or "no room")
    return LedgerFailed(str(path), error.strerror or str(error))


# A ledger that is made together with its first entries, and only seen once they are in.


@contextmanager
def newborn(
    path: Path,
    created_at: datetime,
    *,
    keep: bool = True,
    facts: Mapping[str, str] | None = None,
    replace: bool = False,
) -> Iterator[Path]:
    """The path of a new ledger beside its place, which it takes when the block ends without an error.

    Nothing is left if it ends with one, or if it is not to be kept. All connections must be closed by
    then. Raises LedgerExists if another process made the ledger meanwhile: nothing was recorded in it.
    ``facts`` are those of another ledger, of which it is to be a copy; with ``replace`` it takes the place of a file.
    """
    with unseen(path, keep=keep, replace=replace) as draft:
        build(draft, path, created_at, facts)
        yield draft


@contextmanager
def unseen(path: Path, *, keep: bool = True, replace: bool = False) -> Iterator[Path]:
    """A path beside a file's place, under which nobody looks for it; what is there when the block ends takes the place.

    What is put there must be safely on the disk by then.
    """
    place = Path(os.path.realpath(path))
    draft = place.with_name(f".{place.name}.{uuid4().hex}.new")
    try:
        yield draft
        if keep:
            merge(draft, str(path))
        if keep and replace:
            supersede(draft, place)
        elif keep and not publish(draft, place):
            raise LedgerExists(str(path))
    except OSError as error:
        raise complaint(error, path) from error
    except LedgerError as error:
        error.message = error.message.replace(str(draft), str(path))
        raise
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                Path(f"{draft}{suffix}").unlink()
