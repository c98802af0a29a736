"""The lines of a tranche: what is counted by itself, an item in a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.states.tallies import Sum
from armsledger.domain.values.quantity import Quantity
from armsledger.projections.read_models.tranches import field_of


class DeliveryLine(NamedTuple):
    """What is counted by itself in a tranche: an item, if one is named, in a unit, if something is counted."""

    item: str | None
    unit: str | None


def item_of(step: Occurrence) -> str | None:
    """The item that a step names."""
    item = field_of(step, "item")
    return None if item is None else str(item.designation)


def lines_of(steps: Sequence[Occurrence]) -> Sequence[DeliveryLine]:
    """The lines of some steps; what names no item is of the only item that is counted so."""
    named: dict[tuple[str | None, str], DeliveryLine] = {}
    for step in steps:
        if (quantity := quantity_of(step)) is not None:
            item = item_of(step)
            key = None if item is None else item.casefold(), quantity.measure
            named.setdefault(key, DeliveryLine(item, quantity.unit))
    counted = {item for item, _ in named}
    for item in dict.fromkeys(filter(None, map(item_of, steps))):
        if item.casefold() not in counted:  # nobody says how many
            named.setdefault((item.casefold(), ""), DeliveryLine(item, None))
    measures = [measure for item, measure in named if item is not None]
    lines = [line for (item, measure), line in named.items() if item is not None or measures.count(measure) != 1]
    return lines or [DeliveryLine(None, None)]


def is_of(step: Occurrence, line: DeliveryLine) -> bool:
    """Whether a step is of a line: it names no other item, and counts in no other unit."""
    item, quantity = item_of(step), quantity_of(step)
    if item is not None and (line.item is None or item.casefold() != line.item.casefold()):
        return False
    if quantity is None:
        return True
    return line.unit is not None and quantity.measure == line.unit.casefold()


def is_sum_of(one: Sum, line: DeliveryLine) -> bool:
    """Whether a sum is of a line."""
    item = None if line.item is None else line.item.casefold()
    if (None if one.item is None else one.item.casefold()) != item:
        return False
    return line.unit is not None and one.measure.casefold() == line.unit.casefold()


def quantity_of(step: Occurrence) -> Quantity | None:
    """What a step counts."""
    quantity: Quantity | None = field_of(step, "quantity")
    return quantity
