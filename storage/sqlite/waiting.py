"""What was written to a ledger and waits in the -wal file beside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

WAL_HEADER_BYTES: Final = 32
"""What a -wal file begins with (sqlite.org/fileformat.html, 4.1)."""


def wal_bytes(path: Path) -> int:
    """The size of the -wal file, from which SQLite has yet to merge what was written into the main file.

    It is 0 for a header alone: nothing waits there, and SQLite cannot read it through a -shm file that it may not
    write (SQLITE_PROTOCOL).
    """
    try:
        size = os.stat(f"{path}-wal").st_size
    except OSError:
        return 0
    return size if size > WAL_HEADER_BYTES else 0
