"""Staging files: they are written beside their place and take their name last, so that nobody ever sees half a file."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES})
"""How file systems without hard links (FAT, some network shares) say so."""


def take_free_name(staging_file: Path, place: Path) -> bool:
    """Give a staging file its name; False if something has the name already, which is left as it is.

    A link fails if the name is taken, however many processes try; the staging file keeps its own name as well.
    """
    try:
        os.link(staging_file, place)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        return _rename_to_free_name(staging_file, place)
    _flush_folder(place.parent)
    return True


def take_name(staging_file: Path, place: Path) -> None:
    """Give a staging file its name, whatever has the name so far."""
    os.replace(staging_file, place)
    _flush_folder(place.parent)


def flush(path: Path) -> None:
    """Write a file or folder through to the disk, so that a loss of power cannot undo it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_folder(folder: Path) -> None:
    """Flush a folder if we may read it; like SQLite, do without if we may not, as the name is taken already."""
    with suppress(PermissionError):
        flush(folder)


def _rename_to_free_name(staging_file: Path, place: Path) -> bool:
    """The same without hard links: one process at a time, as a rename would replace a file."""
    import fcntl

    folder = os.open(place.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if os.path.lexists(place):
            return False
        os.rename(staging_file, place)
        os.fsync(folder)
        return True
    finally:
        os.close(folder)
