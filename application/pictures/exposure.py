"""Exposure to sanctions: how far they have come over a deal, rung by rung, from the law to their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.entry import Entry
from armsledger.domain.events.statement import Statement
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


RUNG_OF: Final = {event: rung for rung, events in RUNGS.items() for event in events}
Rungs = Mapping[Rung, tuple[Step, ...]]


class Exposure:
    """How far sanctions have come in one belief; `at` tells it of a day."""

    def __init__(self, belief: Belief) -> None:
        self.belief = belief
        self._occurrences = [one for one in belief.occurrences if one.name in RUNG_OF]
        self._taken_back = list(_taken_back(belief))
        self._steps: dict[tuple[int, bool, bool], Step] = {}

    def at(self, day: int) -> Rungs:
        """The steps on each rung by a day (a proleptic ordinal), in the order of the fold; retracted reports stand
        last. Empty where no source speaks of sanctions by then."""
        told = [(RUNG_OF[one.name], self._step(one, day)) for one in self._occurrences if one.first <= day]
        told += [(RUNG_OF[step.event], step) for step in self._taken_back if step.on.first <= day]
        return {rung: tuple([step for of, step in told if of == rung]) for rung in RUNGS} if told else {}

    def _step(self, one: Occurrence, day: int) -> Step:
        until = getattr(one.event, "until", None)
        key = id(one), one.certain_from <= day, until is not None and until.last < day
        step = self._steps.get(key)
        if step is None:
            step = self._steps[key] = _step(one, *key[1:])
        return step


def _step(one: Occurrence, is_certain: bool, has_lapsed: bool) -> Step:
    return Step(
        event=one.name,
        on=one.event.on,
        entries=_addresses(one.entries),
        fate="certain" if is_certain else "possible",
        denied_by=_addresses(one.denials),
        has_lapsed=has_lapsed,
        **_given(one.event),
    )


def _taken_back(belief: Belief) -> Iterator[Step]:
    """The reports of steps that were retracted."""
    for entry in belief.entries:
        retraction = belief.repairs.retracted_by.get(entry.id)
        if retraction is not None and entry.event.name in RUNG_OF:
            event = belief.current(entry).event
            given = {**_given(event), "retracted_by": retraction.address}
            yield Step(event.name, event.on, (entry.address,), "retracted", **given)


def _given(event: Statement) -> dict[str, Any]:
    """The fields of an event that a step has, too."""
    names = Step.__dataclass_fields__.keys() & type(event).model_fields.keys() - {"on"}
    given = {name: getattr(event, name) for name in names}
    return {name: value for name, value in given.items() if value is not None}


def _addresses(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(entry.address for entry in entries)
