"""What the errors of the two drivers mean to those who keep a ledger, and when it helps to try again."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from armsledger.domain.errors import LedgerError
from armsledger.storage.errors import (
    LedgerBusy,
    LedgerDamaged,
    LedgerFailed,
    LedgerForbidden,
    LedgerFull,
    LedgerReadOnly,
    LedgerUnreachable,
    OutOfMemory,
)

T = TypeVar("T")

PRIMARY_CODE: Final = 0xFF
"""SQLite's codes carry the kind in the lowest byte and the detail above it (sqlite.org/rescode.html)."""
UNREADABLE: Final = frozenset(
    {
        sqlite3.SQLITE_IOERR_READ,
        sqlite3.SQLITE_IOERR_SHORT_READ,
        sqlite3.SQLITE_IOERR_CORRUPTFS,
        sqlite3.SQLITE_IOERR_DATA,
    }
)
"""The disk's errors that concern what is stored, not what is to be stored."""
TEXT_DAMAGED: Final = "Could not decode to UTF-8"
"""How Python's sqlite3 begins the message about a text that is not UTF-8; such an error has no code."""

# PostgreSQL's codes, and classes of them (PostgreSQL manual, appendix A).
BUSY: Final = {"55P03", "40P01"}
"""A lock was not granted in time, a deadlock."""
CANCELLED: Final = {"57014"}
"""By somebody, or as it took longer than the server lets a statement take."""
FULL: Final = {"53100"}
READ_ONLY: Final = {"25006"}
FORBIDDEN: Final = {"42501"}
DAMAGED: Final = {"XX001", "XX002"}
LOST: Final = ("08", "57P", "53")
"""The connection's errors, the operator's intervention, and a server without resources."""

PAUSES_SECONDS: Final = (0.05, 0.2, 0.5, 1.0)
"""Between one try and the next; the last one is repeated."""


def driver_errors() -> tuple[type[Exception], ...]:
    """What the drivers raise; psycopg counts once something has loaded it.

    Where SQLite's own message about damage is not UTF-8, Python's sqlite3 cannot even make an error of it, and where
    SQLite gets no memory, it raises Python's own.
    """
    psycopg: Any = sys.modules.get("psycopg")
    own = (sqlite3.Error, UnicodeDecodeError, MemoryError)
    return own if psycopg is None else (*own, psycopg.Error)


def operational_errors() -> tuple[type[Exception], ...]:
    """What the drivers raise when the database, not the statement, is in trouble."""
    psycopg: Any = sys.modules.get("psycopg")
    return (sqlite3.OperationalError,) if psycopg is None else (sqlite3.OperationalError, psycopg.OperationalError)


@contextmanager
def as_ledger_errors(ledger: object, waited_seconds: float) -> Iterator[None]:
    """Within it, a driver's error is raised as one of ours that names the ledger."""
    try:
        yield
    except driver_errors() as error:
        raise ledger_error(error, str(ledger), waited_seconds) from error


def ledger_error(error: Exception, ledger: str, waited_seconds: float) -> LedgerError:
    """A driver's error as one of ours that names the ledger."""
    if isinstance(error, UnicodeDecodeError):
        return LedgerDamaged(ledger, f"a text in it is no UTF-8 ({error.reason})")
    if isinstance(error, MemoryError):
        return OutOfMemory(ledger)
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error, ledger, waited_seconds)
    return _of_postgresql(error, ledger, waited_seconds)


def primary_code(error: sqlite3.Error) -> int:
    """The kind of an error, 0 if it is Python's own and has none."""
    return _code(error) & PRIMARY_CODE


def lacks_room(error: sqlite3.Error) -> bool:
    """Whether the disk took no more, or would not be written."""
    kind = primary_code(error)
    return kind == sqlite3.SQLITE_FULL or (kind == sqlite3.SQLITE_IOERR and _code(error) not in UNREADABLE)


def _code(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code


def _of_sqlite(error: sqlite3.Error, ledger: str, waited_seconds: float) -> LedgerError:
    detail = str(error)
    match primary_code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LedgerBusy(ledger, waited_seconds)
        case sqlite3.SQLITE_READONLY:
            return LedgerReadOnly(ledger)
        case sqlite3.SQLITE_FULL:
            return LedgerFull(ledger, detail)
        case sqlite3.SQLITE_IOERR:
            return LedgerFull(ledger, detail) if lacks_room(error) else LedgerDamaged(ledger, detail)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return LedgerDamaged(ledger, detail)
        case sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return LedgerForbidden(ledger)
        case _:
            return LedgerDamaged(ledger, detail) if detail.startswith(TEXT_DAMAGED) else LedgerFailed(ledger, detail)


def _of_postgresql(error: Exception, ledger: str, waited_seconds: float) -> LedgerError:
    import psycopg

    code = str(getattr(error, "sqlstate", None) or "")  # none if the error came from no server
    detail = first_line(error)
    if code in BUSY:
        return LedgerBusy(ledger, waited_seconds)
    if code in CANCELLED:
        return LedgerBusy(ledger, waited_seconds, detail)
    if code in FULL:
        return LedgerFull(ledger, detail)
    if code in READ_ONLY:
        return LedgerReadOnly(
            ledger,
            "the server takes no writes: it is a standby, or set to read-only",
            remedy="name the server that takes them; of several, ?target_session_attrs=read-write finds it",
        )
    if code in FORBIDDEN:
        return LedgerForbidden(ledger, detail)
    if code in DAMAGED:
        return LedgerDamaged(ledger, detail)
    if code.startswith(LOST) or (not code and isinstance(error, psycopg.OperationalError)):
        return LedgerUnreachable(ledger, detail)
    return LedgerFailed(ledger, detail)


def first_line(error: Exception) -> str:
    """What PostgreSQL's server says, without where in the statement."""
    diagnosis: Any = getattr(error, "diag", None)
    primary = getattr(diagnosis, "message_primary", None)
    lines = str(primary or error).strip().splitlines()
    return lines[0].strip() if lines else type(error).__name__


def persistently(attempt: Callable[[], T], timeout_seconds: float) -> T:
    """The result of an attempt that is made again, until the time is over, after the connection to the server was lost.

    So work goes on where a server was restarted, or where another took its place. The lost attempt may have been
    recorded, if it was at its COMMIT: the next attempt must find its entries by their ids.
    """
    until = time.monotonic() + timeout_seconds
    tries = 0
    while True:
        try:
            return attempt()
        except LedgerUnreachable:
            pause = PAUSES_SECONDS[min(tries, len(PAUSES_SECONDS) - 1)]
            if time.monotonic() + pause > until:
                raise
        time.sleep(pause)
        tries += 1
