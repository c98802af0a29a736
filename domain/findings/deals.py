"""What does not fit in a deal: its amounts, its order in time, its rows in registers, its waivers.

With imprecise dates and rounded amounts, only what is definite is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.contract import (
    Amended,
    Cancelled,
    Completed,
    ContractSigned,
    Terminated,
)
from armsledger.domain.events.delivery import Delivered, DeliveryBegun, DeliveryCompleted
from armsledger.domain.events.payment import TranchePaid
from armsledger.domain.events.register import Listed
from armsledger.domain.events.sanction import WaiverGranted
from armsledger.domain.events.statement import Statement
from armsledger.domain.findings.check import (
    Check,
    Told,
    days_of_certainty,
    days_of_outlooks,
    days_of_state,
    if_told,
)
from armsledger.domain.findings.finding import Finding, addresses, deal_bounds
from armsledger.domain.findings.ordinary import (
    can_be_doubted,
    can_be_out_of_order,
    can_exceed_order,
    can_precede_signature,
)
from armsledger.domain.lifecycle import misordered
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.order import delivered_in, delivered_of
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.states.tallies import COUNTED
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line, Quantity
from armsledger.domain.values.words import FindingCode, Severity

E = TypeVar("E", bound=Statement)
ANSWERED_BY = ("succeeds", "split-from")
"""Relations to another deal that say why a contract follows an ending."""
SAME_DEAL = ("same-deal-as", "succeeds", "split-from", "merged-into")
"""Relations that say what two rows of a register have to do with each other."""
ENDED = (Completed, Cancelled, Terminated)
"""The endings of a deal."""


def _certain(day: StreamDay, *kinds: type[E]) -> list[tuple[Occurrence, E]]:
    """The certain occurrences of some kinds, each with its event."""
    return [(occurrence, occurrence.event) for occurrence in day.certain if isinstance(occurrence.event, kinds)]


def _addresses_of(day: StreamDay, kind: type[E]) -> tuple[str, ...]:
    """The preferred statements of all certain occurrences of a kind."""
    return addresses(occurrence.entry for occurrence, _ in _certain(day, kind))


def check_delivered_more_than_ordered(day: StreamDay) -> Iterable[Finding]:
    """More of a line is delivered than ordered, or possibly ordered, or more of all in one unit.

    Other units are not compared.
    """
    deal, upper = deal_bounds(day)
    by_measure: dict[str, list[Line]] = {}
    for line in deal.lines:
        by_measure.setdefault(line.measure, []).append(line)
    for measure, lines in by_measure.items():
        limits = {line.key: line.most for line in lines}
        for line in upper.lines:
            if line.measure == measure:
                limits[line.key] = max(line.most, limits.get(line.key, 0))
        exceeded = [[line] for line in lines if delivered_of(line, lines, deal.delivered) > limits[line.key]]
        if not exceeded and delivered_in(measure, lines, deal.delivered) > sum(limits.values()):
            exceeded = [lines]
        for ordered in exceeded:
            yield _more_than_ordered(day, deal, ordered)


def _more_than_ordered(day: StreamDay, deal: Deal, ordered: Sequence[Line]) -> Finding:
    is_rounded = any(quantity.approximate for quantity in (*ordered, *deal.delivered))
    return Finding(
        "delivered-more-than-ordered",
        "warning" if is_rounded else "error",
        day.stream,
        f"delivered {', '.join(map(str, deal.delivered))}, ordered {', '.join(map(str, ordered))}",
        _addresses_of(day, Delivered),
    )


SAME_UNIT = "if they are the same thing, 'correct' the quantity to one unit"


def check_units_of_delivery(day: StreamDay) -> Iterable[Finding]:
    """Deliveries are counted in another unit than the order: the two cannot be compared."""
    lines = deal_bounds(day)[0].lines
    ordered = {line.measure for line in lines}
    if not ordered:
        return
    others = [
        (o.entry, event.quantity.unit)
        for o, event in _certain(day, Delivered)
        if event.quantity is not None and event.quantity.measure not in ordered
    ]
    if others:
        units = ", ".join(sorted({unit for _, unit in others}))
        of_order = ", ".join(sorted({line.unit for line in lines}))
        message = f"delivered in {units}, ordered in {of_order}: not comparable; {SAME_UNIT}"
        yield Finding("not-comparable", "info", day.stream, message, addresses(entry for entry, _ in others))


def check_units_of_expectation(day: StreamDay) -> Iterable[Finding]:
    """An expectation is in a unit of another kind than what came: the two cannot be compared."""
    for link in day.belief.expectations:
        outlook = day.course.outlooks.outlook(link)
        if link.revised_by is None and outlook.other_unit_from <= day.ordinal and outlook.other_units:
            units = ", ".join(outlook.other_units)
            wanted = link.quantity or link.amount
            message = f"expected {wanted}, and what came is counted in {units}: not comparable; {SAME_UNIT}"
            yield Finding("not-comparable", "info", day.stream, message, addresses([link.entry]), "quantity")


DOUBTS: dict[FindingCode, str] = {
    "perhaps-the-same": "may be one thing in two reports: 'correct' one to say same_as if so, else apart_from",
    "perhaps-the-sum": "may be one, as a whole and piece by piece: 'retract' the whole if so, else say apart_from",
    "contradicts-total": "contradict each other; the better graded side counts",
}
"""What is said of doubts about sums, after what they are about."""


def check_doubts(day: StreamDay) -> Iterable[Finding]:
    """What may be one thing that two sources report, and what contradicts a total."""
    occurrences = day.belief.occurrences
    for event in COUNTED:
        for one in day.course.sums.of(event):
            for doubt in one.tally.doubts:
                if doubt.from_day <= day.ordinal:
                    told = [occurrences[place] for place in doubt.places]
                    what = " and ".join(_counted_words(other.event, COUNTED[event]) for other in told)
                    message = f"{what} {DOUBTS[doubt.code]}"
                    yield Finding(
                        doubt.code,
                        "warning",
                        day.stream,
                        message,
                        addresses(other.entry for other in told),
                        COUNTED[event],
                    )


def _counted_words(event: Statement, field: str) -> str:
    """``delivered 10 tanks in all on 2022-12-31``."""
    amount = getattr(event, field)
    words = (event.name, amount, "in all" if getattr(event, "so_far", None) else None, f"on {event.on}")
    return " ".join(str(word) for word in words if word is not None)


def check_order(day: StreamDay) -> Iterable[Finding]:
    """Things in an order in which they cannot have happened, and things of which the order is not known."""
    things = [one.as_stated for one in day.certain] if day.course.can_be_misordered else []
    for pair in misordered(things):
        before, after = day.certain[pair.before], day.certain[pair.after]
        message = (
            f"{after.event.name} on {after.event.on} lies before {before.event.name} on {before.event.on}: {pair.why}"
        )
        yield Finding("out-of-order", "warning", day.stream, message, addresses([after.entry, before.entry]), "on")
    for one, other in day.course.pairs_of_unknown_order(day.ordinal):
        told = f"{one.event.name} on {one.event.on} and {other.event.name} on {other.event.on}"
        message = f"{told}: which was first is not known; a narrower date (on) of either tells"
        yield Finding("order-unknown", "warning", day.stream, message, addresses([one.entry, other.entry]), "on")


def check_listed_before(day: StreamDay) -> Iterable[Finding]:
    """A row of a register may be what the register had listed as another deal."""
    for occurrence, event in _certain(day, Listed):
        known = {link.to for link in deal_bounds(day)[0].links if link.relation in SAME_DEAL}
        perhaps = [key for key in event.perhaps if key not in known and f"deal/{key}" not in known]
        if perhaps:
            message = f"{event.listed_in} may mean by this row what it had listed as {', '.join(perhaps)}"
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
    """More is paid, less what was for other deals and what is or may be refunded, than the contract is or may be worth.

    Other currencies are not compared; nothing is known where nobody says how much of a payment was for another deal.
    """
    deal, upper = deal_bounds(day)
    if any(covered.amount is None for covered in upper.covers):
        return
    limits = _larger_values(deal, upper)
    back = [*upper.refunded, *(covered.amount for covered in upper.covers if covered.amount is not None)]
    for paid in deal.paid:
        value = limits.get(paid.currency)
        net = paid.least - sum(amount.most for amount in back if amount.currency == paid.currency)
        if value is not None and net > value.most:
            yield Finding(
                "paid-more-than-value",
                _exceeding(paid, value),
                day.stream,
                f"paid {paid}, value {value}",
                _addresses_of(day, TranchePaid),
            )


def _larger_values(deal: Deal, upper: Deal) -> dict[str, Money]:
    """The larger value of a contract in its two bounds, by the currencies in which both give it."""
    values = ({money.currency: money for money in (one.value, *one.equivalents) if money} for one in (deal, upper))
    mine, theirs = values
    return {
        currency: max(value, theirs[currency], key=lambda money: money.most)
        for currency, value in mine.items()
        if currency in theirs
    }


def _exceeding(amount: Money | Quantity, limit: Money | Quantity) -> Severity:
    """With rounded amounts the excess is not definite."""
    return "warning" if amount.approximate or limit.approximate else "error"


def _is_of_nothing(event: Statement) -> bool:
    """Whether it says that nothing has come so far."""
    return isinstance(event, Delivered) and event.quantity is not None and event.quantity.most == 0


def check_delivery_before_signature(day: StreamDay) -> Iterable[Finding]:
    """A delivery is definitely before the contract was signed."""
    signed = _certain(day, ContractSigned)
    if not signed:
        return
    signature, contract = signed[0]
    for delivery, event in _certain(day, Delivered, DeliveryBegun, DeliveryCompleted):
        if delivery.last < signature.first and not _is_of_nothing(event):
            yield Finding(
                "delivery-before-signature",
                "error",
                day.stream,
                f"{event.name} on {event.on}, contract signed on {contract.on}",
                addresses([delivery.entry, signature.entry]),
            )


def check_after_ending(day: StreamDay) -> Iterable[Finding]:
    """A delivery, payment or amendment is definitely after an ending; what an ending leaves open is ordinary."""
    for end, ending in _certain(day, *ENDED)[:1]:
        for later, event in _certain(day, Delivered, DeliveryBegun, DeliveryCompleted, TranchePaid, Amended):
            if later.first > end.last and not getattr(event, "so_far", False):
                yield Finding(
                    "after-ending",
                    "error",
                    day.stream,
                    f"{event.name} on {event.on}, after the deal was {ending.name} on {ending.on}",
                    addresses([later.entry, end.entry]),
                )


def check_contract_after_ending(day: StreamDay) -> Iterable[Finding]:
    """A contract is definitely after an ending: it is a deal of its own, which succeeds this one; a link answers it."""
    if any(link.relation in ANSWERED_BY for link in deal_bounds(day)[0].links):
        return
    for end, ending in _certain(day, *ENDED)[:1]:
        for later, event in _certain(day, ContractSigned):
            if later.first > end.last:
                message = (
                    f"contract-signed on {event.on}, after the deal was {ending.name} on {ending.on}:"
                    " record it as a deal of its own"
                )
                yield Finding(
                    "contract-after-ending", "warning", day.stream, message, addresses([later.entry, end.entry])
                )


def check_endings(day: StreamDay) -> Iterable[Finding]:
    """There is more than one ending: the first holds."""
    endings = _certain(day, *ENDED)
    if len(endings) > 1:
        message = ", ".join(f"{event.name} on {event.on}" for _, event in endings) + ": the first holds"
        yield Finding("two-endings", "error", day.stream, message, addresses(end.entry for end, _ in endings))


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


def _expects_an_amount(told: Told) -> bool:
    return any(link.quantity or link.amount for link in told.belief.expectations)


def _is_perhaps_another(told: Told) -> bool:
    return any(one.event.__dict__["perhaps"] for one in told.of(Listed))


def _is_in_several_rows(told: Told) -> bool:
    return any(len(one.event.__dict__["rows"]) > 1 for one in told.of(Listed))


DEAL_CHECKS: tuple[Check, ...] = (
    Check(check_delivered_more_than_ordered, can_exceed_order, days_of_state),
    Check(check_doubts, can_be_doubted, days_of_certainty),
    Check(check_order, can_be_out_of_order, days_of_certainty),
    Check(check_units_of_delivery, can_exceed_order, days_of_certainty),
    Check(check_units_of_expectation, _expects_an_amount, days_of_outlooks),
    Check(check_listed_before, _is_perhaps_another, days_of_certainty),
    Check(check_listed_once, _is_in_several_rows, days_of_certainty),
    Check(check_paid_more_than_value, if_told(TranchePaid), days_of_state),
    Check(check_delivery_before_signature, can_precede_signature, days_of_certainty),
    Check(check_after_ending, if_told(*ENDED), days_of_certainty),
    Check(check_contract_after_ending, if_told(*ENDED), days_of_certainty),
    Check(check_endings, lambda told: len(told.of(*ENDED)) > 1, days_of_certainty),
    Check(check_waiver_authority, if_told(WaiverGranted), days_of_certainty),
)
"""Checks of a deal."""
