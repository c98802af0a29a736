"""The facts on a card in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from armsledger.domain.events.payment import Covered
from armsledger.domain.states.claim import Claim
from armsledger.domain.states.deal import Listing
from armsledger.domain.states.industry import Arrangement
from armsledger.domain.states.licence import Licence
from armsledger.domain.states.link import Link
from armsledger.domain.states.onward import OnwardConsent
from armsledger.domain.states.order import Option, line_of_quantity
from armsledger.domain.states.sanction import Sanction
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.several import all_of
from armsledger.domain.values.when import When
from armsledger.web.glance.facts import Stated
from armsledger.web.grades import SOURCES
from armsledger.web.sentences import authority, capital, first_of, money, names, quantity, since
from armsledger.web.words import listed, when_words

MODES: Final = {"sale": "Sale", "aid": "Aid", "lease": "Lease", "gift": "Gift", "licence": "Production under licence"}
CHANNELS: Final = {
    "foreign-military-sale": "Foreign military sale (FMS)",
    "government-to-government": "Between governments",
    "direct-commercial": "Direct commercial sale",
}
FORMS: Final = {
    "offset": "Offset",
    "licensed-production": "Licensed production",
    "technology-transfer": "Technology transfer",
    "workshare": "Workshare",
}
POSITIONS: Final = {
    "no-determination": "has made no determination",
    "under-review": "is reviewing it",
    "will": "says that it will impose them",
    "will-not": "says that it will not impose them",
}
STATUSES: Final = {
    "threatened": "Threatened by",
    "imposed": "Imposed by",
    "in-effect": "In effect, by",
    "waived": "Waived by",
    "lifted": "Lifted by",
    "withdrawn": "Threat withdrawn by",
}
RELATIONS: Final = {
    "part-of": "Part of",
    "succeeds": "Succeeds",
    "resale-of": "Resale of",
    "supplied-from": "Supplied from",
    "offset-of": "Offset of",
    "in-exchange-for": "In exchange for",
    "caused-by": "Caused by",
    "same-deal-as": "Same deal as",
    "listed-as": "Listed as",
    "split-from": "Split from",
    "merged-into": "Merged into",
}
MADE: Final = {"tested": "Tested", "accepted": "Accepted", "inducted": "In service"}
Words = Callable[[Any], str]


def joined(parts: Iterable[object], sign: str = ", ") -> str:
    """The parts that there are, as one text."""
    return sign.join(str(part) for part in parts if part not in (None, "", ()))


def goods(quantity_of_all: Quantity | None, items: Sequence[Item]) -> str:
    """``14 tanks of Leopard 2A4``: how many of what."""
    lines = [quantity(line_of_quantity(item.quantity, item.designation)) for item in items if item.quantity is not None]
    bare = [item.designation for item in items if item.quantity is None]
    if quantity_of_all is not None and not lines:
        return quantity(quantity_of_all) + (f" of {first_of(bare)}" if bare else "")
    return first_of([*lines, *bare]) if lines or bare else ""


def stated_words(one: Stated) -> str:
    """``Approved by the Cabinet Committee on Security, about 26 Sep 2018``: an occurrence with its date."""
    return joined((_STATED[one.event](one.fields), f"{when_words(one.when.on)}{one.when.notes}"))


def _approval(word: str) -> Words:
    def tell(fields: tuple[Any, ...]) -> str:
        who, stage, more = fields
        limit = f"up to {money(more).removeprefix('up to ')}" if isinstance(more, Money) else more
        return joined((f"{word} by {authority(who)}{f' ({stage})' if stage else ''}", limit))

    return tell


def _notified(fields: tuple[Any, ...]) -> str:
    legislature, reference, count, items, ceiling = fields
    limit = None if ceiling is None else f"up to {money(ceiling).removeprefix('up to ')}"
    return joined(
        (f"Notified to {authority(legislature)}{f' ({reference})' if reference else ''}", goods(count, items), limit)
    )


def _offered(fields: tuple[Any, ...]) -> str:
    reference, count, items, value = fields
    return joined((f"Offer{f' {reference}' if reference else ''}", goods(count, items), _amounts(value)))


def _pledged(fields: tuple[Any, ...]) -> str:
    by, count, items, value, conditions = fields
    who = f" by {names(all_of(by))}" if by else ""
    return joined((joined((f"Pledged{who}", goods(count, items)), ": "), _amounts(value), conditions))


def _withdrawn(fields: tuple[Any, ...]) -> str:
    by, count, items, reason = fields
    who = f" by {names(all_of(by))}" if by else ""
    return joined((joined((f"Pledge withdrawn{who}", goods(count, items)), ": "), reason))


def _amounts(value: Any) -> str:
    return joined(map(money, all_of(value)), " = ")


def _agreement(fields: tuple[Any, ...]) -> str:
    title, place = fields
    return joined((capital(title or "intergovernmental agreement"), place))


def _milestone(fields: tuple[Any, ...]) -> str:
    milestone, item, tranche, place = fields
    of = _batch(tranche) if item is None else item.designation
    return joined((joined((capital(milestone.replace("-", " ")), of), ": "), place))


def _tested(fields: tuple[Any, ...]) -> str:
    tranche, result, place = fields
    return joined((joined(("Tested", _batch(tranche)), ": "), result, place))


def _fielded(word: str) -> Words:
    def tell(fields: tuple[Any, ...]) -> str:
        tranche, unit, place = fields
        return joined((joined((word, _batch(tranche)), ": "), unit, place))

    return tell


def _batch(tranche: object) -> str | None:
    """``batch 3``; a label stays as it is."""
    return None if tranche is None else f"batch {tranche}" if isinstance(tranche, int) else str(tranche)


def _set(word: str) -> Words:
    def tell(fields: tuple[Any, ...]) -> str:
        planned, place = fields
        return joined((f"{word}{f' for {when_words(planned)}' if planned else ''}", place)) + ", said"

    return tell


def _postponed(fields: tuple[Any, ...]) -> str:
    to, reason = fields
    return f"Put off{f' to {when_words(to)}' if to else ''}{f' ({reason})' if reason else ''}"


def _renewed(fields: tuple[Any, ...]) -> str:
    (until,) = fields
    return f"Renewed{f' until {when_words(until)}' if until else ''}"


def _graded(fields: tuple[Any, ...]) -> str:
    reliability, *reason = fields
    grade = "Not graded" if reliability is None else f"{reliability}, {SOURCES[reliability]}"
    return f"{grade}{f' ({reason[0]})' if reason and reason[0] else ''}"


_STATED: Final[Mapping[str, Words]] = {
    "approval-granted": _approval("Approved"),
    "approval-denied": _approval("Denied"),
    "notified": _notified,
    "offer-issued": _offered,
    "pledged": _pledged,
    "pledge-withdrawn": _withdrawn,
    "agreement-signed": _agreement,
    "milestone-reached": _milestone,
    "tested": _tested,
    "accepted": _fielded("Accepted"),
    "inducted": _fielded("In service"),
    "scheduled": _set("Set"),
    "rescheduled": _set("Set anew"),
    "postponed": _postponed,
    "renewed": _renewed,
    "registered": _graded,
    "regraded": _graded,
}


def _option(option: Option) -> str:
    what = (
        f"{quantity(option.quantity)}{f' of {option.item}' if option.item else ''}" if option.quantity else option.item
    )
    until = f"until {when_words(option.until)}" if option.until and option.status == "agreed" else None
    status = {"agreed": "open"}.get(option.status, option.status)
    return joined((option.option, what, _amounts(option.value) if option.value else None, status, until))


def _arrangement(line: Arrangement) -> str:
    share = None if line.share is None else f"{line.share} per cent"
    partner = None if line.partner is None else f"with {names([line.partner])}"
    done = f"discharged {listed(list(map(money, line.discharged)))}" if line.discharged else None
    value = None if line.value is None else money(line.value)
    return joined((joined((FORMS[line.form], joined((share, value, line.scope, partner))), ": "), done), "; ")


def _licence(line: Licence) -> str:
    what = joined((line.reference, line.scope))
    until = f"until {when_words(line.until)}" if line.until else None
    return joined((f"{capital(line.status)} by {authority(line.authority)}{f' ({what})' if what else ''}", until))


def _consent(line: OnwardConsent) -> str:
    what = joined((None if line.quantity is None else quantity(line.quantity), line.item), " of ")
    to = "" if line.to is None else f" to {names([line.to])}"
    return (
        f"Passing on{f' {what}' if what else ''}{to}: {line.status} by {authority(line.authority)}{_since(line.since)}"
    )


def _claim(line: Claim) -> str:
    sides = joined([names([party]) for party in (line.by, line.against) if party is not None], " against ")
    claimed = None if line.amount is None else f"{money(line.amount)} claimed"
    settled = None if line.settled is None else f"settled at {money(line.settled)}"
    told = joined((line.status if settled is None else None, claimed, settled))
    return joined((f"{capital(sides)}{f' ({line.forum})' if line.forum else ''}", f"{told}{_since(line.since)}"), ": ")


def _sanction(line: Sanction) -> str:
    """``Threatened by the United States under CAATSA (warn); the United States has made no determination``."""
    by, basis = names([line.by]), f" under {line.basis}" if line.basis else ""
    on = f" on {names([line.against])}" if line.against and line.status not in (None, "threatened") else ""
    position = None if line.position is None else f"{by} {POSITIONS[line.position]}"
    if line.status is None:
        return capital(position or f"{by}{basis}")
    until = f", until {when_words(line.waived_until)}" if line.waived_until and line.status == "waived" else ""
    waiver = f"waiver {line.waiver}" if line.waiver in ("denied", "expired") else None
    return joined((f"{STATUSES[line.status]} {by}{on}{basis}{until}", waiver, position), "; ")


def _listing(line: Listing) -> str:
    volumes = {"ordered": line.volume_ordered, "delivered": line.volume_delivered}
    tiv = joined([f"{volume} million {name}" for name, volume in volumes.items() if volume])
    number = f"number {line.reference}" if line.reference else None
    return joined((line.listed_in, number, f"TIV (a volume, no money): {tiv}" if tiv else None))


def _covered(one: Covered) -> str:
    return f"Also for {one.stream}" if one.amount is None else f"{money(one.amount)} of it for {one.stream}"


def _since(when: When | None) -> str:
    return "" if when is None else f", {since(when)}"


def _refund(amount: Money) -> str:
    return f"{money(amount)} paid back"


def _lent(loan: str) -> str:
    lender, comma, rest = loan.partition(", ")
    return f"{authority(lender)}{comma}{rest}"


def _link(link: Link) -> str:
    return f"{RELATIONS[link.relation]} {link.to}"


_TERMS: Final[Mapping[str, Words]] = {
    "mode": MODES.__getitem__,
    "channel": CHANNELS.__getitem__,
    "reference": lambda reference: f"Reference: {reference}",
    "effective": lambda when: f"In effect {since(when) if not when_words(when).startswith('by') else when_words(when)}",
    "until": lambda when: f"Until {when_words(when)}",
    "lapsed": lambda _: "Run out",
    "options": _option,
    "payment_mechanism": lambda route: "Route agreed" if route == "agreed" else f"Route: {route}",
    "financing": lambda loan: f"Financed by {_lent(loan)}",
    "refunded": _refund,
    "covers": _covered,
    "industry": _arrangement,
    "licences": _licence,
    "onward_consents": _consent,
    "transferred_onward": lambda line: f"Passed on: {quantity(line)}",
    "recipients": lambda parties: f"Received by {names(parties)}",
    "returned": lambda line: f"Given back: {quantity(line)}",
    "lost": lambda line: f"Lost: {quantity(line)}",
    "in_service": lambda line: f"In service: {quantity(line)}",
    "claims": _claim,
    "reaffirmed_by": names,
    "sanctions": _sanction,
    "legislation": lambda act: f"Law: {act}",
    "links": _link,
    "listings": _listing,
}


def fact_words(field: str, value: Any) -> str:
    """A value of a field of the state in words."""
    return _TERMS[field](value)
