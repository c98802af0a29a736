"""What PostgreSQL's errors mean to those who keep a ledger."""

from __future__ import annotations

from typing import Any, Final

from armsledger.domain.errors import LedgerError
from armsledger.storage.errors import (
    LedgerBusy,
    LedgerDamaged,
    LedgerFailed,
    LedgerForbidden,
    LedgerFull,
    LedgerReadOnly,
    LedgerUnreachable,
)

BUSY: Final = {"55P03", "40P01", "57014"}
"""A lock was not granted in time, a deadlock, a statement that was cancelled (PostgreSQL manual, appendix A)."""
FULL: Final = {"53100"}
READ_ONLY: Final = {"25006"}
FORBIDDEN: Final = {"42501"}
DAMAGED: Final = ("XX001", "XX002")
LOST: Final = ("08", "57P", "53")
"""Classes of the connection's errors, of the operator's intervention, and of a server without resources."""


def postgres_error(error: Exception, ledger: str, waited_seconds: float) -> LedgerError:
    """An error of psycopg as one of ours, naming the ledger."""
    import psycopg

    state = sqlstate(error)
    detail = first_line(error)
    if state in BUSY:
        return LedgerBusy(ledger, waited_seconds)
    if state in FULL:
        return LedgerFull(ledger, detail)
    if state in READ_ONLY:
        return LedgerReadOnly(
            ledger,
            "the server takes no writes: it is a standby, or set to read-only",
            remedy="name the server that takes them; of several, ?target_session_attrs=read-write finds it",
        )
    if state in FORBIDDEN:
        return LedgerForbidden(ledger, detail)
    if state in DAMAGED:
        return LedgerDamaged(ledger, detail)
    if state.startswith(LOST) or (not state and isinstance(error, psycopg.OperationalError)):
        return LedgerUnreachable(ledger, detail)
    return LedgerFailed(ledger, detail)


def sqlstate(error: Exception) -> str:
    """The five characters that tell the kind of an error; empty if it came from no server."""
    state: Any = getattr(error, "sqlstate", None)
    return str(state or "")


def first_line(error: Exception) -> str:
    """What the server says, without where in the statement."""
    diagnosis: Any = getattr(error, "diag", None)
    primary = getattr(diagnosis, "message_primary", None)
    lines = str(primary or error).strip().splitlines()
    return lines[0].strip() if lines else type(error).__name__
