"""A state at a glance: both bounds of each field that says something, as `repr` and notebooks show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from armsledger.domain.brief import brief, words
from armsledger.domain.states.course import State
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.sanction import Sanction
from armsledger.projections.state_json import goes_without_saying, shown_fields

MAIN: Final = ("stage", "supplier", "buyer", "items", "value", "ordered", "paid", "delivered")
"""Fields of a deal that come first where there is little room."""


class CardLine(NamedTuple):
    """A field with both bounds in words."""

    field: str
    certain: str
    possible: str

    def __str__(self) -> str:
        if self.certain == self.possible:
            return f"{self.field}: {self.certain}"
        return f"{self.field}: {self.certain or 'nothing certain'}, possibly {self.possible or 'nothing'}"


def card_lines(certain: State | None, possible: State | None) -> Iterator[CardLine]:
    """The fields that say something in either bound."""
    lower, upper = ({} if state is None else shown_fields(state) for state in (certain, possible))
    for name in dict.fromkeys((*upper, *lower)):
        if not all(goes_without_saying(name, fields) for fields in (lower, upper) if fields):
            line = CardLine(
                name.replace("_", " "), field_words(name, lower.get(name)), field_words(name, upper.get(name))
            )
            if line.certain or line.possible:
                yield line


def state_line(name: str, certain: State | None, possible: State | None) -> str:
    """A state in a line, the fields first that a deal is known by."""
    return brief(name, map(str, sorted(card_lines(certain, possible), key=lambda line: line.field not in MAIN)))


def field_words(name: str, value: Any) -> str:
    """A field of a state in a few words: of expectations how many have which outcome, of sanctions how each stands."""
    if name == "expectations" and isinstance(value, tuple):
        judged: tuple[Judgement, ...] = value
        return ", ".join(f"{count} {outcome}" for outcome, count in Counter(one.outcome for one in judged).items())
    if name == "sanctions" and isinstance(value, tuple):
        lines: tuple[Sanction, ...] = value
        return "; ".join(f"{line.by} {line.status}{f' under {line.basis}' if line.basis else ''}" for line in lines)
    return words(value)
