"""Making a ledger: whole or not at all, and never over another."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from armsledger.domain.errors import LedgerError
from armsledger.storage.address import Place, Server
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.driver_errors import as_ledger_errors, primary_code
from armsledger.storage.errors import FolderMissing, LedgerExists, LedgerFailed, LedgerFull, LedgerReadOnly
from armsledger.storage.files import EVERYBODY, claimed, flush, take_free_name, take_name
from armsledger.storage.schema import utc_now
from armsledger.storage.sqlite.connection import merge

PAUSE_SECONDS: Final = 0.005
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def create_ledger(
    place: Place, created_at: datetime | None = None, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
) -> bool:
    """Make an empty ledger; False if there is something already, or if it is to be in memory anyway.

    Unless it is told when that is, it asks the server's clock, for a file the machine's.
    """
    if place is None:
        return False
    if isinstance(place, Path):
        return create_file(place, created_at or utc_now())
    return _create_on_server(place, created_at, timeout_seconds)


def _create_on_server(server: Server, created_at: datetime | None, timeout_seconds: float) -> bool:
    from armsledger.storage.postgres.connection import PostgresConnection
    from armsledger.storage.postgres.schema import install_on_server

    with (
        closing(PostgresConnection(server, timeout_seconds)) as connection,
        as_ledger_errors(server, timeout_seconds),
    ):
        return install_on_server(connection, created_at)


def create_file(path: Path, created_at: datetime) -> bool:
    """Make an empty ledger; False if something is there already, or was put there meanwhile, and leave that as it is.

    Any number of processes may make it at once, and each may be killed at any time.
    """
    if os.path.lexists(os.path.realpath(path)):
        return False
    try:
        with staging_ledger(path, created_at):
            return True
    except LedgerExists:
        return False


@contextmanager
def staging_ledger(
    path: Path,
    created_at: datetime,
    *,
    keep: bool = True,
    facts: Mapping[str, str] | None = None,
    replace: bool = False,
    mode: int | None = None,
    at_most: int = EVERYBODY,
) -> Iterator[Path]:
    """The path of a new ledger beside its place, which it takes when the block ends without an error.

    So a ledger is made together with its first entries. All connections must be closed when the block ends. ``facts``
    are those of another ledger, of which it is to be a copy. The rest is as in `staging_file`.
    """
    with staging_file(path, keep=keep, replace=replace, mode=mode, at_most=at_most) as staging:
        _build(staging, path, created_at, facts)
        yield staging


@contextmanager
def staging_file(
    path: Path, *, keep: bool = True, replace: bool = False, mode: int | None = None, at_most: int = EVERYBODY
) -> Iterator[Path]:
    """An empty file beside a place, under a name where nobody looks; the database in it takes the place at the end.

    It has a mode, such as that of the ledger of which it is a copy, or what the umask leaves; others than its owner may
    do no more than ``at_most``. Nothing is left if the
    block ends with an error, or if the file is not to be kept. What is put there must be on the disk by then. Raises
    LedgerExists if the place is taken, unless a file may be replaced.
    """
    place = Path(os.path.realpath(path))
    staging = place
    try:
        with claimed(place, mode=mode, at_most=at_most) as staging:
            yield staging
            if keep:
                merge(staging, str(path))
            if keep and replace:
                take_name(staging, place)
            elif keep and not take_free_name(staging, place):
                raise LedgerExists(str(path))
    except OSError as error:
        raise _ledger_error(error, path) from error
    except LedgerError as error:
        error.message = error.message.replace(str(staging), str(path))
        raise


def _build(staging: Path, path: Path, created_at: datetime, facts: Mapping[str, str] | None) -> None:
    """Make a complete ledger, safely on the disk; messages call it by the path that it will have."""
    from armsledger.storage.sqlite.schema import install

    with (
        as_ledger_errors(path, DEFAULT_TIMEOUT_SECONDS),
        closing(sqlite3.connect(staging, isolation_level=None)) as connection,
    ):
        _write_ahead(connection)
        install(connection, created_at, facts)
    merge(staging, str(path))
    flush(staging)


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


def _ledger_error(error: OSError, path: Path) -> LedgerError:
    """The operating system's error as one of ours."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return FolderMissing(str(path), str(path.absolute().parent))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return LedgerReadOnly(str(path), f"its folder {path.absolute().parent} is read-only")
    if error.errno in NO_ROOM:
        return LedgerFull(str(path), error.strerror or "no room")
    return LedgerFailed(str(path), error.strerror or str(error))
