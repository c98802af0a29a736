"""Whether a standby has what was committed, where the server waits for one (``synchronous_standby_names``).

A server commits first, and waits then. If the wait is cancelled, by an operator or by Ctrl-C, COMMIT succeeds, and a
warning is the only sign that a server that takes over may not have it. No timeout of the server's ends the wait.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Timer
from typing import TYPE_CHECKING, Any, Final

from armsledger.storage.errors import CommitUnconfirmed

if TYPE_CHECKING:
    import psycopg
    from psycopg.errors import Diagnostic

AWAITS_STANDBY: Final = (
    "current_setting('synchronous_standby_names') <> ''"
    " AND current_setting('synchronous_commit') NOT IN ('off', 'local')"
)
"""Whether a commit of this transaction waits for a standby."""
WRITE_TO_LOG: Final = "SELECT pg_logical_emit_message(true, 'armsledger', '')"
"""Has the commit of a transaction that changes nothing wait for all that was committed before it, too."""
WAITING: Final = "SyncRepWaitForLSN"
"""The server's own function that waits, by which it signs its warnings; their words are in its administrator's
language."""
CANCELLED: Final = "the wait for a standby was cancelled"


class Confirmation:
    """Hears what the server of a connection says about its wait for a standby."""

    def __init__(self, raw: psycopg.Connection[Any], ledger: str) -> None:
        self._raw = raw
        self._ledger = ledger
        self._was_cancelled = False
        raw.add_notice_handler(self._hear)

    def _hear(self, notice: Diagnostic) -> None:
        if notice.source_function == WAITING:
            self._was_cancelled = True

    def check(self) -> None:
        """Raise CommitUnconfirmed if a wait was cancelled since the last check."""
        if self._was_cancelled:
            self._was_cancelled = False
            raise CommitUnconfirmed(self._ledger, CANCELLED)

    @contextmanager
    def awaited(self, seconds: float) -> Iterator[None]:
        """Within it a transaction is committed; raises CommitUnconfirmed if no standby has it after so long.

        The connection is cut then, and the wait not cancelled: what is cancelled others can read, and lose. The server
        goes on waiting, and keeps out other writers.
        """
        is_over = Event()
        with socket.socket(fileno=os.dup(self._raw.pgconn.socket)) as line:
            timer = Timer(seconds, _cut, (line, is_over))
            timer.daemon = True
            timer.start()
            try:
                yield
            except KeyboardInterrupt as error:  # psycopg has cancelled the wait
                raise CommitUnconfirmed(self._ledger, CANCELLED) from error
            except Exception as error:
                if is_over.is_set():
                    raise CommitUnconfirmed(self._ledger, f"no standby had it after {seconds:g} s") from error
                raise
            finally:
                timer.cancel()
                timer.join()
        self.check()


def _cut(line: socket.socket, is_over: Event) -> None:
    is_over.set()
    with suppress(OSError):  # it was lost anyway
        line.shutdown(socket.SHUT_RDWR)
