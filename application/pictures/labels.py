"""Labels: what happened in a few words, as a mark of a chart has room for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from armsledger.application.wording import listed, when_words
from armsledger.application.wording import party_words as party_in_full
from armsledger.domain.beliefs.expectation import Expectation
from armsledger.domain.events import claim, contract, delivery, engagement, framework, industry, licence, payment
from armsledger.domain.events import sanction as sanctions
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.item import Item
from armsledger.domain.values.several import all_of

FORMATS: Final = {"2+2": "2+2 meeting", "commission": "commission meeting"}


SMALL: Final = frozenset({"and", "at", "for", "in", "of", "on", "the", "to", "with"})
DATED: Final = re.compile("(-[0-9]+)+$")
SHORT: Final = {"USA": "US", "GBR": "UK", "ARE": "UAE"}
"""Names that are long, and known by their letters."""


class Label(NamedTuple):
    """The head stands by itself; the detail goes behind it where there is room."""

    head: str
    detail: str = ""


def label_of(event: Statement) -> Label:
    """A fact of a deal, or of a meeting or framework by itself."""
    match event:
        case contract.Opened():
            return Label("Deal taken up", _colon(item.designation for item in event.items))
        case contract.Pledged():
            return Label(_pledge(event), _goods(event))
        case contract.PledgeWithdrawn():
            return Label("Pledge withdrawn", _goods(event))
        case contract.ApprovalGranted():
            return Label(f"{upper(event.authority)} approves", _colon([event.stage]))
        case contract.ApprovalDenied():
            return Label(f"{upper(event.authority)} does not approve", _colon([event.stage]))
        case contract.Notified():
            return Label(f"{upper(event.legislature)} notified", _goods(event))
        case contract.OfferIssued():
            return Label("Offer made", _goods(event))
        case contract.AgreementSigned():
            return Label("Agreement signed", _comma(event.place))
        case contract.ContractSigned():
            return Label("Contract signed", _goods(event))
        case contract.Amended():
            return Label("Contract amended", _goods(event))
        case contract.OptionAgreed() | contract.OptionExercised() | contract.OptionLapsed():
            done = {"option-agreed": "agreed", "option-exercised": "taken up", "option-lapsed": "lapsed"}[event.name]
            return Label(f"Option {done}", _goods(event))
        case contract.CommitmentReaffirmed():
            return Label(f"{_parties(event.by)} {'reaffirm' if len(event.by) > 1 else 'reaffirms'}")
        case payment.PaymentMechanismAgreed():
            return Label("Payment route agreed", _colon([event.currency, event.route]))
        case payment.FinancingAgreed():
            return Label(f"Loan by {party_words(event.lender)}", _colon([event.amount]))
        case payment.PaymentScheduled():
            due = None if event.due is None else f"due {when_words(event.due)}"
            return Label(f"{_tranche(event.tranche)} planned", _colon([event.amount, due]))
        case payment.TranchePaid():
            return _paid(event)
        case payment.PaymentDelayed() | payment.PaymentRefunded():
            done = "late" if event.name == "payment-delayed" else "paid back"
            what = f"{_tranche(event.tranche)} {done}" if event.tranche is not None else f"Payment {done}"
            return Label(what.replace("Payment paid", "Paid"), _comma(event.amount))
        case _:
            return _of_goods(event)


def _of_goods(event: Statement) -> Label:
    match event:
        case delivery.DeliveryScheduled():
            due = None if event.window is None else when_words(event.window)
            return Label(f"{_batch(event.tranche)} planned", _colon([_quantity(event), due]))
        case delivery.DeliveryBegun():
            return Label("Delivery begins" if event.tranche is None else f"{_batch(event.tranche)} begins")
        case delivery.Delivered():
            return _delivered(event)
        case delivery.DeliveryCompleted():
            return Label("All delivered" if event.tranche is None else f"{_batch(event.tranche)} complete")
        case delivery.DeliverySuspended():
            return Label("Deliveries suspended")
        case delivery.DeliveryResumed():
            return Label("Deliveries go on")
        case delivery.Returned() | delivery.Lost():
            return Label(
                f"{upper(_quantity(event) or 'goods')} {event.name}", _comma((event.reason or "").replace("-", " "))
            )
        case delivery.OnwardTransferRequested():
            return Label(f"Consent asked of {_authority(event.authority)}", _to(event.to))
        case delivery.OnwardTransferConsented() | delivery.OnwardTransferRefused():
            done = "consents" if event.name.endswith("consented") else "refuses consent"
            return Label(f"{_authority(event.authority)} {done}", _to(event.to))
        case delivery.TransferredOnward():
            return Label(f"{upper(_quantity(event) or 'goods')} passed on", _to(event.to))
        case delivery.Accepted() | delivery.Inducted() | delivery.Tested():
            done = {"accepted": "accepted", "inducted": "in service", "tested": "tested"}[event.name]
            place = event.result if isinstance(event, delivery.Tested) else event.place
            return Label(f"{_batch(event.tranche)} {done}", _comma(place))
        case delivery.MilestoneReached():
            what = upper(event.milestone.replace("-", " "))
            return Label(what, _comma(None if event.tranche is None else _named("batch", event.tranche)))
        case industry.IndustrialArrangementAgreed() | industry.IndustrialArrangementDischarged():
            done = "agreed" if event.name.endswith("agreed") else "fulfilled"
            return Label(f"{upper(event.form.replace('-', ' '))} {done}", _colon([event.value]))
        case licence.LicenceStep():
            done = event.name.partition("-")[2].replace("applied", "applied for")
            is_ruling = done not in ("applied for", "expired")
            return Label(f"Licence {done}", f" by {_authority(event.authority)}" if is_ruling else "")
        case claim.ClaimStep():
            return Label(f"Claim {event.name.partition('-')[2]}", _colon([event.amount]))
        case _:
            return _of_states(event)


def _of_states(event: Statement) -> Label:
    """Sanctions, legislatures, meetings and frameworks."""
    match event:
        case sanctions.SanctionThreatRaised():
            verb = "warns" if event.strength == "warn" else "threatens sanctions"
            return Label(f"{party_words(event.by)} {verb}", _brackets(event.basis))
        case sanctions.SanctionPositionStated():
            return Label(f"{party_words(event.by)}: {event.position.replace('-', ' ')}", _brackets(event.basis))
        case sanctions.SanctionImposed() | sanctions.SanctionTookEffect() | sanctions.SanctionLifted():
            done = event.name.removeprefix("sanction-").replace("-", " ").replace("took effect", "take effect")
            return Label(f"{party_words(event.by)}: sanctions {done}", _brackets(event.basis))
        case sanctions.SanctionThreatWithdrawn():
            return Label(f"{party_words(event.by)} withdraws its threat", _brackets(event.basis))
        case sanctions.WaiverStep():
            return Label(f"Waiver {event.name.partition('-')[2]}", _brackets(event.basis))
        case sanctions.LegislativeAction():
            return Label(f"{upper(event.instrument or event.by)} {event.stage or 'acts'}")
        case engagement.Held():
            return Label("Held", _comma(event.place))
        case framework.FrameworkSigned() | framework.Renewed():
            return Label(upper(event.name), "" if event.until is None else f" to {when_words(event.until)}")
        case _:
            return Label(upper(event.name.replace("-", " ")))


def label_beside(event: Statement, state: Any, key: str) -> Label:
    """A fact of a meeting or framework that stands beside a deal, by the name that its state or its key gives it."""
    if isinstance(event, framework.FrameworkSigned | framework.Renewed | framework.InForce):
        own = label_of(event)
        name = getattr(event, "title", None) or state.title or "Framework"
        return Label(f"{upper(name)} {own.head.replace('-', ' ').lower()}", own.detail)
    name = meeting_words(state, key) if hasattr(state, "edition") else state.title or "Framework"
    match event:
        case engagement.Held():
            return Label(upper(name), _comma(None if event.place and event.place in name else event.place))
        case engagement.Scheduled() | engagement.Rescheduled():
            planned = None if event.planned is None else f"for {when_words(event.planned)}"
            return Label(f"{upper(name)} {event.name}", "" if planned is None else f" {planned}")
        case _:
            return Label(f"{upper(name)} {event.name.replace('-', ' ')}")


def party_words(party: str) -> str:
    """A party by the name that takes least room."""
    return SHORT.get(party) or party_in_full(party)


def meeting_words(state: Any, key: str) -> str:
    """``21st summit``; a meeting without a number by its key, as people named it: ``Lavrov Visit to India``."""
    kind = FORMATS.get(state.format, state.format) or "meeting"
    if state.edition is not None:
        return f"{ordinal_words(state.edition)} {kind}"
    return key_words(key)


def key_words(key: str) -> str:
    """A key as a name: ``Lavrov Visit to India``."""
    names = [word if word in SMALL else upper(word) for word in DATED.sub("", key).split("-")]
    return upper(" ".join(names))


def ordinal_words(number: int) -> str:
    """``1st``, ``22nd``, ``113th``."""
    last = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{last}"


def expected_words(link: Expectation) -> str:
    """What somebody expects, as the title of a comb: ``Batch 4 delivered``, ``First delivery``."""
    selectors = link.what.selectors
    tranche, item = selectors.get("tranche"), selectors.get("item")
    of = f" ({item})" if item else ""
    match link.what.event:
        case "delivery-begun":
            return ("First delivery begins" if tranche in (None, 1, "1") else f"{_batch(tranche)} begins") + of
        case "delivered":
            return ("Delivered" if tranche is None else f"{_batch(tranche)} delivered") + of
        case "delivery-completed":
            return ("All delivered" if tranche is None else f"{_batch(tranche)} complete") + of
        case "tranche-paid":
            return ("Payment made" if tranche is None else f"{_tranche(tranche)} paid") + of
        case "held":
            return "Meeting held" + _in_brackets(selectors.values())
        case "amended":
            return "Contract amended"
        case "completed":
            return "Completed"
        case name:
            return upper(name.replace("-", " ")) + _in_brackets(selectors.values())


def _in_brackets(values: Iterable[Any]) -> str:
    rest = [str(value) for value in values if not isinstance(value, list | dict)]
    return f" ({', '.join(rest)})" if rest else ""


def _pledge(event: contract.Pledged) -> str:
    if event.by is None:
        return "Pledge"
    return f"{_parties(event.by)} {'pledge' if len(all_of(event.by)) > 1 else 'pledges'}"


def _paid(event: payment.TranchePaid) -> Label:
    if event.so_far:
        return Label("Paid so far", _colon([event.amount]))
    return Label("Payment made" if event.tranche is None else f"{_tranche(event.tranche)} paid", _comma(event.amount))


def _delivered(event: delivery.Delivered) -> Label:
    to = _to(event.to)
    quantity = _quantity(event)
    if event.so_far:
        is_none = event.quantity is not None and event.quantity.most == 0
        return Label("None delivered yet" if is_none else f"{quantity or 'Goods'} so far", to)
    if event.tranche is not None:
        return Label(f"{_batch(event.tranche)} delivered", _colon([quantity]) + to)
    return Label(f"{upper(quantity or 'goods')} delivered", to)


def _goods(event: Any) -> str:
    """``: USD 5.43bn, 5 regiments``, as far as it is said."""
    values = all_of(getattr(event, "value", None) or getattr(event, "ceiling", None))[:1]
    quantity = getattr(event, "quantity", None)
    items = () if quantity is not None else getattr(event, "items", ())
    return _colon([*values, quantity, *(_item(item) for item in items[:3])])


def _item(item: Item) -> str:
    return item.designation if item.quantity is None else f"{item.quantity.count:,} {item.designation}"


def _quantity(event: Any) -> str:
    quantity, item = event.quantity, event.item
    if quantity is None:
        return "" if item is None else str(item.designation)
    return str(quantity) if item is None else f"{quantity} of {item.designation}"


def _batch(tranche: Any) -> str:
    """``Batch 1``; a label stands for itself."""
    return _named("Batch", tranche)


def _tranche(tranche: Any) -> str:
    """``Tranche 1``; a label stands for itself."""
    return _named("Tranche", tranche) if tranche is not None else "Payment"


def _named(kind: str, name: Any) -> str:
    if name is None:
        return kind
    return f"{kind} {name}" if str(name).isdecimal() else upper(str(name))


def _parties(parties: Any) -> str:
    return listed(party_words(party) for party in all_of(parties))


def _authority(text: str) -> str:
    return party_words(text) if len(text) == 3 and text.isupper() else upper(text)


def _to(party: Any) -> str:
    return "" if party is None else f" to {party_words(party)}"


def _colon(parts: Iterable[Any]) -> str:
    told = ", ".join(str(part) for part in parts if part not in (None, ""))
    return f": {told}" if told else ""


def _comma(part: Any) -> str:
    return "" if part in (None, "") else f", {part}"


def _brackets(part: Any) -> str:
    return f" ({part})" if part else ""


def upper(text: str) -> str:
    """The text with a capital letter at its start."""
    return text[:1].upper() + text[1:]
