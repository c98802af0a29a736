"""Looking at a ledger's file without a trace: no byte changes in it or beside it, and no file appears.

SQLite makes a -shm file to read a database with a -wal file, and would merge that one day. So:

- where nothing waits in a -wal file, the file is read as one that never changes;
- where others have it open, or were killed, there is a -shm file, which is only read;
- where a -wal file was left without one, both are copied, and the copies are read.

A process that closes any descriptor of the file drops the locks that SQLite holds in that process, and other processes
then take the -wal file away under it (sqlite.org/howtocorrupt.html, 2.2). So another process reads what only bytes
tell, and the system's list of locks tells who holds the writer's: to try the lock would keep the writer waiting.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from armsledger.storage.driver_errors import as_ledger_errors
from armsledger.storage.errors import LedgerFailed
from armsledger.storage.sqlite.waiting import wal_bytes

COPY: Final = "import shutil, sys; [shutil.copyfile(a, b) for a, b in zip(sys.argv[1::2], sys.argv[2::2])]"
HEADER: Final = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read(100))"
WRITE_VERSION: Final = 18
IN_WAL_MODE: Final = 2
"""Where the header says how the file is written, and what it says of one in WAL mode (sqlite.org/fileformat.html)."""

LOCKS: Final = Path("/proc/locks")
HELD: Final = re.compile(
    r"\d+: \w+ +\w+ +WRITE +(?P<process>-?\d+) +(?P<file>[0-9a-f]+:[0-9a-f]+:\d+) +(?P<first>\d+) +(?P<last>\d+|EOF)"
)
"""A line of Linux's list about a lock that is held, not waited for."""
WAL_WRITER: Final = 120
"""The byte of the -shm file that the writer locks (sqlite.org/walformat.html, 2.3.1)."""
RESERVED: Final = 0x40000001
"""The byte of the file itself that the writer locks where there is no -wal file (sqlite.org/fileformat.html, 1.5)."""
LOOKS: Final = 6
BETWEEN_SECONDS: Final = 0.2


@contextmanager
def reading_without_traces(path: Path) -> Iterator[sqlite3.Connection]:
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
            _in_another_process(path, COPY, str(path), str(copy), f"{path}-wal", f"{copy}-wal")
            with _reading(copy, path, "") as connection:
                yield connection


def is_in_wal_mode(path: Path) -> bool:
    """Whether readers and the writer get on with each other, as the file's header says."""
    header = _in_another_process(path, HEADER, str(path))
    return header[WRITE_VERSION : WRITE_VERSION + 2] == bytes([IN_WAL_MODE, IN_WAL_MODE])


def holder_of_writer_lock(path: Path) -> int | None:
    """The process that holds it for a second without a break; None if nobody does, or nobody can tell."""
    holder = None
    for look in range(LOOKS):
        if look:
            time.sleep(BETWEEN_SECONDS)
        current = _holder(path)
        if current is None or holder not in (None, current):
            return None
        holder = current
    return holder


@contextmanager
def _reading(path: Path, named: Path, option: str) -> Iterator[sqlite3.Connection]:
    uri = f"{path.absolute().as_uri()}?mode=ro&{option}"
    with as_ledger_errors(named, 0):
        connection = sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None, check_same_thread=False)
    with closing(connection):
        yield connection


def _in_another_process(path: Path, program: str, *arguments: str) -> bytes:
    """What a program prints that another process runs."""
    command = [sys.executable, "-I", "-S", "-c", program, *arguments]
    try:
        ended = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        raise LedgerFailed(str(path), f"{sys.executable} cannot be run: {error.strerror}") from None
    if ended.returncode:
        lines = ended.stderr.decode(errors="replace").strip().splitlines()
        raise LedgerFailed(str(path), lines[-1] if lines else "a process that was to read it failed")
    return ended.stdout


def _holder(path: Path) -> int | None:
    bytes_locked = {_identity(f"{path}-shm"): WAL_WRITER, _identity(path): RESERVED}
    try:
        lines = LOCKS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    for line in lines:
        lock = HELD.match(line)
        byte = bytes_locked.get(lock["file"]) if lock else None
        if lock and byte is not None and int(lock["first"]) <= byte <= int(lock["last"].replace("EOF", str(2**63))):
            return int(lock["process"])
    return None


def _identity(path: Path | str) -> str:
    """A file as the list of locks names it: device and inode."""
    try:
        status = os.stat(path)
    except OSError:
        return ""
    return f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
