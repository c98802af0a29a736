"""Grades of the Admiralty code, as pages show them: a badge of the letter of the source and the figure of the word."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from armsledger.web.markup import Markup

SOURCES: Final = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "cannot be judged",
}
STATEMENTS: Final = {
    1: "confirmed",
    2: "probably true",
    3: "possibly true",
    4: "doubtful",
    5: "improbable",
    6: "cannot be judged",
}


def grades_legend() -> str:
    """What the letters and figures say."""
    letters = ", ".join(f"{letter} {words}" for letter, words in SOURCES.items())
    figures = ", ".join(f"{figure} {words}" for figure, words in STATEMENTS.items())
    return f"how far a source can be relied on ({letters}), the figure how credible the statement is ({figures})"


@lru_cache(maxsize=64)
def grade_badge(reliability: str | None, credibility: int | None = None) -> Markup:
    """``B2``: how far the source can be relied on, and how credible the statement is."""
    letter = reliability or "F"
    figure = "" if credibility is None else credibility
    return Markup('<span class="g g{0}">{0}{1}</span>').format(letter, figure)
