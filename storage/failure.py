"""What the errors of a database mean to those who keep a ledger."""

from __future__ import annotations

import sqlite3
import sys
from typing import Any

from armsledger.domain.errors import LedgerError
from armsledger.storage.errors import (
    LedgerBusy,
    LedgerDamaged,
    LedgerFailed,
    LedgerForbidden,
    LedgerFull,
    LedgerReadOnly,
)

PRIMARY_CODE = 0xFF
"""SQLite's codes carry the kind in the lowest byte and the detail above it (sqlite.org/rescode.html)."""

UNREADABLE = frozenset(
    {
        sqlite3.SQLITE_IOERR_READ,
        sqlite3.SQLITE_IOERR_SHORT_READ,
        sqlite3.SQLITE_IOERR_CORRUPTFS,
        sqlite3.SQLITE_IOERR_DATA,
    }
)
"""Those of the disk's errors that concern what is stored, not what is to be stored."""

TEXT_DAMAGED = "Could not decode to UTF-8"
"""How Python's sqlite3 begins the message about a text that is none; such an error has no code."""


def primary_code(error: sqlite3.Error) -> int:
    """The kind of an error, 0 if it is Python's own and has none."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & PRIMARY_CODE


def lacks_room(error: sqlite3.Error) -> bool:
    """Whether the disk took no more, or would not be written."""
    kind = primary_code(error)
    is_of_writing = kind == sqlite3.SQLITE_IOERR and getattr(error, "sqlite_errorcode", 0) not in UNREADABLE
    return is_of_writing or kind == sqlite3.SQLITE_FULL


def driver_errors() -> tuple[type[Exception], ...]:
    """What the drivers raise; that of PostgreSQL counts once something has loaded it.

    Where SQLite's own message about damage holds what is no UTF-8, Python's sqlite3 cannot even make an error of it.
    """
    psycopg: Any = sys.modules.get("psycopg")
    own = (sqlite3.Error, UnicodeDecodeError)
    return own if psycopg is None else (*own, psycopg.Error)


def operational_errors() -> tuple[type[Exception], ...]:
    """What the drivers raise when the database, not the statement, is in trouble."""
    psycopg: Any = sys.modules.get("psycopg")
    return (sqlite3.OperationalError,) if psycopg is None else (sqlite3.OperationalError, psycopg.OperationalError)


def ledger_error(error: Exception, ledger: str, waited_seconds: float) -> LedgerError:
    """The same error as one of ours, naming the ledger."""
    if isinstance(error, UnicodeDecodeError):
        return LedgerDamaged(ledger, f"a text in it is no UTF-8 ({error.reason})")
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error, ledger, waited_seconds)
    from armsledger.storage.postgres.failure import postgres_error

    return postgres_error(error, ledger, waited_seconds)


def _of_sqlite(error: sqlite3.Error, ledger: str, waited_seconds: float) -> LedgerError:
    code: int = getattr(error, "sqlite_errorcode", 0)
    detail = str(error)
    match primary_code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LedgerBusy(ledger, waited_seconds)
        case sqlite3.SQLITE_READONLY:
            return LedgerReadOnly(ledger)
        case sqlite3.SQLITE_FULL:
            return LedgerFull(ledger, detail)
        case sqlite3.SQLITE_IOERR:
            return LedgerDamaged(ledger, detail) if code in UNREADABLE else LedgerFull(ledger, detail)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return LedgerDamaged(ledger, detail)
        case sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return LedgerForbidden(ledger)
        case _:
            return LedgerDamaged(ledger, detail) if detail.startswith(TEXT_DAMAGED) else LedgerFailed(ledger, detail)


def root(error: BaseException) -> Exception | None:
    """What other libraries have wrapped: the driver's error or ours at the bottom of an error."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, (LedgerError, *driver_errors())):
        cause = cause.__cause__
    return cause if isinstance(cause, Exception) else None
