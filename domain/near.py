"""What a misspelt word may mean: the one place where words are compared by their looks.

Keys of new streams and names of states have rules of their own, by which one letter may make another word.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from armsledger.domain.errors import shortened

SHORTEST: Final = 3
"""Letters from which on a word may stand for a longer one that holds it."""
AS_NEAR: Final = 0.2
"""What is less like a word than the likest by so much is not meant."""
MOST: Final = 3


def near(word: str, words: Iterable[str], most: int = 1) -> list[str]:
    """The words that look like one, the nearest first, then those that hold it; their case does not matter."""
    from difflib import SequenceMatcher, get_close_matches

    text = shortened(word.strip()).casefold()
    by_letters: dict[str, str] = {}
    for other in words:
        by_letters.setdefault(other.casefold(), other)
    found = get_close_matches(text, by_letters, most)
    likeness = {other: SequenceMatcher(None, other, text).ratio() for other in found}
    close = [other for other in found if likeness[other] > likeness[found[0]] - AS_NEAR]
    longer = (other for other in by_letters if len(text) >= SHORTEST and text in other)
    return [by_letters[other] for other in dict.fromkeys((*close, *longer))][:most]


def letters_beyond_ascii(word: str) -> str:
    """The letters of another script in a word, by their names: ``β is GREEK SMALL LETTER BETA``.

    Empty where all letters are Latin, or none in ASCII is among them: whoever writes that knows what they write.
    """
    import unicodedata

    if word.isascii() or not any(one.isascii() and one.isalpha() for one in word):
        return ""
    names = {one: unicodedata.name(one, f"U+{ord(one):04X}") for one in shortened(word) if not one.isascii()}
    return ", ".join([f"{one} is {name}" for one, name in names.items() if not name.startswith("LATIN ")][:MOST])


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """``did you mean india-s400?``; empty if nothing is near."""
    found = near(word, words, MOST)
    return f"did you mean {' or '.join(found)}?" if found else ""
