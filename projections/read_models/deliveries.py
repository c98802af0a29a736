"""Deliveries: per tranche, item and unit, what was planned or expected, what came, what is missing, and how late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from armsledger.domain.values.when import When
from armsledger.projections.filtering import Looked
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.deals import OF_DEAL
from armsledger.projections.rows import Row

DeliveryStatus = Literal["expected", "scheduled", "begun", "delivered", "completed", "accepted", "tested", "inducted"]


@dataclass(frozen=True)
class DeliveryRow(Row):
    """One tranche of one item and unit; a step that names no tranche stands by itself, and so does what is expected in
    all.

    ``status`` is how far it has come and ``on`` when (None while it is only expected); ``certain`` is False where that
    has only possibly happened by the date. ``count`` is what was certainly delivered, ``possible_count`` what was
    possibly delivered by then; with ``so_far`` they are all there was up to ``on``, and no delivery of their own.
    ``outstanding`` is what was scheduled, or is expected in all, and is not certainly delivered. Units are never
    converted. ``window`` is the plan of the date, ``expected`` the first forecast of a tranche, or the last one of a
    deal. ``late`` says that the window (else the forecast) has passed and it has not certainly come; a deal that has
    ended is late with nothing. ``by`` and ``to`` are who of several suppliers delivered, and who received it in the
    buyer's place. ``slip_..._days`` is how long after the first window it came, at least and at most.
    ``items`` is the item that the row names, else those of the deal. ``supplier`` and ``buyer`` are the deal's,
    ``suppliers`` and ``buyers`` all of them where there are several; ``open`` says that it is signed or delivering.
    """

    FILTERS: ClassVar = {
        **OF_DEAL,
        "slip": Looked(("slip_least_days", "slip_most_days"), is_span=True),
        "source": Looked(("sources",)),
    }
    ROUNDED: ClassVar = ("count", "possible_count")

    deal: str
    supplier: str | None
    suppliers: tuple[str, ...]
    buyer: str | None
    buyers: tuple[str, ...]
    items: tuple[str, ...]
    open: bool
    tranche: int | str | None
    unit: str | None
    status: DeliveryStatus
    certain: bool
    on: When | None
    count: int | None
    possible_count: int | None
    approximate: bool
    item: str | None
    by: str | None
    to: str | None
    so_far: bool
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


DELIVERIES = Projection("deliveries", DeliveryRow, "armsledger.projections.spans.deliveries:delivery_spans", version=4)
