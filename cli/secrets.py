"""Standard error without the passwords that the command line was given, whoever quotes its words.

An address that stands in the place of something else (``armsledger init postgresql://...``) is quoted by Typer, or by
whatever took it for the name of a file, as one that is misspelt is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, redirect_stderr
from io import TextIOBase
from itertools import takewhile
from typing import Final, TextIO, cast

HINTS: Final = ("postgres", "psql", "password")
"""What a word contains that may be the address of a server, in whatever form."""

ESCAPE: Final = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)", re.IGNORECASE | re.DOTALL)
"""How messages write characters that a terminal must not see, and quotes."""
SHORTEST_QUOTE: Final = 8
LEFT_OUT: Final = "/."
"""What a path has no more of a text that was taken for one: ``//`` is ``/``, and so is ``/./``."""


@contextmanager
def without_secrets(words: Sequence[str]) -> Iterator[None]:
    """Within it, what is written to standard error shows no password of an address among the words."""
    risky = _risky(words)
    with redirect_stderr(cast(TextIO, _Scrubbed(sys.stderr, risky))) if risky else nullcontext():
        yield


def _risky(words: Sequence[str]) -> dict[str, str]:
    """The words that hold more than may be shown, and how they are shown."""
    hinting = [word for word in words if any(hint in word.lower() for hint in HINTS)]
    if not hinting:
        return {}
    from armsledger.storage.address import shown_address

    return {word: shown for word in hinting if (shown := shown_address(word)) != word}


class _Scrubbed(TextIOBase):
    """A stream to which words are written as they may be shown."""

    def __init__(self, stream: TextIO, words: Mapping[str, str]) -> None:
        self._stream = stream
        self._words = words

    def write(self, text: str) -> int:
        """Write a text."""
        for word, shown in self._words.items():
            text = _replaced(text, word, shown)
        return self._stream.write(text)

    def flush(self) -> None:
        """Write what waits."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The number of the file."""
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # the base class says what a class has, not an object
        """How characters become bytes."""
        return self._stream.encoding


def _replaced(text: str, word: str, shown: str) -> str:
    """The text with what may be shown in place of the word, or of the beginning of it that a message has room for."""
    scheme, separator, _ = word.partition("://")
    public = _common(word, shown) or (scheme + separator if separator else "")
    beginning, start = public.partition("//")[0] or word[:SHORTEST_QUOTE], 0
    while (start := text.find(beginning, start)) >= 0:
        end = _end_of(word, text, start)
        if end - start > len(public):
            text = text[:start] + shown + text[end:]
            start += len(shown)
        else:
            start = end
    return text


def _common(first: str, second: str) -> str:
    """The beginning that two texts have in common."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))
    return "".join(character for character, _ in same)


def _end_of(word: str, text: str, start: int) -> int:
    """Where a word ends in a text that has it as it is, with escapes for some of its characters, or as a path."""
    ends = {start}
    for character in word:
        after = {end + 1 for end in ends if text.startswith(character, end)}
        after |= {escape.end() for end in ends if (escape := ESCAPE.match(text, end))}
        after |= ends if character in LEFT_OUT else set()
        if not after:
            break
        ends = after
    return max(ends)
