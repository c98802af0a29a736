"""What each event changes in a deal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final, cast, get_args

from armsledger.domain.beliefs.occurrence import Contest, Occurrence
from armsledger.domain.events import claim, contract, delivery, industry, licence, payment, register, sanction
from armsledger.domain.events.statement import Statement
from armsledger.domain.states.claim import with_claim
from armsledger.domain.states.deal import (
    AGREED,
    APPROVED,
    DELIVERED,
    DELIVERING,
    PLEDGED,
    SIGNED,
    Deal,
    Ending,
    Listing,
    Notice,
)
from armsledger.domain.states.industry import with_arrangement
from armsledger.domain.states.lapse import Lapsed
from armsledger.domain.states.licence import lapsed_licence, with_licence
from armsledger.domain.states.onward import with_consent
from armsledger.domain.states.order import (
    agreed_option,
    amended_lines,
    ended_options,
    items_of,
    items_with,
    lapsed_option,
    line_of_quantity,
    lines_of,
    lines_told,
    value_of_lines,
    with_more,
)
from armsledger.domain.states.pledge import with_pledge, without_pledge
from armsledger.domain.states.replace import replace
from armsledger.domain.states.sanction import evolve_sanctions, lapsed_waiver
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line
from armsledger.domain.values.several import all_of, leading

Contests = Sequence[Contest]


def evolve(deal: Deal, occurrence: Occurrence) -> Deal:
    """The state after one occurrence; never refuses. What adds up is not folded: see `at`."""
    step = STEPS.get(type(occurrence.event))
    return deal if step is None else step(deal, occurrence.event, occurrence.contests)


def _opened(deal: Deal, event: contract.Opened, _: Contests) -> Deal:
    return replace(
        deal,
        began=True,
        title=event.title,
        **_parties("supplier", event.supplier),
        **_parties("buyer", event.buyer),
        items=event.items,
        end_user=event.end_user,
        prime=event.prime,
        channel=event.channel,
    )


def _parties(name: str, parties: Any) -> dict[str, Any]:
    """The leading party, and all of them where there are several."""
    return {name: leading(parties), f"{name}s": parties if isinstance(parties, tuple) else ()}


def _signed(deal: Deal, event: contract.ContractSigned, contests: Contests) -> Deal:
    return replace(
        deal,
        began=True,
        rung=max(deal.rung, SIGNED),
        reference=event.reference,
        mode=event.mode,
        until=event.until,
        effective=event.effective,
        **_value(all_of(event.value) or value_of_lines(event.items), contests),
        items=items_with(deal.items, event.items) if event.items else deal.items,
        lines=lines_of(event.items) or (() if event.quantity is None else (line_of_quantity(event.quantity),)),
        signed_on=event.on,
    )


def _value(amounts: Sequence[Money], contests: Contests) -> dict[str, Any]:
    """The value of the contract: in its own currency, in others, and whether sources disagree about it."""
    first, *others = amounts or (None,)
    return {"value": first, "equivalents": tuple(others), "value_contested": _is_contested("value", contests)}


def _amended(deal: Deal, event: contract.Amended, contests: Contests) -> Deal:
    if event.value is not None:
        deal = replace(deal, **_value(all_of(event.value), contests))
    if event.until is not None:
        deal = replace(deal, until=event.until)
    before, lines = deal, amended_lines(deal.lines, event)
    if event.items:
        deal = replace(deal, items=items_with(deal.items, event.items))
    if event.value is None and any(item.value for item in event.items):
        deal = _worth_its_lines(deal, lines, before)
    return replace(deal, lines=lines)


def _worth_its_lines(deal: Deal, lines: Sequence[Line], before: Deal) -> Deal:
    """The deal with the sum of its lines for a value, where that was their sum before."""
    was, now = value_of_lines(items_of(before.lines, before.items)), value_of_lines(items_of(lines, deal.items))
    return replace(deal, **_value(now, ())) if was and now and was == (before.value, *before.equivalents) else deal


def _option_ended(deal: Deal, event: contract.OptionExercised | contract.OptionLapsed, _: Contests) -> Deal:
    """What is exercised is added to the order and its value: what was agreed, if the event says nothing else."""
    options, option = ended_options(deal.options, event)
    deal = replace(deal, options=options)
    if isinstance(event, contract.OptionLapsed):
        return deal
    quantity, values = event.quantity or option.quantity, all_of(event.value or option.value)
    if quantity is not None:
        deal = replace(deal, lines=with_more(deal.lines, line_of_quantity(quantity, option.item)))
    if values and deal.value is not None:
        value, *others = (_plus(amount, values) for amount in (deal.value, *deal.equivalents))
        deal = replace(deal, value=value or deal.value, equivalents=tuple(other for other in others if other))
    return deal


def _plus(amount: Money, values: Sequence[Money]) -> Money | None:
    """An amount with the one of several that is of its currency; None where none is."""
    return next((both for value in values if (both := amount.plus(value)) is not None), None)


def _lapsed(deal: Deal, event: Lapsed, _: Contests) -> Deal:
    """The state after a term has run out, unless something else has taken its place."""
    term = event.term
    match term:
        case contract.OptionAgreed():
            return replace(deal, options=tuple(lapsed_option(option, term) for option in deal.options))
        case contract.ContractSigned() | contract.Amended():
            return replace(deal, lapsed=True) if deal.until == term.until else deal
        case contract.Suspended():
            return replace(deal, suspended=False) if deal.suspended_until == term.until else deal
        case licence.LicenceGranted():
            return replace(deal, licences=tuple(lapsed_licence(line, term) for line in deal.licences))
        case sanction.WaiverGranted():
            return replace(deal, sanctions=lapsed_waiver(deal.sanctions, term))
        case _:
            return deal


def _is_contested(field: str, contests: Contests) -> bool:
    return any(contest.field == field for contest in contests)


def _delivered(deal: Deal, event: delivery.Delivered, _: Contests) -> Deal:
    if event.to is not None and event.to not in deal.recipients:
        deal = replace(deal, recipients=(*deal.recipients, event.to))
    if event.quantity is None:
        return _delivering(deal, event, suspended=deal.suspended and bool(event.so_far))
    if event.quantity.most == 0:  # none so far
        return deal
    return replace(
        deal,
        began=True,
        suspended=deal.suspended and bool(event.so_far),
        counted_from=event.on if deal.counted_from is None else deal.counted_from,
        surely_counted_from=deal.surely_counted_from or (event.on if event.quantity.least > 0 else None),
    )


def _delivering(deal: Deal, event: Statement, *, suspended: bool = False) -> Deal:
    """A beginning of deliveries; it ends a suspension."""
    return replace(
        deal,
        began=True,
        rung=max(deal.rung, DELIVERING),
        suspended=suspended,
        delivery_begun=event.on if deal.delivery_begun is None else deal.delivery_begun,
    )


def _financing(event: payment.FinancingAgreed) -> str:
    share = "" if event.share is None else f"{event.share} per cent"
    amount = "" if event.amount is None else str(event.amount)
    return ", ".join(part for part in (str(event.lender), amount, share) if part)


def _paid(deal: Deal, event: payment.TranchePaid, _: Contests) -> Deal:
    if event.covers:
        deal = replace(deal, covers=(*deal.covers, *event.covers))
    if event.amount is None and not event.so_far:
        return replace(deal, paid_undisclosed=deal.paid_undisclosed + 1)
    return deal


def _completed(deal: Deal, event: delivery.DeliveryCompleted, _: Contests) -> Deal:
    done = _delivering(deal, event)
    return done if event.tranche is not None else replace(done, rung=DELIVERED)


def _ended(deal: Deal, event: contract.Cancelled | contract.Terminated | contract.Completed, _: Contests) -> Deal:
    if deal.ended is not None:
        return deal
    return replace(deal, began=True, ended=cast("Ending", event.name), ended_on=event.on)


def _reaffirmed(deal: Deal, event: contract.CommitmentReaffirmed, _: Contests) -> Deal:
    fresh = tuple(party for party in event.by if party not in deal.reaffirmed_by)
    return replace(deal, reaffirmed_by=(*deal.reaffirmed_by, *fresh))


def _mechanism(deal: Deal, event: payment.PaymentMechanismAgreed, _: Contests) -> Deal:
    words = " by ".join(part for part in (event.currency, event.route) if part)
    return replace(deal, payment_mechanism=words or "agreed")


def _legislated(deal: Deal, event: sanction.LegislativeAction, _: Contests) -> Deal:
    if not event.binding:
        return deal
    act = ": ".join(part for part in (event.by, event.instrument or event.stage) if part)
    return replace(deal, legislation=(*deal.legislation, act))


def _approved(deal: Deal, event: contract.ApprovalGranted, _: Contests) -> Deal:
    denied = tuple(name for name in deal.approvals_denied if name != event.authority)
    approvals = (*deal.approvals, event.authority)
    return replace(deal, began=True, rung=max(deal.rung, APPROVED), approvals=approvals, approvals_denied=denied)


def _denied(deal: Deal, event: contract.ApprovalDenied, _: Contests) -> Deal:
    """Who denied it; the deal goes on."""
    granted = tuple(name for name in deal.approvals if name != event.authority)
    denied = (*(name for name in deal.approvals_denied if name != event.authority), event.authority)
    return replace(deal, approvals=granted, approvals_denied=denied)


def _pledged(deal: Deal, event: contract.Pledged, _: Contests) -> Deal:
    return replace(deal, began=True, rung=max(deal.rung, PLEDGED), pledges=with_pledge(deal.pledges, event))


def _notified(deal: Deal, event: contract.Notified, _: Contests) -> Deal:
    notice = _notice(event, all_of(event.ceiling), event.legislature)
    return deal if notice in deal.notifications else replace(deal, notifications=(*deal.notifications, notice))


def _offered(deal: Deal, event: contract.OfferIssued, _: Contests) -> Deal:
    notice = _notice(event, all_of(event.value))
    return deal if notice in deal.offers else replace(deal, offers=(*deal.offers, notice))


def _notice(
    event: contract.Notified | contract.OfferIssued, amounts: tuple[Money, ...], legislature: str | None = None
) -> Notice:
    items = tuple(item.designation for item in event.items)
    return Notice(event.reference, lines_told(event.items, event.quantity), items, amounts, legislature)


def _agreed(deal: Deal, event: contract.AgreementSigned, _: Contests) -> Deal:
    """``IGA, Goa, on 2016-10-15``."""
    words = ", ".join(part for part in (event.title, event.place, f"on {event.on}") if part)
    return replace(deal, began=True, rung=max(deal.rung, AGREED), agreement=words)


def _tested(deal: Deal, event: delivery.Tested, _: Contests) -> Deal:
    """A test of which a source says how it went; ``tested 1: accident, Sea of Japan, on 2008-11-08``."""
    if event.result is None:
        return deal
    what = " ".join(str(part) for part in ("tested", event.tranche) if part is not None)
    words = ", ".join(part for part in (f"{what}: {event.result}", event.place, f"on {event.on}") if part)
    return deal if words in deal.milestones else replace(deal, milestones=(*deal.milestones, words))


def _pledge_withdrawn(deal: Deal, event: contract.PledgeWithdrawn, _: Contests) -> Deal:
    return replace(deal, pledges=without_pledge(deal.pledges, event))


def _milestone(deal: Deal, event: delivery.MilestoneReached, _: Contests) -> Deal:
    """``launched Sevastopol on 2014-11``."""
    of = event.tranche if event.item is None else event.item.designation
    words = " ".join(
        str(part) for part in (event.milestone.replace("-", " "), of, f"on {event.on}") if part is not None
    )
    return deal if words in deal.milestones else replace(deal, milestones=(*deal.milestones, words))


def _consented(deal: Deal, event: delivery.OnwardDecision, _: Contests) -> Deal:
    return replace(deal, onward_consents=with_consent(deal.onward_consents, event))


def _arranged(deal: Deal, event: industry.IndustryEvent, _: Contests) -> Deal:
    return replace(deal, industry=with_arrangement(deal.industry, event))


def _claimed(deal: Deal, event: claim.ClaimEvent, _: Contests) -> Deal:
    return replace(deal, claims=with_claim(deal.claims, event))


def _suspended(deal: Deal, event: contract.Suspended, _: Contests) -> Deal:
    return replace(deal, began=True, suspended=True, suspended_until=event.until)


def _sanctioned(deal: Deal, event: Any, _: Contests) -> Deal:
    return replace(deal, sanctions=evolve_sanctions(deal.sanctions, event))


def _licensed(deal: Deal, event: licence.LicenceEvent, _: Contests) -> Deal:
    return replace(deal, licences=with_licence(deal.licences, event))


def _option_agreed(deal: Deal, event: contract.OptionAgreed, _: Contests) -> Deal:
    return replace(deal, options=(*deal.options, agreed_option(event)))


def _financed(deal: Deal, event: payment.FinancingAgreed, _: Contests) -> Deal:
    return replace(deal, financing=(*deal.financing, _financing(event)))


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


SHOWN_OF_LISTING: Final = frozenset(field.name for field in fields(Listing))
"""The fields of a register's row that a state shows."""
STEPS: Final[Mapping[type[Statement], Callable[[Deal, Any, Contests], Deal]]] = {
    contract.Opened: _opened,
    contract.Pledged: _pledged,
    contract.PledgeWithdrawn: _pledge_withdrawn,
    contract.ApprovalGranted: _approved,
    contract.ApprovalDenied: _denied,
    contract.Notified: _notified,
    contract.OfferIssued: _offered,
    contract.AgreementSigned: _agreed,
    contract.ContractSigned: _signed,
    contract.Amended: _amended,
    contract.OptionAgreed: _option_agreed,
    contract.OptionExercised: _option_ended,
    contract.OptionLapsed: _option_ended,
    contract.Suspended: _suspended,
    contract.Resumed: lambda deal, _, __: replace(deal, suspended=False),
    contract.Cancelled: _ended,
    contract.Terminated: _ended,
    contract.Completed: _ended,
    contract.CommitmentReaffirmed: _reaffirmed,
    Lapsed: _lapsed,
    payment.TranchePaid: _paid,
    payment.PaymentMechanismAgreed: _mechanism,
    payment.FinancingAgreed: _financed,
    delivery.Delivered: _delivered,
    delivery.DeliveryBegun: lambda deal, event, _: _delivering(deal, event),
    delivery.DeliveryCompleted: _completed,
    delivery.DeliverySuspended: lambda deal, _, __: replace(deal, deliveries_suspended=True),
    delivery.DeliveryResumed: lambda deal, _, __: replace(deal, deliveries_suspended=False),
    delivery.MilestoneReached: _milestone,
    delivery.Tested: _tested,
    delivery.OnwardTransferRequested: _consented,
    delivery.OnwardTransferConsented: _consented,
    delivery.OnwardTransferRefused: _consented,
    register.Listed: lambda deal, event, _: replace(deal, listings=_listed(deal.listings, event)),
    sanction.LegislativeAction: _legislated,
    **dict.fromkeys(get_args(industry.IndustryEvent), _arranged),
    **dict.fromkeys(get_args(licence.LicenceEvent), _licensed),
    **dict.fromkeys(get_args(claim.ClaimEvent), _claimed),
    **dict.fromkeys(get_args(sanction.SanctionEvent), _sanctioned),
}
"""What an event changes in the state, by its class; an event that is not here changes nothing."""
ADDING: Final = frozenset(
    {
        contract.Pledged,
        contract.Notified,
        contract.OfferIssued,
        payment.TranchePaid,
        delivery.Delivered,
        delivery.DeliveryBegun,
        delivery.MilestoneReached,
        delivery.Tested,
        industry.IndustrialArrangementAgreed,
        industry.IndustrialArrangementDischarged,
        register.Listed,
    }
)
"""Events that leave the same state in whatever order they come."""
KEYS: Final = (
    (get_args(licence.LicenceEvent), ("authority", "reference", "scope")),
    (get_args(sanction.SanctionEvent), ("by", "against", "basis")),
    ((contract.ApprovalGranted, contract.ApprovalDenied), ("authority", "stage")),
    (
        (
            delivery.OnwardTransferRequested,
            delivery.OnwardTransferConsented,
            delivery.OnwardTransferRefused,
        ),
        ("authority", "to", "item"),
    ),
    ((contract.Pledged, contract.PledgeWithdrawn), ("by", "items")),
    (get_args(claim.ClaimEvent), ("by", "against", "forum")),
    ((contract.OptionAgreed, contract.OptionExercised, contract.OptionLapsed), ("option",)),
)
"""Events that come to something for each thing of which they speak, and how that is known."""


def acts(one: Occurrence) -> bool:
    """Whether something changes the state, and not only because a term has run out."""
    return type(one.event) in STEPS and type(one.event) is not Lapsed


def can_turn(one: Occurrence, other: Occurrence) -> bool:
    """Whether the order of two that act can decide what holds: they change the state of the same."""
    kinds = type(one.event), type(other.event)
    keys = next((keys for family, keys in KEYS if kinds[0] in family and kinds[1] in family), ())
    for key in keys:
        mine, theirs = getattr(one.sure, key, None), getattr(other.sure, key, None)
        if mine is not None and theirs is not None and mine != theirs:
            return False
    return True


def settled_by(deal: Deal) -> tuple[object, ...]:
    """What of a state the last word decides: the stage, the order, licences, sanctions, options and the like."""
    return (
        deal.stage,
        deal.ended,
        deal.deliveries_suspended,
        deal.value,
        deal.equivalents,
        deal.until,
        frozenset(deal.approvals_denied),
        frozenset(map(str, deal.pledges)),
        frozenset(map(str, deal.lines)),
        frozenset((line.authority, line.reference, line.scope, line.status) for line in deal.licences),
        frozenset((line.by, line.against, line.basis, line.status) for line in deal.sanctions),
        frozenset((line.authority, line.to, line.item, line.status) for line in deal.onward_consents),
        frozenset((line.by, line.against, line.forum, line.status) for line in deal.claims),
        frozenset((option.option, option.item, option.status) for option in deal.options),
    )
