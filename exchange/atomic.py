"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from secrets import token_hex
from shutil import copymode
from stat import S_ISDIR, S_ISREG
from typing import TextIO

from armsledger.exchange.errors import FileExists, NotWritable

STANDARD_OUTPUT = "-"


@contextmanager
def writing(path: str | Path, *, replace: bool = False, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A text file (lines end in ``\\n``) that takes its name when the block ends well, and leaves nothing otherwise.

    The path ``-`` is standard output, which is written as it comes, as is a pipe or a device. Raises
    FileExists unless ``replace``, and NotWritable for what the system refuses.
    """
    name = str(path)
    if name == STANDARD_OUTPUT:
        with _standard_output(encoding) as out:
            yield out
    elif _is_special(name):
        with _told_as_ours(name, {name}), open(name, "w", encoding=encoding, newline="\n") as out:
            yield out
    else:
        target = Path(os.path.realpath(path))
        sibling = target.with_name(f".{token_hex(8)}.part")
        with (
            _told_as_ours(name, {str(target), str(sibling)}),
            _renamed_last(target, sibling, name, replace, encoding) as out,
        ):
            yield out


@contextmanager
def _renamed_last(target: Path, sibling: Path, name: str, replace: bool, encoding: str) -> Iterator[TextIO]:
    """A sibling of the target, which is renamed to it, or deleted if the block fails."""
    if not replace and target.exists():
        raise FileExists(name)
    try:
        with sibling.open("x", encoding=encoding, newline="\n") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        if replace:
            _replace(sibling, target)
        else:
            _take_free_name(sibling, target, name)
    finally:
        with suppress(OSError):
            sibling.unlink()


def _replace(sibling: Path, target: Path) -> None:
    """Rename over what is there, which passes on who may read it."""
    with suppress(FileNotFoundError):
        copymode(target, sibling)
    sibling.replace(target)


def _take_free_name(sibling: Path, target: Path, name: str) -> None:
    """Rename without overwriting what someone else may have put there in the meantime."""
    try:
        os.link(sibling, target)
    except FileExistsError:
        raise FileExists(name) from None
    except OSError:  # a file system without links, such as FAT
        if target.exists():
            raise FileExists(name) from None
        sibling.rename(target)


@contextmanager
def _standard_output(encoding: str) -> Iterator[TextIO]:
    """Standard output in this encoding, whatever the locale says."""
    out = sys.stdout
    before = (out.encoding, out.errors)
    if isinstance(out, TextIOWrapper):  # a notebook's is not, and takes any text
        out.reconfigure(encoding=encoding, errors="strict")
    try:
        with _told_as_ours("standard output", ()):
            yield out
            out.flush()
    finally:
        if isinstance(out, TextIOWrapper):
            with suppress(OSError):
                out.reconfigure(encoding=before[0], errors=before[1])


@contextmanager
def _told_as_ours(name: str, paths: set[str] | tuple[()]) -> Iterator[None]:
    """What the system refuses about these files becomes NotWritable; other errors of the block pass."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever reads the pipe has read enough
    except OSError as error:
        if error.filename is not None and str(error.filename) not in paths:
            raise
        raise NotWritable(name, error.strerror or str(error)) from error


def _is_special(name: str) -> bool:
    """Whether a pipe or a device is there, which has no siblings; raises NotWritable for a folder."""
    try:
        mode = os.stat(name).st_mode
    except OSError:
        return False  # writing tells what is wrong
    except ValueError as error:  # a NUL in the path
        raise NotWritable(name, str(error)) from error
    if S_ISDIR(mode):
        raise NotWritable(name, "it is a folder")
    return not S_ISREG(mode)
