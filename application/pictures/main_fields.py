"""The main fields of a state: what a reader who has a minute asks of it, and what can change with the belief."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.states.course import State
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.disputes import disputes
from armsledger.domain.states.stream_day import StreamDay
from armsledger.projections.state_json import shown_fields

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "deal": ("stage", "value", "signed_on", "ordered", "delivered", "paid", "sanctions"),
    "engagement": ("status", "planned", "held_on", "place", "participants", "outcomes"),
    "framework": ("status", "title", "parties", "signed_on", "in_force_since", "until", "ended_on"),
    "source": ("publisher", "title", "published", "reliability"),
}
"""By the kind of a stream, the main fields of its state in their order."""
TALLIES: Final = ("forecasts", "contested")
"""What is counted beside them."""


@dataclass(frozen=True)
class Bound:
    """A field for certain, and possibly; None where the stream has not begun."""

    certain: Hashable
    possible: Hashable


@dataclass(frozen=True)
class Batches:
    """What was delivered: sums, and by batch whether it has begun or is complete where nobody counts."""

    sums: tuple[Any, ...]
    batches: tuple[tuple[int | str | None, bool], ...]


@dataclass(frozen=True)
class Payments:
    """What was paid, and how many payments there were whose amount no source gives."""

    sums: tuple[Any, ...]
    undisclosed: int


def fields_of(kind: str) -> tuple[str, ...]:
    """The names of the main fields of a kind of stream, and of what is counted."""
    return (*FIELDS[kind], *TALLIES)


def main_fields(stream_day: StreamDay) -> dict[str, Hashable]:
    """The main fields of a stream at a day: a `Bound` each, but how many fields are contested."""
    lower, upper = stream_day.bounds
    certain, possible = (
        _values(stream_day.kind, state, told)
        for state, told in ((lower, stream_day.certain), (upper, stream_day.possible))
    )
    fields: dict[str, Hashable] = {
        name: Bound(certain.get(name), possible.get(name)) for name in (*FIELDS[stream_day.kind], "forecasts")
    }
    return fields | {"contested": sum(one.is_comparable for one in disputes(stream_day))}


def _values(kind: str, state: State | None, told: Iterable[Occurrence]) -> Mapping[str, Hashable]:
    """The main fields of one bound."""
    if state is None:
        return {}
    shown = shown_fields(state)
    values = {name: shown.get(name) for name in FIELDS[kind]}
    outcomes = Counter(judged.outcome for judged in state.expectations)
    values["forecasts"] = tuple(sorted(outcomes.items()))
    if isinstance(state, Deal):
        values["delivered"] = Batches(state.delivered, _batches(told))
        values["paid"] = Payments(state.paid, state.paid_undisclosed)
        values["sanctions"] = state.sanctions
    return values


def _batches(told: Iterable[Occurrence]) -> tuple[tuple[int | str | None, bool], ...]:
    """The batches of which a beginning or an end is told, in their order, and whether each is complete."""
    batches: dict[int | str | None, bool] = {}
    for one in told:
        if one.name in ("delivery-begun", "delivery-completed"):
            tranche = getattr(one.event, "tranche", None)
            batches[tranche] = batches.get(tranche, False) or one.name == "delivery-completed"
    return tuple(sorted(batches.items(), key=lambda batch: f"{batch[0]!s:>12}"))
