"""Reading a ledger's file without making files beside it, where SQLite cannot do so or must not.

SQLite makes a -wal and a -shm file beside a database even to read it. It cannot on a read-only medium, on a full disk
or in somebody else's folder. Where we may write the folder and not the ledger, those files would be ours, and the
ledger's owner could not write them: the owner's next recording would fail. There, too, SQLite is told that the file
does not change (``immutable``), unless its owner has those files there just now. It does change if the owner records
meanwhile, so that is looked for: between two questions the file is opened anew, and an answer during which it changed
is not given.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from armsledger.storage.errors import LedgerBusy
from armsledger.storage.sqlite.waiting import wal_bytes

Signature = tuple[tuple[int, int, int] | None, ...]


class StillConnection(sqlite3.Connection):
    """A connection that reads a file, makes none, and notices what others record."""

    def __init__(self, path: Path, **options: Any) -> None:
        self._path = path
        self._options = options
        self._authorizer: Any = None
        self._open()

    def _open(self) -> None:
        self._seen = _signature(self._path)
        self._is_still = not wal_bytes(self._path)
        mode = "mode=ro&immutable=1" if self._is_still else "mode=ro"
        own = dict(self.__dict__)
        super().__init__(f"{self._path.absolute().as_uri()}?{mode}", uri=True, **self._options)
        self.__dict__.update(own)  # to make the same object anew empties it
        if self._authorizer is not None:
            super().set_authorizer(self._authorizer)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run a statement; outside a transaction, on the file as it is now."""
        if self._is_still and not self.in_transaction and self._seen != _signature(self._path):
            self._open()
        return super().execute(sql, parameters)

    def set_authorizer(self, authorizer_callback: Any) -> None:
        """The same, also where the file is opened anew."""
        self._authorizer = authorizer_callback
        super().set_authorizer(authorizer_callback)

    def rollback(self) -> None:
        """End a transaction; raises LedgerBusy if the file has changed since it was opened."""
        was_reading = self.in_transaction
        super().rollback()
        if self._is_still and was_reading and self._seen != _signature(self._path):
            raise LedgerBusy(str(self._path), 0)


def _signature(path: Path) -> Signature:
    """What changes when somebody writes a database."""
    return _state(path), _state(Path(f"{path}-wal"))


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
