"""How the belief about a stream changed: the main fields of its state on one day, by all beliefs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.application.pictures.main_fields import main_fields
from armsledger.application.pictures.standpoint import Belief
from armsledger.domain.entry import Entry
from armsledger.projections.timeline import Timeline


@dataclass(frozen=True)
class Word:
    """An entry that a belief is the first to know: where it stands, and on whose word."""

    address: str
    source: str | None
    publisher: str | None
    reliability: str | None
    credibility: int | None


@dataclass(frozen=True)
class Believed:
    """The main fields as believed, the entries known, and those of them that no earlier belief knows."""

    belief: Belief
    fields: Mapping[str, Hashable]
    known: frozenset[str]
    words: tuple[Word, ...]


def belief_history(pictures: Pictures, stream: str, most: int) -> list[Believed]:
    """What was believed of the day of the view, up to its belief; of very many beliefs the last ones."""
    beliefs = pictures.stream_beliefs(stream)
    day = pictures.view.at.toordinal()
    history: list[Believed] = []
    before: frozenset[str] = frozenset()
    moments = pictures.moments(beliefs)
    for place, moment in enumerate(moments):
        if place < len(moments) - most - 1:
            continue
        belief = beliefs.of(moment.basis)
        believed = pictures.belief_of(moment.since)
        known = frozenset(entry.address for entry in belief.entries)
        fresh = [entry for entry in belief.entries if entry.address not in before]
        words = tuple(_word(pictures, believed, entry, belief.grades.get(entry.event.source or "")) for entry in fresh)
        fields = main_fields(Timeline(stream, belief).stream_day(day))
        history.append(Believed(believed, fields, known, words))
        before = known
    return history


def _word(pictures: Pictures, believed: Belief, entry: Entry, grade: str | None) -> Word:
    key = entry.event.source
    publisher = None if key is None else pictures.source(key, believed, None).publisher
    return Word(entry.address, key, publisher, grade, entry.event.credibility)


def last_change(history: Sequence[Believed]) -> int | None:
    """The place of the last belief that changed a main field, None if none did."""
    places = [place for place, (one, other) in enumerate(pairwise(history), 1) if one.fields != other.fields]
    return places[-1] if places else None
