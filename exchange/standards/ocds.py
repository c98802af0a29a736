"""A deal as the Open Contracting Data Standard 1.1 (OCDS) has it: the body of a release.

A deal is one contracting process with one award and one contract. Only what is certain is told. Dates that are no
single day, and all else that the standard has no field for, stand in an additional field `EXTENSION`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from armsledger.domain.beliefs.occurrence import Occurrence
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
from armsledger.domain.events.payment import FinancingAgreed, PaymentRefunded, PaymentScheduled, TranchePaid
from armsledger.domain.events.register import Listed
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.judgement import Judgement, Outcome
from armsledger.domain.states.source import Source
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money, plain
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.exchange.standards.facts import Facts, common_losses, place_of, told
from armsledger.exchange.standards.losses import Kind, Loss

EXTENSION: Final = "armsledger"
"""The additional field, on any object, that holds what the standard has no field for."""
UNREGISTERED: Final = "unregistered"
"""The prefix of identifiers unless another is given; those of publishers begin with ``ocds-`` and are registered."""
CURRENCIES_LACKING: Final = frozenset(
    [
        "ARL",
        "ARM",
        "BAN",
        "BGM",
        "BGO",
        "BOL",
        "BRZ",
        "CLE",
        "CNH",
        "CNX",
        "KRH",
        "KRO",
        "MAF",
        "MCF",
        "MDC",
        "MKN",
        "MVP",
        "SLE",
        "VED",
        "VNN",
        "XCG",
        "YUR",
        "ZWG",
    ]
)
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
"""Milestones that are set: their types, the field that says when, and the events of the tranche that meet them."""
MET: Final[Mapping[type, str]] = {
    DeliveryBegun: "delivery",
    Delivered: "delivery",
    DeliveryCompleted: "delivery",
    Accepted: "assessment",
    Tested: "assessment",
    Inducted: "assessment",
}
"""Milestones that are reached, and their types."""
TOLD_ELSEWHERE: Final = (
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
"""The status of a milestone that was expected; None where the revision stands in its place."""
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
"""Events that are milestones when they are expected, and their types; a threat of sanctions, say, is none."""
MEANINGS: Final[Mapping[Kind, str]] = {
    "uncertain-date": f"no date is given; the EDTF text and its first and last day stand in {EXTENSION}",
    "possible": "left out: it may have happened by the date, and the standard has no word for that",
    "expectation": f"a milestone, if a step of the deal is expected; who expects it how firmly stands in {EXTENSION}",
    "grade": f"left out, save the reliability of sources, in {EXTENSION} of the documents",
    "belief": "left out, save the time of recording, which is the date of the release",
    "correction": "the corrected value alone is told; earlier releases have the value before it",
    "retraction": "the entry is not told; what earlier releases told of it is set to null",
    "dispute": "left out: the entry is told as if nobody disputed it",
    "resolution": "left out: the preferred value alone is told",
    "contested": "the preferred value alone is told",
    "agreeing-statement": "left out: one statement of several stands for all",
    "superseded-statement": "left out: the last word of the source alone is told",
    "claim": "left out unless somebody else establishes it",
    "denial": "left out",
    "approximate": f"told as if it were exact; {EXTENSION} says that it is approximate",
    "precision": f"more figures than a JSON number keeps; the exact amount stands in {EXTENSION}",
    "unknown-party": "left out",
    "currency": f"the amount is left out, as the standard's list lacks its currency; it stands in {EXTENSION}",
    "attribution": "left out",
    "erased-person": "left out, as the name is no longer readable",
    "remark": "left out",
    "source-detail": f"stands in {EXTENSION} of the document",
    "listing": "left out, the volumes (TIV) among it",
    "event": "left out: the standard has no field for it",
    "deal": "left out: nothing of the deal is certain by the date",
    "engagement": "left out: the standard knows no meetings",
    "framework": "left out: an intergovernmental framework is no contracting process",
}
"""What becomes of each kind of loss."""


class World(NamedTuple):
    """What a body needs beside its deal: the names of parties by code, and the sources by key."""

    name_of: Callable[[str], str]
    sources: Mapping[str, Source]


def body_of(facts: Facts, world: World) -> dict[str, Any] | None:
    """What a release tells of a deal, from its parties on; None if nothing of the deal is certain.

    Objects that the standard merges by identifier have one that stays the same whatever is believed later.
    """
    deal = facts.deal
    if deal is None:
        return None
    return _Body(facts, deal, world).whole()


def fits(when: When) -> bool:
    """Whether a date is one day, which is what a date-time can hold."""
    return when.is_day


def losses_of(facts: Facts, world: World) -> Iterator[Loss]:
    """What the body of a deal does not tell."""
    yield from common_losses(facts, fits)
    if facts.deal is None:
        yield Loss("deal", facts.stream)
        return
    for occurrence in facts.certain:
        yield from _event_losses(occurrence)
    for judged in facts.expectations:
        link = judged.expectation
        yield Loss("expectation", link.entry.address, str(link.what), f"{link.due}, {judged.outcome}")
        if link.what.event not in EXPECTED_TYPES:
            yield Loss("event", link.entry.address, "expected", str(link.what))
        elif due_text(link.due) is None:
            yield Loss("uncertain-date", link.entry.address, "due", str(link.due))
    yield from source_losses(facts, world.sources)
    for role, party in (("supplier", facts.deal.supplier), ("buyer", facts.deal.buyer)):
        if party is not None and party.is_unknown:
            yield Loss("unknown-party", facts.stream, role)


def source_losses(facts: Facts, sources: Mapping[str, Source]) -> Iterator[Loss]:
    """What the documents of a deal do not tell."""
    for key in cited_by(facts):
        source = sources.get(key)
        if source is None:
            continue
        if source.reliability is not None:
            yield Loss("grade", f"source/{key}", "reliability", source.reliability)
        if source.published is not None and not fits(source.published):
            yield Loss("uncertain-date", f"source/{key}", "published", str(source.published))
        for name, value in (("sha256", source.sha256), ("retrieved", source.retrieved)):
            if value is not None:
                yield Loss("source-detail", f"source/{key}", name, str(value))


def _event_losses(occurrence: Occurrence) -> Iterator[Loss]:
    event, entry = occurrence.event, occurrence.entry.address
    kind = type(event)
    if isinstance(event, Listed):
        yield Loss("listing", entry, event.listed_in, event.comment)
    elif kind not in PLANNING and kind not in SCHEDULED and kind not in MET and kind not in TOLD_ELSEWHERE:
        yield Loss("event", entry, event.name, told(event) or None)
    for name in ("value", "amount"):
        money = getattr(event, name, None)
        if isinstance(money, Money):
            if money.currency in CURRENCIES_LACKING:
                yield Loss("currency", entry, name, str(money))
            elif not _is_exact(money.amount):
                yield Loss("precision", entry, name, f"{money.currency} {plain(money.amount)}")


def cited_by(facts: Facts) -> list[str]:
    """The sources on which what is certain of a stream rests, in the order of the fold."""
    entries = [entry for occurrence in facts.certain for entry in occurrence.entries]
    entries += [judged.expectation.entry for judged in facts.expectations]
    return list(dict.fromkeys(entry.event.source for entry in entries if entry.event.source is not None))


class _Body:
    """The body of one deal's release, made part by part."""

    def __init__(self, facts: Facts, deal: Deal, world: World) -> None:
        self._facts = facts
        self._deal = deal
        self._world = world
        self._parties: dict[str, dict[str, Any]] = {}

    def whole(self) -> dict[str, Any]:
        """All parts; those that hold nothing are left out."""
        deal = self._deal
        buyer = self._reference(deal.buyer, "buyer")
        suppliers = [one for one in [self._reference(deal.supplier, "supplier")] if one is not None]
        self._reference(deal.end_user, "endUser")
        self._reference(deal.prime, "primeContractor")
        for occurrence in self._of(FinancingAgreed):
            assert isinstance(occurrence.event, FinancingAgreed)
            self._reference(occurrence.event.lender, "funder")
        implementation = self._implementation()
        contracted = implementation or self._of(ContractSigned, Amended)
        awards, contracts = self._contract(suppliers, implementation) if contracted else ([], [])
        whole: dict[str, Any] = filled(
            {
                "parties": list(self._parties.values()),
                "buyer": buyer,
                "planning": self._planning(bool(contracted)),
                "awards": awards,
                "contracts": contracts,
                EXTENSION: {"stream": self._facts.stream, "stage": deal.stage, "title": deal.title},
            }
        )
        return whole

    def _of(self, *kinds: type) -> list[Occurrence]:
        return [occurrence for occurrence in self._facts.certain if isinstance(occurrence.event, kinds)]

    def _reference(self, party: str | None, role: str) -> dict[str, Any] | None:
        """A reference to a party, which is told of once with all its roles."""
        if party is None or party == "unknown":
            return None
        name = self._world.name_of(party)
        known = self._parties.setdefault(party, {"id": str(party), "name": name, "roles": []})
        if role not in known["roles"]:
            known["roles"].append(role)
        return {"id": str(party), "name": name}

    def _planning(self, contracted: bool) -> dict[str, Any]:
        milestones = [
            _milestone(one, PLANNING[type(one.event)], met=True)
            for one in self._facts.certain
            if type(one.event) in PLANNING
        ]
        expected = [] if contracted else list(self._expected())
        documents = (_document(key, self._world.sources.get(key)) for key in cited_by(self._facts))
        return {"documents": list(documents), "milestones": milestones + expected}

    def _contract(
        self, suppliers: list[dict[str, Any]], implementation: dict[str, Any]
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        deal, key = self._deal, self._facts.key
        common = {"title": deal.title, "value": value_of(deal.value), "items": self._items()}
        signed = deal.signed_on
        status = STATUSES.get(deal.stage, "pending")
        award = {
            "id": f"{key}-award",
            **common,
            "status": "pending" if signed is None else "active",
            "date": day_text(signed),
            "suppliers": suppliers,
        }
        contract = {
            "id": f"{key}-contract",
            "awardID": f"{key}-award",
            **common,
            "status": "pending" if signed is None and status == "active" else status,
            "dateSigned": day_text(signed),
            "amendments": [_amendment(one) for one in self._of(Amended)],
            "implementation": implementation,
            EXTENSION: {
                **_dated(signed, "signed"),
                **_dated(deal.ended_on, "ended"),
                **_loose(deal.value),
                "reference": deal.reference,
                "mode": deal.mode,
                "suspended": deal.suspended or None,
            },
        }
        return [award], [contract]

    def _items(self) -> list[dict[str, Any]]:
        """The goods; a quantity stands with them where there is one of each, and by itself otherwise."""
        items, ordered = self._deal.items, self._deal.ordered
        if len(items) == len(ordered) == 1:
            return [_counted(ordered[0], _item(1, items[0]))]
        listed = [_item(number, item) for number, item in enumerate(items, 1)]
        counted = (
            _counted(one, {"id": f"ordered-{one.unit}", "description": f"ordered: {one}", EXTENSION: {}})
            for one in ordered
        )
        return [*listed, *counted]

    def _implementation(self) -> dict[str, Any]:
        transactions = [self._transaction(one) for one in self._of(TranchePaid, PaymentRefunded)]
        milestones = [
            _milestone(one, MET[type(one.event)], met=True) for one in self._facts.certain if type(one.event) in MET
        ]
        scheduled = [self._scheduled(one) for one in self._facts.certain if type(one.event) in SCHEDULED]
        begun = bool(transactions or milestones or scheduled or self._deal.signed_on)
        expected = list(self._expected()) if begun else []
        parts = {"transactions": transactions, "milestones": [*scheduled, *milestones, *expected]}
        return {name: part for name, part in parts.items() if part}

    def _transaction(self, occurrence: Occurrence) -> dict[str, Any]:
        event = occurrence.event
        amount: Money | None = getattr(event, "amount", None)
        refunded = isinstance(event, PaymentRefunded)
        return {
            "id": f"{'refund' if refunded else 'payment'}-{place_of(occurrence)}",
            "date": day_text(event.on),
            "value": value_of(amount, -1 if refunded else 1),
            "payer": self._reference(getattr(event, "payer", None), "payer"),
            "payee": self._reference(getattr(event, "payee", None), "payee"),
            EXTENSION: {
                "entry": occurrence.entry.address,
                **_dated(event.on, "on"),
                **_loose(amount),
                "tranche": _text(getattr(event, "tranche", None)),
                "share": _text(getattr(event, "share", None)),
            },
        }

    def _scheduled(self, occurrence: Occurrence) -> dict[str, Any]:
        event = occurrence.event
        kind, field, meeting = SCHEDULED[type(event)]
        due: When | None = getattr(event, field)
        tranche = getattr(event, "tranche", None)
        met = tranche is not None and any(getattr(o.event, "tranche", None) == tranche for o in self._of(*meeting))
        milestone = _milestone(occurrence, kind, met=met)
        milestone.pop("dateMet", None)
        milestone |= {"dueDate": due_text(due)}
        milestone[EXTENSION] |= _dated(due, field)
        return milestone

    def _expected(self) -> Iterator[dict[str, Any]]:
        for judged in self._facts.expectations:
            status = OUTCOMES[judged.outcome]
            if status is not None and judged.expectation.what.event in EXPECTED_TYPES:
                yield _expectation(judged, status)


def _expectation(judged: Judgement, status: str) -> dict[str, Any]:
    link = judged.expectation
    on = None if judged.occurrence is None else judged.occurrence.event.on
    return {
        "id": f"expected-{link.entry.version}",
        "title": f"{link.what} ({link.quantity})" if link.quantity else str(link.what),
        "type": EXPECTED_TYPES[link.what.event],
        "dueDate": due_text(link.due),
        "dateMet": day_text(on) if status == "met" else None,
        "status": status,
        EXTENSION: {
            "entry": link.entry.address,
            **_dated(link.due, "due"),
            "outcome": judged.outcome,
            "modality": link.modality,
            "holder": link.holder,
            "stated": str(link.stated),
        },
    }


def _milestone(occurrence: Occurrence, kind: str, *, met: bool) -> dict[str, Any]:
    event = occurrence.event
    return {
        "id": f"{event.name}-{place_of(occurrence)}",
        "title": event.name.replace("-", " "),
        "type": kind,
        "description": told(event) or None,
        "dateMet": day_text(event.on) if met else None,
        "status": "met" if met else "scheduled",
        EXTENSION: {"entry": occurrence.entry.address, **_dated(event.on, "on")},
    }


def _amendment(occurrence: Occurrence) -> dict[str, Any]:
    event = occurrence.event
    return {
        "id": f"amendment-{place_of(occurrence)}",
        "date": day_text(event.on),
        "description": told(event, "reason") or None,
        "rationale": getattr(event, "reason", None),
        EXTENSION: {"entry": occurrence.entry.address, **_dated(event.on, "on")},
    }


def _item(number: int, item: Item) -> dict[str, Any]:
    scheme, code = ("x_UNROCA", item.unroca) if item.unroca else ("x_SIPRI", item.category)
    return {
        "id": str(number),
        "description": str(item),
        "classification": {"scheme": scheme, "id": code} if code else None,
        EXTENSION: {"condition": item.condition},
    }


def _counted(quantity: Quantity, item: dict[str, Any]) -> dict[str, Any]:
    """An item with how many there are of it."""
    extension = {**item[EXTENSION], "approximate": quantity.approximate or None}
    return {**item, "quantity": quantity.count, "unit": {"name": quantity.unit}, EXTENSION: extension}


def _document(key: str, source: Source | None) -> dict[str, Any]:
    """A source as a document; what is not registered is known by its key alone."""
    if source is None:
        return {"id": key, "documentType": "x_source", "title": key}
    return {
        "id": key,
        "documentType": "x_source",
        "title": source.title or key,
        "description": source.publisher,
        "url": source.url if source.url and is_address(source.url) else None,
        "datePublished": day_text(source.published),
        EXTENSION: {
            "reliability": source.reliability,
            **_dated(source.published, "published"),
            "retrieved": _text(source.retrieved),
            "sha256": source.sha256,
        },
    }


def is_address(url: str) -> bool:
    """Whether a text is the address of a page, with nothing in it that such an address has not."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and url.isascii() and " " not in url


def value_of(money: Money | None, sign: int = 1) -> dict[str, Any] | None:
    """An amount with its currency; None where there is none, or the standard's list lacks the currency."""
    if money is None or money.currency in CURRENCIES_LACKING:
        return None
    return {"amount": sign * number(money.amount), "currency": money.currency}


def number(amount: Decimal) -> int | float:
    """The number that JSON has for a decimal: a whole one exactly, another as near as a double comes."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _is_exact(amount: Decimal) -> bool:
    """Whether readers that take all numbers for doubles read the same amount."""
    return Decimal(repr(float(amount))) == amount


def _loose(money: Money | None) -> dict[str, Any]:
    """What an amount says that a number with a currency does not."""
    if money is None:
        return {}
    is_lost = money.currency in CURRENCIES_LACKING or not _is_exact(money.amount)
    return {
        "approximate": money.approximate or None,
        "amount": f"{money.currency} {plain(money.amount)}" if is_lost else None,
    }


def day_text(when: When | None) -> str | None:
    """The date-time of a date that is one day, at whose beginning it stands; None for any other."""
    return None if when is None or not when.is_day or when.earliest is None else _at_midnight(when.earliest)


def due_text(due: When | None) -> str | None:
    """The day by which something is due: the end of a window, if that is given as a day without qualifiers."""
    if due is None:
        return None
    end = due.text.rpartition("/")[2]
    return None if end in ("", "..") or end[0] in "[." else day_text(When.parse(end))


def _at_midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _dated(when: When | None, name: str) -> dict[str, Any]:
    """A date that is no single day: its text as the source wrote it, and the first and last day that it allows."""
    if when is None or when.is_day:
        return {}
    first, last = when.earliest, when.latest
    return {
        name: {
            "edtf": when.text,
            "earliest": None if first is None else first.isoformat(),
            "latest": None if last is None else last.isoformat(),
        }
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def filled(value: Any) -> Any:
    """The value without what is None or empty, at any depth."""
    if type(value) is dict:
        parts = [(name, filled(part)) for name, part in value.items() if part is not None]
        return {name: part for name, part in parts if part not in ({}, [])}
    return [filled(part) for part in value] if type(value) is list else value
