"""The words around a number that say how exactly it is meant: about, up to, at least, more than; and their signs."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

Limit = Literal["", "up to", "below", "from", "above"]
"""The end that the number is: the upper one, or the lower one, itself included or (``below``, ``above``) not."""

_ABOUT: Final = re.compile(
    r"(?:about|around|approximately|approx\.?|circa|ca\.|ca|c\.|roughly|nearly|almost|an estimated|estimated|some)\s+"
    r"|(?:approx\.|ca\.|c\.)\s*(?=[^\s.])|[~\u2248\u223c\u2245]\s*",
    re.IGNORECASE,
)
"""What is nearly so many is about so many: sources do not say how much is missing."""
_WORDS: Final[tuple[tuple[Limit, str], ...]] = (
    (
        "up to",
        r"(?:up to|at (?:the )?most|(?:no|not) (?:more|greater) than|not exceeding|(?:a )?maximum of)\s+"
        r"|(?:\u2264|<=)\s*",
    ),
    (
        "from",
        r"(?:at (?:the )?least|(?:no|not) (?:less|fewer) than|(?:a )?minimum of|upwards? of)\s+|(?:\u2265|>=)\s*",
    ),
    ("below", r"(?:less than|fewer than|under|below)\s+|<\s*"),
    ("above", r"(?:more than|over|above|in excess of|exceeding)\s+|>\s*"),
)
_LIMITS: Final = tuple((limit, re.compile(pattern, re.IGNORECASE)) for limit, pattern in _WORDS)
_ALL_TOLD: Final = re.compile(r"(?:an? )?(?:total|overall) of\s+", re.IGNORECASE)
_OR_MORE: Final = re.compile(
    r"(?P<before>.*?)\s+(?P<words>or more|or (?:less|fewer)|or so|in total|in all)\b(?P<after>.*)", re.I
)


class Limited(NamedTuple):
    """What is left of a text without its words of limits."""

    text: str
    limit: Limit = ""
    approximate: bool = False


def limited(text: str) -> Limited | None:
    """The text without these words; None if they contradict each other, as in ``up to at least``."""
    limit: Limit = ""
    approximate = False
    start = 0
    while True:
        if match := _ALL_TOLD.match(text, start):
            pass
        elif match := _ABOUT.match(text, start):
            if approximate:
                return None
            approximate = True
        else:
            given = _limit_at(text, start)
            if given is None:
                return _with_end(Limited(text[start:], limit, approximate))
            if limit:
                return None
            limit, match = given
        start = match.end()


def _limit_at(text: str, start: int) -> tuple[Limit, re.Match[str]] | None:
    for limit, pattern in _LIMITS:
        if match := pattern.match(text, start):
            return limit, match
    return None


def _with_end(given: Limited) -> Limited | None:
    """The same without ``or more`` behind the number or behind the whole."""
    match = _OR_MORE.fullmatch(given.text)
    if match is None:
        return given
    text = match["before"] + match["after"]
    words = match["words"].lower()
    if words in ("in total", "in all"):
        return given._replace(text=text) if not match["after"] else given
    if words == "or so":
        return None if given.approximate else given._replace(text=text, approximate=True)
    return None if given.limit else given._replace(text=text, limit="from" if words == "or more" else "up to")
