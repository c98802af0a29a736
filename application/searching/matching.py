"""Matching one stream with what is searched for: which of its entries hold it, in which field, and how well."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from armsledger.domain.entry import Entry
from armsledger.domain.events.payload import fields_of
from armsledger.domain.events.repair import Corrected
from armsledger.domain.events.statement import Role
from armsledger.projections.search.holding import HeldText, held_text, rank_of_term
from armsledger.projections.search.query import NOWHERE, Query
from armsledger.projections.search.texts import Text, key_text, texts_of, words_of_key

APART: Final = 6
"""Added to the rank of a stream of which no entry holds all by itself."""
BEST: Final = 2
"""The least that `rank_of` gives."""


class Match(NamedTuple):
    """A stream that holds what is searched for: how well, the entry and the text that fit best, and how many entries
    fit."""

    rank: int
    entry: Entry
    text: Text
    entries: int


class HeldEntry(NamedTuple):
    """An entry with its texts, and for each term of a query how well it holds that (`NOWHERE` if it does not)."""

    entry: Entry
    texts: list[HeldText]
    ranks: list[int]

    @property
    def rank(self) -> int:
        """How well it holds the whole query."""
        return max(self.ranks)

    @property
    def terms_held(self) -> int:
        """How many terms it holds."""
        return sum(rank < NOWHERE for rank in self.ranks)


def match(query: Query, stream: str, entries: Iterable[Entry]) -> Match | None:
    """How a stream holds what is searched for; ``entries`` are those that stand. None if it does not."""
    held = _held_entries(query, stream, entries)
    whole = [entry for entry in held if entry.rank < NOWHERE]
    if whole:
        best = min(whole, key=lambda one: (one.rank, one.entry.position))
        return Match(best.rank - BEST + 1, best.entry, _best_text(query, best), len(whole))
    least = [min(ranks) for ranks in zip(*(entry.ranks for entry in held), strict=True)]
    if not least or max(least) >= NOWHERE:
        return None
    some = [entry for entry in held if entry.terms_held]
    best = min(some, key=lambda one: (-one.terms_held, min(one.ranks), one.entry.position))
    return Match(max(least) - BEST + 1 + APART, best.entry, _best_text(query, best), len(some))


def _held_entries(query: Query, stream: str, entries: Iterable[Entry]) -> list[HeldEntry]:
    held = []
    is_first = True
    for entry in entries:
        texts = [held_text(text) for text in texts_of(_fields(entry))]
        if is_first and entry.event.role is not Role.REPAIR:  # the key is said once, with what opens the stream
            key = key_text(stream)
            texts.append(HeldText(key, words_of_key(key.text)))
            is_first = False
        held.append(HeldEntry(entry, texts, [rank_of_term(term, texts) for term in query.terms]))
    return held


def _fields(entry: Entry) -> dict[str, Any]:
    """The fields of an entry; what a correction sets is told by the entry that it corrects."""
    fields = fields_of(entry.event)
    if isinstance(entry.event, Corrected):
        del fields["set"]
    return fields


def _best_text(query: Query, held: HeldEntry) -> Text:
    """The text that holds the most terms, and of these the one that holds them best."""

    def quality(one: HeldText) -> tuple[int, int]:
        ranks = [rank_of_term(term, [one]) for term in query.terms]
        return -sum(rank < NOWHERE for rank in ranks), min(ranks)

    return min(held.texts, key=quality).text
