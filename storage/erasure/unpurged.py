"""What is still to be taken out of a ledger's files after something was erased in its tables.

It is noted in the transaction that erases, so that an erasure that is interrupted is finished by whoever opens the
ledger to write next (`armsledger.storage.erasure.forgetting`), and told by whoever reads it until then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from armsledger.storage.driver_errors import driver_errors

if TYPE_CHECKING:
    from armsledger.storage.connection import Connection
    from armsledger.storage.transaction import Transaction

LEFT_IN_FILES: Final = "what was erased at %s may be left in the ledger's files"
NOTE: Final = "INSERT INTO unpurged (name, since) VALUES (?, ?) ON CONFLICT (name) DO NOTHING"


def note_unpurged(transaction: Transaction, tables: Iterable[str]) -> None:
    """Note that the files of some tables may hold what the transaction erases from them."""
    transaction.connection.executemany(NOTE, [(table, transaction.unchecked_instant) for table in tables])


def unpurged_since(connection: Connection) -> str | None:
    """Since when something that was erased may be left in the files; None if nothing is.

    Earlier schemas note nothing. To be called outside of a transaction.
    """
    try:
        ((since,),) = connection.execute("SELECT min(since) FROM unpurged").fetchall()
    except driver_errors():
        return None
    return None if since is None else str(since)
