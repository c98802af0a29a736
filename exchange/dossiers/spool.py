"""A copy of a stream that cannot be read twice: standard input, or a pipe with a name."""

from __future__ import annotations

from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

MAX_YAML_BYTES = 32 * 1024 * 1024
"""A YAML text is held whole, and takes half a second a megabyte of text to read, or 55 microseconds a value."""
SPOOLED_BYTES = 8 * 1024 * 1024
BLOCK_BYTES = 1024 * 1024


def spooled(stream: BinaryIO, is_jsonl: Callable[[BinaryIO], bool]) -> BinaryIO:
    """The copy: in memory, or in a temporary file if it is long.

    A stream may have no end. No more is copied than shows that its reader refuses it: a line longer than any
    that is read, or more of a YAML text.
    """
    file = cast("BinaryIO", SpooledTemporaryFile(SPOOLED_BYTES))  # noqa: SIM115 - the dossier closes it
    try:
        _copy(stream, file, is_jsonl)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _copy(stream: BinaryIO, file: BinaryIO, is_jsonl: Callable[[BinaryIO], bool]) -> None:
    in_line = copied = 0
    known_as_jsonl = False
    while block := stream.read(BLOCK_BYTES):
        file.write(block)
        copied += len(block)
        end = block.rfind(b"\n")
        in_line = in_line + len(block) if end < 0 else len(block) - end - 1
        if in_line > MAX_YAML_BYTES:
            return
        if copied > MAX_YAML_BYTES and not known_as_jsonl:
            file.seek(0)
            known_as_jsonl = is_jsonl(file)
            if not known_as_jsonl:
                return
            file.seek(0, 2)
