"""Texts of which every character is seen: none acts on a terminal, turns the text around, begins a line or hides."""

from __future__ import annotations

import unicodedata
from typing import Final

HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
"""Unicode categories of invisible characters: controls, formats (bidi marks), line separators."""
BLANK_LETTERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Invisible characters of other categories, by which two names look alike."""
JOINERS: Final = frozenset("\u200c\u200d")
"""Invisible too, but scripts such as Persian and Hindi need them between their letters."""
FIRST_JOINED: Final = "\u0590"
"""Where the scripts begin whose letters are joined."""


def printable(text: str) -> str:
    """The text with its invisible characters as escapes."""
    if text.isprintable() and BLANK_LETTERS.isdisjoint(text):
        return text
    return "".join(_visible(character, before) for before, character in zip(f" {text}", text, strict=False))


def _visible(character: str, before: str) -> str:
    if character in JOINERS:
        is_hidden = before < FIRST_JOINED or unicodedata.category(before)[0] not in "LM"
    else:
        is_hidden = character in BLANK_LETTERS or unicodedata.category(character) in HIDDEN
    return character.encode("unicode_escape").decode() if is_hidden else character
