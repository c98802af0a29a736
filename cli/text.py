"""Text for a terminal: nothing in it may move the cursor, turn the direction of writing or hide."""

from __future__ import annotations

import unicodedata

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
"""Unicode categories of characters that are not seen: controls, formats (bidi marks), line separators."""
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters of other categories that are not seen either, by which two names look alike."""
JOINERS = frozenset("\u200c\u200d")
"""Not seen, but scripts such as Persian and Hindi need them between their letters."""
FIRST_JOINED = "\u0590"
"""Where the scripts begin whose letters are joined."""


def printable(text: str) -> str:
    """The text with characters that are not seen written as escapes."""
    if text.isprintable() and BLANK_LETTERS.isdisjoint(text):
        return text
    return "".join(_shown(character, before) for before, character in zip(f" {text}", text, strict=False))


def _shown(character: str, before: str) -> str:
    if character in JOINERS:
        is_hidden = before < FIRST_JOINED or unicodedata.category(before)[0] not in "LM"
    else:
        is_hidden = character in BLANK_LETTERS or unicodedata.category(character) in HIDDEN
    return character.encode("unicode_escape").decode() if is_hidden else character
