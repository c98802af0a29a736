"""What OCDS cannot say of a deal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.contract import Amended, ContractSigned, Opened
from armsledger.domain.events.payment import TranchePaid
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.source import Source
from armsledger.domain.values.money import plain
from armsledger.domain.values.several import all_of
from armsledger.exchange.standards.facts import (
    Facts,
    References,
    buyers_of,
    cited_by,
    endings_of,
    odd_address,
    suppliers_of,
    words,
)
from armsledger.exchange.standards.losses import (
    COMMON_MEANINGS,
    Loss,
    LossKind,
    common_losses,
    detail_losses,
    event_loss,
)
from armsledger.exchange.standards.ocds_body import is_contracted
from armsledger.exchange.standards.ocds_related import link_losses
from armsledger.exchange.standards.ocds_terms import CURRENCIES_LACKING, DETAILS, EXTENSION, has_place, is_milestone
from armsledger.exchange.standards.ocds_values import due_text, fits, is_exact

MEANINGS: Final[Mapping[LossKind, str]] = {
    **COMMON_MEANINGS,
    "uncertain-date": f"no date is given; the EDTF text and its first and last day stand in {EXTENSION}",
    "possible": "left out: it may have happened by the date, and the standard has no word for that",
    "expectation": f"a milestone, if a step of the deal is to come; who expects it how firmly stands in {EXTENSION}",
    "grade": f"left out, save the reliability of sources, in {EXTENSION} of the documents",
    "belief": "left out, save the time of recording, which is the date of the release",
    "correction": "the corrected value alone is told; earlier releases have the value before it",
    "retraction": "the entry is not told; what earlier releases told of it is set to null",
    "agreeing-statement": "left out: one statement of several stands for all",
    "approximate": f"told as if it were exact; {EXTENSION} says that it is approximate",
    "range": f"the lower end is told, where there is one; the range of an amount stands in {EXTENSION}",
    "precision": f"more figures than a JSON number keeps; the exact amount stands in {EXTENSION}",
    "unknown-party": "left out",
    "currency": f"the amount is left out, as the standard's list lacks its currency; it stands in {EXTENSION}",
    "source-detail": f"stands in {EXTENSION} of the document",
    "equivalent": f"the amount in the contract's currency alone is told; the others stand in {EXTENSION}",
    "shared-payment": "told once and whole, by the deal that records it; what else it is for stands in its extension",
    "several-parties": "the first is the buyer; the others stand among the parties, in the same role",
    "detail": f"stands in {EXTENSION}: the standard has no field for it",
    "option": "left out: the standard knows no options; what was exercised is in the order",
    "onward-transfer": "left out: the standard does not follow goods that the buyer passes on",
    "industrial-arrangement": "left out: the standard has no field for offsets and shares in the work",
    "court-claim": "left out: the standard has no field for claims and courts",
    "link": "to a deal, told with a code of our own (x_...), as the standard has none; to others, or ended: left out",
    "event": "left out: the standard has no field for it",
    "engagement": "left out: the standard knows no meetings",
    "framework": "left out: an intergovernmental framework is no contracting process",
}
"""What becomes of each kind of loss in OCDS; the texts stand in the reports of losses."""


def losses_of(facts: Facts, references: References) -> Iterator[Loss]:
    """What the body of a deal does not hold."""
    yield from common_losses(facts, fits, has_place)
    if facts.deal is None:
        return
    for occurrence in facts.certain:
        yield from _money_losses(occurrence)
        if has_place(occurrence.event):
            yield from detail_losses(occurrence, DETAILS.get(occurrence.event.name, ()))
        if isinstance(occurrence.event, Opened) and not is_contracted(facts):
            yield from detail_losses(occurrence, ("items",))
    for ending in endings_of(facts)[1:]:
        yield event_loss(ending)
    yield from link_losses(facts)
    yield from _party_losses(facts, facts.deal)
    for judgement in facts.expectations:
        stated = judgement.expectation
        if not is_milestone(stated):
            yield Loss("event", stated.entry.address, "expected", str(stated.what))
        elif due_text(stated.due) is None:
            yield Loss("uncertain-date", stated.entry.address, "due", str(stated.due))
    yield from _source_losses(facts, references.sources)


def _party_losses(facts: Facts, deal: Deal) -> Iterator[Loss]:
    for role, parties in (("supplier", suppliers_of(deal)), ("buyer", buyers_of(deal))):
        for party in parties:
            if party.is_unknown:
                yield Loss("unknown-party", facts.stream, role)
    if deal.buyers:
        yield Loss("several-parties", facts.stream, "buyer", words(deal.buyers))


def _source_losses(facts: Facts, sources: Mapping[str, Source]) -> Iterator[Loss]:
    """What the documents of a deal do not hold."""
    for key in cited_by(facts):
        source = sources.get(key)
        if source is None:
            continue
        if source.reliability is not None:
            yield Loss("grade", f"source/{key}", "reliability", source.reliability)
        if source.published is not None and not fits(source.published):
            yield Loss("uncertain-date", f"source/{key}", "published", str(source.published))
        details = {
            "scope": source.scope,
            "sha256": source.sha256,
            "retrieved": source.retrieved,
            "url": odd_address(source),
        }
        for name, value in details.items():
            if value is not None:
                yield Loss("source-detail", f"source/{key}", name, str(value))


def _money_losses(occurrence: Occurrence) -> Iterator[Loss]:
    entry, event = occurrence.entry.address, occurrence.event
    for name in ("value", "amount"):
        money, *equivalents = all_of(getattr(event, name, None)) or (None,)
        if money is not None and money.currency in CURRENCIES_LACKING:
            yield Loss("currency", entry, name, str(money))
        elif money is not None and not is_exact(money.amount):
            yield Loss("precision", entry, name, f"{money.currency} {plain(money.amount)}")
        if isinstance(event, ContractSigned | Amended):
            yield from (Loss("equivalent", entry, name, str(other)) for other in equivalents)
    for item in event.items if isinstance(event, Opened | ContractSigned | Amended) else ():
        if item.value is not None:
            yield Loss("detail", entry, "items", f"{item.designation}: {item.value}")
    if isinstance(event, TranchePaid) and event.covers:
        yield Loss("shared-payment", entry, "covers", words(event.covers))
