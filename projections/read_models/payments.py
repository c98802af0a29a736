"""Payments: per tranche and currency, what was scheduled, paid and is outstanding, and how late."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from armsledger.domain.values.when import When
from armsledger.projections.filtering import Looked
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.deals import OF_DEAL
from armsledger.projections.rows import Row

PaymentStatus = Literal["scheduled", "delayed", "paid", "refunded"]


@dataclass(frozen=True)
class PaymentRow(Row):
    """One tranche in one currency; a payment that names no tranche stands by itself.

    ``status`` is how far it has come and ``on`` when; ``certain`` is False where that has only possibly happened by the
    date. ``amount`` is what was certainly paid, ``possible_amount`` what was possibly paid by then; None where nothing
    was or no source says how much; with ``so_far`` they are all there was up to ``on``, and no payment of their own.
    ``due`` and ``scheduled`` are the plan of the date; ``outstanding`` is what was scheduled and is not certainly paid,
    ``delayed`` what was last said to be late. ``late`` says that it fell due before the date and is not certainly paid;
    a deal that has ended is late with nothing. ``slip_..._days`` is how long after the first day due it was paid, at
    least and at most. ``share`` is in per cent. ``supplier``, ``buyer`` and ``items`` are the deal's, ``suppliers`` and
    ``buyers`` all of them where there are several; ``open`` says that it is signed or delivering.
    """

    FILTERS: ClassVar = {
        **OF_DEAL,
        "slip": Looked(("slip_least_days", "slip_most_days"), is_span=True),
        "source": Looked(("sources",)),
    }
    ROUNDED: ClassVar = ("amount", "possible_amount")
    MEASURES: ClassVar = dict.fromkeys(
        ("amount", "possible_amount", "scheduled", "outstanding", "refunded", "delayed"), "currency"
    )

    deal: str
    supplier: str | None
    suppliers: tuple[str, ...]
    buyer: str | None
    buyers: tuple[str, ...]
    items: tuple[str, ...]
    open: bool
    tranche: int | str | None
    currency: str | None
    status: PaymentStatus
    certain: bool
    on: When
    amount: Decimal | None
    possible_amount: Decimal | None
    approximate: bool
    so_far: bool
    scheduled: Decimal | None
    due: When | None
    outstanding: Decimal | None
    refunded: Decimal | None
    delayed: Decimal | None
    late: bool
    slip_least_days: int | None
    slip_most_days: int | None
    share: Decimal | None
    payer: str | None
    payee: str | None
    contested: tuple[str, ...]
    entries: tuple[str, ...]
    sources: tuple[str, ...]


PAYMENTS = Projection("payments", PaymentRow, "armsledger.projections.spans.payments:payment_spans", version=4)
