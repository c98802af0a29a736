"""Deals: where each one stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from armsledger.domain.states.deal import NO_DEAL, Deal, Stage
from armsledger.domain.states.stream_day import have_begun
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line
from armsledger.domain.values.when import When
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row
from armsledger.projections.timeline import Span, Timeline


@dataclass(frozen=True)
class DealRow(Row):
    """A deal at a date. ``possible_...`` fields are the other bound; ``stage`` is None before it certainly begins.

    ``supplier`` and ``buyer`` lead; ``suppliers`` and ``buyers`` are all of them where there are several, and a filter
    by ``supplier`` finds each. ``ordered`` and ``delivered`` hold one sum per item and unit, ``paid`` one per currency;
    ``sanctions`` holds the status of each line of sanctions.
    """

    deal: str
    title: str | None
    supplier: str | None
    suppliers: tuple[str, ...]
    buyer: str | None
    buyers: tuple[str, ...]
    items: tuple[str, ...]
    stage: Stage | None
    possible_stage: Stage | None
    value: Money | None
    ordered: tuple[Line, ...]
    paid: tuple[Money, ...]
    possible_paid: tuple[Money, ...]
    paid_undisclosed: int
    delivered: tuple[Line, ...]
    possible_delivered: tuple[Line, ...]
    signed_on: When | None
    delivery_begun: When | None
    sanctions: tuple[str, ...]

    @staticmethod
    def several_of(name: str) -> str | None:
        """All suppliers, all buyers."""
        return {"supplier": "suppliers", "buyer": "buyers"}.get(name)


def deal_spans(timeline: Timeline) -> Iterator[Span]:
    """One row for a deal that has at least possibly begun."""
    course, belief, key = timeline.course, timeline.belief, timeline.key
    told: tuple[Any, Any, Any] = (None, None, None)
    row: DealRow | None = None

    def row_of(day: int) -> DealRow | None:
        nonlocal told, row
        lower, upper = states = course.states(day)
        certain, possible = have_begun("deal", states, belief, day)
        if not possible:
            return None
        if row is None or told != (lower, upper, certain):
            told = (lower, upper, certain)
            row = deal_row(key, lower if certain else None, upper)
        return row

    return timeline.sweep_one(timeline.state_change_days, row_of)


def deal_row(key: str, certain: Deal | None, possible: Deal) -> DealRow:
    """The row of a deal in its two bounds."""
    known = certain or NO_DEAL
    shown = certain or possible
    return DealRow(
        deal=key,
        title=shown.title,
        supplier=shown.supplier,
        buyer=shown.buyer,
        suppliers=shown.suppliers,
        buyers=shown.buyers,
        items=tuple([item.designation for item in shown.items]),
        stage=certain.stage if certain else None,
        possible_stage=possible.stage,
        value=shown.value,
        ordered=known.ordered,
        paid=known.paid,
        possible_paid=possible.paid,
        paid_undisclosed=known.paid_undisclosed,
        delivered=known.delivered,
        possible_delivered=possible.delivered,
        signed_on=shown.signed_on,
        delivery_begun=known.delivery_begun,
        sanctions=tuple(
            [f"{line.by}: {line.status or line.position}" for line in known.sanctions if line.status or line.position]
        ),
    )


DEALS = Projection("deals", DealRow, deal_spans, version=3, one_a_day=True)
