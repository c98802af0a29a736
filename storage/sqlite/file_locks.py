"""Who holds the writer's lock of an SQLite file, as Linux tells: to ask by another lock would disturb them."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Final

LOCKS: Final = Path("/proc/locks")
WAL_WRITER: Final = 120
"""The byte of the -shm file that the writer locks (sqlite.org/walformat.html, 2.3.1)."""
RESERVED: Final = 0x40000001
"""The byte of the file itself that the writer locks where there is no -wal file (sqlite.org/fileformat.html, 1.5)."""
HELD: Final = re.compile(
    r"\d+: \w+ +\w+ +WRITE +(?P<process>-?\d+) +(?P<file>[0-9a-f]+:[0-9a-f]+:\d+) +(?P<first>\d+) +(?P<last>\d+|EOF)"
)
"""A line of the list about a lock that is held, not waited for."""
LOOKS: Final = 6
BETWEEN_SECONDS: Final = 0.2


def holder_of_writer_lock(path: Path) -> int | None:
    """The process that holds it for a second without a break; None if nobody does, or nobody can tell."""
    holder = None
    for look in range(LOOKS):
        if look:
            time.sleep(BETWEEN_SECONDS)
        found = _holder(path)
        if found is None or holder not in (None, found):
            return None
        holder = found
    return holder


def _holder(path: Path) -> int | None:
    wanted = {_identity(f"{path}-shm"): WAL_WRITER, _identity(path): RESERVED}
    try:
        lines = LOCKS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    for line in lines:
        lock = HELD.match(line)
        byte = wanted.get(lock["file"]) if lock else None
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
