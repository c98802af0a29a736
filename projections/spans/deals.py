"""Deals: where each one stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from armsledger.domain.states.deal import NO_DEAL, Deal
from armsledger.domain.states.stream_day import have_begun
from armsledger.projections.read_models.deals import DealRow
from armsledger.projections.timeline import Span, Timeline, once_a_timeline


@once_a_timeline
def deal_spans(timeline: Timeline) -> Sequence[Span]:
    """One row for a deal that has at least possibly begun; remembered, as other rows tell of their deal."""
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

    return list(timeline.sweep_one(timeline.state_change_days, row_of, timeline.before(deal_spans)))


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
