"""Reads the sheets of a workbook, and tells by the exit status of the process what came of it.

`armsledger.exchange.spreadsheets.workbook` starts it as a process of its own and with bounds: whoever asks the library
for a sheet with one cell at its far end is ended, as no memory holds all blank cells before it, and nothing in the same
process can prevent that. It is a script that knows no other module of ours, so that it starts quickly.

    python -P trial.py MEMORY_BYTES SECONDS INFLATED_BYTES < (a line with the names of sheets as JSON, and the workbook)
"""

from __future__ import annotations

import json
import resource
import sys
from enum import IntEnum
from io import BytesIO
from zipfile import BadZipFile, ZipFile

OWN_BYTES = 256 * 1024 * 1024
"""Of addresses that the interpreter and the library take before they read anything."""


class Outcome(IntEnum):
    """What comes of a trial; a signal may end it, too."""

    READ = 0
    """The sheets were read, or the library has told what is wrong with them, and will tell it again."""
    NO_MEMORY = 3
    PANIC = 4
    """The library failed in a way that is none of its own errors."""
    INFLATED = 5


def main(memory: int, seconds: int, inflated: int) -> Outcome:
    """Read the sheets."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    wanted = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory + OWN_BYTES + len(data), memory + OWN_BYTES + len(data)))
    try:
        if _inflated(data) > inflated:
            return Outcome.INFLATED
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        for name in wanted or (names if len(names) == 1 else ()):
            book.get_sheet_by_name(name)
    except MemoryError:
        return Outcome.NO_MEMORY
    except Exception:
        return Outcome.READ
    except BaseException:
        return Outcome.PANIC
    return Outcome.READ


def _inflated(data: bytes) -> int:
    """How many bytes are packed in it, as it says; 0 where it is no archive."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            return sum(part.file_size for part in archive.infolist())
    except BadZipFile:
        return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
