"""The first sentences about a deal: what is known, what is contested, what is only possible, what was forecast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, Protocol

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.events.statement import Role
from armsledger.domain.states.stream_day import StreamDay
from armsledger.web.glance.deliveries import deliveries_of
from armsledger.web.glance.ending import ending_of, sanctions_of
from armsledger.web.glance.order import order_of

REASONS: Final = {
    "unspoken": "No source had spoken of it by then.",
    "later": "Nothing of it had begun by then.",
    "retracted": "All that was said of it by then has been taken back.",
    "forecast": "Nothing has happened yet: all that is known are forecasts.",
}


class Sentence(Protocol):
    """The facts of a sentence. Equal facts make the same sentence."""

    def __hash__(self) -> int: ...

    def words(self) -> str:
        """The sentence."""


class NothingYet(NamedTuple):
    """Why there is nothing to tell."""

    why: Literal["unspoken", "later", "retracted", "forecast"]

    def words(self) -> str:
        """``No source had spoken of it by then.``"""
        return REASONS[self.why]


def not_begun(belief: Belief) -> NothingYet:
    """Why a stream has no state by a day."""
    said = [entry for entry in belief.entries if entry.event.role in (Role.OCCURRENCE, Role.EXPECTATION)]
    if not said:
        return NothingYet("unspoken")
    return NothingYet("retracted" if all(entry.id in belief.repairs.retracted_by for entry in said) else "later")


def deck_of(day: StreamDay) -> Iterator[tuple[str, Sentence]]:
    """The sentences about a deal by a day, each by its name; the names sort as the sentences stand."""
    certain, possible = day.bounds
    if possible is None:
        yield "1-order", not_begun(day.belief)
        return
    if not day.possible:
        yield "1-order", NothingYet("forecast")
        return
    yield "1-order", order_of(day, certain, possible)
    for name, sentence in (
        ("2-deliveries", deliveries_of(day, certain, possible)),
        ("3-ending", ending_of(day, certain, possible)),
        ("4-sanctions", sanctions_of(certain, possible)),
    ):
        if sentence is not None:
            yield name, sentence
