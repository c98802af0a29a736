"""Payments: per tranche and currency, what was scheduled, paid and is outstanding, and how late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.payment import PaymentDelayed, PaymentRefunded, PaymentScheduled, TranchePaid
from armsledger.domain.states.course import is_certain
from armsledger.domain.states.tallies import Sum, sums_of
from armsledger.domain.values.money import Money
from armsledger.domain.values.when import When
from armsledger.projections.read_models.payments import PaymentRow, PaymentStatus
from armsledger.projections.spans.of_deal import OF_NO_DEAL, of_deal, periods_of_deal
from armsledger.projections.spans.tranches import by_place, field_of, joined, place_of_tranche, slip, together
from armsledger.projections.timeline import (
    SlotRow,
    Span,
    Timeline,
    addresses,
    change_days_of,
    contested,
    sources,
)

STEPS: dict[type, PaymentStatus] = {
    PaymentScheduled: "scheduled",
    PaymentDelayed: "delayed",
    TranchePaid: "paid",
    PaymentRefunded: "refunded",
}
"""Events of payments, in the order of their course."""
FROM_THE_LAST = tuple(reversed(STEPS))


def payment_spans(timeline: Timeline) -> Iterable[Span]:
    """One row for each tranche and currency of which a step has at least possibly happened."""
    tranches = by_place(timeline, _place_of)
    context = timeline.course.outlooks.ended, periods_of_deal(timeline) if tranches else None
    return timeline.in_parts(
        payment_spans, context, [tranches], lambda place: of_deal(timeline, _spans(timeline, place, tranches[place]))
    )


def _place_of(step: Occurrence) -> str | None:
    return place_of_tranche(step) if type(step.event) in STEPS else None


def _spans(timeline: Timeline, place: str, steps: Sequence[Occurrence]) -> Iterator[Span]:
    due = [o.event.due.last + 1 for o in steps if isinstance(o.event, PaymentScheduled) and o.event.due is not None]
    tranche = _Tranche(timeline, place, steps)
    days = [day for one in tranche.sums for day in one.change_days]
    return timeline.sweep([*change_days_of(steps), *due, *days, timeline.course.outlooks.ended], tranche)


class _Tranche:
    """Tells of one tranche on any day. What only depends on the steps taken is worked out once for them."""

    def __init__(self, timeline: Timeline, place: str, steps: Sequence[Occurrence]) -> None:
        self._deal = timeline.key
        self._belief = timeline.belief
        self._ended = timeline.course.outlooks.ended
        self._place = place
        self._steps = steps
        self.sums = sums_of([one for one in steps if type(one.event) is TranchePaid], TranchePaid, self._belief)
        self._parts: list[tuple[str, _Part]] = []
        self._taken = 0

    def __call__(self, day: int) -> Iterator[SlotRow]:
        taken = [o for o in self._steps if o.first <= day]
        if len(taken) != self._taken:
            self._taken = len(taken)
            parts = ((currency, [o for o in taken if _fits(o, currency)]) for currency in _currencies(taken))
            self._parts = [
                (joined(self._place, currency), _part(self._deal, currency, fitting, self.sums))
                for currency, fitting in parts
            ]
        for place, part in self._parts:
            yield place, part.row(day, has_ended=self._ended <= day)


class _Part(NamedTuple):
    """The steps of a tranche in one currency, and what they tell whatever the day."""

    leading: Occurrence
    paid: Sequence[Occurrence]
    sum: Sum | None
    due: When | None
    scheduled: Decimal | None
    told: dict[str, Any]

    def row(self, day: int, *, has_ended: bool) -> PaymentRow:
        """The row of a day."""
        settled = [o for o in self.paid if is_certain(o, day)]
        amount = None if self.sum is None else self.sum.certain(day)
        is_known = self.scheduled is not None and all(_amount(o) is not None for o in settled)
        outstanding = (
            max(self.scheduled - (amount or 0), Decimal()) if is_known and self.scheduled is not None else None
        )
        return PaymentRow(
            **OF_NO_DEAL,
            **self.told,
            certain=is_certain(self.leading, day),
            amount=_told(amount),
            possible_amount=None if self.sum is None else _told(self.sum.possible(day)),
            late=self.due is not None and self.due.last < day and (not settled or bool(outstanding)) and not has_ended,
            outstanding=outstanding,
        )


def _currencies(steps: Sequence[Occurrence]) -> Iterable[str | None]:
    named = dict.fromkeys(amount.currency for o in steps if (amount := _amount(o)) is not None)
    return named or (None,)


def _amount(step: Occurrence) -> Money | None:
    amount: Money | None = step.event.amount  # type: ignore[attr-defined]  # every step of a payment has one
    return amount


def _fits(step: Occurrence, currency: str | None) -> bool:
    amount = _amount(step)
    return amount is None or amount.currency == currency


def _sum(steps: Iterable[Occurrence]) -> Decimal | None:
    """The sum of what is disclosed; None where nothing is."""
    amounts = [amount.least for step in steps if (amount := _amount(step)) is not None]
    return Decimal(sum(amounts)) if amounts else None


def _told(amount: Any) -> Decimal | None:
    """An amount; None where it is nothing, or has no end."""
    return Decimal(amount) if amount and amount != Decimal("Infinity") else None


def _part(deal: str, currency: str | None, steps: Sequence[Occurrence], sums: Sequence[Sum]) -> _Part:
    latest: dict[type, Occurrence] = {}
    paid: list[Occurrence] = []
    refunded: list[Occurrence] = []
    approximate = False
    for step in steps:
        latest[type(step.event)] = step
        amount = _amount(step)
        approximate = approximate or (amount is not None and amount.approximate)
        if type(step.event) is TranchePaid:
            paid.append(step)
        elif type(step.event) is PaymentRefunded:
            refunded.append(step)
    leading = next(latest[kind] for kind in FROM_THE_LAST if kind in latest)
    plan, payment, delay = latest.get(PaymentScheduled), latest.get(TranchePaid), latest.get(PaymentDelayed)
    first_plan = next((step for step in steps if type(step.event) is PaymentScheduled), None)
    due: When | None = field_of(plan, "due")
    least, most = slip(field_of(first_plan, "due"), field_of(payment, "on"))
    own = next((one for one in sums if one.measure == currency), None) if paid else None
    planned: Money | None = field_of(plan, "amount")
    scheduled = None if planned is None else planned.amount
    told = {
        "deal": deal,
        "tranche": field_of(leading, "tranche"),
        "currency": currency,
        "status": STEPS[type(leading.event)],
        "on": leading.event.on,
        "approximate": approximate,
        "so_far": any(field_of(step, "so_far") for step in paid),
        "scheduled": scheduled,
        "due": due,
        "refunded": _sum(refunded),
        "delayed": None if delay is None else (_sum([delay])),
        "slip_least_days": least,
        "slip_most_days": most,
        "share": field_of(payment or plan, "share"),
        "payer": field_of(payment, "payer"),
        "payee": field_of(payment, "payee"),
        "contested": together(steps, contested),
        "entries": together(steps, addresses),
        "sources": together(steps, sources),
    }
    return _Part(leading, paid, own, due, scheduled, told)
