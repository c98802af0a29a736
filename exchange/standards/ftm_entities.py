"""What is certain of the ledger's streams as entities of FollowTheMoney (FtM), the model of investigative graphs.

A deal is a ``Contract`` with a ``ContractAward`` to each supplier; payments are ``Payment`` edges, sanctions that were
imposed are ``Sanction``, and claims before a court are ``CourtCase``. Everything else that happened, meetings and
frameworks too, is an ``Event``. Sources are ``Article``. Identifiers are made of names in the ledger alone, so every
export has the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.contract import ContractSigned, Opened
from armsledger.domain.events.delivery import TransferredOnward
from armsledger.domain.events.industry import IndustrialArrangementAgreed
from armsledger.domain.events.link import LinkStatement
from armsledger.domain.events.payment import TranchePaid
from armsledger.domain.events.register import Listed
from armsledger.domain.events.statement import Statement
from armsledger.domain.states.deal import SIGNED, Deal
from armsledger.domain.states.engagement import Engagement
from armsledger.domain.states.framework import Framework
from armsledger.domain.states.sanction import Sanction
from armsledger.domain.states.source import Source
from armsledger.domain.values.money import Money, plain
from armsledger.domain.values.party import UNKNOWN, Party
from armsledger.exchange.standards.facts import (
    Facts,
    References,
    buyers_of,
    cited_by,
    first_version,
    is_total,
    item_words,
    odd_address,
    own_values,
    page_of,
    suppliers_of,
    title_of,
    words,
    words_of,
)
from armsledger.exchange.standards.ftm_cases import court_cases
from armsledger.exchange.standards.ftm_entity import Entity, end_of, entity, entity_id, ftm_date, proofs

FORMER_STATES: Final[Mapping[str, str]] = {
    "CSK": "cshh",
    "DDR": "dd",
    "SCG": "csxx",
    "SUN": "suhh",
    "XKX": "xk",
    "YUG": "yucs",
    "ZAR": "zr",
}
"""States outside ISO 3166-1 for which FtM has a code."""
IN_FORCE: Final = frozenset({"imposed", "in-effect"})
"""The statuses of sanctions while there is a measure: a threat makes nobody sanctioned."""
IN_OTHER_ENTITIES: Final = (Opened, ContractSigned, TranchePaid, Listed, LinkStatement)
DETAILS: Final[Mapping[str, tuple[str, ...]]] = {
    "opened": ("on",),
    "contract-signed": ("place", "effective", "until"),
}
"""Fields of events that FtM has a schema for, which are words in its description."""


def entities_of(facts: Facts, references: References) -> Iterator[Entity]:
    """The entities of one stream; a party or a source comes again with every stream that names it."""
    if facts.state is not None:
        yield from _Entities(facts, references).all()


def has_place(event: Statement) -> bool:
    """Whether FtM has a schema for an event, beside ``Event``; a total is no payment."""
    return isinstance(event, IN_OTHER_ENTITIES) and not is_total(event)


def parties_of(facts: Facts) -> list[str]:
    """Everybody whom the entities of a stream name, once."""
    parties: list[str] = [*_standing_parties(facts.state)]
    if (deal := facts.deal) is not None:
        parties += [party for party in (deal.end_user, deal.prime) if party is not None]
    parties += [party for occurrence in facts.certain for party in _parties_in(occurrence)]
    return list(dict.fromkeys(parties))


def country_of(party: str, references: References) -> str | None:
    """The code that FtM has for a state; None for another party, and for a state without a code."""
    if not Party(party).is_state:
        return None
    alpha_2 = references.alpha_2_of(party)
    return FORMER_STATES.get(party) if alpha_2 is None else alpha_2.lower()


def was_imposed(sanction: Sanction) -> bool:
    """Whether there is or was a measure, even one that was waived or lifted since."""
    return sanction.status in {*IN_FORCE, "lifted"} or sanction.waived_from in IN_FORCE


def is_awarded(deal: Deal) -> bool:
    """Whether the deal has a contract, even if only what followed it is known."""
    return deal.rung >= SIGNED or bool(deal.paid or deal.paid_undisclosed or deal.delivered)


class _Entities:
    """The entities of one stream, made one by one."""

    def __init__(self, facts: Facts, references: References) -> None:
        self._facts = facts
        self._references = references
        self._contract = entity_id("contract", facts.stream)

    def all(self) -> Iterator[Entity]:
        """Parties and sources first, then the entities that refer to them."""
        for party in parties_of(self._facts):
            if party != UNKNOWN:
                yield self._party(party)
        for key in cited_by(self._facts):
            yield _article(key, self._references.sources.get(key))
        deal = self._facts.deal
        if deal is not None:
            yield from self._deal(deal)
        for occurrence in self._facts.certain:
            if not has_place(occurrence.event):
                yield self._event(occurrence)

    def _party(self, party: str) -> Entity:
        schema = "PublicBody" if Party(party).is_state else "LegalEntity"
        country = country_of(party, self._references)
        return entity(schema, entity_id("party", party), {"name": self._references.name_of(party), "country": country})

    def _deal(self, deal: Deal) -> Iterator[Entity]:
        yield self._contract_of(deal)
        if is_awarded(deal):
            yield from self._awards(deal)
        for role, parties in _roles(deal, self._facts).items():
            yield from self._links(role, parties)
        for occurrence in self._facts.certain:
            if isinstance(occurrence.event, TranchePaid) and has_place(occurrence.event):
                yield from self._payment(occurrence, occurrence.event, deal)
        for sanction in deal.sanctions:
            yield from self._sanction(sanction)
        yield from court_cases(self._facts, deal.title or self._facts.key)

    def _links(self, role: str, parties: Iterable[str]) -> Iterator[Entity]:
        """A link from each party that has a role in the deal; the first one's is known by the role alone."""
        for number, party in enumerate(dict.fromkeys(parties)):
            if (end := end_of(party)) is not None:
                name = entity_id("link", self._facts.stream, role, *([party] if number else []))
                yield entity("UnknownLink", name, {"subject": end, "object": self._contract, "role": role})

    def _contract_of(self, deal: Deal) -> Entity:
        title = deal.title or self._facts.key
        return entity(
            "Contract",
            self._contract,
            {
                "title": title,
                "name": title,
                "summary": f"{self._facts.stream} at {self._facts.day.isoformat()}: {deal.stage}",
                "description": [*map(item_words, deal.items), *self._details(deal)],
                "authority": [end for party in buyers_of(deal) if (end := end_of(party)) is not None],
                "contractDate": ftm_date(deal.signed_on),
                "procedureNumber": deal.reference,
                "method": deal.channel,
                "status": deal.stage,
                "type": deal.mode,
                "cancelled": "true" if deal.ended == "cancelled" else None,
                **_money(deal.value),
                "proof": proofs(self._facts.certain),
            },
        )

    def _details(self, deal: Deal) -> Iterator[str]:
        """In words, what a contract has no property for."""
        yield from (f"ordered: {quantity}" for quantity in deal.ordered)
        yield from (f"equivalent: {money}" for money in deal.equivalents)
        for occurrence in self._facts.certain:
            event = occurrence.event
            if isinstance(event, Opened):
                yield f"opened on {event.on}"
            names = DETAILS.get(event.name, ())
            yield from (
                f"{title_of(event)}: {name} {words(value)}" for name, value in own_values(event) if name in names
            )

    def _awards(self, deal: Deal) -> Iterator[Entity]:
        """An award to each supplier; nobody says which part of the value is whose, where there are several."""
        suppliers = suppliers_of(deal)
        signed = [one for one in self._facts.certain if isinstance(one.event, ContractSigned)]
        for number, party in enumerate(suppliers):
            if (end := end_of(party)) is not None:
                yield entity(
                    "ContractAward",
                    entity_id("award", self._facts.stream, *([party] if number else [])),
                    {
                        "contract": self._contract,
                        "supplier": end,
                        "date": ftm_date(deal.signed_on),
                        "status": deal.stage,
                        "role": "supplier",
                        **(_money(deal.value) if len(suppliers) == 1 else {}),
                        "recordId": [one.entry.address for one in signed],
                        "proof": proofs(signed),
                    },
                )

    def _payment(self, occurrence: Occurrence, event: TranchePaid, deal: Deal) -> Iterator[Entity]:
        payer, payee = end_of(event.payer or deal.buyer), end_of(event.payee or deal.supplier)
        if payer is None or payee is None:
            return
        yield entity(
            "Payment",
            self._id_of("payment", occurrence),
            {
                "payer": payer,
                "beneficiary": payee,
                "contract": self._contract,
                "date": ftm_date(event.on),
                "purpose": None if event.tranche is None else f"tranche {event.tranche}",
                "description": words_of(event),
                **_money(event.amount),
                "recordId": occurrence.entry.address,
                "proof": proofs([occurrence]),
            },
        )

    def _sanction(self, sanction: Sanction) -> Iterator[Entity]:
        against = end_of(sanction.against)
        if against is None or not was_imposed(sanction):
            return
        since = ftm_date(sanction.since)
        known = (str(sanction.by), str(sanction.against), sanction.basis or "")
        yield entity(
            "Sanction",
            entity_id("sanction", self._facts.stream, *known),
            {
                "entity": against,
                "authority": None if sanction.by.is_unknown else self._references.name_of(sanction.by),
                "country": country_of(sanction.by, self._references),
                "program": sanction.basis,
                "provisions": sanction.measures,
                "status": sanction.status,
                "startDate": since if sanction.status in IN_FORCE else None,
                "endDate": since if sanction.status == "lifted" else None,
                "reason": sanction.over,
                "summary": f"{sanction.status} since {sanction.since}, over {self._facts.stream}",
            },
        )

    def _event(self, occurrence: Occurrence) -> Entity:
        event = occurrence.event
        name = title_of(event)
        state = self._facts.state
        title = getattr(state, "title", None) or getattr(state, "series", None) or self._facts.key
        parties = [end_of(party) for party in (*_parties_in(occurrence), *_standing_parties(state))]
        return entity(
            "Event",
            self._id_of("event", occurrence),
            {
                "name": f"{title}: {name}",
                "date": ftm_date(event.on),
                "summary": words_of(event) or None,
                "location": getattr(event, "place", None),
                "involved": [party for party in parties if party is not None],
                "recordId": occurrence.entry.address,
                "proof": proofs([occurrence]),
            },
        )

    def _id_of(self, kind: str, occurrence: Occurrence) -> str:
        return entity_id(kind, self._facts.stream, str(first_version(occurrence)))


def _roles(deal: Deal, facts: Facts) -> dict[str, Sequence[str]]:
    """Who has a part in a deal beside the buyers and the suppliers under contract."""
    events = [occurrence.event for occurrence in facts.certain]
    partners = (event.partner for event in events if isinstance(event, IndustrialArrangementAgreed))
    return {
        "end user": [] if deal.end_user is None else [deal.end_user],
        "prime contractor": [] if deal.prime is None else [deal.prime],
        "prospective supplier": [] if is_awarded(deal) else suppliers_of(deal),
        "recipient": deal.recipients,
        "onward recipient": [event.to for event in events if isinstance(event, TransferredOnward)],
        "industrial partner": [partner for partner in partners if partner is not None],
    }


def _parties_in(occurrence: Occurrence) -> Iterator[Party]:
    for _, value in own_values(occurrence.event):
        for party in value if isinstance(value, tuple) else (value,):
            if isinstance(party, Party):
                yield party


def _standing_parties(state: Any) -> tuple[Party, ...]:
    """The two sides of a deal, the participants of a meeting, or the parties of a framework."""
    match state:
        case Deal():
            return (*buyers_of(state), *suppliers_of(state))
        case Engagement():
            return state.participants
        case Framework():
            return state.parties
    return ()


def _article(key: str, source: Source | None) -> Entity:
    name = entity_id("source", key)
    if source is None:
        return entity("Article", name, {"fileName": key, "title": key})
    notes = {
        "reliability": source.reliability,
        "scope": source.scope,
        "SHA-256": source.sha256,
        "address": odd_address(source),
    }
    return entity(
        "Article",
        name,
        {
            "fileName": key,
            "title": source.title or key,
            "publisher": source.publisher,
            "sourceUrl": page_of(source),
            "publishedAt": ftm_date(source.published),
            "retrievedAt": ftm_date(source.retrieved),
            "notes": [f"{name} {value}" for name, value in notes.items() if value is not None],
        },
    )


def _money(money: Money | None) -> dict[str, str]:
    """An amount, of a range its lower end, if there is one."""
    if money is None or (money.amount_high is not None and money.amount == 0):
        return {}
    return {"amount": plain(money.amount), "currency": money.currency}
