"""The words that states, findings and rows are told in: the stages of a deal, the outcomes of an expectation.

They stand apart from the states that they tell of, so that whoever reads rows need not load what makes them.
"""

from __future__ import annotations

from typing import Final, Literal

Stage = Literal[
    "prospective",
    "pledged",
    "approved",
    "agreed",
    "signed",
    "delivering",
    "delivered",
    "completed",
    "suspended",
    "cancelled",
    "terminated",
]
"""How far a deal has come."""
OPEN: Final[tuple[Stage, ...]] = ("signed", "delivering")
"""The stages of an open order."""
SanctionStatus = Literal["threatened", "imposed", "in-effect", "waived", "lifted", "withdrawn"]
"""How far a line of sanctions has come."""
EngagementStatus = Literal["expected", "scheduled", "postponed", "cancelled", "held"]
"""How far a meeting has come."""
FrameworkStatus = Literal["expected", "signed", "in-force", "expired", "terminated"]
"""How far a framework agreement has come."""
Outcome = Literal[
    "pending",
    "overdue",
    "met",
    "met-early",
    "met-late",
    "indeterminate",
    "partially-met",
    "moot",
    "withdrawn",
    "revised",
    "kept",
    "broken",
]
"""What became of an expectation."""
LATE: Final[tuple[Outcome, ...]] = ("overdue", "partially-met")
"""The outcomes of what is overdue, in whole or in part."""
Modality = Literal["planned", "scheduled", "expected", "likely", "promised", "threatened", "ruled-out"]
"""How firmly something is expected."""
Format = Literal["summit", "2+2", "visit", "commission", "dialogue", "call"]
"""What kind of meeting it is."""
Strength = Literal["warn", "threaten", "ultimatum"]
"""How strong a threat of sanctions is."""
Position = Literal["no-determination", "under-review", "will", "will-not"]
"""What an authority says that it will do."""
Status = Literal["fact", "reported", "claim", "denial", "inference"]
"""How an entry says what it says."""
Relation = Literal[
    "part-of",
    "succeeds",
    "resale-of",
    "supplied-from",
    "offset-of",
    "in-exchange-for",
    "caused-by",
    "same-deal-as",
    "listed-as",
    "split-from",
    "merged-into",
]
"""What a stream is to another one."""
Severity = Literal["error", "warning", "info"]
"""How grave a finding is."""
FindingCode = Literal[
    "delivered-more-than-ordered",
    "paid-more-than-value",
    "gone-more-than-delivered",
    "delivery-before-signature",
    "after-ending",
    "contract-after-ending",
    "two-endings",
    "contested",
    "tie",
    "denied",
    "unverified",
    "disputed",
    "unreadable",
    "perhaps-the-same",
    "perhaps-the-sum",
    "contradicts-total",
    "order-unknown",
    "out-of-order",
    "waiver-without-authority",
    "not-comparable",
    "organisation",
    "perhaps-listed-before",
    "listed-more-than-once",
]
"""What does not fit."""
Revision = Literal["value", "flag", "comment", "vocabulary", "vanished", "reappeared", "new", "duplicate"]
"""How a release changes a row: a count, year, volume or condition; a mark of uncertainty; the comment; a renamed
category, country or designation; a row that is gone, back, or new; how often it stands there."""
REVISION_ORDER: Final[tuple[Revision, ...]] = (
    "new",
    "vanished",
    "reappeared",
    "value",
    "flag",
    "comment",
    "vocabulary",
    "duplicate",
)
"""The same in the order in which they are told."""
Direction = Literal["up", "down", "later", "earlier"]
"""Where a revision goes: a number or volume up or down, a year or window later or earlier."""
REGISTER_COLUMNS: Final = (
    "reference",
    "recipient",
    "supplier",
    "designation",
    "designation_by_year",
    "description",
    "category",
    "order_year",
    "ordered",
    "delivered",
    "years",
    "deliveries",
    "periods",
    "condition",
    "comment",
    "estimate",
    "local_production",
    "volume_per_unit",
    "volume_ordered",
    "volume_delivered",
    "rows",
)
"""The columns of a register's row, in their order. How often a row stands in its release, ``rows``, counts as one."""
