"""Exposure to sanctions: how far they have come over a deal, rung by rung, from the law to their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.entry import Entry
from armsledger.domain.events.statement import Statement
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.when import When

Rung = Literal["law", "threat", "position", "imposition", "effect", "waiver", "lifting"]
RUNGS: Final[Mapping[Rung, tuple[str, ...]]] = {
    "law": ("legislative-action",),
    "threat": ("sanction-threat-raised", "sanction-threat-withdrawn"),
    "position": ("sanction-position-stated",),
    "imposition": ("sanction-imposed",),
    "effect": ("sanction-took-effect",),
    "waiver": ("waiver-granted", "waiver-denied", "waiver-expired"),
    "lifting": ("sanction-lifted",),
}
"""The rungs in their order, and the events that are steps on them."""
OFF: Final = frozenset({"sanction-threat-withdrawn", "waiver-denied", "waiver-expired"})
"""Steps that take back what the rung is about, or refuse it."""
NO_STEP: Final = ("no-determination", "will-not")
"""Positions of an authority that does not go on to sanctions."""


@dataclass(frozen=True)
class Step:
    """Something that happened on a rung: what the event gives, on whose word, and how sure it is.

    ``fate`` is ``certain``, ``possible``, or ``retracted`` for a report that was taken back; ``retracted_by`` is by
    which entry. An action that does not bind changes nothing, nor does a refusal or a withdrawal. ``has_lapsed`` says
    that its term is over by the day.
    """

    event: str
    on: When
    entries: tuple[str, ...]
    fate: Literal["certain", "possible", "retracted"]
    by: str
    against: str | None = None
    basis: str | None = None
    strength: str | None = None
    over: str | None = None
    position: str | None = None
    measures: tuple[str, ...] = ()
    scope: str | None = None
    until: When | None = None
    has_lapsed: bool = False
    instrument: str | None = None
    stage: str | None = None
    binding: bool = True
    reason: str | None = None
    retracted_by: str | None = None
    denied_by: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the rung is reached by it."""
        is_over = self.fate == "retracted" or self.has_lapsed or self.event in OFF
        return self.binding and not is_over and self.position not in NO_STEP


def exposure(stream_day: StreamDay) -> Mapping[Rung, tuple[Step, ...]]:
    """The steps on each rung by the day, in the order of the fold; retracted reports stand last."""
    steps: dict[Rung, list[Step]] = {rung: [] for rung in RUNGS}
    for rung, step in (*_happened(stream_day), *_taken_back(stream_day)):
        steps[rung].append(step)
    return {rung: tuple(some) for rung, some in steps.items()}


RUNG_OF: Final = {event: rung for rung, events in RUNGS.items() for event in events}


def _happened(stream_day: StreamDay) -> Iterator[tuple[Rung, Step]]:
    for one in stream_day.possible:
        rung = RUNG_OF.get(one.name)
        if rung is not None:
            yield rung, _step(one, stream_day)


def _step(one: Occurrence, stream_day: StreamDay) -> Step:
    until = getattr(one.event, "until", None)
    return Step(
        event=one.name,
        on=one.event.on,
        entries=_addresses(one.entries),
        fate="certain" if stream_day.is_certain(one) else "possible",
        denied_by=_addresses(one.denials),
        has_lapsed=until is not None and until.last < stream_day.ordinal,
        **_given(one.event),
    )


def _taken_back(stream_day: StreamDay) -> Iterator[tuple[Rung, Step]]:
    """The reports of steps that were retracted, from the day of which they tell on."""
    belief = stream_day.belief
    for entry in belief.entries:
        retraction = belief.repairs.retracted_by.get(entry.id)
        rung = RUNG_OF.get(entry.event.name)
        if retraction is not None and rung is not None and entry.event.on.first <= stream_day.ordinal:
            event = belief.current(entry).event
            given = {**_given(event), "retracted_by": retraction.address}
            yield rung, Step(event.name, event.on, (entry.address,), "retracted", **given)


def _given(event: Statement) -> dict[str, Any]:
    """The fields of an event that a step has, too."""
    names = Step.__dataclass_fields__.keys() & type(event).model_fields.keys() - {"on"}
    given = {name: getattr(event, name) for name in names}
    return {name: value for name, value in given.items() if value is not None}


def _addresses(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(entry.address for entry in entries)
