"""The lines of a tranche: what is counted by itself, an item in a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.states.tallies import Sum
from armsledger.domain.values.quantity import Quantity
from armsledger.projections.spans.tranches import field_of


class DeliveryLine(NamedTuple):
    """What is counted by itself in a tranche: an item, if one is named, in a unit, if something is counted."""

    item: str | None
    unit: str | None


def lines_of(steps: Sequence[Occurrence]) -> Sequence[DeliveryLine]:
    """The lines of some steps. What names no item is of the only item that is counted so; where there are several, the
    unit is counted as a whole."""
    by_measure: dict[str, list[DeliveryLine]] = {}
    for step in steps:
        if (quantity := quantity_of(step)) is not None:
            by_measure.setdefault(quantity.measure, []).append(DeliveryLine(item_of(step), quantity.unit))
    lines = [line for told in by_measure.values() for line in _apart(told)]
    counted = {line.item.casefold() for told in by_measure.values() for line in told if line.item is not None}
    uncounted = dict.fromkeys(item for step in steps if (item := item_of(step)) and item.casefold() not in counted)
    return [*lines, *(DeliveryLine(item, None) for item in uncounted)] or [DeliveryLine(None, None)]


def _apart(told: Sequence[DeliveryLine]) -> Sequence[DeliveryLine]:
    """What is counted in one unit, by its items where each step names one or all are of one."""
    named = list({line.item.casefold(): line for line in reversed(told) if line.item is not None}.values())[::-1]
    is_whole = len(named) != 1 and any(line.item is None for line in told)
    return told[:1] if not named else [DeliveryLine(None, told[0].unit)] if is_whole else named


def is_of(step: Occurrence, line: DeliveryLine) -> bool:
    """Whether a step is of a line: it names no other item, and counts in no other unit."""
    item, quantity = item_of(step), quantity_of(step)
    if item is not None and line.item is not None and item.casefold() != line.item.casefold():
        return False
    if quantity is None:
        return item is None or line.item is not None or line.unit is None
    return line.unit is not None and quantity.measure == line.unit.casefold()


def is_sum_of(one: Sum, line: DeliveryLine) -> bool:
    """Whether a sum is of a line."""
    if line.item is not None and (one.item is None or one.item.casefold() != line.item.casefold()):
        return False
    return line.unit is not None and one.measure.casefold() == line.unit.casefold()


def item_of(step: Occurrence) -> str | None:
    """The item that a step names."""
    item = field_of(step, "item")
    return None if item is None else str(item.designation)


def quantity_of(step: Occurrence) -> Quantity | None:
    """What a step counts."""
    quantity: Quantity | None = field_of(step, "quantity")
    return quantity
