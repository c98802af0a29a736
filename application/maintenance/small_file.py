"""Reading small files that others may have made: checkpoints and proofs."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from armsledger.domain.errors import UsageError
from armsledger.exchange.errors import unreadable_file

STANDARD_INPUT = "-"


def read_small(path: str | Path, largest_bytes: int) -> bytes:
    """What a file holds, or one byte more than it should at most; ``-`` is standard input.

    Raises UnreadableDossier for a file that is not there or may not be read. No pipe or device is waited for.
    """
    if str(path) == STANDARD_INPUT:
        return sys.stdin.buffer.read(largest_bytes + 1)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise unreadable_file(str(path), error) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UsageError(f"{path} is not a file", remedy="name the file itself")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(largest_bytes + 1)
    except OSError as error:
        raise unreadable_file(str(path), error) from error
    finally:
        os.close(descriptor)
