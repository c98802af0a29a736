"""A deal: its state, and what each event changes in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, assert_never, cast

from armsledger.domain.beliefs.occurrence import Contest, Occurrence
from armsledger.domain.events import contract, delivery, licence, payment, register, sanction
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.replace import blank, replace
from armsledger.domain.states.sanction import Sanction, evolve_sanctions
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.value import added
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
Ending = Literal["completed", "cancelled", "terminated"]
LADDER: tuple[Stage, ...] = ("prospective", "approved", "agreed", "signed", "delivering")
"""The stages that a deal climbs; a later event never takes it down a rung."""

DealEvent = (
    contract.ContractEvent
    | payment.PaymentEvent
    | delivery.DeliveryEvent
    | licence.LicenceEvent
    | sanction.SanctionEvent
    | sanction.LegislativeAction
    | register.Listed
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

    ``ordered``, ``paid``, ``refunded`` and ``delivered`` have one sum for each unit or currency. ``paid_undisclosed``
    counts payments whose amount no source gives. ``legislation`` holds binding acts only.
    """

    began: bool = False
    rung: int = 0
    suspended: bool = False
    deliveries_suspended: bool = False
    ended: Ending | None = None
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


NO_DEAL = blank(Deal)
APPROVED = LADDER.index("approved")
AGREED = LADDER.index("agreed")
SIGNED = LADDER.index("signed")
DELIVERING = LADDER.index("delivering")


def evolve(deal: Deal, occurrence: Occurrence) -> Deal:
    """The state after one occurrence; never refuses."""
    event: DealEvent = occurrence.event  # type: ignore[assignment]  # a deal's stream holds its events
    match event:
        case payment.TranchePaid():
            if event.amount is None:
                return replace(deal, paid_undisclosed=deal.paid_undisclosed + 1)
            return replace(deal, paid=added(deal.paid, event.amount))
        case delivery.Delivered():
            return _delivered(deal, event)
        case sanction.SanctionStatement():
            return replace(deal, sanctions=evolve_sanctions(deal.sanctions, event))
        case delivery.DeliveryBegun():
            begun = event.on if deal.delivery_begun is None else deal.delivery_begun
            return replace(deal, began=True, rung=DELIVERING, delivery_begun=begun)
        case contract.Opened():
            return _opened(deal, event)
        case contract.ContractSigned():
            return _signed(deal, event, occurrence.contests)
        case contract.ApprovalGranted():
            approvals = (*deal.approvals, event.authority)
            return replace(deal, began=True, rung=max(deal.rung, APPROVED), approvals=approvals)
        case contract.AgreementSigned():
            return replace(deal, began=True, rung=max(deal.rung, AGREED))
        case contract.Amended():
            return _amended(deal, event, occurrence.contests)
        case contract.Suspended():
            return replace(deal, began=True, suspended=True)
        case contract.Resumed():
            return replace(deal, suspended=False)
        case contract.Cancelled() | contract.Terminated() | contract.Completed():
            return replace(deal, began=True, ended=cast("Ending", event.name), ended_on=event.on)
        case contract.CommitmentReaffirmed():
            fresh = tuple(party for party in event.by if party not in deal.reaffirmed_by)
            return replace(deal, reaffirmed_by=(*deal.reaffirmed_by, *fresh))
        case payment.PaymentMechanismAgreed():
            words = " by ".join(part for part in (event.currency, event.route) if part)
            return replace(deal, payment_mechanism=words or "agreed")
        case payment.FinancingAgreed():
            return replace(deal, financing=(*deal.financing, _financing(event)))
        case payment.PaymentRefunded():
            return deal if event.amount is None else replace(deal, refunded=added(deal.refunded, event.amount))
        case sanction.LegislativeAction():
            if not event.binding:
                return deal
            act = ": ".join(part for part in (event.by, event.instrument or event.stage) if part)
            return replace(deal, legislation=(*deal.legislation, act))
        case register.Listed():
            return replace(deal, listings=_listed(deal.listings, event))
        case delivery.DeliverySuspended():
            return replace(deal, deliveries_suspended=True)
        case delivery.DeliveryResumed():
            return replace(deal, deliveries_suspended=False)
        case licence.LicenceStep():
            return replace(deal, licences=_licensed(deal.licences, event))
        case (
            contract.Notified()
            | contract.OfferIssued()
            | payment.PaymentScheduled()
            | payment.PaymentDelayed()
            | delivery.DeliveryScheduled()
            | delivery.DeliveryCompleted()
            | delivery.Accepted()
            | delivery.Inducted()
            | delivery.Tested()
        ):
            return deal
    assert_never(event)


def _opened(deal: Deal, event: contract.Opened) -> Deal:
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


def _signed(deal: Deal, event: contract.ContractSigned, contests: Iterable[Contest]) -> Deal:
    return replace(
        deal,
        began=True,
        rung=max(deal.rung, SIGNED),
        reference=event.reference,
        mode=event.mode,
        value=event.value,
        value_contested=_is_contested("value", contests),
        ordered=() if event.quantity is None else (event.quantity,),
        signed_on=event.on,
    )


def _amended(deal: Deal, event: contract.Amended, contests: Iterable[Contest]) -> Deal:
    if event.value is not None:
        deal = replace(deal, value=event.value, value_contested=_is_contested("value", contests))
    if event.quantity is None:
        return deal
    others = tuple(quantity for quantity in deal.ordered if quantity.unit != event.quantity.unit)
    return replace(deal, ordered=(*others, event.quantity))


def _is_contested(field: str, contests: Iterable[Contest]) -> bool:
    return any(contest.field == field for contest in contests)


def _delivered(deal: Deal, event: delivery.Delivered) -> Deal:
    return replace(
        deal,
        began=True,
        rung=DELIVERING,
        delivery_begun=event.on if deal.delivery_begun is None else deal.delivery_begun,
        delivered=added(deal.delivered, event.quantity),
    )


def _financing(event: payment.FinancingAgreed) -> str:
    share = "" if event.share is None else f"{event.share} per cent"
    amount = "" if event.amount is None else str(event.amount)
    return ", ".join(part for part in (str(event.lender), amount, share) if part)


def _listed(listings: tuple[Listing, ...], event: register.Listed) -> tuple[Listing, ...]:
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


def _licensed(licences: tuple[Licence, ...], event: licence.LicenceEvent) -> tuple[Licence, ...]:
    """One line per authority and reference."""
    line = Licence(event.authority, event.reference, event.name.removeprefix("licence-"), event.until)
    others = tuple(
        known for known in licences if (known.authority, known.reference) != (event.authority, event.reference)
    )
    return (*others, line)
