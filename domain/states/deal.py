"""A deal: its state, and the stages of its life."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from armsledger.domain.brief import Brief
from armsledger.domain.events.payment import Covered
from armsledger.domain.states.claim import Claim
from armsledger.domain.states.industry import Arrangement
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.licence import Licence
from armsledger.domain.states.link import Link
from armsledger.domain.states.onward import OnwardConsent
from armsledger.domain.states.order import Option
from armsledger.domain.states.pledge import Pledge
from armsledger.domain.states.replace import blank
from armsledger.domain.states.sanction import Sanction
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Line
from armsledger.domain.values.when import When
from armsledger.domain.values.words import OPEN, Stage

Ending = Literal["completed", "cancelled", "terminated"]
LADDER: tuple[Stage, ...] = ("prospective", "pledged", "approved", "agreed", "signed", "delivering", "delivered")
"""The stages a deal climbs; a later event never takes it down a rung."""


@dataclass(frozen=True)
class Listing:
    """What a register says of the deal beside its statements. Volumes are millions of trend-indicator values (TIV)."""

    listed_in: str
    reference: str | None
    comment: str | None
    volume_per_unit: str | None
    volume_ordered: str | None
    volume_delivered: str | None


@dataclass(frozen=True)
class Notice:
    """What a legislature was notified of, or what was offered: by whom or to whom, how many and for how much."""

    reference: str | None
    lines: tuple[Line, ...]
    items: tuple[str, ...]
    amounts: tuple[Money, ...]
    legislature: str | None = None


@dataclass(frozen=True, repr=False)
class Deal(Brief):
    """The state of a deal: one of the two bounds at a date.

    ``supplier`` and ``buyer`` lead; ``suppliers`` and ``buyers`` list all where there are several. ``value`` is in the
    contract's currency, ``equivalents`` is what sources give for it in others. ``ordered``, ``delivered``,
    ``returned``, ``lost``, ``transferred_onward`` and ``in_service`` have one sum per item and unit, ``paid`` and
    ``refunded`` per currency; ``paid_undisclosed`` counts payments whose amount no source gives; ``covers`` are other
    deals that payments were for as well. ``notifications`` are what legislatures were told. ``recipients`` received
    goods in the buyer's place. ``legislation`` holds binding acts. ``until`` is when a lease ends, ``lapsed`` whether
    it has. ``lines`` is the order with its ranges, of which ``ordered`` is the end that belongs to the bound.
    ``stages`` are all the stages that the deal can be in; in the certain bound, the one that it is in.
    """

    began: bool = False
    rung: int = 0
    is_in_full: bool = False
    suspended: bool = False
    suspended_until: When | None = None
    stages: tuple[Stage, ...] = ()
    lines: tuple[Line, ...] = ()
    deliveries_suspended: bool = False
    ended: Ending | None = None
    ended_on: When | None = None
    title: str | None = None
    supplier: Party | None = None
    suppliers: tuple[Party, ...] = ()
    buyer: Party | None = None
    buyers: tuple[Party, ...] = ()
    end_user: Party | None = None
    prime: str | None = None
    items: tuple[Item, ...] = ()
    reference: str | None = None
    mode: str | None = None
    channel: str | None = None
    until: When | None = None
    lapsed: bool = False
    effective: When | None = None
    value: Money | None = None
    equivalents: tuple[Money, ...] = ()
    value_contested: bool = False
    ordered: tuple[Line, ...] = ()
    options: tuple[Option, ...] = ()
    signed_on: When | None = None
    pledges: tuple[Pledge, ...] = ()
    notifications: tuple[Notice, ...] = ()
    offers: tuple[Notice, ...] = ()
    agreement: str | None = None
    approvals: tuple[str, ...] = ()
    approvals_denied: tuple[str, ...] = ()
    paid: tuple[Money, ...] = ()
    paid_undisclosed: int = 0
    refunded: tuple[Money, ...] = ()
    covers: tuple[Covered, ...] = ()
    payment_mechanism: str | None = None
    financing: tuple[str, ...] = ()
    delivered: tuple[Line, ...] = ()
    recipients: tuple[Party, ...] = ()
    returned: tuple[Line, ...] = ()
    lost: tuple[Line, ...] = ()
    transferred_onward: tuple[Line, ...] = ()
    in_service: tuple[Line, ...] = ()
    onward_consents: tuple[OnwardConsent, ...] = ()
    milestones: tuple[str, ...] = ()
    delivery_begun: When | None = None
    counted_from: When | None = None
    surely_counted_from: When | None = None
    reaffirmed_by: tuple[Party, ...] = ()
    licences: tuple[Licence, ...] = ()
    sanctions: tuple[Sanction, ...] = ()
    legislation: tuple[str, ...] = ()
    industry: tuple[Arrangement, ...] = ()
    claims: tuple[Claim, ...] = ()
    links: tuple[Link, ...] = ()
    listings: tuple[Listing, ...] = ()
    expectations: tuple[Judgement, ...] = ()

    @property
    def stage(self) -> Stage:
        """Where the deal stands in its life."""
        return stage_of(self.ended, self.suspended, self.rung, self.is_in_full)

    @property
    def is_open(self) -> bool:
        """Whether the order is open: signed or delivering."""
        return self.stage in OPEN

    def shown(self) -> dict[str, Any]:
        """The stage, and the fields that it does not follow from."""
        fields = {name: value for name, value in super().shown().items() if not isinstance(value, bool | int)}
        return {"stage": self.stage} | {name: fields[name] for name in fields if name not in ("stages", "lines")}


def stage_of(ended: Ending | None, suspended: bool, rung: int, is_in_full: bool) -> Stage:
    """Where a deal stands: its ending, a suspension, or the furthest that was reached."""
    if ended is not None:
        return ended
    if suspended:
        return "suspended"
    return LADDER[DELIVERED if is_in_full else rung]


def staged_by(deal: Deal) -> tuple[object, ...]:
    """What the stage of a deal depends on, now and after whatever comes next."""
    is_counted = deal.counted_from is not None
    return deal.ended, deal.suspended, deal.suspended_until, deal.rung, deal.lines, is_counted


NO_DEAL = blank(Deal)
PLEDGED = LADDER.index("pledged")
APPROVED = LADDER.index("approved")
AGREED = LADDER.index("agreed")
SIGNED = LADDER.index("signed")
DELIVERING = LADDER.index("delivering")
DELIVERED = LADDER.index("delivered")
