"""Reading a ledger's file without a trace: no byte of it changes, nor of what stands beside it, and nothing appears.

SQLite makes a -shm file to read a database with a -wal file, and would merge that one day. So:

- where nothing waits in a -wal file, the file is read as one that never changes;
- where others have it open, or were killed, there is a -shm file, which is only read;
- where a -wal file was left without one, both are copied, and the copies are read.

Another process reads what only bytes tell: to close a descriptor in this one would drop SQLite's locks
(sqlite.org/howtocorrupt.html, 2.2).
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from armsledger.storage.errors import LedgerFailed
from armsledger.storage.sqlite.connection import complaining, wal_bytes

COPY: Final = "import shutil, sys; [shutil.copyfile(a, b) for a, b in zip(sys.argv[1::2], sys.argv[2::2])]"
HEADER: Final = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read(100))"
WRITE_VERSION: Final = 18
IN_WAL_MODE: Final = 2
"""Where the header says how the file is written, and what it says of one in WAL mode (sqlite.org/fileformat.html)."""


@contextmanager
def untouched(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that reads a database and leaves no trace; raises the errors of `armsledger.storage.errors`."""
    if not wal_bytes(path):
        with _reading(path, path, "immutable=1") as connection:
            yield connection
    elif os.path.exists(f"{path}-shm"):
        with _reading(path, path, "readonly_shm=1") as connection:
            yield connection
    else:
        with TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.db"
            _elsewhere(path, COPY, str(path), str(copy), f"{path}-wal", f"{copy}-wal")
            with _reading(copy, path, "") as connection:
                yield connection


def is_in_wal_mode(path: Path) -> bool:
    """Whether readers and the writer get on with each other, as the file's header says."""
    header = _elsewhere(path, HEADER, str(path))
    return header[WRITE_VERSION : WRITE_VERSION + 2] == bytes([IN_WAL_MODE, IN_WAL_MODE])


@contextmanager
def _reading(path: Path, named: Path, option: str) -> Iterator[sqlite3.Connection]:
    uri = f"{path.absolute().as_uri()}?mode=ro&{option}"
    with complaining(named, 0):
        connection = sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None, check_same_thread=False)
    with closing(connection):
        yield connection


def _elsewhere(path: Path, program: str, *arguments: str) -> bytes:
    """What a program prints that another process runs."""
    command = [sys.executable, "-I", "-S", "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise LedgerFailed(str(path), lines[-1] if lines else "a process that was to read it failed")
    return done.stdout
