"""The folder of a lake: on this machine, or on any storage that fsspec knows (``s3://bucket/lake``).

Files are written whole or not at all, and are small enough to be in memory: under another name first, but for an object
storage, which shows an object when all of it is there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from time import monotonic, sleep
from typing import Any, BinaryIO, Final, Protocol

from armsledger.domain.errors import UsageError
from armsledger.exchange.tables.table import imported
from armsledger.lake.errors import LakeBusy, LakeUnreachable
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS
from armsledger.storage.files import STAGING, claimed, flush, mode_of, sweep_folder, take_name

EXTRA: Final = "lake"
LOCK: Final = ".lock"
FIRST_FILE: Final = "lake.json"
PERSONS_FILE: Final = "persons.parquet"
SEGMENTS: Final = "segments"
READ_MODELS: Final = "read-models"
"""In it, read models are in folders named for the position that they take account of."""
OWN_FOLDER: Final = re.compile(rf"{SEGMENTS}|{READ_MODELS}|\d+")
"""The folders in a lake, and those among read models, which are named for positions."""
LOCK_MODE: Final = 0o660
"""Whoever can read it can hold it."""
GLANCE_SECONDS: Final = 0.05
USER: Final = re.compile(r"(?<=://)(?:.*:.*|[^/]*)@", re.DOTALL)
"""In an address, who asks, often with a password, in which there may be a slash and an @."""
HIDDEN: Final = "***@"
OF_THIS_MACHINE: Final = re.compile(r"(?:file|local)://(?:localhost(?=/))?", re.IGNORECASE)
LAST_SLASHES: Final = re.compile(r"(?<![:/])/+$")
OBJECT_STORAGES: Final = frozenset(
    ("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "oci", "ocilake", "tos", "tosfs", "memory")
)
"""Of fsspec's, those that show a file when all of it is there, and whose topmost folders are buckets."""
LEFT: Final = re.compile(rf"\..*\.[0-9a-f]{{32}}{re.escape(STAGING)}", re.DOTALL)
"""The name of a file that was to be renamed."""


class Folder(Protocol):
    """What a lake needs of a storage; names are relative, with slashes. Raises LakeUnreachable."""

    address: str
    name: str
    """How messages call it."""

    @property
    def mode(self) -> int | None:
        """Who may read and write its files, where the storage has such a thing."""

    def names(self, under: str, *, hidden: bool = False) -> list[str]:
        """The names of what is right under a folder, in order; none where it is not there. Hidden ones begin with a
        dot."""

    def sizes(self, under: str) -> dict[str, int]:
        """How many bytes each file right under a folder has; none where it is not there."""

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
    if match := OF_THIS_MACHINE.match(text):
        return _Local(_path_in(text, text[match.end() :]), mode)
    return _Remote(text) if "://" in text else _Local(Path(text), mode)


def _path_in(address: str, path: str) -> Path:
    """The path in an address of a folder on this machine, to the letter, as fsspec has it; raises UsageError."""
    if not path.startswith("/"):
        raise UsageError(
            f"{name_of(address)} names no folder from the root on", remedy="name it file:///tmp/arms.lake, or arms.lake"
        )
    return Path(path)


def name_of(address: str | Path) -> str:
    """How messages call an address: without who asks."""
    return USER.sub(HIDDEN, str(address), count=1)


def hidden_in(address: str) -> str:
    """What messages do not show of an address."""
    match = USER.search(address)
    return match[0] if match else ""


def address_below(address: str | Path, name: str) -> str:
    """The address of what has a name in a folder."""
    folder = LAST_SLASHES.sub("", str(address))
    return f"{folder}{name}" if folder.endswith("/") else f"{folder}/{name}"


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

    def names(self, under: str, *, hidden: bool = False) -> list[str]:
        try:
            return sorted(name for name in os.listdir(self._path / under) if hidden or not name.startswith("."))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise LakeUnreachable(str(self._path / under), error) from error

    def sizes(self, under: str) -> dict[str, int]:
        try:
            with os.scandir(self._path / under) as found:
                return {one.name: one.stat().st_size for one in found if one.is_file()}
        except FileNotFoundError:
            return {}
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
        self.name = name_of(address)
        fsspec: Any = imported("fsspec", EXTRA)
        with self._asking():
            try:
                self._files, self._path = fsspec.core.url_to_fs(address)
            except (TypeError, AttributeError) as error:
                raise ValueError("fsspec needs more than this address to find a storage") from error
        protocol = self._files.protocol
        self._is_object_storage = not OBJECT_STORAGES.isdisjoint([protocol] if isinstance(protocol, str) else protocol)
        self._made = set[str]()

    def _at(self, name: str) -> str:
        return f"{self._path.rstrip('/')}/{name}"

    @contextmanager
    def _asking(self, name: str = "") -> Iterator[None]:
        try:
            yield
        except Exception as error:  # each storage has errors of its own
            place = address_below(self.name, name) if name else self.name
            raise LakeUnreachable(place, error, hidden=hidden_in(self.address)) from error

    def names(self, under: str, *, hidden: bool = False) -> list[str]:
        with self._asking(under):
            self._files.invalidate_cache()
            with suppress(FileNotFoundError):
                found = (path.rstrip("/").rpartition("/")[2] for path in self._files.ls(self._at(under), detail=False))
                return sorted(name for name in found if hidden or not name.startswith("."))
        return []

    def sizes(self, under: str) -> dict[str, int]:
        with self._asking(under), suppress(FileNotFoundError):
            self._files.invalidate_cache()
            found = self._files.ls(self._at(under), detail=True)
            return {one["name"].rpartition("/")[2]: one["size"] for one in found if one["type"] == "file"}
        return {}

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
            if self._is_object_storage:
                self._files.pipe_file(self._at(name), data)
            else:
                self._put(self._at(name), data)

    def _put(self, place: str, data: bytes) -> None:
        """Write a file under another name first, as half of it would be seen."""
        folder, _, name = place.rpartition("/")
        staging = f"{folder}/.{name}.{token_hex(16)}{STAGING}"
        try:
            self._files.pipe_file(staging, data)
            self._rename(staging, place)
        except BaseException:
            with suppress(Exception):
                self._files.rm_file(staging)
            raise

    def _rename(self, staging: str, place: str) -> None:
        try:
            self._files.mv(staging, place)
        except Exception:
            if not (self._files.exists(staging) and self._files.exists(place)):
                raise
            self._files.rm_file(place)  # some, such as SMB, take no name that is taken
            self._files.mv(staging, place)

    def _make_folder(self, name: str) -> None:
        """Make a folder of the lake, and none above it: a bucket whose name is mistyped is not to be made."""
        place = self._at(name).rstrip("/")
        is_bucket = self._is_object_storage and "/" not in place.strip("/")
        if name not in self._made and place and not is_bucket:
            try:
                self._files.mkdir(place, create_parents=False)
            except FileExistsError:
                pass
            except Exception:  # FTP says in its own way that it is there
                self._files.invalidate_cache()
                if not self._files.isdir(place):
                    raise
            self._made.add(name)

    def remove(self, name: str) -> None:
        self._made.clear()
        with self._asking(name), suppress(FileNotFoundError):
            self._files.invalidate_cache()
            found = self._files.find(self._at(name), withdirs=True, detail=True)
            for path in sorted(found, reverse=True):  # what is in a folder before it; `rm` takes [1] and * for patterns
                if found[path]["type"] != "directory":
                    self._files.rm_file(path)
                    continue
                with suppress(OSError):  # an object storage has none, and says so in its own way
                    self._files.rmdir(path)

    @property
    def mode(self) -> int | None:
        return None

    def narrow(self) -> None:
        """Who may read what, the storage says."""

    def sweep(self, under: str) -> None:
        if self._is_object_storage:
            return  # an object that is not all there is nowhere
        with self._asking(under), suppress(FileNotFoundError):
            self._files.invalidate_cache()
            for path in self._files.ls(self._at(under).rstrip("/"), detail=False):
                if LEFT.fullmatch(path.rpartition("/")[2]):
                    self._files.rm_file(path)

    @contextmanager
    def locked(self, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> Iterator[None]:
        yield  # it has no locks: `armsledger.lake.segments` says what comes of two who write at once
