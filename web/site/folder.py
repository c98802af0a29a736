"""The folder of a site: files are written whole or not at all, and only where they differ."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from armsledger.exchange.errors import NotWritable
from armsledger.web.site.manifest import Kept

STAGING: Final = ".new"
"""Ends the name of a file that is being written; what an interrupted run left is overwritten by the next."""


def checksum_of(data: bytes) -> str:
    """What tells the contents of a file apart."""
    return sha256(data).hexdigest()[:32]


def write_page(folder: Path, path: str, text: str, rests: str = "", before: Kept | None = None) -> tuple[Kept, bool]:
    """Write a page if it differs from what the folder holds; returns what is kept, and whether it was written.

    Raises NotWritable.
    """
    data = text.encode()
    kept = Kept(checksum_of(data), len(data), rests)
    place = folder / path
    if before is not None and before.checksum == kept.checksum and is_there(folder, path, before):
        return kept, False
    _put(place, lambda staging: staging.write_bytes(data))
    return kept, True


def write_file(
    folder: Path, path: str, write: Callable[[Path], object], rests: str = "", before: Kept | None = None
) -> tuple[Kept, bool]:
    """Write a file by a function that takes its path, if it differs from what the folder holds; as `write_page`."""
    place = folder / path
    staging = place.with_name(place.name + STAGING)
    try:
        staging.parent.mkdir(parents=True, exist_ok=True)
        write(staging)
        with staging.open("rb") as file:
            digest = sha256()
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        kept = Kept(digest.hexdigest()[:32], staging.stat().st_size, rests)
        if before is not None and before.checksum == kept.checksum and is_there(folder, path, before):
            staging.unlink()
            return kept, False
        staging.replace(place)
    except OSError as error:
        raise NotWritable(str(place), error.strerror or str(error)) from error
    return kept, True


def is_there(folder: Path, path: str, kept: Kept) -> bool:
    """Whether a file is there in the size that it had."""
    try:
        return (folder / path).stat().st_size == kept.size
    except OSError:
        return False


def remove(folder: Path, paths: Collection[str]) -> int:
    """Remove files of a site, and the folders that are empty then; returns how many files there were."""
    removed = 0
    for path in sorted(paths):
        place = folder / path
        for name in (place, place.with_name(place.name + STAGING)):
            with suppress(FileNotFoundError):
                name.unlink()
                removed += name is place
        for parent in list(place.relative_to(folder).parents)[:-1]:
            with suppress(OSError):  # it holds others
                (folder / parent).rmdir()
    return removed


def _put(place: Path, write: Callable[[Path], object]) -> None:
    staging = place.with_name(place.name + STAGING)
    try:
        try:
            write(staging)
        except FileNotFoundError:
            place.parent.mkdir(parents=True, exist_ok=True)
            write(staging)
        staging.replace(place)
    except OSError as error:
        raise NotWritable(str(place), error.strerror or str(error)) from error
