"""Files that are read: opened, copied where they cannot be read twice, and decoded as UTF-8."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from armsledger.domain.errors import InvalidValue, UnreadableDossier
from armsledger.domain.limits import REGISTER_BYTES, YAML_BYTES
from armsledger.exchange.errors import unreadable_file
from armsledger.storage.files import EVERYBODY

STANDARD_INPUT = "standard input"
SPOOLED_BYTES = 8 * 1024 * 1024
BLOCK_BYTES = 1024 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff")
NOT_TEXT = re.compile("[\0\ud800-\udfff]")
"""What no text of a ledger holds: NUL, which databases refuse, and surrogates, which are not characters."""


def open_input(
    path: Path | None, stdin: BinaryIO | None, name: str, is_read_by_line: Callable[[BinaryIO], bool]
) -> BinaryIO:
    """A file that can be read twice: the one at ``path``, or a copy of a pipe or of standard input (``path`` None).

    ``stdin`` stands in for the process's own standard input. ``is_read_by_line`` looks at the beginning of a copy and
    says whether its reader goes line by line; any other reader holds the whole text. Raises UnreadableDossier.
    """
    try:
        if path is None:
            return _spooled(sys.stdin.buffer if stdin is None else stdin, is_read_by_line)
        file = path.open("rb")
        if file.seekable():
            return file
        with file:
            return _spooled(file, is_read_by_line)
    except (OSError, ValueError) as error:
        raise unreadable_file(name, error) from error


def mode_of_input(path: str | Path | None) -> int:
    """Who may read and write a file that is read, or standard input (None); everybody where it is no file."""
    try:
        status = os.fstat(sys.stdin.fileno()) if path is None else os.stat(path)
    except (OSError, ValueError, AttributeError):  # it is closed, or stands for something else
        return EVERYBODY
    return stat.S_IMODE(status.st_mode) if stat.S_ISREG(status.st_mode) else EVERYBODY


@contextmanager
def closed_on_error(file: BinaryIO, name: str) -> Iterator[None]:
    """Close a file if its reader cannot be made; raises UnreadableDossier if the system is the reason."""
    try:
        yield
    except OSError as error:
        file.close()
        raise unreadable_file(name, error) from error
    except BaseException:
        file.close()
        raise


def _spooled(stream: BinaryIO, is_read_by_line: Callable[[BinaryIO], bool]) -> BinaryIO:
    """The copy, in memory, or in a temporary file if it is long."""
    copy = cast("BinaryIO", SpooledTemporaryFile(SPOOLED_BYTES))  # noqa: SIM115 - the reader closes it
    try:
        _copy(stream, copy, is_read_by_line)
        copy.seek(0)
    except BaseException:
        copy.close()
        raise
    return copy


def _copy(stream: BinaryIO, copy: BinaryIO, is_read_by_line: Callable[[BinaryIO], bool]) -> None:
    """Copy a stream, which may have no end, as far as its reader could accept it.

    A reader refuses a line longer than any that it reads, and one that holds the whole text refuses a longer text.
    """
    in_line = copied = 0
    is_by_line = False
    while block := stream.read(BLOCK_BYTES):
        copy.write(block)
        copied += len(block)
        end = block.rfind(b"\n")
        in_line = in_line + len(block) if end < 0 else len(block) - end - 1
        if in_line > YAML_BYTES:
            return
        if copied > YAML_BYTES and not is_by_line:
            copy.seek(0)
            is_by_line = is_read_by_line(copy)
            if not is_by_line:
                return
            copy.seek(0, 2)


def whole_text(file: BinaryIO, name: str, max_bytes: int, remedy: str) -> str:
    """The text of a file, without a byte order mark. Raises UnreadableDossier, with the remedy for a longer file."""
    try:
        data = file.read(max_bytes + 1)
    except OSError as error:
        raise unreadable_file(name, error) from error
    if len(data) > max_bytes:
        raise UnreadableDossier(f"the file is longer than {max_bytes:,} bytes", remedy=remedy).at(f"{name}:1")
    return decoded(data, name).removeprefix("\ufeff")


def register_bytes(path: Path) -> bytes:
    """A file of a register, which is held whole; raises UnreadableDossier."""
    try:
        with path.open("rb") as file:
            data = file.read(REGISTER_BYTES + 1)
    except (OSError, ValueError) as error:
        raise unreadable_file(str(path), error) from error
    if len(data) > REGISTER_BYTES:
        told = f"the file is longer than {REGISTER_BYTES:,} bytes"
        raise UnreadableDossier(told, remedy="name a file of the register, or export it in parts").at(f"{path}:1")
    return data


def decoded(data: bytes, name: str, *, first_line: int = 1) -> str:
    """The text of bytes in UTF-8; raises UnreadableDossier with line and column."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = first_line + data.count(b"\n", 0, error.start)
        before = data[data.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(before.decode()) + 1
        is_utf16 = error.start == 0 and data.startswith(OTHER_ENCODINGS)
        what = "UTF-16" if is_utf16 else f"it has a byte 0x{data[error.start]:02x}"
        refusal = UnreadableDossier(f"not UTF-8: {what} (column {column})", remedy="save the file as UTF-8")
        raise refusal.at(f"{name}:{line}") from error


def storable_text(text: str) -> str:
    """The text with surrogate pairs, as JSON writes them, joined; raises InvalidValue for a NUL or half of a pair."""
    match = NOT_TEXT.search(text)
    if match is None:
        return text
    remedy = "write the character itself, or leave it out"
    if "\0" in text:
        raise InvalidValue("a NUL character in a text", remedy)
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise InvalidValue(f"half of a surrogate pair (U+{ord(match[0]):04X}) in a text", remedy) from error
