"""The terms of OCDS 1.1 for what a ledger holds: types of milestones, statuses, and currencies that it lacks.

The field `EXTENSION`, on any object, holds what the standard has no field for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from armsledger.domain.events.contract import (
    AgreementSigned,
    Amended,
    ApprovalGranted,
    Cancelled,
    Completed,
    ContractSigned,
    Notified,
    OfferIssued,
    Opened,
    Terminated,
)
from armsledger.domain.events.delivery import (
    Accepted,
    Delivered,
    DeliveryBegun,
    DeliveryCompleted,
    DeliveryScheduled,
    Inducted,
    Tested,
)
from armsledger.domain.events.licence import LicenceApplied, LicenceGranted
from armsledger.domain.events.payment import PaymentRefunded, PaymentScheduled, TranchePaid
from armsledger.domain.events.statement import Statement
from armsledger.domain.states.judgement import Outcome

EXTENSION: Final = "armsledger"
UNREGISTERED: Final = "unregistered"
"""The prefix of identifiers unless another is given; those of publishers begin with ``ocds-`` and are registered."""
CURRENCIES_LACKING: Final = frozenset({
    "ARL", "ARM", "BAN", "BGM", "BGO", "BOL", "BRZ", "CLE", "CNH", "CNX", "KRH", "KRO",
    "MAF", "MCF", "MDC", "MKN", "MVP", "SLE", "VED", "VNN", "XCG", "YUR", "ZWG",
})  # fmt: skip
"""Currencies that a ledger can hold and the standard's closed list of codes lacks."""
PLANNING: Final[Mapping[type, str]] = {
    ApprovalGranted: "approval",
    Notified: "approval",
    LicenceApplied: "approval",
    LicenceGranted: "approval",
    OfferIssued: "preProcurement",
    AgreementSigned: "preProcurement",
}
"""Events that are milestones of the planning, and their types."""
SCHEDULED: Final[Mapping[type, tuple[str, str, tuple[type, ...]]]] = {
    DeliveryScheduled: ("delivery", "window", (Delivered, DeliveryCompleted)),
    PaymentScheduled: ("financing", "due", (TranchePaid,)),
}
"""Milestones that are scheduled: their types, the field of the date, and the events that meet them, by tranche."""
MET: Final[Mapping[type, str]] = {
    DeliveryBegun: "delivery",
    Delivered: "delivery",
    DeliveryCompleted: "delivery",
    Accepted: "assessment",
    Tested: "assessment",
    Inducted: "assessment",
}
"""Milestones that were met, and their types."""
IN_OTHER_FIELDS: Final = (
    Opened,
    ContractSigned,
    Amended,
    TranchePaid,
    PaymentRefunded,
    Completed,
    Cancelled,
    Terminated,
)
STATUSES: Final[Mapping[str, str]] = {
    "signed": "active",
    "delivering": "active",
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
}
"""The status of an expected milestone; None where a revision stands in its place."""
EXPECTED_TYPES: Final[Mapping[str, str]] = {
    "approval-granted": "approval",
    "licence-granted": "approval",
    "agreement-signed": "preProcurement",
    "contract-signed": "preProcurement",
    "tranche-paid": "financing",
    "delivery-begun": "delivery",
    "delivered": "delivery",
    "delivery-completed": "delivery",
    "completed": "delivery",
    "accepted": "assessment",
    "tested": "assessment",
    "inducted": "assessment",
}
"""Events that are milestones if they are expected, and their types; a threat of sanctions is none."""


def has_place(event: Statement) -> bool:
    """Whether the standard has a field for an event."""
    kind = type(event)
    return kind in PLANNING or kind in SCHEDULED or kind in MET or isinstance(event, IN_OTHER_FIELDS)
