"""Grades of the Admiralty code, as pages show them: a badge of the letter of the source and the figure of the word."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from markupsafe import Markup

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
NOT_GRADED: Final = "not graded"


@lru_cache(maxsize=64)
def grade_badge(reliability: str | None, credibility: int | None = None) -> Markup:
    """``B2``: how far the source can be relied on, and how credible the statement is."""
    letter = reliability or "F"
    source = NOT_GRADED if reliability is None else SOURCES[letter]
    statement = NOT_GRADED if credibility is None else STATEMENTS[credibility]
    figure = "" if credibility is None else credibility
    return Markup('<span class="g g{0}" title="Source: {1}. Statement: {2}.">{0}{3}</span>').format(
        letter, source, statement, figure
    )
