"""Text for a terminal: nothing in it may move the cursor or turn the direction of writing."""

from __future__ import annotations

import unicodedata

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories of characters that are not seen: controls, formats (bidi marks), line separators."""
VISIBLE_FORMATS = frozenset({"\u200c", "\u200d"})
"""Joiners, which scripts such as Persian need."""


def printable(text: str) -> str:
    """The text with characters that are not seen written as escapes."""
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in VISIBLE_FORMATS or unicodedata.category(character) not in HIDDEN:
        return character
    return character.encode("unicode_escape").decode()
