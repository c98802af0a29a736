"""Deliveries: batches from the schedule to their service, with quantities where a source gives them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from armsledger.domain.deal_events import Delivered, DeliveryMilestone, DeliveryScheduled, Fielding
from armsledger.domain.when import When
from armsledger.projections.rows import Row
from armsledger.projections.scene import Scene, addresses, contested, sources

NAMES = {"delivery-scheduled": "scheduled", "delivery-begun": "begun", "delivery-completed": "completed"}


@dataclass(frozen=True)
class DeliveryRow(Row):
    """One step of a delivery; ``count`` and ``unit`` are None where the source gives no quantity.

    ``certain`` is False where it has only possibly happened by the date.
    """

    deal: str
    tranche: int | str | None
    status: str
    certain: bool
    on: When
    count: int | None
    unit: str | None
    approximate: bool
    item: str | None
    window: When | None
    place: str | None
    contested: tuple[str, ...]
    entries: tuple[str, ...]
    sources: tuple[str, ...]


def delivery_rows(scene: Scene) -> Iterable[DeliveryRow]:
    """One row for each event of a delivery that has at least possibly happened."""
    for occurrence in scene.possible:
        event = occurrence.event
        if not isinstance(event, DeliveryScheduled | DeliveryMilestone | Delivered | Fielding):
            continue
        quantity = getattr(event, "quantity", None)
        item = getattr(event, "item", None)
        yield DeliveryRow(
            deal=scene.key,
            tranche=event.tranche,
            status=NAMES.get(event.name, event.name),
            certain=scene.is_certain(occurrence),
            on=event.on,
            count=None if quantity is None else quantity.count,
            unit=None if quantity is None else quantity.unit,
            approximate=quantity is not None and quantity.approximate,
            item=None if item is None else item.designation,
            window=getattr(event, "window", None),
            place=getattr(event, "place", None),
            contested=contested(occurrence),
            entries=addresses(occurrence),
            sources=sources(occurrence),
        )
