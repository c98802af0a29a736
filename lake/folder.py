"""The folder of a lake: on this machine, or on any storage that fsspec knows (``s3://bucket/lake``).

Files are written whole or not at all, and are small enough to be in memory: on this machine under another name first,
while an object storage shows an object when all of it is there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from time import monotonic, sleep
from typing import Any, BinaryIO, Final, Protocol

from armsledger.domain.errors import UsageError
from armsledger.exchange.tables.table import imported
from armsledger.lake.errors import LakeBusy, LakeUnreachable
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.files import claimed, flush, mode_of, sweep_folder, take_name

EXTRA: Final = "lake"
LOCK: Final = ".lock"
FIRST_FILE: Final = "lake.json"
PERSONS_FILE: Final = "persons.parquet"
SEGMENTS: Final = "segments"
READ_MODELS: Final = "read-models"
OWN_FOLDER: Final = re.compile(rf"{SEGMENTS}|{READ_MODELS}|\d+")
"""The folders in a lake, and those among read models, which are named for positions."""
LOCK_MODE: Final = 0o660
"""Whoever can read it can hold it."""
GLANCE_SECONDS: Final = 0.05
USER: Final = re.compile(r"(?<=://)[^/@]*@")
"""In an address, who asks, often with a password."""


class Folder(Protocol):
    """What a lake needs of a storage; names are relative, with slashes. Raises LakeUnreachable."""

    address: str
    name: str
    """How messages call it."""

    @property
    def mode(self) -> int | None:
        """Who may read and write its files, where the storage has such a thing."""

    def names(self, under: str) -> list[str]:
        """The names of what is right under a folder, in order; none where it is not there."""

    def read(self, name: str) -> bytes | None:
        """What a file holds; None if it is not there."""

    def opened(self, name: str) -> BinaryIO:
        """A file, open for reading here and there."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all, in the place of one that has the name."""

    def remove(self, name: str) -> None:
        """Remove a file, or a folder with all that is in it; nothing happens if it is not there."""

    def narrow(self) -> None:
        """Take from everybody the rights to files of a lake that its ledger's file does not give them."""

    def sweep(self, under: str) -> None:
        """Take away what processes that were killed have left in a folder, and below it in folders of a lake's."""

    def locked(self, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> Any:
        """Within it, nobody else writes who asks for the same, where the storage has locks."""


def folder_at(address: str | Path, mode: int | None = None) -> Folder:
    """The folder at a path or an address of fsspec's; raises UsageError where fsspec is needed and not installed.

    ``mode`` is that of the files that are written on this machine; otherwise they get that of the lake's first one.
    """
    text = str(address)
    if not text:
        raise UsageError("a lake's folder has no name", remedy="name it: arms.lake, or . for the one where you are")
    return _Remote(text) if "://" in text else _Local(Path(text), mode)


class _Local:
    """A folder on this machine."""

    def __init__(self, path: Path, mode: int | None) -> None:
        self.address = self.name = str(path)
        self._path = path
        self._given_mode = mode

    @property
    def mode(self) -> int | None:
        return self._given_mode if self._given_mode is not None else self._first_mode()

    def _first_mode(self) -> int | None:
        try:
            return mode_of(self._path / FIRST_FILE)
        except OSError:
            return None

    def narrow(self) -> None:
        mode, first = self.mode, self._first_mode()
        if mode is None or first is None or not first & ~mode:
            return
        for place in self._own_files():
            try:
                if not place.is_symlink():
                    place.chmod(mode_of(place) & mode)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise LakeUnreachable(str(place), error) from error

    def _own_files(self) -> Iterator[Path]:
        """The files of the lake, and nobody else's; last the first one, which tells whether the others are narrow."""
        yield self._path / PERSONS_FILE
        for own in (SEGMENTS, READ_MODELS):
            for folder, _, names in os.walk(self._path / own):
                yield from (Path(folder, name) for name in names)
        yield self._path / FIRST_FILE

    def names(self, under: str) -> list[str]:
        try:
            return sorted(name for name in os.listdir(self._path / under) if not name.startswith("."))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise LakeUnreachable(str(self._path / under), error) from error

    def read(self, name: str) -> bytes | None:
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise LakeUnreachable(str(self._path / name), error) from error

    def opened(self, name: str) -> BinaryIO:
        try:
            return (self._path / name).open("rb")
        except OSError as error:
            raise LakeUnreachable(str(self._path / name), error) from error

    def write(self, name: str, data: bytes) -> None:
        place = self._path / name
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with claimed(place, mode=self.mode) as staging:
                staging.write_bytes(data)
                flush(staging)
                take_name(staging, place)
        except OSError as error:
            raise LakeUnreachable(str(place), error) from error

    def remove(self, name: str) -> None:
        place = self._path / name
        try:
            if place.is_dir() and not place.is_symlink():
                with claimed(place, is_folder=True) as gone, suppress(FileNotFoundError):
                    place.rename(gone)  # whoever writes there begins anew
                    rmtree(gone)
            else:
                place.unlink(missing_ok=True)
        except OSError as error:
            raise LakeUnreachable(str(place), error) from error

    def sweep(self, under: str) -> None:
        top = self._path / under
        sweep_folder(top)
        for name in self.names(under):
            if OWN_FOLDER.fullmatch(name):
                for folder, _, _ in os.walk(top / name):
                    sweep_folder(Path(folder))

    @contextmanager
    def locked(self, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> Iterator[None]:
        import fcntl

        try:
            self._path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, LOCK_MODE)
        except OSError as error:
            raise LakeUnreachable(self.name, error) from error
        try:
            began = monotonic()
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if monotonic() - began >= timeout_seconds:
                        raise LakeBusy(self.name, timeout_seconds) from None
                    sleep(GLANCE_SECONDS)
                except OSError:  # some network shares have no such locks
                    break
            yield
        finally:
            os.close(descriptor)


class _Remote:
    """A folder on a storage that fsspec knows."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.name = USER.sub("", address)
        fsspec: Any = imported("fsspec", EXTRA)
        try:
            self._files, self._path = fsspec.core.url_to_fs(address)
        except (ImportError, ValueError, OSError) as error:
            raise LakeUnreachable(self.name, error) from error
        self._made = set[str]()

    def _at(self, name: str) -> str:
        return f"{self._path.rstrip('/')}/{name}"

    @contextmanager
    def _asking(self, name: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # each storage has errors of its own
            raise LakeUnreachable(f"{self.name.rstrip('/')}/{name}", error) from error

    def names(self, under: str) -> list[str]:
        with self._asking(under):
            self._files.invalidate_cache()
            with suppress(FileNotFoundError):
                found = (path.rstrip("/").rpartition("/")[2] for path in self._files.ls(self._at(under), detail=False))
                return sorted(name for name in found if not name.startswith("."))
        return []

    def read(self, name: str) -> bytes | None:
        with self._asking(name), suppress(FileNotFoundError):
            return bytes(self._files.cat_file(self._at(name)))
        return None

    def opened(self, name: str) -> BinaryIO:
        with self._asking(name):
            file: BinaryIO = self._files.open(self._at(name), "rb")
            return file

    def write(self, name: str, data: bytes) -> None:
        with self._asking(name):
            parts = name.split("/")
            for depth in range(len(parts)):
                self._make_folder("/".join(parts[:depth]))
            self._files.pipe_file(self._at(name), data)

    def _make_folder(self, name: str) -> None:
        """Make a folder of the lake, and none above it: a bucket whose name is mistyped is not to be made."""
        if name not in self._made:
            with suppress(FileExistsError):
                self._files.mkdir(self._at(name).rstrip("/"), create_parents=False)
            self._made.add(name)

    def remove(self, name: str) -> None:
        self._made.clear()
        with self._asking(name), suppress(FileNotFoundError):
            self._files.rm(self._at(name), recursive=True)

    @property
    def mode(self) -> int | None:
        return None

    def narrow(self) -> None:
        """Who may read what, the storage says."""

    def sweep(self, under: str) -> None:
        """An object that is not all there is nowhere."""

    @contextmanager
    def locked(self, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> Iterator[None]:
        yield  # it has no locks: `armsledger.lake.segments` says what comes of two who write at once
