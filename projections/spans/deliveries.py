"""Deliveries: per tranche, item and unit, what was planned or expected, what came, what is missing, and how late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from math import inf
from typing import Any, NamedTuple

from armsledger.domain.beliefs.expectation import Expectation
from armsledger.domain.beliefs.occurrence import NEVER, Occurrence
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
from armsledger.domain.states.tallies import Sum, sums_of
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.domain.values.words import LATE, Outcome
from armsledger.projections.projection import slot_of
from armsledger.projections.read_models.deliveries import DeliveryRow, DeliveryStatus
from armsledger.projections.spans.delivery_lines import DeliveryLine, is_of, is_sum_of, lines_of, quantity_of
from armsledger.projections.spans.of_deal import OF_NO_DEAL, of_deal, periods_of_deal
from armsledger.projections.spans.tranches import by_place, field_of, joined, place_of_tranche, slip, together
from armsledger.projections.timeline import (
    SlotRow,
    Span,
    Timeline,
    addresses,
    change_days_of,
    contested,
    sources,
)

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
IN_ALL = "~~"
"""The slot of what is expected of a deal as a whole, after those of its tranches and steps."""
IN_ALL_OF = "~plan:"
"""Begins the places of plans that name no tranche: they tell of all that came of an item, or in a unit."""
WAITING: frozenset[Outcome] = frozenset({"pending", "indeterminate", *LATE})
"""The outcomes of what has not certainly come."""
FORECAST = frozenset({"delivery-begun", "delivered", "delivery-completed"})
"""Events by which somebody expects a tranche."""


def delivery_spans(timeline: Timeline) -> Iterator[Span]:
    """One row for each tranche and unit that is expected, or of which a step has at least possibly happened."""
    yield from _spans_of_batches(timeline)
    yield from of_deal(timeline, _spans_in_all(timeline))


def _spans_of_batches(timeline: Timeline) -> Iterable[Span]:
    groups, forecasts = by_place(timeline, _place_of), _first_forecasts(timeline.belief.expectations)
    ended = timeline.course.outlooks.ended

    def spans_of(place: str) -> Iterator[Span]:
        steps, forecast = groups.get(place, ()), forecasts.get(place)
        batch = _Batch(timeline, place, steps, forecast)
        spans = timeline.sweep([*_change_days(steps, forecast), *batch.days_of_sums, ended], batch)
        return of_deal(timeline, spans)

    context = ended, periods_of_deal(timeline) if groups or forecasts else None
    in_all = {place: object() for place in groups if place.startswith(IN_ALL_OF)}  # of these, nothing is shared
    return timeline.in_parts(delivery_spans, context, [groups, forecasts, in_all], spans_of)


def _place_of(step: Occurrence) -> str | None:
    if type(step.event) not in STEPS:
        return None
    return _place_in_all(step) if _is_plan_in_all(step) else place_of_tranche(step)


def _is_plan_in_all(step: Occurrence) -> bool:
    """Whether it is a plan that names no tranche: of an item, or of what is counted in a unit."""
    return type(step.event) is DeliveryScheduled and field_of(step, "tranche") is None


def _place_in_all(plan: Occurrence) -> str:
    """The place of the plans that replace each other: those of one item, else of one unit."""
    item, quantity = field_of(plan, "item"), quantity_of(plan)
    measure = "" if quantity is None else quantity.measure
    return f"{IN_ALL_OF}{measure if item is None else item.designation.casefold()}"


def _came_in_all(timeline: Timeline, plans: Sequence[Occurrence]) -> list[Sum]:
    """The sums of the deliveries of which plans without a tranche speak."""
    item = next((item.designation.casefold() for plan in plans if (item := field_of(plan, "item"))), None)
    measures = {quantity.measure for plan in plans if (quantity := quantity_of(plan)) is not None}
    return [
        one
        for one in sums_of(timeline.belief.occurrences, Delivered, timeline.belief)
        if (not measures or one.measure.casefold() in measures)
        and (item is None or one.item is None or one.item.casefold() == item)
    ]


def _completed_in_all(timeline: Timeline, plans: Sequence[Occurrence]) -> int:
    """The day on which all deliveries are said to be complete, after the last of some plans was made."""
    whole = (
        one.last
        for one in timeline.belief.occurrences
        if type(one.event) is DeliveryCompleted and one.established and field_of(one, "tranche") is None
    )
    return min((day for day in whole if day >= plans[-1].last), default=NEVER)


def _spans_in_all(timeline: Timeline) -> Iterator[Span]:
    """One row for each item and unit in which more is expected of the deal as a whole: the forecast stated last."""
    of_all: dict[tuple[str | None, str], list[Expectation]] = {}
    for link in timeline.belief.expectations:
        if _is_of_all(link) and link.quantity is not None:
            item = link.what.selectors.get("item")
            key = None if item is None else str(item).casefold(), link.quantity.measure
            of_all.setdefault(key, []).append(link)
    for (item, measure), own in of_all.items():
        days = [day for link in own for day in (*timeline.course.outlooks.change_days(link), link.stated.last)]
        days += [
            day for one in sums_of(timeline.belief.occurrences, Delivered, timeline.belief) for day in one.change_days
        ]
        place = joined(IN_ALL if item is None else joined(IN_ALL, str(item)), measure)
        yield from timeline.sweep(days, partial(_rows_in_all, timeline, place, own))


def _is_of_all(link: Expectation) -> bool:
    is_forecast = link.what.event == Delivered.name and link.modality != "ruled-out"
    return is_forecast and link.quantity is not None and _selected_tranche(link) is None


def _rows_in_all(timeline: Timeline, place: str, links: Sequence[Expectation], day: int) -> Iterator[SlotRow]:
    """The row of what is expected in all on a day, as long as it has not come."""
    stated = [link for link in links if link.is_stated(day)]
    judged = [timeline.course.outlooks.judge(link, day, possible=False) for link in stated]
    waiting = [
        one for one in judged if one.outcome in WAITING and timeline.course.outlooks.outlook(one.expectation).last > day
    ]
    if not waiting or judged[-1] is not waiting[-1]:
        return
    link, outcome = waiting[-1].expectation, waiting[-1].outcome
    assert link.quantity is not None
    there = timeline.course.outlooks.outlook(link).there
    source = link.entry.event.source
    item = link.what.selectors.get("item")
    yield (
        place,
        DeliveryRow(
            deal=timeline.key,
            **OF_NO_DEAL,
            tranche=None,
            unit=link.quantity.unit,
            status="expected",
            certain=False,
            on=None,
            count=None,
            possible_count=None,
            approximate=link.quantity.approximate,
            item=None if item is None else str(item),
            by=None,
            to=None,
            so_far=False,
            scheduled=link.quantity.count,
            window=None,
            expected=link.due,
            outstanding=max(link.quantity.count - (0 if there is None else there(day, False)), 0),
            late=outcome in LATE,
            slip_least_days=None,
            slip_most_days=None,
            begun=None,
            completed=None,
            place=None,
            contested=(),
            entries=(link.entry.address,),
            sources=() if source is None else (source,),
        ),
    )


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

    def __init__(
        self, timeline: Timeline, place: str, steps: Sequence[Occurrence], forecast: Expectation | None
    ) -> None:
        self._deal = timeline.key
        self._belief = timeline.belief
        self._ended = timeline.course.outlooks.ended
        self._place = place
        self._steps = steps
        self._forecast = forecast
        self._parts: list[tuple[str, _Part]] = []
        self._known = (0, False)
        self._in_all = _came_in_all(timeline, steps) if steps and _is_plan_in_all(steps[0]) else []
        self._base = sum(one.certain(steps[0].last - 1) for one in self._in_all)
        self._sums = sums_of([one for one in steps if type(one.event) is Delivered], Delivered, self._belief)
        self._completed = _completed_in_all(timeline, steps) if self._in_all else NEVER
        self.days_of_sums = {day for one in (*self._in_all, *self._sums) for day in one.change_days} | {self._completed}

    def __call__(self, day: int) -> Iterator[SlotRow]:
        taken = [o for o in self._steps if o.first <= day]
        stated = self._forecast is not None and self._forecast.stated.first <= day
        if (len(taken), stated) != self._known:
            self._known = (len(taken), stated)
            self._parts = list(self._told_of(taken, self._forecast if stated else None))
        in_all = max(sum(one.certain(day) for one in self._in_all) - self._base, 0)
        for place, part in self._parts:
            yield place, part.row(day, has_ended=min(self._ended, self._completed) <= day, in_all=in_all)

    def _told_of(self, taken: Sequence[Occurrence], forecast: Expectation | None) -> Iterator[tuple[str, _Part]]:
        for line in lines_of(taken):
            fitting = [step for step in taken if is_of(step, line)]
            came = [one for one in self._sums if is_sum_of(one, line)]
            place = joined(joined(self._place, line.item), line.unit)
            yield place, _part(self._deal, line, fitting, forecast, came)


class _Part(NamedTuple):
    """The steps of a tranche in one unit, and what they tell whatever the day."""

    leading: Occurrence | None
    came: Sequence[Sum]
    awaited: Occurrence | None
    is_completed: bool
    due: When | None
    scheduled: int | None
    told: dict[str, Any]

    def row(self, day: int, *, has_ended: bool, in_all: int) -> DeliveryRow:
        """The row of a day; ``in_all`` is what came of the item or unit since a plan that names no tranche."""
        has_come = self.awaited is not None and is_certain(self.awaited, day)
        delivered = sum(one.certain(day) for one in self.came) or None
        outstanding = None if self.scheduled is None else max(self.scheduled - (delivered or in_all), 0)
        is_short = bool(outstanding) and bool(self.came) and not self.is_completed
        has_come = has_come or (in_all > 0 and not outstanding)
        return DeliveryRow(
            **OF_NO_DEAL,
            **self.told,
            certain=self.leading is not None and is_certain(self.leading, day),
            count=delivered,
            possible_count=_whole(sum(one.possible(day) for one in self.came)) if self.came else None,
            late=self.due is not None and self.due.last < day and (not has_come or is_short) and not has_ended,
            outstanding=outstanding,
        )


def _whole(count: float) -> int | None:
    """A count; None where it has no end."""
    return None if count == inf else int(count)


def _part(
    deal: str, line: DeliveryLine, steps: Sequence[Occurrence], forecast: Expectation | None, sums: Sequence[Sum]
) -> _Part:
    latest: dict[type, Occurrence] = {}
    came: list[Occurrence] = []
    approximate, place = False, None
    for step in steps:
        latest[type(step.event)] = step
        counted = quantity_of(step)
        approximate = approximate or (counted is not None and counted.approximate)
        place = place or field_of(step, "place")
        if type(step.event) is Delivered:
            came.append(step)
    leading = next((latest[kind] for kind in FROM_THE_LAST if kind in latest), None)
    begun = latest.get(DeliveryBegun) or (came[0] if came else None)
    completed, plan = latest.get(DeliveryCompleted), latest.get(DeliveryScheduled)
    first_plan = next((step for step in steps if type(step.event) is DeliveryScheduled), None)
    window: When | None = field_of(plan, "window")
    due = window or (None if forecast is None else forecast.due)
    awaited = begun if _awaits_beginning(window, forecast) else completed or latest.get(Delivered)
    least, most = slip(field_of(first_plan, "window") or due, field_of(awaited, "on"))
    planned: Quantity | None = field_of(plan, "quantity")
    scheduled = None if planned is None else planned.count
    told = {
        "deal": deal,
        "tranche": _tranche(leading, forecast),
        "unit": line.unit,
        "status": "expected" if leading is None else STEPS[type(leading.event)],
        "on": field_of(leading, "on"),
        "approximate": approximate,
        "item": line.item,
        "by": _named(came, "by"),
        "to": _named(came, "to"),
        "so_far": any(field_of(step, "so_far") for step in came),
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
    return _Part(leading, sums if came else (), awaited, completed is not None, due, scheduled, told)


def _named(steps: Sequence[Occurrence], side: str) -> str | None:
    """Who delivered, or who received: all that are named."""
    return ", ".join(dict.fromkeys(str(party) for step in steps if (party := field_of(step, side)) is not None)) or None


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
