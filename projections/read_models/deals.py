"""Deals: where each one stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line
from armsledger.domain.values.when import When
from armsledger.domain.values.words import OPEN, Stage
from armsledger.projections.filtering import Looked
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row

OF_DEAL: Final[Mapping[str, Looked]] = {
    "supplier": Looked(("supplier", "suppliers")),
    "buyer": Looked(("buyer", "buyers")),
    "item": Looked(("items",), contained=True),
}
"""The filters of rows that belong to a deal. They hold its ``supplier``, ``buyer`` and ``items``, all ``suppliers`` and
``buyers`` where there are several, and whether it is ``open``."""


@dataclass(frozen=True)
class DealRow(Row):
    """A deal at a date. ``possible_...`` fields are the other bound; ``stage`` is None before it certainly begins.

    ``supplier`` and ``buyer`` lead; ``suppliers`` and ``buyers`` are all of them where there are several, and a filter
    by ``supplier`` finds each. ``ordered`` and ``delivered`` hold one sum per item and unit, ``paid`` one per currency;
    ``sanctions`` holds the status of each line of sanctions.
    """

    FILTERS: ClassVar = {
        **OF_DEAL,
        "open": Looked(("stage",), words=OPEN),
        "begun": Looked(("delivery_begun",)),
    }

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


DEALS = Projection("deals", DealRow, "armsledger.projections.spans.deals:deal_spans", version=3, one_a_day=True)
