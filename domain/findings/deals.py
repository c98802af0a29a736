"""F"""

from __future__ import annotations

from collections.abc import Iterable

from armsledger.domain.events.contract import Cancelled, ContractSigned, Terminated
from armsledger.domain.events.delivery import Delivered, DeliveryBegun, DeliveryCompleted
from armsledger.domain.events.payment import TranchePaid
from armsledger.domain.events.register import Listed
from armsledger.domain.events.sanction import WaiverGranted
from armsledger.domain.findings.finding import Evidence, Finding, Severity, addresses
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity


def check_delivered_more_than_ordered(evidence: Evidence) -> Iterable[Finding]:
    """More of a unit delivered than ordered, or possibly ordered; other units are not compared."""
    deal, upper = evidence.deal, evidence.upper
    if deal is None or upper is None:
        return
    ordered = {quantity.unit: quantity for quantity in deal.ordered}
    possible = {quantity.unit: quantity.count for quantity in upper.ordered}
    for quantity in deal.delivered:
        limit = ordered.get(quantity.unit)
        if limit is not None and quantity.count > max(limit.count, possible.get(quantity.unit, 0)):
            yield Finding(
                "delivered-more-than-ordered",
                _exceeding(quantity, limit),
                evidence.stream,
                f"delivered {quantity}, ordered {limit}",
                addresses(evidence.of(Delivered)),
            )


def check_units_of_delivery(evidence: Evidence) -> Iterable[Finding]:
    """Deliveries counted in another unit than the order: the two cannot be compared."""
    deal = evidence.deal
    if deal is None or not deal.ordered:
        return
    ordered = {quantity.unit for quantity in deal.ordered}
    other = [o for o in evidence.of(Delivered) if o.event.quantity.unit not in ordered]  # type: ignore[attr-defined]  # narrowed by of
    if other:
        units = ", ".join(sorted({o.event.quantity.unit for o in other}))  # type: ignore[attr-defined]  # narrowed by of
        message = f"delivered in {units}, ordered in {', '.join(sorted(ordered))}: not comparable"
        yield Finding("unit-mismatch", "info", evidence.stream, message, addresses(other))


def check_paid_more_than_value(evidence: Evidence) -> Iterable[Finding]:
    """More paid, less what was or may have been refunded, than the contract is or may be worth.

    Other currencies are not compared.
    """
    deal, upper = evidence.deal, evidence.upper
    if deal is None or upper is None or deal.value is None:
        return
    value = _larger(deal.value, upper.value)
    refunded = {money.currency: money.amount for money in upper.refunded}
    for paid in deal.paid:
        net = paid.amount - refunded.get(paid.currency, 0)
        if value is not None and paid.currency == value.currency and net > value.amount:
            yield Finding(
                "paid-more-than-value",
                _exceeding(paid, value),
                evidence.stream,
                f"paid {paid}, value {value}",
                addresses(evidence.of(TranchePaid)),
            )


def _larger(one: Money, other: Money | None) -> Money | None:
    """The larger of two values a contract may have; None where their currencies differ, or one is not known."""
    if other is None or one.currency != other.currency:
        return None
    return max(one, other, key=lambda money: money.amount)


def _exceeding(amount: Money | Quantity, limit: Money | Quantity) -> Severity:
    """With rounded amounts the excess is not definite."""
    return "warning" if amount.approximate or limit.approximate else "error"


def check_delivery_before_signature(evidence: Evidence) -> Iterable[Finding]:
    """A delivery definitely before the contract was signed."""
    signed = evidence.of(ContractSigned)
    if not signed:
        return
    for delivery in evidence.of(Delivered, DeliveryBegun, DeliveryCompleted):
        if delivery.event.on.last < signed[0].event.on.first:
            yield Finding(
                "delivery-before-signature",
                "error",
                evidence.stream,
                f"{delivery.event.name} on {delivery.event.on}, contract signed on {signed[0].event.on}",
                addresses([delivery, signed[0]]),
            )


def check_after_termination(evidence: Evidence) -> Iterable[Finding]:
    """Anything definitely after a cancellation or termination; repairs of the record are no occurrences."""
    for end in evidence.of(Terminated, Cancelled):
        for later in evidence.certain:
            if later.event.on.first > end.event.on.last:
                yield Finding(
                    "after-termination",
                    "error",
                    evidence.stream,
                    f"{later.event.name} on {later.event.on}, after the deal was {end.event.name} on {end.event.on}",
                    addresses([later, end]),
                )


def check_waiver_authority(evidence: Evidence) -> Iterable[Finding]:
    """A waiver with no authority: by nobody known, or on no legal basis."""
    for waiver in evidence.of(WaiverGranted):
        event = waiver.event
        assert isinstance(event, WaiverGranted)
        if event.by.is_unknown:
            lacking = "nobody is named who granted it"
        elif not event.basis:
            lacking = "no legal basis is named"
        else:
            continue
        yield Finding(
            "waiver-without-authority",
            "warning",
            evidence.stream,
            f"waiver-granted on {event.on}: {lacking}",
            addresses([waiver]),
        )


def check_listed_before(evidence: Evidence) -> Iterable[Finding]:
    """A row of a register that may be what it had listed as another deal."""
    for occurrence in evidence.of(Listed):
        event = occurrence.event
        assert isinstance(event, Listed)
        if event.perhaps:
            message = f"{event.listed_in} may mean by this row what it had listed as {', '.join(event.perhaps)}"
            entries = addresses([occurrence])
            yield Finding("perhaps-listed-before", "info", evidence.stream, message, entries, "perhaps")


def check_listed_once(evidence: Evidence) -> Iterable[Finding]:
    """A row that stands in a register more than once."""
    for occurrence in evidence.of(Listed):
        event = occurrence.event
        assert isinstance(event, Listed)
        if len(event.rows) > 1:
            message = f"{event.listed_in} has {len(event.rows)} rows that say the same; they are taken for one deal"
            entries = addresses([occurrence])
            yield Finding("listed-more-than-once", "info", evidence.stream, message, entries, "rows")
