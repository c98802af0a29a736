"""Deals: where each one stands."""

from __future__ import annotations

from dataclasses import dataclass

from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line
from armsledger.domain.values.when import When
from armsledger.domain.values.words import Stage
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row


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


DEALS = Projection("deals", DealRow, "armsledger.projections.spans.deals:deal_spans", version=3, one_a_day=True)
