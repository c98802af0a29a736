"""A deal as the Open Contracting Data Standard 1.1 (OCDS) has it: the body of a release.

A deal is one contracting process with one award and one contract. The body holds only what is certain.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.contract import Amended, ContractSigned
from armsledger.domain.events.payment import FinancingAgreed, PaymentRefunded, TranchePaid
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.source import Source
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line, Quantity
from armsledger.domain.values.when import When
from armsledger.exchange.standards.facts import (
    Facts,
    References,
    cited_by,
    first_version,
    is_total,
    page_of,
    title_of,
    words_of,
)
from armsledger.exchange.standards.ocds_terms import (
    EXTENSION,
    MET,
    MILESTONE_TYPES,
    OUTCOMES,
    PLANNING,
    SCHEDULED,
    STATUSES,
    has_place,
    is_milestone,
)
from armsledger.exchange.standards.ocds_values import (
    day_text,
    due_text,
    filled,
    inexact_date,
    inexact_money,
    text_or_none,
    value_of,
)


def body_of(facts: Facts, references: References) -> dict[str, Any] | None:
    """The body of a deal's release, from its parties on; None if nothing of the deal is certain.

    The identifiers by which the standard merges objects stay the same whatever is believed later.
    """
    deal = facts.deal
    if deal is None:
        return None
    return _Body(facts, deal, references).whole()


class _Body:
    """The body of one deal's release, made part by part."""

    def __init__(self, facts: Facts, deal: Deal, references: References) -> None:
        self._facts = facts
        self._deal = deal
        self._references = references
        self._parties: dict[str, dict[str, Any]] = {}

    def whole(self) -> dict[str, Any]:
        """All parts that are not empty."""
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
        """A reference to a party; the party itself is listed once, with all its roles."""
        if party is None or party == "unknown":
            return None
        name = self._references.name_of(party)
        known = self._parties.setdefault(party, {"id": str(party), "name": name, "roles": []})
        if role not in known["roles"]:
            known["roles"].append(role)
        return {"id": str(party), "name": name}

    def _planning(self, contracted: bool) -> dict[str, Any]:
        milestones = [_milestone(one, status="met") for one in self._facts.certain if one.event.name in PLANNING]
        expected = [] if contracted else list(self._expected())
        documents = (_document(key, self._references.sources.get(key)) for key in cited_by(self._facts))
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
                **inexact_date(signed, "signed"),
                **inexact_date(deal.ended_on, "ended"),
                **inexact_money(deal.value),
                "reference": deal.reference,
                "mode": deal.mode,
                "suspended": deal.suspended or None,
            },
        }
        return [award], [contract]

    def _items(self) -> list[dict[str, Any]]:
        """The goods and quantities: in one object where a line names its item or there is one of each, else each in
        its own."""
        items, ordered = self._deal.items, self._deal.ordered
        if len(items) == len(ordered) == 1:
            return [_counted(ordered[0], _item(1, items[0]))]
        lines: dict[str | None, list[Line]] = {}
        for line in ordered:
            lines.setdefault(line.key[0], []).append(line)
        listed = []
        for number, item in enumerate(items, 1):
            of_it = lines.get(str(item.designation).casefold(), [])
            listed.append(_counted(of_it.pop(), _item(number, item)) if len(of_it) == 1 else _item(number, item))
        left = (line for of_one in lines.values() for line in of_one)
        return [*listed, *map(_ordered, left)]

    def _implementation(self) -> dict[str, Any]:
        payments = self._of(TranchePaid, PaymentRefunded)
        transactions = [self._transaction(one) for one in payments if not is_total(one.event)]
        reached = (one for one in self._facts.certain if one.event.name in MET or is_total(one.event))
        milestones = [_milestone(one, status="met") for one in reached if has_place(one.event)]
        scheduled = [self._scheduled(one) for one in self._facts.certain if one.event.name in SCHEDULED]
        begun = bool(transactions or milestones or scheduled or self._deal.signed_on)
        expected = list(self._expected()) if begun else []
        parts = {"transactions": transactions, "milestones": [*scheduled, *milestones, *expected]}
        return {name: part for name, part in parts.items() if part}

    def _transaction(self, occurrence: Occurrence) -> dict[str, Any]:
        event = occurrence.event
        amount: Money | None = getattr(event, "amount", None)
        refunded = isinstance(event, PaymentRefunded)
        return {
            "id": f"{'refund' if refunded else 'payment'}-{first_version(occurrence)}",
            "date": day_text(event.on),
            "value": value_of(amount, -1 if refunded else 1),
            "payer": self._reference(getattr(event, "payer", None), "payer"),
            "payee": self._reference(getattr(event, "payee", None), "payee"),
            EXTENSION: {
                "entry": occurrence.entry.address,
                **inexact_date(event.on, "on"),
                **inexact_money(amount),
                "tranche": text_or_none(getattr(event, "tranche", None)),
                "share": text_or_none(getattr(event, "share", None)),
            },
        }

    def _scheduled(self, occurrence: Occurrence) -> dict[str, Any]:
        event = occurrence.event
        field, meeting = SCHEDULED[event.name]
        due: When | None = getattr(event, field)
        tranche = getattr(event, "tranche", None)
        told = [one.event for one in self._facts.certain if one.event.name in meeting and has_place(one.event)]
        of_it = [] if tranche is None else [one for one in told if getattr(one, "tranche", None) == tranche]
        is_met = any(not is_total(one) and not getattr(one, "part", None) for one in of_it)
        milestone = _milestone(occurrence, status="met" if is_met else "partiallyMet" if of_it else "scheduled")
        milestone.pop("dateMet", None)
        milestone |= {"dueDate": due_text(due)}
        milestone[EXTENSION] |= inexact_date(due, field)
        return milestone

    def _expected(self) -> Iterator[dict[str, Any]]:
        for judgement in self._facts.expectations:
            status = OUTCOMES[judgement.outcome]
            if status is not None and is_milestone(judgement.expectation):
                yield _expectation(judgement, status)


def _expectation(judgement: Judgement, status: str) -> dict[str, Any]:
    stated = judgement.expectation
    on = None if judgement.occurrence is None else judgement.occurrence.event.on
    return {
        "id": f"expected-{stated.entry.version}",
        "title": f"{stated.what} ({stated.quantity})" if stated.quantity else str(stated.what),
        "type": MILESTONE_TYPES[stated.what.event],
        "dueDate": due_text(stated.due),
        "dateMet": day_text(on) if status == "met" else None,
        "status": status,
        EXTENSION: {
            "entry": stated.entry.address,
            **inexact_date(stated.due, "due"),
            "outcome": judgement.outcome,
            "modality": stated.modality,
            "holder": stated.holder,
            "stated": str(stated.stated),
        },
    }


def _milestone(occurrence: Occurrence, *, status: str) -> dict[str, Any]:
    event = occurrence.event
    happened = status == "met" and not is_total(event)
    return {
        "id": f"{event.name}-{first_version(occurrence)}",
        "title": title_of(event),
        "type": MILESTONE_TYPES[event.name],
        "description": words_of(event) or None,
        "dateMet": day_text(event.on) if happened else None,
        "status": status,
        EXTENSION: {"entry": occurrence.entry.address, **inexact_date(event.on, "on")},
    }


def _amendment(occurrence: Occurrence) -> dict[str, Any]:
    event = occurrence.event
    return {
        "id": f"amendment-{first_version(occurrence)}",
        "date": day_text(event.on),
        "description": words_of(event, "reason") or None,
        "rationale": getattr(event, "reason", None),
        EXTENSION: {"entry": occurrence.entry.address, **inexact_date(event.on, "on")},
    }


def _item(number: int, item: Item) -> dict[str, Any]:
    scheme, code = ("x_UNROCA", item.unroca) if item.unroca else ("x_SIPRI", item.category)
    return {
        "id": str(number),
        "description": str(item),
        "classification": {"scheme": scheme, "id": code} if code else None,
        EXTENSION: {"condition": item.condition},
    }


def _ordered(line: Line) -> dict[str, Any]:
    """A line of the order that belongs to no item of the deal, or to one that has several lines."""
    name = f"ordered-{line.unit}" if line.item is None else f"ordered-{line.unit}-{line.item}"
    return _counted(line, {"id": name, "description": f"ordered: {line}", EXTENSION: {}})


def _counted(quantity: Quantity, item: dict[str, Any]) -> dict[str, Any]:
    """An item with its quantity."""
    extension = {**item[EXTENSION], "approximate": quantity.approximate or None}
    return {**item, "quantity": quantity.count, "unit": {"name": quantity.unit}, EXTENSION: extension}


def _document(key: str, source: Source | None) -> dict[str, Any]:
    """A source as a document; a source that is not registered has only a key."""
    if source is None:
        return {"id": key, "documentType": "x_source", "title": key}
    return {
        "id": key,
        "documentType": "x_source",
        "title": source.title or key,
        "description": source.publisher,
        "url": page_of(source),
        "datePublished": day_text(source.published),
        EXTENSION: {
            "reliability": source.reliability,
            **inexact_date(source.published, "published"),
            "retrieved": text_or_none(source.retrieved),
            "sha256": source.sha256,
        },
    }
