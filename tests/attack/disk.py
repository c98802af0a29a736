"""What a disk may hold after the power was cut: some sectors of what was written last, but not all."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path
from random import Random
from typing import NamedTuple

SECTOR_BYTES = 512


class Image(NamedTuple):
    """The two files of a ledger as they stand at one moment; -shm is not on the disk after a restart."""

    main: bytes
    wal: bytes

    def put(self, path: Path) -> None:
        """Make them the files at a path."""
        for file, content in ((path, self.main), (Path(f"{path}-wal"), self.wal)):
            file.write_bytes(content)
        Path(f"{path}-shm").unlink(missing_ok=True)


def photograph(path: Path) -> Image:
    """The files of a ledger that is open in this process.

    They are copied by another process: to close a file that SQLite has open would drop its locks.
    """
    copies = [path.with_name(f"photograph{suffix}") for suffix in ("", "-wal")]
    for copy, suffix in zip(copies, ("", "-wal"), strict=True):
        subprocess.run(["cp", f"{path}{suffix}", str(copy)], check=True)
    return Image(*(copy.read_bytes() for copy in copies))


def boundaries(before: bytes, after: bytes) -> list[int]:
    """Where the writing may have come to: the sectors from the first that was changed to the last."""
    changed = [at for at in range(0, len(after), SECTOR_BYTES) if sector(before, at) != sector(after, at)]
    return list(range(changed[0], changed[-1] + SECTOR_BYTES + 1, SECTOR_BYTES)) if changed else []


def sector(content: bytes, at: int) -> bytes:
    """A sector, empty beyond the end of a file."""
    return content[at : at + SECTOR_BYTES]


def cut(before: bytes, after: bytes, at: int, spoiled_from: int, random: Random) -> Iterator[tuple[str, bytes]]:
    """What a file may look like if the power was cut at some sector while it was written: several ways.

    Sectors that were not written yet are as they were, or zeros or anything if they stand at or beyond a place;
    or sectors were written in another order.
    """
    spoiled = max(at, spoiled_from)
    yield "old", after[:at] + before[at:]
    yield "zeros", after[:at] + before[at:spoiled] + b"".join(others(before, after, spoiled, bytes))
    yield "garbage", after[:at] + before[at:spoiled] + b"".join(others(before, after, spoiled, random.randbytes))
    yield "mixed", b"".join(mixed(before, after, random))


def others(before: bytes, after: bytes, start: int, filling: Callable[[int], bytes]) -> Iterator[bytes]:
    """The sectors of a file from a place on, something else in place of what was changed.

    What a sector held already stays, as SQLite counts on it of any disk (sqlite.org/psow.html).
    """
    for at in range(start, len(after), SECTOR_BYTES):
        became = sector(after, at)
        kept = sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(sector(before, at), became, strict=False)))
        yield became[:kept] + filling(len(became) - kept)


def mixed(before: bytes, after: bytes, random: Random) -> Iterator[bytes]:
    """The sectors of a file, each as it was before or after; those that were beyond its end are zeros."""
    for at in range(0, max(len(before), len(after)), SECTOR_BYTES):
        found = sector(random.choice((before, after)), at)
        yield found.ljust(max(len(sector(before, at)), len(sector(after, at))), b"\0")
