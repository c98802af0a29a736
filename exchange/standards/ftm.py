"""What is certain of the ledger's streams as entities of FollowTheMoney (FtM), the model of investigative graphs.

A deal is a ``Contract`` with a ``ContractAward`` to the supplier; what is paid are ``Payment`` edges, sanctions that
were imposed are ``Sanction``, all else that happened, meetings and frameworks too, is an ``Event``. Sources are
``Article``. Identifiers are made from names in the ledger alone, so that they stay the same from export to export.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.contract import ContractSigned, Opened
from armsledger.domain.events.payment import TranchePaid
from armsledger.domain.events.register import Listed
from armsledger.domain.states.deal import SIGNED, Deal
from armsledger.domain.states.engagement import Engagement
from armsledger.domain.states.framework import Framework
from armsledger.domain.states.sanction import Sanction
from armsledger.domain.states.source import Source
from armsledger.domain.values.money import Money, plain
from armsledger.domain.values.party import UNKNOWN, Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.exchange.standards.facts import Facts, common_losses, given, place_of, told
from armsledger.exchange.standards.losses import Kind, Loss
from armsledger.exchange.standards.ocds import cited_by, is_address

Entity = dict[str, Any]
"""An entity as a line of JSON has it: ``id``, ``schema``, and ``properties``, each a list of texts."""
PLAIN_DATE: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
QUALIFIERS: Final = "?~%"
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
"""Where a line of sanctions stands while there is a measure: a threat makes nobody sanctioned."""
TOLD_ELSEWHERE: Final = (Opened, ContractSigned, TranchePaid, Listed)
MEANINGS: Final[Mapping[Kind, str]] = {
    "uncertain-date": "the longest date that holds all its days, such as 2021 or 2021-11, or none; without qualifiers",
    "possible": "left out: it may have happened by the date, and FtM has no word for that",
    "expectation": "left out: an entity would say that it happened",
    "grade": "left out, save the reliability of sources, in their notes",
    "belief": "left out: an entity says neither when it was asserted nor when it was recorded",
    "correction": "the corrected value alone is told",
    "retraction": "the entry is not told",
    "dispute": "left out: the entry is told as if nobody disputed it",
    "resolution": "left out: the preferred value alone is told",
    "contested": "the preferred value alone is told",
    "agreeing-statement": "its source is among the proofs; its own words are left out",
    "superseded-statement": "left out: the last word of the source alone is told",
    "claim": "left out unless somebody else establishes it",
    "denial": "left out",
    "approximate": "told as if it were exact",
    "unit": "quantities are words in a description",
    "unknown-party": "left out, and with it the edges that would end there",
    "assumed-party": "an edge has two ends: where no source says who paid whom, the deal's buyer and supplier stand",
    "country": "the name alone: FtM has no code for this former state",
    "attribution": "left out",
    "erased-person": "left out, as the name is no longer readable",
    "remark": "left out",
    "source-detail": "in the notes: FtM keeps SHA-1 checksums only",
    "listing": "left out, the volumes (TIV) among it",
    "event": "an event of no more than a name, a date and words",
    "deal": "left out: nothing of the deal is certain by the date",
}
"""What becomes of each kind of loss."""


class Atlas(NamedTuple):
    """What entities need beside the facts: names and two-letter codes of states, and the sources by key."""

    name_of: Callable[[str], str]
    alpha_2_of: Callable[[str], str | None]
    sources: Mapping[str, Source]


def entities_of(facts: Facts, atlas: Atlas) -> Iterator[Entity]:
    """The entities of one stream; a party or a source comes again with every stream that names it."""
    if facts.state is None:
        return
    yield from _Telling(facts, atlas).all()


def losses_of(facts: Facts, atlas: Atlas) -> Iterator[Loss]:
    """What the entities of a stream do not tell."""
    yield from common_losses(facts, fits)
    deal = facts.deal
    if facts.state is None and facts.stream.startswith("deal/"):
        yield Loss("deal", facts.stream)
    if facts.state is None:
        return
    for occurrence in facts.certain:
        yield from _event_losses(occurrence, deal)
    for judged in facts.expectations:
        link = judged.expectation
        yield Loss("expectation", link.entry.address, str(link.what), f"{link.due}, {judged.outcome}")
    for party in _parties(facts):
        if party == UNKNOWN:
            yield Loss("unknown-party", facts.stream)
        elif Party(party).is_state and _country(party, atlas) is None:
            yield Loss("country", facts.stream, None, party)
    for key in cited_by(facts):
        yield from _source_losses(key, atlas.sources.get(key))


def _source_losses(key: str, source: Source | None) -> Iterator[Loss]:
    if source is None:
        return
    entry = f"source/{key}"
    if source.reliability is not None:
        yield Loss("grade", entry, "reliability", source.reliability)
    if source.sha256 is not None:
        yield Loss("source-detail", entry, "sha256", source.sha256)
    for name, when in (("published", source.published), ("retrieved", source.retrieved)):
        if when is not None and not fits(when):
            yield Loss("uncertain-date", entry, name, str(when))


def _event_losses(occurrence: Occurrence, deal: Deal | None) -> Iterator[Loss]:
    event, entry = occurrence.event, occurrence.entry.address
    if isinstance(event, Listed):
        yield Loss("listing", entry, event.listed_in, event.comment)
    elif not isinstance(event, TOLD_ELSEWHERE):
        yield Loss("event", entry, event.name, told(event) or None)
    for name, value in given(event):
        if isinstance(value, Quantity):
            yield Loss("unit", entry, name, str(value))
    if deal is not None and isinstance(event, TranchePaid):
        for name, party in (("payer", deal.buyer), ("payee", deal.supplier)):
            if getattr(event, name) is None and party is not None:
                yield Loss("assumed-party", entry, name, str(party))


def fits(when: When) -> bool:
    """Whether FtM keeps a date as it is: a year, a month or a day, without qualifiers."""
    return PLAIN_DATE.fullmatch(when.text) is not None


def date_text(when: When | None) -> str | None:
    """The longest date of FtM that holds all days that a date allows; None if there is none.

    >>> date_text(When.parse("2021-11-08/2021-11-12"))
    '2021-11'
    """
    if when is None or when.earliest is None or when.latest is None:
        return None
    written = when.text.strip(QUALIFIERS)
    if PLAIN_DATE.fullmatch(written):
        return written
    first, last = when.earliest.isoformat(), when.latest.isoformat()
    return next((first[:length] for length in (10, 7, 4) if first[:length] == last[:length]), None)


def entity_id(kind: str, *parts: str) -> str:
    """An identifier that is the same for the same thing, in every export."""
    return f"armsledger-{kind}-{sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"


def entity(schema: str, name: str, properties: Mapping[str, str | Iterable[str] | None]) -> Entity:
    """An entity of these properties, without those that hold nothing."""
    lists = {name: _texts(value) for name, value in properties.items()}
    return {"id": name, "schema": schema, "properties": {name: texts for name, texts in lists.items() if texts}}


def _texts(value: str | Iterable[str] | None) -> list[str]:
    texts = [] if value is None else [value] if isinstance(value, str) else value
    return list(dict.fromkeys(text for text in texts if text))


def was_imposed(sanction: Sanction) -> bool:
    """Whether there is or was a measure, be it waived or lifted since."""
    return sanction.status in {*IN_FORCE, "lifted"} or sanction.waived_from in IN_FORCE


def is_awarded(deal: Deal) -> bool:
    """Whether the deal has come to a contract, be it that only what followed is known."""
    return deal.rung >= SIGNED or bool(deal.paid or deal.paid_undisclosed or deal.delivered)


class _Telling:
    """The entities of one stream, made one by one."""

    def __init__(self, facts: Facts, atlas: Atlas) -> None:
        self._facts = facts
        self._atlas = atlas
        self._contract = entity_id("contract", facts.stream)

    def all(self) -> Iterator[Entity]:
        """Parties and sources first, then what refers to them."""
        for party in _parties(self._facts):
            if party != UNKNOWN:
                yield _party(party, self._atlas)
        for key in cited_by(self._facts):
            yield _article(key, self._atlas.sources.get(key))
        deal = self._facts.deal
        if deal is not None:
            yield from self._deal(deal)
        for occurrence in self._facts.certain:
            if not isinstance(occurrence.event, TOLD_ELSEWHERE):
                yield self._event(occurrence)

    def _deal(self, deal: Deal) -> Iterator[Entity]:
        title = deal.title or self._facts.key
        signed = [one for one in self._facts.certain if isinstance(one.event, ContractSigned)]
        yield entity(
            "Contract",
            self._contract,
            {
                "title": title,
                "name": title,
                "summary": f"{self._facts.stream} at {self._facts.day.isoformat()}: {deal.stage}",
                "description": [*map(str, deal.items), *(f"ordered: {one}" for one in deal.ordered)],
                "authority": self._end(deal.buyer),
                "contractDate": date_text(deal.signed_on),
                "procedureNumber": deal.reference,
                "status": deal.stage,
                "type": deal.mode,
                "cancelled": "true" if deal.ended == "cancelled" else None,
                **_money(deal.value),
                "proof": self._proofs(self._facts.certain),
            },
        )
        supplier = self._end(deal.supplier)
        if supplier is not None and is_awarded(deal):
            yield entity(
                "ContractAward",
                entity_id("award", self._facts.stream),
                {
                    "contract": self._contract,
                    "supplier": supplier,
                    "date": date_text(deal.signed_on),
                    "status": deal.stage,
                    "role": "supplier",
                    **_money(deal.value),
                    "recordId": [one.entry.address for one in signed],
                    "proof": self._proofs(signed),
                },
            )
        links = {"end user": deal.end_user, "prime contractor": deal.prime}
        if not is_awarded(deal):
            links["prospective supplier"] = deal.supplier
        for role, party in links.items():
            if (end := self._end(party)) is not None:
                yield entity(
                    "UnknownLink",
                    entity_id("link", self._facts.stream, role),
                    {"subject": end, "object": self._contract, "role": role},
                )
        for occurrence in self._facts.certain:
            if isinstance(occurrence.event, TranchePaid):
                yield from self._payment(occurrence, occurrence.event, deal)
        for sanction in deal.sanctions:
            yield from self._sanction(sanction)

    def _payment(self, occurrence: Occurrence, event: TranchePaid, deal: Deal) -> Iterator[Entity]:
        payer, payee = self._end(event.payer or deal.buyer), self._end(event.payee or deal.supplier)
        if payer is None or payee is None:
            return
        yield entity(
            "Payment",
            self._id_of("payment", occurrence),
            {
                "payer": payer,
                "beneficiary": payee,
                "contract": self._contract,
                "date": date_text(event.on),
                "purpose": None if event.tranche is None else f"tranche {event.tranche}",
                "description": told(event),
                **_money(event.amount),
                "recordId": occurrence.entry.address,
                "proof": self._proofs([occurrence]),
            },
        )

    def _sanction(self, sanction: Sanction) -> Iterator[Entity]:
        against = self._end(sanction.against)
        if against is None or not was_imposed(sanction):
            return
        since = date_text(sanction.since)
        known = (str(sanction.by), str(sanction.against), sanction.basis or "")
        yield entity(
            "Sanction",
            entity_id("sanction", self._facts.stream, *known),
            {
                "entity": against,
                "authority": None if sanction.by.is_unknown else self._atlas.name_of(sanction.by),
                "country": _country(sanction.by, self._atlas),
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
        name = event.name.replace("-", " ")
        state = self._facts.state
        title = getattr(state, "title", None) or getattr(state, "series", None) or self._facts.key
        parties = [self._end(party) for party in (*_named_in(occurrence), *_standing_parties(state))]
        return entity(
            "Event",
            self._id_of("event", occurrence),
            {
                "name": f"{title}: {name}",
                "date": date_text(event.on),
                "summary": told(event) or None,
                "location": getattr(event, "place", None),
                "involved": [party for party in parties if party is not None],
                "recordId": occurrence.entry.address,
                "proof": self._proofs([occurrence]),
            },
        )

    def _id_of(self, kind: str, occurrence: Occurrence) -> str:
        return entity_id(kind, self._facts.stream, str(place_of(occurrence)))

    def _end(self, party: str | None) -> str | None:
        return None if party is None or party == UNKNOWN else entity_id("party", party)

    def _proofs(self, occurrences: Iterable[Occurrence]) -> list[str]:
        entries = (entry for occurrence in occurrences for entry in occurrence.entries)
        return [entity_id("source", entry.event.source) for entry in entries if entry.event.source is not None]


def _named_in(occurrence: Occurrence) -> Iterator[Party]:
    for _, value in given(occurrence.event):
        for party in value if isinstance(value, tuple) else (value,):
            if isinstance(party, Party):
                yield party


def _standing_parties(state: Any) -> tuple[Party, ...]:
    """Those between whom a deal is, who meet, or who have a framework."""
    match state:
        case Deal():
            return tuple(party for party in (state.buyer, state.supplier) if party is not None)
        case Engagement():
            return state.participants
        case Framework():
            return state.parties
    return ()


def _parties(facts: Facts) -> list[str]:
    """Everybody whom the entities of a stream name, once."""
    named: list[str] = [*_standing_parties(facts.state)]
    if (deal := facts.deal) is not None:
        named += [party for party in (deal.end_user, deal.prime) if party is not None]
    named += [party for occurrence in facts.certain for party in _named_in(occurrence)]
    return list(dict.fromkeys(named))


def _party(party: str, atlas: Atlas) -> Entity:
    is_state = Party(party).is_state
    schema = "PublicBody" if is_state else "LegalEntity"
    country = _country(party, atlas)
    return entity(schema, entity_id("party", party), {"name": atlas.name_of(party), "country": country})


def _country(party: str, atlas: Atlas) -> str | None:
    if not Party(party).is_state:
        return None
    alpha_2 = atlas.alpha_2_of(party)
    return FORMER_STATES.get(party) if alpha_2 is None else alpha_2.lower()


def _article(key: str, source: Source | None) -> Entity:
    name = entity_id("source", key)
    if source is None:
        return entity("Article", name, {"fileName": key, "title": key})
    notes = {"reliability": source.reliability, "SHA-256": source.sha256}
    return entity(
        "Article",
        name,
        {
            "fileName": key,
            "title": source.title or key,
            "publisher": source.publisher,
            "sourceUrl": source.url if source.url and is_address(source.url) else None,
            "publishedAt": date_text(source.published),
            "retrievedAt": date_text(source.retrieved),
            "notes": [f"{name} {value}" for name, value in notes.items() if value is not None],
        },
    )


def _money(money: Money | None) -> dict[str, str]:
    return {} if money is None else {"amount": plain(money.amount), "currency": money.currency}
