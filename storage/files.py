"""Staging files: they are written beside their place and take their name last, so that nobody ever sees half a file.

Whoever writes one holds a lock beside it (`claimed`), which ends with the process. So the next one who writes to the
same place can tell what a killed process has left, and sweeps it away.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES})
"""How file systems without hard links (FAT, some network shares) say so."""


STAGING: Final = ".new"
CLAIM: Final = ".claim"
"""How the names of staging files end, and those of the locks that tell whose process is still there."""
LONGEST_STEM: Final = 150
"""Of the name of the place, so that a staging file's name is not too long; a file system takes 255 bytes."""
BESIDE: Final = ("", "-wal", "-shm", "-journal")
"""What SQLite keeps beside a file has its name, and one of these endings."""
EVERYBODY: Final = 0o777
OWNERS: Final = 0o700


def mode_of(path: Path) -> int:
    """Who may read and write a file, as `os.chmod` takes it."""
    return os.stat(path).st_mode & 0o777


@contextmanager
def claimed(
    place: Path, *, mode: int | None = None, at_most: int = EVERYBODY, is_folder: bool = False
) -> Iterator[Path]:
    """A new, empty file (or folder) beside a place, which is gone at the end unless it has taken another name.

    It has a mode, or that which the umask leaves, without what ``at_most`` lacks for others than the owner. What killed
    processes left for this place is swept away first.
    """
    sweep(place)
    claim, descriptor = _claim(place)
    staging = claim.with_suffix(STAGING)
    try:
        if is_folder:
            staging.mkdir()
        else:
            staging.touch(exist_ok=False)
        if mode is not None:
            staging.chmod(mode)
        if (wide := mode_of(staging)) & ~(at_most | OWNERS):
            staging.chmod(wide & (at_most | OWNERS))
        yield staging
    finally:
        _remove(claim)
        os.close(descriptor)


def sweep(place: Path) -> None:
    """Take away what killed processes have left of what was to take a place."""
    _sweep(place.parent, re.escape(_stem(place)))


def sweep_folder(folder: Path) -> None:
    """Take away what killed processes have left in a folder of what was to take any place there."""
    _sweep(folder, ".*")


def _sweep(folder: Path, stem: str) -> None:
    for name in _names_in(folder, stem, CLAIM):
        with _looked_at(folder / name) as is_held:
            if not is_held:
                _remove(folder / name)


def left_behind(folder: Path) -> list[Path]:
    """What killed processes have left in a folder of what was to take a place there, whichever.

    What an earlier release has left has no claim beside it, nor has anything else of this name.
    """
    names = [name for name in _names_in(folder, ".*", STAGING) if not _is_held(folder / name)]
    return [folder / name for name in names]


def _claim(place: Path) -> tuple[Path, int]:
    """A new claim on a staging file, locked; the lock ends with its descriptor.

    The lock is not on the staging file: to close a descriptor of a database drops the locks that SQLite has on it.
    """
    import fcntl

    while True:
        claim = place.with_name(f".{_stem(place)}.{os.urandom(16).hex()}{CLAIM}")
        descriptor = os.open(claim, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with suppress(OSError):  # some network shares have no such locks: nobody can sweep there
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.path.exists(claim):
            return claim, descriptor
        os.close(descriptor)  # somebody swept it away before it was locked


def _names_in(folder: Path, stem: str, ending: str) -> list[str]:
    """The names of staging files in a folder, or of claims on them, for places of some names."""
    pattern = re.compile(rf"\.{stem}\.[0-9a-f]{{32}}{re.escape(ending)}", re.DOTALL)
    try:
        return sorted(name for name in os.listdir(folder) if pattern.fullmatch(name))
    except OSError:
        return []


def _is_held(staging: Path) -> bool:
    """Whether a process claims a staging file, or may do so for all that we can see."""
    with _looked_at(staging.with_suffix(CLAIM)) as is_held:
        return is_held


@contextmanager
def _looked_at(claim: Path) -> Iterator[bool]:
    """Whether a process holds a claim, or may do so for all that we can see. Within it, nobody else begins to: who has
    just made it waits, and finds it gone if it was swept away."""
    import fcntl

    try:
        descriptor = os.open(claim, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        yield not isinstance(error, FileNotFoundError)  # what is there, and cannot be opened, is somebody else's
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield True
        else:
            yield False
    finally:
        os.close(descriptor)


def _remove(claim: Path) -> None:
    """Take away a staging file with what SQLite keeps beside it, or the folder, and then the claim on it."""
    staging = claim.with_suffix(STAGING)
    if staging.is_dir():
        from shutil import rmtree

        rmtree(staging, ignore_errors=True)
    for path in (Path(f"{staging}{ending}") for ending in BESIDE):
        with suppress(OSError):
            path.unlink()
    if not os.path.lexists(staging):  # else a later sweep needs the claim to find it
        with suppress(OSError):
            claim.unlink()


def _stem(place: Path) -> str:
    return os.fsdecode(os.fsencode(place.name)[:LONGEST_STEM])


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
