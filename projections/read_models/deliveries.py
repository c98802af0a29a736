"""Deliveries: per tranche and unit, what was scheduled or expected, what came, what is outstanding, and how late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from armsledger.domain.beliefs.expectation import Expectation
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.delivery import (
    Accepted,
    Delivered,
    DeliveryBegun,
    DeliveryCompleted,
    DeliveryScheduled,
    Inducted,
    Tested,
)
from armsledger.domain.states.course import is_certain
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.projections.projection import Projection, slot_of
from armsledger.projections.read_models.tranches import by_tranche, field_of, joined, slip, together
from armsledger.projections.rows import Row
from armsledger.projections.timeline import (
    SlotRow,
    Span,
    Timeline,
    addresses,
    change_days_of,
    contested,
    sources,
)

DeliveryStatus = Literal["expected", "scheduled", "begun", "delivered", "completed", "accepted", "tested", "inducted"]
STEPS: dict[type, DeliveryStatus] = {
    DeliveryScheduled: "scheduled",
    DeliveryBegun: "begun",
    Delivered: "delivered",
    DeliveryCompleted: "completed",
    Accepted: "accepted",
    Tested: "tested",
    Inducted: "inducted",
}
"""Events of deliveries, in the order of their course."""
FROM_THE_LAST = tuple(reversed(STEPS))
FORECAST = frozenset({"delivery-begun", "delivered", "delivery-completed"})
"""Events by which somebody expects a tranche."""


@dataclass(frozen=True)
class DeliveryRow(Row):
    """One tranche in one unit; a step that names no tranche stands by itself.

    ``status`` is how far it has come and ``on`` when (None while it is only expected); ``certain`` is False where that
    has only possibly happened by the date. ``count`` is what was certainly delivered, ``possible_count`` what was
    possibly delivered in all; ``outstanding`` what was scheduled and is not certainly delivered. Units are never
    converted. ``window`` is when it was scheduled for, ``expected`` the first
    forecast of it. ``late`` says that the window (else the forecast) has passed and it has not certainly come;
    ``slip_..._days`` how long after that it came, at least and at most.
    """

    deal: str
    tranche: int | str | None
    unit: str | None
    status: DeliveryStatus
    certain: bool
    on: When | None
    count: int | None
    possible_count: int | None
    approximate: bool
    item: str | None
    scheduled: int | None
    window: When | None
    expected: When | None
    outstanding: int | None
    late: bool
    slip_least_days: int | None
    slip_most_days: int | None
    begun: When | None
    completed: When | None
    place: str | None
    contested: tuple[str, ...]
    entries: tuple[str, ...]
    sources: tuple[str, ...]


def delivery_spans(timeline: Timeline) -> Iterator[Span]:
    """One row for each tranche and unit that is expected, or of which a step has at least possibly happened."""
    groups = by_tranche(o for o in timeline.belief.occurrences if type(o.event) in STEPS)
    forecasts = _first_forecasts(timeline.belief.expectations)
    for place in dict.fromkeys((*groups, *forecasts)):
        steps, forecast = groups.get(place, []), forecasts.get(place)
        yield from timeline.sweep(_change_days(steps, forecast), _Batch(timeline.key, place, steps, forecast))


def _change_days(steps: Sequence[Occurrence], forecast: Expectation | None) -> Iterator[int]:
    yield from change_days_of(steps)
    yield from (window.last + 1 for o in steps if (window := field_of(o, "window")))
    if forecast is not None:
        yield from (forecast.stated.first, forecast.stated.last, forecast.due.last + 1)


def _first_forecasts(expectations: Iterable[Expectation]) -> dict[str, Expectation]:
    """The first statement that a tranche will come, by the tranche's place."""
    found: dict[str, Expectation] = {}
    for link in expectations:
        tranche = _selected_tranche(link)
        if tranche is not None and link.what.event in FORECAST and link.revises is None:
            found.setdefault(slot_of(tranche), link)
    return found


class _Batch:
    """Tells of one tranche on any day. What only depends on the steps taken is worked out once for them."""

    def __init__(self, deal: str, place: str, steps: Sequence[Occurrence], forecast: Expectation | None) -> None:
        self._deal = deal
        self._place = place
        self._steps = steps
        self._forecast = forecast
        self._parts: list[tuple[str, _Part]] = []
        self._known = (0, False)

    def __call__(self, day: int) -> Iterator[SlotRow]:
        taken = [o for o in self._steps if o.event.on.first <= day]
        stated = self._forecast is not None and self._forecast.stated.first <= day
        if (len(taken), stated) != self._known:
            self._known = (len(taken), stated)
            self._parts = list(self._told_of(taken, self._forecast if stated else None))
        for place, part in self._parts:
            yield place, part.row(day)

    def _told_of(self, taken: Sequence[Occurrence], forecast: Expectation | None) -> Iterator[tuple[str, _Part]]:
        for unit in _units(taken):
            fitting = [o for o in taken if (quantity := _quantity(o)) is None or quantity.unit == unit]
            yield joined(self._place, unit), _part(self._deal, unit, fitting, forecast)


class _Part(NamedTuple):
    """The steps of a tranche in one unit, and what they tell whatever the day."""

    leading: Occurrence | None
    came: Sequence[Occurrence]
    awaited: Occurrence | None
    due: When | None
    scheduled: int | None
    told: dict[str, Any]

    def row(self, day: int) -> DeliveryRow:
        """The row of a day."""
        has_come = self.awaited is not None and is_certain(self.awaited, day)
        delivered = _sum(o for o in self.came if is_certain(o, day))
        return DeliveryRow(
            **self.told,
            certain=self.leading is not None and is_certain(self.leading, day),
            count=delivered,
            late=self.due is not None and self.due.last < day and not has_come,
            outstanding=None if self.scheduled is None else max(self.scheduled - (delivered or 0), 0),
        )


def _quantity(step: Occurrence) -> Quantity | None:
    quantity: Quantity | None = field_of(step, "quantity")
    return quantity


def _units(steps: Sequence[Occurrence]) -> Iterable[str | None]:
    named = dict.fromkeys(quantity.unit for o in steps if (quantity := _quantity(o)) is not None)
    return named or (None,)


def _sum(steps: Iterable[Occurrence]) -> int | None:
    counts = [quantity.count for step in steps if (quantity := _quantity(step)) is not None]
    return sum(counts) if counts else None


def _part(deal: str, unit: str | None, steps: Sequence[Occurrence], forecast: Expectation | None) -> _Part:
    latest: dict[type, Occurrence] = {}
    came: list[Occurrence] = []
    approximate, item, place = False, None, None
    for step in steps:
        latest[type(step.event)] = step
        counted = _quantity(step)
        approximate = approximate or (counted is not None and counted.approximate)
        place = place or field_of(step, "place")
        if type(step.event) is Delivered:
            came.append(step)
            item = item or field_of(step, "item")
    leading = next((latest[kind] for kind in FROM_THE_LAST if kind in latest), None)
    begun = latest.get(DeliveryBegun) or (came[0] if came else None)
    completed, plan = latest.get(DeliveryCompleted), latest.get(DeliveryScheduled)
    window: When | None = field_of(plan, "window")
    due = window or (None if forecast is None else forecast.due)
    awaited = begun if _awaits_beginning(window, forecast) else completed or latest.get(Delivered)
    least, most = slip(due, field_of(awaited, "on"))
    planned: Quantity | None = field_of(plan, "quantity")
    scheduled = None if planned is None else planned.count
    told = {
        "deal": deal,
        "tranche": _tranche(leading, forecast),
        "unit": unit,
        "status": "expected" if leading is None else STEPS[type(leading.event)],
        "on": field_of(leading, "on"),
        "possible_count": _sum(came),
        "approximate": approximate,
        "item": None if item is None else item.designation,
        "scheduled": scheduled,
        "window": window,
        "expected": None if forecast is None else forecast.due,
        "slip_least_days": least,
        "slip_most_days": most,
        "begun": field_of(begun, "on"),
        "completed": field_of(completed, "on"),
        "place": place,
        "contested": together(steps, contested),
    }
    if steps:
        told |= {"entries": together(steps, addresses), "sources": together(steps, sources)}
    elif forecast is not None:
        source = forecast.entry.event.source
        told |= {"entries": (forecast.entry.address,), "sources": () if source is None else (source,)}
    return _Part(leading, came, awaited, due, scheduled, told)


def _awaits_beginning(window: When | None, forecast: Expectation | None) -> bool:
    return window is None and forecast is not None and forecast.what.event == "delivery-begun"


def _tranche(leading: Occurrence | None, forecast: Expectation | None) -> Any:
    if leading is not None:
        return leading.event.tranche  # type: ignore[attr-defined]  # every step of a delivery has one
    assert forecast is not None, "a row tells of a step or of a forecast"
    return _selected_tranche(forecast)


def _selected_tranche(link: Expectation) -> int | str | None:
    """The tranche that an expectation asks for, as an event names it."""
    tranche = link.what.selectors.get("tranche")
    if isinstance(tranche, str) and tranche.isdecimal():
        return int(tranche)
    return tranche if isinstance(tranche, int | str) else None


DELIVERIES = Projection("deliveries", DeliveryRow, delivery_spans)
