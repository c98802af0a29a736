"""Disks that are small, or that cannot be written: file systems in memory, mounted for a test."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

KIB = 1024


@contextmanager
def disk(folder: Path, size_kib: int = 2048) -> Iterator[Path]:
    """A folder that is a disk of its own, of a size."""
    folder.mkdir(exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={size_kib}k", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Within it, the disk at a folder cannot be written."""
    _mount("-o", "remount,ro", str(folder))
    try:
        yield
    finally:
        _mount("-o", "remount,rw", str(folder))


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@cache
def can_mount() -> bool:
    """Whether this user may mount file systems."""
    if os.geteuid() != 0:
        return False
    with suppress(subprocess.CalledProcessError, FileNotFoundError), TemporaryDirectory() as folder:
        with disk(Path(folder) / "disk"):
            pass
        return True
    return False


def is_excused() -> bool:
    """Whether tests that mount may be left out: never by root where everything must be tested."""
    return not can_mount() and not (os.environ.get("CI") and os.geteuid() == 0)


needs_mounts = pytest.mark.skipif(is_excused(), reason="only root, with the right to mount, can make a small disk")


class Ballast:
    """A file that takes the room on a disk."""

    def __init__(self, folder: Path, free_kib: int = 0) -> None:
        """Take all room but so much."""
        self.path = folder / "ballast"
        self.take_all_but(free_kib)

    def take_all_but(self, free_kib: int) -> None:
        """Take more room, or give some back, until so much is free."""
        self.path.touch()
        status = os.statvfs(self.path)
        free = status.f_bavail * status.f_frsize // KIB
        size_kib = self.path.stat().st_size // KIB + free - free_kib
        with self.path.open("r+b") as ballast:
            ballast.truncate(size_kib * KIB)
            os.posix_fallocate(ballast.fileno(), 0, size_kib * KIB)

    def drop(self) -> None:
        """Give all room back."""
        self.path.unlink()
