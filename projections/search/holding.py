"""Whether texts hold what is searched for, and how well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from armsledger.projections.search.query import LEVEL_STEP, NOWHERE, Term, Way, rank_of, rank_of_way
from armsledger.projections.search.texts import Text
from armsledger.projections.search.words import atoms_of, words_of


class HeldText(NamedTuple):
    """A text of an entry, and its words."""

    text: Text
    words: set[str]


def held_text(text: Text) -> HeldText:
    """A text with its words."""
    return HeldText(text, words_of(text.text))


def rank_of_term(term: Term, texts: Sequence[HeldText]) -> int:
    """How well some texts of one entry hold a term: `NOWHERE` if they do not."""
    if term.phrase:
        levels = [held.text.level for held in texts if _holds_phrase(term, held)]
        return min(levels) * LEVEL_STEP if levels else NOWHERE
    levels_of_words: dict[str, int] = {}
    for held in texts:
        for word in held.words:
            levels_of_words[word] = min(held.text.level, levels_of_words.get(word, NOWHERE))
    return min(_rank_of_way(way, levels_of_words) for way in term.ways)


def _rank_of_way(way: Way, levels: dict[str, int]) -> int:
    return rank_of_way(way, [rank_of(needle, levels) for needle in way.needles])


def _holds_phrase(term: Term, held: HeldText) -> bool:
    """Whether a text has the atoms of a phrase one after the other, whatever signs stand between them."""
    if not all(needle.word in held.words for needle in term.ways[0].needles):
        return False
    return f" {' '.join(term.phrase)} " in f" {' '.join(atoms_of(held.text.text))} "
