"""What shows that a deal is ordinary: one order, deliveries of it and in its time, told by one source.

Most rows of registers are such deals. Each function here is False only where its checks find nothing, whatever the day.
"""

from __future__ import annotations

from typing import Final

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.contract import Amended, ContractSigned, Opened, OptionExercised
from armsledger.domain.events.delivery import Delivered, DeliveryBegun, DeliveryCompleted
from armsledger.domain.events.register import Listed
from armsledger.domain.findings.check import Told
from armsledger.domain.states.tallies import COUNTED

DELIVERIES: Final = (Delivered, DeliveryBegun, DeliveryCompleted)
IN_ANY_ORDER: Final = frozenset({Opened, ContractSigned, Delivered, Listed})
"""The life cycle orders an opening before a contract and a delivery; all else of these changes other fields."""


def can_exceed_order(told: Told) -> bool:
    """Whether more can be delivered than is ordered, or what is counted otherwise.

    Not of one quantity that nothing changes: what is certain of some increments is at most the sum of all.
    """
    delivered, signed = told.of(Delivered), told.of(ContractSigned)
    changes = told.has(Amended, OptionExercised)
    if not delivered or not (signed or changes):
        return False
    if changes or len(signed) > 1 or told.is_partly_claimed:
        return True
    contract = signed[0].event.__dict__
    ordered = contract["quantity"]
    if contract["items"] or ordered is None:
        return bool(contract["items"])
    measure, left = ordered.measure, ordered.most
    for one in delivered:
        event = one.event.__dict__
        quantity = event["quantity"]
        if quantity is not None:
            if event["so_far"] or quantity.measure != measure:
                return True
            left -= quantity.most
    return not left >= 0


def can_be_doubted(told: Told) -> bool:
    """Whether parts of a sum can be one, or contradict a total: several sources tell of them, or there is a total."""
    for event in COUNTED.keys() & told.events:
        counted = told.of(event)
        if any(one.event.__dict__.get("so_far") for one in counted):
            return True
        if len(counted) > 1:
            witness = told.belief.witness
            if len({witness(entry) for one in counted for entry in one.entries}) > 1:
                return True
    return False


def can_be_out_of_order(told: Told) -> bool:
    """Whether something can lie in a wrong order, or its order be unknown and matter."""
    opened, signed = told.of(Opened), told.of(ContractSigned)
    is_simple = told.events <= IN_ANY_ORDER and not told.is_partly_claimed and len(opened) < 2 and len(signed) < 2
    if not is_simple or any(one.event.__dict__["until"] is not None for one in signed):
        return told.course.can_turn or told.course.can_be_misordered
    steps = [*signed, *told.of(Delivered)]
    return any(opening.sure.on.first > step.sure.on.last for opening in opened for step in steps)


def can_precede_signature(told: Told) -> bool:
    """Whether a delivery is definitely before a contract."""
    return any(_is_before(delivery, signed) for signed in told.of(ContractSigned) for delivery in told.of(*DELIVERIES))


def _is_before(one: Occurrence, other: Occurrence) -> bool:
    return one.last < other.first
