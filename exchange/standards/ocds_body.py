"""A deal as the Open Contracting Data Standard 1.1 (OCDS) has it: the body of a release.

A deal is one contracting process with one award and one contract. The body holds only what is certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.contract import Amended, ContractSigned, Opened
from armsledger.domain.events.payment import FinancingAgreed, PaymentRefunded, TranchePaid
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.source import Source
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line, Quantity
from armsledger.domain.values.several import all_of
from armsledger.exchange.standards.facts import (
    Facts,
    References,
    buyers_of,
    cited_by,
    endings_of,
    first_version,
    is_total,
    item_words,
    odd_address,
    page_of,
    suppliers_of,
    words_of,
)
from armsledger.exchange.standards.ocds_milestones import expected_milestone, milestone, scheduled_milestone
from armsledger.exchange.standards.ocds_related import related_processes
from armsledger.exchange.standards.ocds_terms import (
    EXTENSION,
    NOT_MET,
    OUTCOMES,
    PLANNING,
    SCHEDULED,
    STATUSES,
    UNREGISTERED,
    is_milestone,
    is_of_contract,
    is_reached,
)
from armsledger.exchange.standards.ocds_values import (
    day_text,
    filled,
    inexact_date,
    inexact_money,
    text_or_none,
    value_of,
    whole_date,
)


def body_of(facts: Facts, references: References, prefix: str = UNREGISTERED) -> dict[str, Any] | None:
    """The body of a deal's release, from its parties on; None if nothing of the deal is certain.

    ``prefix`` is that of the identifiers of deals. The identifiers by which the standard merges objects stay the same
    whatever is believed later.
    """
    deal = facts.deal
    if deal is None:
        return None
    return _Body(facts, deal, references).whole(prefix)


def is_contracted(facts: Facts) -> bool:
    """Whether the deal has a contract, even if only what followed it is known."""
    return any(is_of_contract(one.event) for one in facts.certain)


class _Body:
    """The body of one deal's release, made part by part."""

    def __init__(self, facts: Facts, deal: Deal, references: References) -> None:
        self._facts = facts
        self._deal = deal
        self._references = references
        self._parties: dict[str, dict[str, Any]] = {}

    def whole(self, prefix: str) -> dict[str, Any]:
        """All parts that are not empty."""
        deal = self._deal
        buyers = self._references_to(buyers_of(deal), "buyer")
        suppliers = self._references_to(suppliers_of(deal), "supplier")
        self._reference(deal.end_user, "endUser")
        self._reference(deal.prime, "primeContractor")
        for occurrence in self._of(FinancingAgreed):
            assert isinstance(occurrence.event, FinancingAgreed)
            self._reference(occurrence.event.lender, "funder")
        implementation = self._implementation()
        contracted = is_contracted(self._facts)
        awards, contracts = self._contract(suppliers, implementation) if contracted else ([], [])
        opened = self._of(Opened)
        whole: dict[str, Any] = filled(
            {
                "parties": list(self._parties.values()),
                "buyer": buyers[0] if buyers else None,
                "planning": self._planning(contracted),
                "awards": awards,
                "contracts": contracts,
                "relatedProcesses": list(related_processes(self._facts, prefix)),
                EXTENSION: {
                    "stream": self._facts.stream,
                    "stage": deal.stage,
                    "title": deal.title,
                    "channel": deal.channel,
                    **whole_date(opened[0].event.on if opened else None, "opened"),
                    **({} if contracted else {"items": [item_words(item) for item in deal.items]}),
                    **self._ending(),
                },
            }
        )
        return whole

    def _ending(self) -> dict[str, Any]:
        """When, by whom and why the deal ended; its stage says how."""
        endings = endings_of(self._facts)
        if not endings:
            return {}
        event = endings[0].event
        by = [str(party) for party in all_of(getattr(event, "by", None))]
        return {**whole_date(event.on, "ended"), "ended_by": by, "ended_reason": getattr(event, "reason", None)}

    def _references_to(self, parties: Iterable[str], role: str) -> list[dict[str, Any]]:
        """References to those of several parties who are known."""
        references = (self._reference(party, role) for party in parties)
        return [reference for reference in references if reference is not None]

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
        planned = (one for one in self._facts.certain if one.event.name in PLANNING)
        milestones = [milestone(one, "notMet" if one.event.name in NOT_MET else "met") for one in planned]
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
            "period": {"startDate": day_text(deal.effective), "endDate": day_text(deal.until)},
            "amendments": [_amendment(one) for one in self._of(Amended)],
            "implementation": implementation,
            EXTENSION: {
                **inexact_date(signed, "signed"),
                **inexact_date(deal.effective, "effective"),
                **inexact_date(deal.until, "until"),
                **inexact_money(deal.value),
                "equivalents": list(map(str, deal.equivalents)),
                "reference": deal.reference,
                "mode": deal.mode,
                "place": self._place(),
                "suspended": deal.suspended or None,
            },
        }
        return [award], [contract]

    def _place(self) -> str | None:
        """Where the contract was signed."""
        signed = [one.event for one in self._of(ContractSigned) if isinstance(one.event, ContractSigned)]
        return signed[-1].place if signed else None

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
        certain = self._facts.certain
        milestones = [milestone(one, "met") for one in certain if is_reached(one.event)]
        scheduled = [scheduled_milestone(one, certain) for one in certain if one.event.name in SCHEDULED]
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
                "part": getattr(event, "part", None),
                "covers": list(map(str, getattr(event, "covers", ()))),
                "reason": getattr(event, "reason", None),
            },
        }

    def _expected(self) -> Iterator[dict[str, Any]]:
        for judgement in self._facts.expectations:
            status = OUTCOMES[judgement.outcome]
            if status is not None and is_milestone(judgement.expectation):
                yield expected_milestone(judgement, status)


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
    codes = {"x_UNROCA": item.unroca, "x_SIPRI": item.category}
    classifications = [{"scheme": scheme, "id": code} for scheme, code in codes.items() if code]
    return {
        "id": str(number),
        "description": str(item),
        "classification": classifications[0] if classifications else None,
        "additionalClassifications": classifications[1:],
        EXTENSION: {"condition": item.condition, "value": text_or_none(item.value)},
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
            "url": odd_address(source),
            **inexact_date(source.published, "published"),
            "retrieved": text_or_none(source.retrieved),
            "scope": source.scope,
            "sha256": source.sha256,
        },
    }
