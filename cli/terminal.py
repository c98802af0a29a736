"""A terminal that a command writes to: what somebody else wrote does nothing to it, whichever way it gets there.

`armsledger.cli.output.printable` shows hidden characters wherever texts of a ledger are told. This is the wall behind
it, for what libraries write and for files that are written to standard output.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Any, Final, TextIO

BOLD: Final = "\x1b[1m"
DIM: Final = "\x1b[2m"
NOT_BOLD: Final = "\x1b[22m"
OWN: Final = "|".join(re.escape(code) for code in (BOLD, DIM, NOT_BOLD))
ACTING: Final = re.compile(
    f"({OWN})|[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufff9-\\ufffb]"
)
"""Our own codes, and the characters that a terminal acts on: controls, and the marks that turn a text around."""
WITHOUT_STYLES: Final = ("", "dumb", "unknown")


class Terminal:
    """A stream that goes to a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text, with escapes for what the terminal would act on."""
        self._stream.write(harmless(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts one after the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def harmless(text: str) -> str:
    """The text with escapes for the characters that a terminal acts on, but for our own codes."""
    return ACTING.sub(lambda match: match[1] or match[0].encode("unicode_escape").decode(), text)


def knows_styles(stream: TextIO) -> bool:
    """Whether a stream goes to a terminal of which we know that it has bold, and somebody wants that."""
    return stream.isatty() and os.environ.get("TERM", "") not in WITHOUT_STYLES and not os.environ.get("NO_COLOR")


def moves_cursor(stream: TextIO) -> bool:
    """Whether a stream goes to a terminal of which we know that a line can be written anew."""
    return stream.isatty() and os.environ.get("TERM", "") not in WITHOUT_STYLES
