"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from shutil import copymode
from stat import S_ISDIR, S_ISREG
from typing import TextIO

from armsledger.exchange.errors import FileExists, NotWritable
from armsledger.storage.files import EVERYBODY, claimed, flush, take_free_name, take_name

STANDARD_OUTPUT = "-"


@contextmanager
def writing(
    path: str | Path,
    *,
    replace: bool = False,
    encoding: str = "utf-8",
    mode: int | None = None,
    at_most: int = EVERYBODY,
) -> Iterator[TextIO]:
    """A text file (lines end in ``\\n``) that takes its name when the block ends well, and leaves nothing otherwise.

    A new file has the mode, or what the umask leaves; others than its owner may do no more than ``at_most``. The path
    ``-`` is standard output. Standard output, a pipe or a device is written as the text comes. Raises FileExists unless
    ``replace``, and NotWritable if the system refuses the file.
    """
    name = str(path)
    if name == STANDARD_OUTPUT:
        with _standard_output(encoding) as out:
            yield out
    elif _is_special(name):
        with _as_not_writable(name, Path(name)), open(name, "w", encoding=encoding, newline="\n") as out:
            yield out
    else:
        with (
            staging_path(path, replace=replace, mode=mode, at_most=at_most) as staging,
            staging.open("w", encoding=encoding, newline="\n") as out,
        ):
            yield out


@contextmanager
def staging_path(
    path: str | Path, *, replace: bool = False, mode: int | None = None, at_most: int = EVERYBODY
) -> Iterator[Path]:
    """A path beside a file, for libraries that write files themselves; what is there takes the file's name at the end.

    Nothing is left if the block ends with an error. Raises FileExists unless ``replace``, and NotWritable if the system
    refuses the file, and for standard output, a pipe or a device.
    """
    name = str(path)
    if name == STANDARD_OUTPUT or _is_special(name):
        raise NotWritable(name, "a file of this format is not written to a pipe or a device")
    place = Path(os.path.realpath(path))
    with _as_not_writable(name, place):
        if not replace and place.exists():
            raise FileExists(name)
        with claimed(place, mode=mode, at_most=at_most) as staging:
            yield staging
            flush(staging)
            if replace:
                with suppress(FileNotFoundError):
                    copymode(place, staging)  # those who may read the old file may read the new one
                take_name(staging, place)
            elif not take_free_name(staging, place):
                raise FileExists(name)


@contextmanager
def staging_folder(path: str | Path, *, replace: bool = False, suffix: str, mode: int | None = None) -> Iterator[Path]:
    """A folder beside another, which takes the other's name at the end with all that was put into it.

    A folder that is there and not empty is replaced only if it holds nothing but files of the suffix, and folders.
    Raises FileExists unless ``replace``, and NotWritable.
    """
    name = str(path)
    if name == STANDARD_OUTPUT or (os.path.exists(path) and not os.path.isdir(path)):
        raise NotWritable(name, "it is no folder")
    place = Path(os.path.realpath(path))
    with _as_not_writable(name, place):
        if place.exists() and any(place.iterdir()):
            if not replace:
                raise FileExists(name)
            if strange := next(
                (file for file in place.rglob("*") if not file.is_dir() and file.suffix != suffix), None
            ):
                raise NotWritable(name, f"it holds {strange.relative_to(place)}, which no export has put there")
        with claimed(place, mode=None if mode is None else _of_folder(mode), is_folder=True) as staging:
            yield staging
            if mode is not None:
                for file in staging.rglob("*"):
                    file.chmod(_of_folder(mode) if file.is_dir() else mode)
            _take_name_of_folder(staging, place)


def _of_folder(mode: int) -> int:
    """The mode of a folder for files of a mode: who may read them may look into it."""
    return mode | (mode & 0o444) >> 2


def _take_name_of_folder(staging: Path, place: Path) -> None:
    """Rename a folder to its place; what is there keeps its name if that fails."""
    if not place.exists():
        staging.rename(place)
        return
    with claimed(place, is_folder=True) as old:
        place.rename(old)
        try:
            staging.rename(place)
        except OSError:
            old.rename(place)
            raise


@contextmanager
def _standard_output(encoding: str) -> Iterator[TextIO]:
    """Standard output in an encoding, whatever the locale says."""
    out = sys.stdout
    before = (out.encoding, out.errors)
    if isinstance(out, TextIOWrapper):  # a notebook's is another class, and takes any text
        out.reconfigure(encoding=encoding, errors="strict")
    try:
        with _as_not_writable("standard output", None):
            yield out
            out.flush()
    finally:
        if isinstance(out, TextIOWrapper):
            with suppress(OSError):
                out.reconfigure(encoding=before[0], errors=before[1])


@contextmanager
def _as_not_writable(name: str, place: Path | None) -> Iterator[None]:
    """Raise NotWritable where the system refuses a file or what is beside it; other errors of the block pass."""
    try:
        yield
    except BrokenPipeError:
        raise  # the reader of the pipe has read enough
    except OSError as error:
        if error.filename is not None and (place is None or Path(error.filename).parent != place.parent):
            raise
        raise NotWritable(name, error.strerror or str(error)) from error


def _is_special(name: str) -> bool:
    """Whether the path is a pipe or a device; raises NotWritable for a folder."""
    try:
        mode = os.stat(name).st_mode
    except OSError:
        return False  # writing the file will say what is wrong
    except ValueError as error:  # a NUL in the path
        raise NotWritable(name, str(error)) from error
    if S_ISDIR(mode):
        raise NotWritable(name, "it is a folder")
    return not S_ISREG(mode)
