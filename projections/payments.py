"""Payments: what was scheduled, paid, delayed and refunded, per tranche."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from armsledger.domain.deal_events import PaymentScheduled, PaymentTrouble, TranchePaid
from armsledger.domain.when import When
from armsledger.projections.rows import Row
from armsledger.projections.scene import Scene, addresses, contested, sources

NAMES = {
    "payment-scheduled": "scheduled",
    "tranche-paid": "paid",
    "payment-delayed": "delayed",
    "payment-refunded": "refunded",
}


@dataclass(frozen=True)
class PaymentRow(Row):
    """One payment, or a step of it. ``amount`` is None where no source gives it; ``share`` is in per cent.

    ``certain`` is False where it has only possibly happened by the date.
    """

    deal: str
    tranche: int | str | None
    status: str
    certain: bool
    on: When
    amount: Decimal | None
    currency: str | None
    approximate: bool
    share: Decimal | None
    due: When | None
    payer: str | None
    payee: str | None
    contested: tuple[str, ...]
    entries: tuple[str, ...]
    sources: tuple[str, ...]


def payment_rows(scene: Scene) -> Iterable[PaymentRow]:
    """One row for each payment event that has at least possibly happened."""
    for occurrence in scene.possible:
        event = occurrence.event
        if not isinstance(event, PaymentScheduled | TranchePaid | PaymentTrouble):
            continue
        amount = event.amount
        yield PaymentRow(
            deal=scene.key,
            tranche=event.tranche,
            status=NAMES[event.name],
            certain=scene.is_certain(occurrence),
            on=event.on,
            amount=None if amount is None else amount.amount,
            currency=None if amount is None else amount.currency,
            approximate=amount is not None and amount.approximate,
            share=getattr(event, "share", None),
            due=getattr(event, "due", None),
            payer=getattr(event, "payer", None),
            payee=getattr(event, "payee", None),
            contested=contested(occurrence),
            entries=addresses(occurrence),
            sources=sources(occurrence),
        )
