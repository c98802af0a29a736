"""What a misspelt word may mean: the one place where words are compared by their looks.

Keys of new streams and names of states have rules of their own, by which one letter may make another word.
"""

from __future__ import annotations

from collections.abc import Iterable

from armsledger.domain.errors import shortened


def near(word: str, words: Iterable[str], most: int = 1) -> list[str]:
    """The words that look like one, whatever their case, the nearest first; of a long one the beginning counts."""
    from difflib import get_close_matches

    by_letters: dict[str, str] = {}
    for other in words:
        by_letters.setdefault(other.casefold(), other)
    return [by_letters[close] for close in get_close_matches(shortened(word).casefold(), by_letters, n=most)]
