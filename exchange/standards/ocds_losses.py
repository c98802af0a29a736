"""What OCDS cannot say of a deal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.states.source import Source
from armsledger.domain.values.money import Money, plain
from armsledger.exchange.standards.facts import Facts, References, cited_by
from armsledger.exchange.standards.losses import COMMON_MEANINGS, Loss, LossKind, common_losses
from armsledger.exchange.standards.ocds_terms import CURRENCIES_LACKING, EXTENSION, has_place, is_milestone
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
    for judgement in facts.expectations:
        stated = judgement.expectation
        if not is_milestone(stated):
            yield Loss("event", stated.entry.address, "expected", str(stated.what))
        elif due_text(stated.due) is None:
            yield Loss("uncertain-date", stated.entry.address, "due", str(stated.due))
    yield from _source_losses(facts, references.sources)
    for role, party in (("supplier", facts.deal.supplier), ("buyer", facts.deal.buyer)):
        if party is not None and party.is_unknown:
            yield Loss("unknown-party", facts.stream, role)


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
        for name, value in (("sha256", source.sha256), ("retrieved", source.retrieved)):
            if value is not None:
                yield Loss("source-detail", f"source/{key}", name, str(value))


def _money_losses(occurrence: Occurrence) -> Iterator[Loss]:
    for name in ("value", "amount"):
        money = getattr(occurrence.event, name, None)
        if isinstance(money, Money):
            if money.currency in CURRENCIES_LACKING:
                yield Loss("currency", occurrence.entry.address, name, str(money))
            elif not is_exact(money.amount):
                yield Loss("precision", occurrence.entry.address, name, f"{money.currency} {plain(money.amount)}")
