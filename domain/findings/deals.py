"""What does not fit in a deal: its amounts, its order in time, its rows in registers, its waivers.

With imprecise dates and rounded amounts, only what is definite is an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.contract import Cancelled, ContractSigned, Terminated
from armsledger.domain.events.delivery import Delivered, DeliveryBegun, DeliveryCompleted
from armsledger.domain.events.payment import TranchePaid
from armsledger.domain.events.register import Listed
from armsledger.domain.events.sanction import WaiverGranted
from armsledger.domain.events.statement import Statement
from armsledger.domain.findings.finding import Check, Finding, Severity, addresses
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity

E = TypeVar("E", bound=Statement)


def _bounds(day: StreamDay) -> tuple[Deal, Deal]:
    """The deal in its two bounds."""
    certain, possible = day.states
    assert isinstance(certain, Deal)
    assert isinstance(possible, Deal)
    return certain, possible


def _certain(day: StreamDay, *kinds: type[E]) -> list[tuple[Occurrence, E]]:
    """The certain occurrences of some kinds, each with its event."""
    return [(occurrence, occurrence.event) for occurrence in day.certain if isinstance(occurrence.event, kinds)]


def _addresses_of(day: StreamDay, kind: type[E]) -> tuple[str, ...]:
    """The preferred statements of all certain occurrences of a kind."""
    return addresses(occurrence.entry for occurrence, _ in _certain(day, kind))


def check_delivered_more_than_ordered(day: StreamDay) -> Iterable[Finding]:
    """More of a unit is delivered than ordered, or possibly ordered; other units are not compared."""
    deal, upper = _bounds(day)
    ordered = {quantity.unit: quantity for quantity in deal.ordered}
    possible = {quantity.unit: quantity.count for quantity in upper.ordered}
    for quantity in deal.delivered:
        limit = ordered.get(quantity.unit)
        if limit is not None and quantity.count > max(limit.count, possible.get(quantity.unit, 0)):
            yield Finding(
                "delivered-more-than-ordered",
                _exceeding(quantity, limit),
                day.stream,
                f"delivered {quantity}, ordered {limit}",
                _addresses_of(day, Delivered),
            )


def check_units_of_delivery(day: StreamDay) -> Iterable[Finding]:
    """Deliveries are counted in another unit than the order: the two cannot be compared."""
    ordered = {quantity.unit for quantity in _bounds(day)[0].ordered}
    if not ordered:
        return
    others = [(o.entry, event.quantity.unit) for o, event in _certain(day, Delivered)]
    others = [(entry, unit) for entry, unit in others if unit not in ordered]
    if others:
        units = ", ".join(sorted({unit for _, unit in others}))
        message = f"delivered in {units}, ordered in {', '.join(sorted(ordered))}: not comparable"
        yield Finding("unit-mismatch", "info", day.stream, message, addresses(entry for entry, _ in others))


def check_listed_before(day: StreamDay) -> Iterable[Finding]:
    """A row of a register may be what the register had listed as another deal."""
    for occurrence, event in _certain(day, Listed):
        if event.perhaps:
            message = f"{event.listed_in} may mean by this row what it had listed as {', '.join(event.perhaps)}"
            entries = addresses([occurrence.entry])
            yield Finding("perhaps-listed-before", "info", day.stream, message, entries, "perhaps")


def check_listed_once(day: StreamDay) -> Iterable[Finding]:
    """A row stands in a register more than once."""
    for occurrence, event in _certain(day, Listed):
        if len(event.rows) > 1:
            message = f"{event.listed_in} has {len(event.rows)} rows that say the same; they are taken for one deal"
            entries = addresses([occurrence.entry])
            yield Finding("listed-more-than-once", "info", day.stream, message, entries, "rows")


def check_paid_more_than_value(day: StreamDay) -> Iterable[Finding]:
    """More is paid, less what is or may be refunded, than the contract is or may be worth.

    Other currencies are not compared.
    """
    deal, upper = _bounds(day)
    if deal.value is None:
        return
    value = _larger(deal.value, upper.value)
    refunded = {money.currency: money.amount for money in upper.refunded}
    for paid in deal.paid:
        net = paid.amount - refunded.get(paid.currency, 0)
        if value is not None and paid.currency == value.currency and net > value.amount:
            yield Finding(
                "paid-more-than-value",
                _exceeding(paid, value),
                day.stream,
                f"paid {paid}, value {value}",
                _addresses_of(day, TranchePaid),
            )


def _larger(one: Money, other: Money | None) -> Money | None:
    """The larger of two values of a contract; None where their currencies differ, or one is not known."""
    if other is None or one.currency != other.currency:
        return None
    return max(one, other, key=lambda money: money.amount)


def _exceeding(amount: Money | Quantity, limit: Money | Quantity) -> Severity:
    """With rounded amounts the excess is not definite."""
    return "warning" if amount.approximate or limit.approximate else "error"


def check_delivery_before_signature(day: StreamDay) -> Iterable[Finding]:
    """A delivery is definitely before the contract was signed."""
    signed = _certain(day, ContractSigned)
    if not signed:
        return
    signature, contract = signed[0]
    for delivery, event in _certain(day, Delivered, DeliveryBegun, DeliveryCompleted):
        if event.on.last < contract.on.first:
            yield Finding(
                "delivery-before-signature",
                "error",
                day.stream,
                f"{event.name} on {event.on}, contract signed on {contract.on}",
                addresses([delivery.entry, signature.entry]),
            )


def check_after_termination(day: StreamDay) -> Iterable[Finding]:
    """Something is definitely after a cancellation or termination; repairs of the record are no occurrences."""
    for end, ending in _certain(day, Terminated, Cancelled):
        for later in day.certain:
            event = later.event
            if event.on.first > ending.on.last:
                yield Finding(
                    "after-termination",
                    "error",
                    day.stream,
                    f"{event.name} on {event.on}, after the deal was {ending.name} on {ending.on}",
                    addresses([later.entry, end.entry]),
                )


def check_waiver_authority(day: StreamDay) -> Iterable[Finding]:
    """A waiver has no authority: nobody known grants it, or it has no legal basis."""
    for waiver, event in _certain(day, WaiverGranted):
        if event.by.is_unknown:
            lacking = "nobody is named who granted it"
        elif not event.basis:
            lacking = "no legal basis is named"
        else:
            continue
        yield Finding(
            "waiver-without-authority",
            "warning",
            day.stream,
            f"waiver-granted on {event.on}: {lacking}",
            addresses([waiver.entry]),
        )


DEAL_CHECKS: tuple[Check, ...] = (
    check_delivered_more_than_ordered,
    check_units_of_delivery,
    check_listed_before,
    check_listed_once,
    check_paid_more_than_value,
    check_delivery_before_signature,
    check_after_termination,
    check_waiver_authority,
)
