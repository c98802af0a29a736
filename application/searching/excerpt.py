"""What is shown of a text that was found: the words around the place, and where the place is."""

from __future__ import annotations

from typing import Final

from armsledger.projections.search.query import Query
from armsledger.projections.search.words import words_in

WIDTH: Final = 120
"""Characters of a text that is shown whole."""
BEFORE: Final = 40
"""Characters that are shown before the place."""
ELLIPSIS: Final = "…"


def marks(query: Query, text: str) -> list[tuple[int, int]]:
    """From where to where a text holds what is searched for, in order; places that touch are one."""
    needles = query.needles
    places = [
        (word.start, word.end)
        for word in words_in(text)
        if any(word.text == n.word or (n.begins and word.text.startswith(n.word)) for n in needles)
    ]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def excerpt(query: Query, text: str) -> str:
    """A text in one line; of a long one the part around the first place, cut between words."""
    line = " ".join(text.split())
    if len(line) <= WIDTH:
        return line
    places = marks(query, line)
    start = max(0, (places[0][0] if places else 0) - BEFORE)
    if start:
        start = line.find(" ", start) + 1 or start
    end = min(len(line), start + WIDTH)
    if end < len(line):
        end = max(line.rfind(" ", start, end), places[0][1] if places else start + 1)
    return f"{ELLIPSIS if start else ''}{line[start:end]}{ELLIPSIS if end < len(line) else ''}"
