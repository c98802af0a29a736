"""Whether a text holds a name, however its letters, blanks and capitals are written."""

from __future__ import annotations

from unicodedata import normalize


def alike(text: str) -> str:
    """The text with what does not tell names apart made equal: compatible letters (NFKC), case, and all blanks."""
    return " ".join(normalize("NFKC", normalize("NFKC", text).casefold()).split())


def holds(text: str, name: str) -> bool:
    """Whether a name is a part of a text."""
    return alike(name) in alike(text)


def has_several_words(name: str) -> bool:
    """Whether a name is more than one word, which may be a word of any sentence."""
    return " " in alike(name)
