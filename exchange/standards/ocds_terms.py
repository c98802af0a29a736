"""The terms of OCDS 1.1 for what a ledger holds: types of milestones, statuses, and currencies that it lacks.

The field `EXTENSION`, on any object, holds what the standard has no field for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from armsledger.domain.beliefs.expectation import Expectation
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.words import Outcome
from armsledger.exchange.standards.facts import is_total

EXTENSION: Final = "armsledger"
UNREGISTERED: Final = "unregistered"
"""The prefix of identifiers unless another is given; those of publishers begin with ``ocds-`` and are registered."""
CURRENCIES_LACKING: Final = frozenset({
    "ARL", "ARM", "BAN", "BGM", "BGO", "BOL", "BRZ", "CLE", "CNH", "CNX", "KRH", "KRO",
    "MAF", "MCF", "MDC", "MKN", "MVP", "SLE", "VED", "VNN", "XCG", "YUR", "ZWG",
})  # fmt: skip
"""Currencies that a ledger can hold and the standard's closed list of codes lacks."""
MILESTONE_TYPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("approval-granted", "approval-denied", "notified"), "approval"),
    **dict.fromkeys(("licence-applied", "licence-granted", "licence-denied"), "approval"),
    **dict.fromkeys(("pledged", "pledge-withdrawn", "offer-issued"), "preProcurement"),
    **dict.fromkeys(("agreement-signed", "contract-signed"), "preProcurement"),
    **dict.fromkeys(("tranche-paid", "payment-scheduled"), "financing"),
    **dict.fromkeys(("delivery-scheduled", "delivery-begun", "delivered", "delivery-completed"), "delivery"),
    **dict.fromkeys(("milestone-reached", "completed"), "delivery"),
    **dict.fromkeys(("accepted", "tested", "inducted"), "assessment"),
}
"""Events that are milestones, if they happen or are expected, and their types."""
PLANNING: Final = frozenset({
    "pledged", "pledge-withdrawn", "approval-granted", "approval-denied", "notified", "licence-applied",
    "licence-granted", "licence-denied", "offer-issued", "agreement-signed",
})  # fmt: skip
"""Events that are milestones of the planning."""
NOT_MET: Final = frozenset({"approval-denied", "licence-denied"})
"""Milestones that were not met on the day of the event."""
MET: Final = frozenset({
    "milestone-reached", "delivery-begun", "delivered", "delivery-completed", "accepted", "tested", "inducted",
})  # fmt: skip
"""Events that are milestones of the implementation when they have happened."""
PAYMENTS: Final = frozenset({"tranche-paid", "payment-refunded"})
"""Events that are transactions, save totals."""
TOTALS: Final = MET | {"tranche-paid"}
"""Events of which a total is a milestone."""
SCHEDULED: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "delivery-scheduled": ("window", frozenset({"delivered", "delivery-completed"})),
    "payment-scheduled": ("due", frozenset({"tranche-paid"})),
}
"""Events that schedule a milestone: the field of its date, and the events of the same tranche that meet it."""
CONTRACTUAL: Final = SCHEDULED.keys() | {"contract-signed", "amended"}
"""Events that there are only with a contract, beside payments and what is reached."""
EXPECTED: Final = (
    MILESTONE_TYPES.keys()
    - {"notified", "licence-applied", "offer-issued", "pledge-withdrawn"}
    - NOT_MET
    - SCHEDULED.keys()
)
"""Events that are milestones if they are expected; a threat of sanctions is none."""
IN_OTHER_FIELDS: Final = frozenset(
    {"opened", "contract-signed", "amended", "tranche-paid", "payment-refunded", "completed", "cancelled", "terminated"}
)
"""Events that the standard has other fields for; links are its related processes."""
DETAILS: Final[Mapping[str, tuple[str, ...]]] = {
    "opened": ("on", "channel"),
    "contract-signed": ("reference", "mode", "place"),
    "tranche-paid": ("tranche", "share", "part"),
    "payment-refunded": ("tranche", "reason"),
    "cancelled": ("by", "reason"),
    "terminated": ("by", "reason"),
    "completed": ("reason",),
}
"""Fields of events that the standard has a place for, which itself has no field for them."""
PLACES: Final = PLANNING | MET | IN_OTHER_FIELDS | SCHEDULED.keys()
"""Events that the standard has a field or a milestone for."""
STATUSES: Final[Mapping[str, str]] = {
    "signed": "active",
    "delivering": "active",
    "delivered": "active",
    "suspended": "active",
    "completed": "terminated",
    "terminated": "terminated",
    "cancelled": "cancelled",
}
"""The status of a contract by the stage of the deal; one that is not signed yet is pending."""
OUTCOMES: Final[Mapping[Outcome, str | None]] = {
    "pending": "scheduled",
    "overdue": "scheduled",
    "indeterminate": "scheduled",
    "met": "met",
    "met-early": "met",
    "met-late": "met",
    "partially-met": "partiallyMet",
    "moot": "notMet",
    "withdrawn": "notMet",
    "revised": None,
    "kept": None,
    "broken": None,
}
"""The status of an expected milestone; None where a revision stands in its place, or it was never to come."""


def is_milestone(expectation: Expectation) -> bool:
    """Whether the standard has a milestone for what is expected: for a step of the deal that is to come."""
    return expectation.what.event in EXPECTED and expectation.modality != "ruled-out"


def has_place(event: Statement) -> bool:
    """Whether the standard has a field for an event; for a total it has one where there is something."""
    if is_total(event):
        total = getattr(event, "quantity", None) or getattr(event, "amount", None)
        return event.name in TOTALS and (total is None or total.most > 0)
    return event.name in PLACES


def is_reached(event: Statement) -> bool:
    """Whether an event is a milestone of the implementation that is reached."""
    return has_place(event) and (event.name in MET or is_total(event))


def is_of_contract(event: Statement) -> bool:
    """Whether there is a contract where an event has happened, even if no source tells of its signature."""
    is_payment = event.name in PAYMENTS and not is_total(event)
    return event.name in CONTRACTUAL or is_payment or is_reached(event)
