"""Deals: where each one stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from armsledger.domain.deal import NO_DEAL, Deal, Stage
from armsledger.domain.money import Money
from armsledger.domain.quantity import Quantity
from armsledger.domain.state import Bounds
from armsledger.domain.when import When
from armsledger.projections.rows import Row
from armsledger.projections.scene import Scene


@dataclass(frozen=True)
class DealRow(Row):
    """A deal at a date. ``possible_...`` fields are the other bound; ``stage`` is None before it certainly begins.

    ``ordered``, ``paid`` and ``delivered`` hold one sum per unit or currency; ``sanctions`` holds the
    status of each line of sanctions.
    """

    deal: str
    title: str | None
    supplier: str | None
    buyer: str | None
    items: tuple[str, ...]
    stage: Stage | None
    possible_stage: Stage | None
    value: Money | None
    ordered: tuple[Quantity, ...]
    paid: tuple[Money, ...]
    possible_paid: tuple[Money, ...]
    paid_undisclosed: int
    delivered: tuple[Quantity, ...]
    possible_delivered: tuple[Quantity, ...]
    signed_on: When | None
    delivery_begun: When | None
    sanctions: tuple[str, ...]


def deal_rows(scene: Scene) -> Iterable[DealRow]:
    """One row for a deal that has at least possibly begun."""
    if scene.kind != "deal":
        return
    bounds: Bounds[Deal] = scene.bounds
    certain, possible = bounds
    if possible is None:
        return
    known = certain or NO_DEAL
    shown = certain or possible
    yield DealRow(
        deal=scene.key,
        title=shown.title,
        supplier=shown.supplier,
        buyer=shown.buyer,
        items=tuple(item.designation for item in shown.items),
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
            f"{line.by}: {line.status or line.position}" for line in known.sanctions if line.status or line.position
        ),
    )
