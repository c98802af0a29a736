"""What a search that found nothing may have meant: words of the ledger that are one letter off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from armsledger.application.beliefs import Beliefs
from armsledger.application.searching.excerpt import marks
from armsledger.application.searching.search import search
from armsledger.projections.search.index import held_words, indexed_upto
from armsledger.projections.search.query import Query

SHORTEST: Final = 3
MOST: Final = 5
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"


def near(beliefs: Beliefs, query: Query) -> list[str]:
    """Words one letter off that the ledger holds as it is believed, for the words of a query that nothing holds.

    Empty where no index can tell.
    """
    if indexed_upto(beliefs.reader) < beliefs.question.position:
        return []
    close: dict[str, None] = {}
    for term in query.terms:
        word = term.ways[0].needles[0].word
        if len(word) < SHORTEST or len(term.ways[0].needles) > 1 or search(beliefs, term.text, limit=1).rows:
            continue
        with beliefs.reader.snapshot():
            words = held_words(beliefs.reader, sorted(set(_one_letter_off(word))))
        words.sort(key=lambda one: (_shape(one) != _shape(word), one))
        close |= dict.fromkeys(islice(filter(None, (_as_written(beliefs, one) for one in words)), MOST))
    return list(islice(close, MOST))


def _shape(word: str) -> str:
    """Where a word has figures: what is typed instead of a figure is mostly another one."""
    return "".join("0" if letter.isdigit() else "a" for letter in word)


def _as_written(beliefs: Beliefs, word: str) -> str | None:
    """A word as the ledger writes it where it is believed; None if it is not any more."""
    found = search(beliefs, word, limit=1)
    if not found.rows:
        return None
    text = found.rows[0].text
    places = marks(found.query, text)
    return text[slice(*places[0])] if places else word


def _one_letter_off(word: str) -> Iterator[str]:
    """The words from which one letter is left out, changed or added, or of which two have changed places."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        yield from (f"{before}{letter}{after}" for letter in LETTERS)
        if after:
            yield before + after[1:]
            yield from (f"{before}{letter}{after[1:]}" for letter in LETTERS if letter != after[0])
        if len(after) > 1:
            yield f"{before}{after[1]}{after[0]}{after[2:]}"
