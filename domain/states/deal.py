"""A deal: its state, and how each event changes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, assert_never

from armsledger.domain.events import deal as events
from armsledger.domain.expectation import Judgement
from armsledger.domain.occurrence import Contest, Occurrence
from armsledger.domain.states.replace import blank, replace
from armsledger.domain.states.sanction import Sanction, SanctionEvent, evolve_sanctions
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money, add_money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity, add_quantity
from armsledger.domain.values.when import When

Stage = Literal[
    "prospective",
    "approved",
    "agreed",
    "signed",
    "delivering",
    "completed",
    "suspended",
    "cancelled",
    "terminated",
]
LADDER: tuple[Stage, ...] = ("prospective", "approved", "agreed", "signed", "delivering")
"""The stages a deal climbs; a later event never takes it down a rung."""

LicenceEvent = (
    events.LicenceApplied
    | events.LicenceGranted
    | events.LicenceDenied
    | events.LicenceSuspended
    | events.LicenceRevoked
    | events.LicenceExpired
)
DealEvent = (
    events.Opened
    | events.ApprovalGranted
    | events.Notified
    | events.OfferIssued
    | events.AgreementSigned
    | events.ContractSigned
    | events.Amended
    | events.Suspended
    | events.Cancelled
    | events.Terminated
    | events.Resumed
    | events.Completed
    | events.CommitmentReaffirmed
    | events.PaymentMechanismAgreed
    | events.FinancingAgreed
    | events.PaymentScheduled
    | events.TranchePaid
    | events.PaymentDelayed
    | events.PaymentRefunded
    | events.DeliveryScheduled
    | events.DeliveryBegun
    | events.Delivered
    | events.DeliveryCompleted
    | events.DeliverySuspended
    | events.DeliveryResumed
    | events.Accepted
    | events.Inducted
    | events.Tested
    | LicenceEvent
    | SanctionEvent
    | events.LegislativeAction
    | events.Listed
)


@dataclass(frozen=True)
class Licence:
    """Where an authority stands on one export licence."""

    authority: str
    reference: str | None
    status: str
    until: When | None = None


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
class Deal:
    """The state of a deal: one of the two bounds at a date.

    ``ordered``, ``paid``, ``refunded`` and ``delivered`` have one sum per unit or currency;
    ``paid_undisclosed`` counts payments whose amount no source gives; ``legislation`` holds binding acts.
    """

    began: bool = False
    rung: int = 0
    suspended: bool = False
    deliveries_suspended: bool = False
    ended: Literal["completed", "cancelled", "terminated"] | None = None
    ended_on: When | None = None
    title: str | None = None
    supplier: Party | None = None
    buyer: Party | None = None
    end_user: Party | None = None
    prime: str | None = None
    items: tuple[Item, ...] = ()
    reference: str | None = None
    mode: str | None = None
    value: Money | None = None
    value_contested: bool = False
    ordered: tuple[Quantity, ...] = ()
    signed_on: When | None = None
    approvals: tuple[str, ...] = ()
    paid: tuple[Money, ...] = ()
    paid_undisclosed: int = 0
    refunded: tuple[Money, ...] = ()
    payment_mechanism: str | None = None
    financing: tuple[str, ...] = ()
    delivered: tuple[Quantity, ...] = ()
    delivery_begun: When | None = None
    reaffirmed_by: tuple[Party, ...] = ()
    licences: tuple[Licence, ...] = ()
    sanctions: tuple[Sanction, ...] = ()
    legislation: tuple[str, ...] = ()
    listings: tuple[Listing, ...] = ()
    expectations: tuple[Judgement, ...] = ()

    @property
    def stage(self) -> Stage:
        """Where the deal stands in its life."""
        if self.ended is not None:
            return self.ended
        return "suspended" if self.suspended else LADDER[self.rung]


Ending = Literal["completed", "cancelled", "terminated"]
_ENDS: dict[type, Ending] = {
    events.Completed: "completed",
    events.Cancelled: "cancelled",
    events.Terminated: "terminated",
}
NO_DEAL = blank(Deal)
APPROVED = LADDER.index("approved")
AGREED = LADDER.index("agreed")
SIGNED = LADDER.index("signed")
DELIVERING = LADDER.index("delivering")


def fold_deal(occurrences: Iterable[Occurrence]) -> Deal:
    """The state after occurrences, in the order of the fold."""
    deal = NO_DEAL
    for occurrence in occurrences:
        deal = evolve(deal, occurrence.event, contested=occurrence.contests)  # type: ignore[arg-type]  # a deal's stream holds deal events
    return deal


def evolve(deal: Deal, event: DealEvent, *, contested: Iterable[Contest] = ()) -> Deal:
    """The state after one event; never refuses."""
    match event:
        case events.TranchePaid():
            if event.amount is None:
                return replace(deal, paid_undisclosed=deal.paid_undisclosed + 1)
            return replace(deal, paid=add_money(deal.paid, event.amount))
        case events.Delivered():
            return _delivered(deal, event)
        case events.SanctionEvent():
            return replace(deal, sanctions=evolve_sanctions(deal.sanctions, event))
        case events.DeliveryBegun():
            begun = event.on if deal.delivery_begun is None else deal.delivery_begun
            return replace(deal, began=True, rung=DELIVERING, delivery_begun=begun)
        case events.Opened():
            return _opened(deal, event)
        case events.ContractSigned():
            return _signed(deal, event, contested=contested)
        case events.ApprovalGranted():
            approvals = (*deal.approvals, event.authority)
            return replace(deal, began=True, rung=max(deal.rung, APPROVED), approvals=approvals)
        case events.AgreementSigned():
            return replace(deal, began=True, rung=max(deal.rung, AGREED))
        case events.Amended():
            return _amended(deal, event, contested=contested)
        case events.Suspended():
            return replace(deal, began=True, suspended=True)
        case events.Resumed():
            return replace(deal, suspended=False)
        case events.Cancelled() | events.Terminated() | events.Completed():
            return replace(deal, began=True, ended=_ENDS[type(event)], ended_on=event.on)
        case events.CommitmentReaffirmed():
            fresh = tuple(party for party in event.by if party not in deal.reaffirmed_by)
            return replace(deal, reaffirmed_by=(*deal.reaffirmed_by, *fresh))
        case events.PaymentMechanismAgreed():
            words = " by ".join(part for part in (event.currency, event.route) if part)
            return replace(deal, payment_mechanism=words or "agreed")
        case events.FinancingAgreed():
            return replace(deal, financing=(*deal.financing, _financing(event)))
        case events.PaymentRefunded():
            return deal if event.amount is None else replace(deal, refunded=add_money(deal.refunded, event.amount))
        case events.LegislativeAction():
            if not event.binding:
                return deal
            act = ": ".join(part for part in (event.by, event.instrument or event.stage) if part)
            return replace(deal, legislation=(*deal.legislation, act))
        case events.Listed():
            return replace(deal, listings=_listed(deal.listings, event))
        case events.DeliverySuspended():
            return replace(deal, deliveries_suspended=True)
        case events.DeliveryResumed():
            return replace(deal, deliveries_suspended=False)
        case events.LicenceEvent():
            return replace(deal, licences=_licensed(deal.licences, event))
        case (
            events.Notified()
            | events.OfferIssued()
            | events.PaymentScheduled()
            | events.PaymentDelayed()
            | events.DeliveryScheduled()
            | events.DeliveryCompleted()
            | events.Accepted()
            | events.Inducted()
            | events.Tested()
        ):
            return deal
    assert_never(event)


def _opened(deal: Deal, event: events.Opened) -> Deal:
    return replace(
        deal,
        began=True,
        title=event.title,
        supplier=event.supplier,
        buyer=event.buyer,
        items=event.items,
        end_user=event.end_user,
        prime=event.prime,
    )


def _signed(deal: Deal, event: events.ContractSigned, *, contested: Iterable[Contest]) -> Deal:
    return replace(
        deal,
        began=True,
        rung=max(deal.rung, SIGNED),
        reference=event.reference,
        mode=event.mode,
        value=event.value,
        value_contested=_is_contested("value", contested),
        ordered=() if event.quantity is None else (event.quantity,),
        signed_on=event.on,
    )


def _amended(deal: Deal, event: events.Amended, *, contested: Iterable[Contest]) -> Deal:
    if event.value is not None:
        deal = replace(deal, value=event.value, value_contested=_is_contested("value", contested))
    if event.quantity is None:
        return deal
    others = tuple(quantity for quantity in deal.ordered if quantity.unit != event.quantity.unit)
    return replace(deal, ordered=(*others, event.quantity))


def _is_contested(field: str, contests: Iterable[Contest]) -> bool:
    return any(contest.field == field for contest in contests)


def _delivered(deal: Deal, event: events.Delivered) -> Deal:
    return replace(
        deal,
        began=True,
        rung=DELIVERING,
        delivery_begun=event.on if deal.delivery_begun is None else deal.delivery_begun,
        delivered=add_quantity(deal.delivered, event.quantity),
    )


def _financing(event: events.FinancingAgreed) -> str:
    share = "" if event.share is None else f"{event.share} per cent"
    amount = "" if event.amount is None else str(event.amount)
    return ", ".join(part for part in (str(event.lender), amount, share) if part)


def _listed(listings: tuple[Listing, ...], event: events.Listed) -> tuple[Listing, ...]:
    """One line per register."""
    line = Listing(
        event.listed_in,
        event.reference,
        event.comment,
        event.volume_per_unit,
        event.volume_ordered,
        event.volume_delivered,
    )
    return (*(known for known in listings if known.listed_in != event.listed_in), line)


def _licensed(licences: tuple[Licence, ...], event: LicenceEvent) -> tuple[Licence, ...]:
    """One line per authority and reference."""
    line = Licence(event.authority, event.reference, event.name.removeprefix("licence-"), event.until)
    others = tuple(
        known for known in licences if (known.authority, known.reference) != (event.authority, event.reference)
    )
    return (*others, line)
