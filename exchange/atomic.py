"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from secrets import token_hex
from shutil import copymode, rmtree
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
def placing(path: str | Path, *, replace: bool = False) -> Iterator[Path]:
    """A name beside that of a file, for those who write files of their own: what is there takes the file's name.

    It does when the block ends well; nothing is left otherwise. Raises FileExists unless ``replace``, and NotWritable
    for what the system refuses, and for standard output, a pipe or a device, which hold no such file.
    """
    name = str(path)
    if name == STANDARD_OUTPUT or _is_special(name):
        raise NotWritable(name, "a file of this format is not written to a pipe or a device")
    target = Path(os.path.realpath(path))
    sibling = target.with_name(f".{token_hex(8)}.part")
    with _told_as_ours(name, {str(target), str(sibling)}), _named_last(target, sibling, name, replace):
        yield sibling


@contextmanager
def _named_last(target: Path, sibling: Path, name: str, replace: bool) -> Iterator[None]:
    """A sibling that the block makes, and that is renamed to the target, or deleted if the block fails."""
    if not replace and target.exists():
        raise FileExists(name)
    try:
        sibling.touch(exist_ok=False)
        yield
        with sibling.open("rb") as written:
            os.fsync(written.fileno())
        if replace:
            _replace(sibling, target)
        else:
            _take_free_name(sibling, target, name)
    finally:
        with suppress(OSError):
            sibling.unlink()


@contextmanager
def placing_folder(path: str | Path, *, replace: bool = False, suffix: str) -> Iterator[Path]:
    """The same for a folder, which takes its name with all that was put into it.

    One that is there and not empty is replaced only if it holds nothing but files of the suffix, and folders. Raises
    FileExists and NotWritable.
    """
    name = str(path)
    if name == STANDARD_OUTPUT or (os.path.exists(path) and not os.path.isdir(path)):
        raise NotWritable(name, "it is no folder")
    target = Path(os.path.realpath(path))
    token = token_hex(8)
    sibling, old = target.with_name(f".{token}.part"), target.with_name(f".{token}.old")
    with _told_as_ours(name, {str(target), str(sibling), str(old)}):
        if target.exists() and any(target.iterdir()):
            if not replace:
                raise FileExists(name)
            if strange := next((one for one in target.rglob("*") if not one.is_dir() and one.suffix != suffix), None):
                raise NotWritable(name, f"it holds {strange.relative_to(target)}, which no export has put there")
        try:
            sibling.mkdir()
            yield sibling
            if target.exists():
                target.rename(old)
            try:
                sibling.rename(target)
            except OSError:
                if old.exists():
                    old.rename(target)
                raise
        finally:
            rmtree(sibling, ignore_errors=True)
            rmtree(old, ignore_errors=True)


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
