"""Findings: what does not fit in a history. They are data; nothing is refused for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple

from armsledger.domain.belief import Belief
from armsledger.domain.entry import Entry
from armsledger.domain.events import deal as events
from armsledger.domain.occurrence import Occurrence
from armsledger.domain.states.deal import Deal, fold_deal
from armsledger.domain.states.state import happened
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity

Severity = Literal["error", "warning", "info"]


class Finding(NamedTuple):
    """Something that does not fit: what, how grave, in which entries; for a contested field also the deciding rule."""

    code: str
    severity: Severity
    stream: str
    message: str
    entries: tuple[str, ...]
    field: str | None = None
    rule: str | None = None


class Evidence(NamedTuple):
    """What a check looks at: one stream's belief, what is certain and possible by a day, and the deal in both."""

    stream: str
    belief: Belief
    certain: Sequence[Occurrence]
    possible: Sequence[Occurrence]
    deal: Deal | None
    upper: Deal | None


Check = Callable[[Evidence], Iterable[Finding]]


def findings_at(stream: str, belief: Belief, day: date) -> tuple[Finding, ...]:
    """All findings of a stream at the end of a day."""
    certain, possible = happened(belief, day.toordinal())
    deal = fold_deal(certain) if stream.startswith("deal/") else None
    upper = fold_deal(possible) if deal is not None and len(possible) > len(certain) else deal
    evidence = Evidence(stream, belief, certain, possible, deal, upper)
    checks = CHECKS if deal is None else (*DEAL_CHECKS, *CHECKS)
    return tuple(finding for check in checks for finding in check(evidence))


def addresses(occurrences: Iterable[Occurrence]) -> tuple[str, ...]:
    """The addresses of the preferred statements."""
    return tuple(occurrence.entry.address for occurrence in occurrences)


def _of(evidence: Evidence, *kinds: type) -> list[Occurrence]:
    return [occurrence for occurrence in evidence.certain if isinstance(occurrence.event, kinds)]


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
                addresses(_of(evidence, events.Delivered)),
            )


def check_units_of_delivery(evidence: Evidence) -> Iterable[Finding]:
    """Deliveries counted in another unit than the order: the two cannot be compared."""
    deal = evidence.deal
    if deal is None or not deal.ordered:
        return
    ordered = {quantity.unit for quantity in deal.ordered}
    other = [o for o in _of(evidence, events.Delivered) if o.event.quantity.unit not in ordered]  # type: ignore[attr-defined]  # narrowed by _of
    if other:
        units = ", ".join(sorted({o.event.quantity.unit for o in other}))  # type: ignore[attr-defined]  # narrowed by _of
        message = f"delivered in {units}, ordered in {', '.join(sorted(ordered))}: not comparable"
        yield Finding("unit-mismatch", "info", evidence.stream, message, addresses(other))


def check_listed_before(evidence: Evidence) -> Iterable[Finding]:
    """A row of a register that may be what it had listed as another deal."""
    for occurrence in _of(evidence, events.Listed):
        event = occurrence.event
        assert isinstance(event, events.Listed)
        if event.perhaps:
            message = f"{event.listed_in} may mean by this row what it had listed as {', '.join(event.perhaps)}"
            entries = addresses([occurrence])
            yield Finding("perhaps-listed-before", "info", evidence.stream, message, entries, "perhaps")


def check_listed_once(evidence: Evidence) -> Iterable[Finding]:
    """A row that stands in a register more than once."""
    for occurrence in _of(evidence, events.Listed):
        event = occurrence.event
        assert isinstance(event, events.Listed)
        if len(event.rows) > 1:
            message = f"{event.listed_in} has {len(event.rows)} rows that say the same; they are taken for one deal"
            entries = addresses([occurrence])
            yield Finding("listed-more-than-once", "info", evidence.stream, message, entries, "rows")


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
                addresses(_of(evidence, events.TranchePaid)),
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
    signed = _of(evidence, events.ContractSigned)
    if not signed:
        return
    for delivery in _of(evidence, events.Delivered, events.DeliveryBegun, events.DeliveryCompleted):
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
    for end in _of(evidence, events.Terminated, events.Cancelled):
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
    for waiver in _of(evidence, events.WaiverGranted):
        event = waiver.event
        assert isinstance(event, events.WaiverGranted)
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


def check_contested(evidence: Evidence) -> Iterable[Finding]:
    """Sources that disagree about one occurrence."""
    for occurrence in evidence.possible:
        for contest in occurrence.contests:
            told = "; ".join(f"{getattr(e.event, contest.field)} ({e.event.source})" for e in contest.entries)
            yield Finding(
                "contested",
                "warning",
                evidence.stream,
                f"{occurrence.event.name}: sources differ in {contest.field}: {told}; the first is taken",
                tuple(entry.address for entry in contest.entries),
                contest.field,
                contest.rule,
            )


def check_denied(evidence: Evidence) -> Iterable[Finding]:
    """An occurrence that somebody denies."""
    for occurrence in evidence.possible:
        if occurrence.denials:
            who = ", ".join(sorted({entry.event.source or "?" for entry in occurrence.denials}))
            verdict = "it stands" if occurrence.established else "it does not count as certain"
            yield Finding(
                "denied",
                "warning",
                evidence.stream,
                f"{occurrence.event.name} is denied by {who}; {verdict}",
                _all_addresses(occurrence.entries, occurrence.denials),
            )


def check_unverified(evidence: Evidence) -> Iterable[Finding]:
    """An occurrence for which only claims or inferences speak."""
    for occurrence in evidence.possible:
        if not occurrence.established and not occurrence.denials:
            yield Finding(
                "unverified",
                "info",
                evidence.stream,
                f"{occurrence.event.name} rests on a {occurrence.entry.event.status} alone; it counts as possible only",
                _all_addresses(occurrence.entries),
            )


def check_disputed(evidence: Evidence) -> Iterable[Finding]:
    """An entry that somebody disputes."""
    known = {entry.id: entry for entry in evidence.belief.entries}
    for target, disputes in evidence.belief.repairs.disputed_by.items():
        entry = known.get(target)
        if entry is None or target in evidence.belief.repairs.retracted_by:
            continue
        reasons = "; ".join(getattr(dispute.event, "reason", None) or "no reason given" for dispute in disputes)
        yield Finding(
            "disputed",
            "warning",
            evidence.stream,
            f"{entry.event.name} is disputed: {reasons}",
            _all_addresses([entry], disputes),
        )


def _all_addresses(*groups: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(entry.address for group in groups for entry in group)


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
CHECKS: tuple[Check, ...] = (check_contested, check_denied, check_unverified, check_disputed)
