"""What FollowTheMoney (FtM) cannot say of a stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.contract import Amended, ContractSigned
from armsledger.domain.events.payment import TranchePaid
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.source import Source
from armsledger.domain.values.party import UNKNOWN, Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.several import all_of
from armsledger.exchange.standards.facts import Facts, References, amounts_in, cited_by, odd_address, own_values, words
from armsledger.exchange.standards.ftm_entities import DETAILS, country_of, has_place, parties_of
from armsledger.exchange.standards.ftm_entity import fits
from armsledger.exchange.standards.ftm_links import link_losses
from armsledger.exchange.standards.losses import COMMON_MEANINGS, Loss, LossKind, common_losses, detail_losses

MEANINGS: Final[Mapping[LossKind, str]] = {
    **COMMON_MEANINGS,
    "uncertain-date": "the longest date that holds all its days, such as 2021 or 2021-11, or none; without qualifiers",
    "possible": "left out: it may have happened by the date, and FtM has no word for that",
    "expectation": "left out: an entity would say that it happened",
    "grade": "left out, save the reliability of sources, in their notes",
    "belief": "left out: an entity says neither when it was asserted nor when it was recorded",
    "correction": "the corrected value alone is told",
    "retraction": "the entry is not told",
    "agreeing-statement": "its source is among the proofs; its own words are left out",
    "approximate": "told as if it were exact",
    "range": "the lower end of an amount is told, where there is one; a quantity is words in a description",
    "unit": "quantities are words in a description",
    "unknown-party": "left out, and with it the edges that would end there",
    "assumed-party": "an edge has two ends: where no source says who paid whom, the deal's buyer and supplier stand",
    "country": "the name alone: FtM has no code for this former state",
    "source-detail": "in the notes: FtM keeps SHA-1 checksums only, and addresses of pages that programs can open",
    "equivalent": "words in the description of the contract, which has the amount in its own currency",
    "shared-payment": "told once and whole, by the deal that records it; the other deals are linked to it",
    "several-parties": "each buyer is an authority and each supplier has an award, without an amount; none leads",
    "detail": "words in the description of the contract",
    "option": "an event of no more than a name, a date and words",
    "onward-transfer": "an event of no more than a name, a date and words; a recipient is linked to the contract",
    "industrial-arrangement": "an event of no more than a name, a date and words; a partner is linked to the contract",
    "court-claim": "an event of no more than a name, a date and words, and a court case where the forum is known",
    "link": "left out: it holds no more, it is to or from what is no deal, or the other deal is not in the file",
    "event": "an event of no more than a name, a date and words",
}
"""What becomes of each kind of loss in FtM; the texts stand in the reports of losses."""


def losses_of(facts: Facts, references: References) -> Iterator[Loss]:
    """What the entities of a stream do not hold."""
    yield from common_losses(facts, fits, has_place)
    if facts.state is None:
        return
    for occurrence in facts.certain:
        yield from _occurrence_losses(occurrence, facts.deal)
    yield from link_losses(facts)
    if facts.deal is not None:
        yield from _party_losses(facts, facts.deal)
    for party in parties_of(facts):
        if party == UNKNOWN:
            yield Loss("unknown-party", facts.stream)
        elif Party(party).is_state and country_of(party, references) is None:
            yield Loss("country", facts.stream, None, party)
    for key in cited_by(facts):
        yield from _source_losses(key, references.sources.get(key))


def _source_losses(key: str, source: Source | None) -> Iterator[Loss]:
    if source is None:
        return
    entry = f"source/{key}"
    if source.reliability is not None:
        yield Loss("grade", entry, "reliability", source.reliability)
    for name, text in (("scope", source.scope), ("sha256", source.sha256), ("url", odd_address(source))):
        if text is not None:
            yield Loss("source-detail", entry, name, text)
    for name, when in (("published", source.published), ("retrieved", source.retrieved)):
        if when is not None and not fits(when):
            yield Loss("uncertain-date", entry, name, str(when))


def _party_losses(facts: Facts, deal: Deal) -> Iterator[Loss]:
    for role, parties in (("supplier", deal.suppliers), ("buyer", deal.buyers)):
        if parties:
            yield Loss("several-parties", facts.stream, role, words(parties))


def _occurrence_losses(occurrence: Occurrence, deal: Deal | None) -> Iterator[Loss]:
    event, entry = occurrence.event, occurrence.entry.address
    for name, value in own_values(event):
        for amount in amounts_in(value):
            if isinstance(amount, Quantity):
                yield Loss("unit", entry, name, str(amount))
    yield from detail_losses(occurrence, DETAILS.get(event.name, ()))
    if isinstance(event, ContractSigned | Amended):
        yield from (Loss("equivalent", entry, "value", str(money)) for money in all_of(event.value)[1:])
    if deal is not None and isinstance(event, TranchePaid) and has_place(event):
        for name, party in (("payer", deal.buyer), ("payee", deal.supplier)):
            if getattr(event, name) is None and party is not None:
                yield Loss("assumed-party", entry, name, str(party))
        if event.covers:
            yield Loss("shared-payment", entry, "covers", words(event.covers))
