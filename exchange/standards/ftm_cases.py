"""Claims over a deal that go before a court or tribunal, as court cases of FollowTheMoney (FtM)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.claim import ClaimEvent, ClaimFiled
from armsledger.domain.states.claim import Claim, with_claim
from armsledger.exchange.standards.facts import Facts, first_version
from armsledger.exchange.standards.ftm_entity import Entity, end_of, entity, entity_id, ftm_date, proofs


class Case(NamedTuple):
    """A claim with the steps that it took."""

    claim: Claim
    steps: Sequence[Occurrence]


def cases_in(facts: Facts) -> list[Case]:
    """The claims over a deal, each with its steps; in the order of the fold."""
    claims: tuple[Claim, ...] = ()
    steps: list[list[Occurrence]] = []
    for occurrence in facts.certain:
        if isinstance(occurrence.event, ClaimEvent):
            before, claims = claims, with_claim(claims, occurrence.event)
            changed = [number for number, claim in enumerate(before) if claim is not claims[number]]
            if changed:
                steps[changed[0]].append(occurrence)
            else:
                steps.append([occurrence])
    return [Case(*case) for case in zip(claims, steps, strict=True)]


def court_cases(facts: Facts, title: str) -> Iterator[Entity]:
    """A case, its parties, and a link to the contract for each claim of which the forum is known."""
    for claim, steps in cases_in(facts):
        if claim.forum is not None:
            yield from _court_case(facts, title, claim, steps)


def _court_case(facts: Facts, title: str, claim: Claim, steps: Sequence[Occurrence]) -> Iterator[Entity]:
    number = str(min(first_version(step) for step in steps))
    case = entity_id("case", facts.stream, number)
    filed = [step.event.on for step in steps if isinstance(step.event, ClaimFiled)]
    yield entity(
        "CourtCase",
        case,
        {
            "name": f"{title}: claim at {claim.forum}",
            "court": claim.forum,
            "status": claim.status,
            "fileDate": ftm_date(filed[0]) if filed else None,
            "closeDate": None if claim.status == "filed" else ftm_date(claim.since),
            "summary": _amounts(claim),
            "proof": proofs(steps),
        },
    )
    for role, party in (("claimant", claim.by), ("respondent", claim.against)):
        if (end := end_of(party)) is not None:
            name = entity_id("case-party", facts.stream, number, role)
            yield entity("CourtCaseParty", name, {"party": end, "case": case, "role": role})
    link = {"subject": case, "object": entity_id("contract", facts.stream), "role": "claim over the deal"}
    yield entity("UnknownLink", entity_id("link", facts.stream, "claim", number), link)


def _amounts(claim: Claim) -> str | None:
    amounts = {"claimed": claim.amount, "settled on": claim.settled}
    return "; ".join(f"{name} {amount}" for name, amount in amounts.items() if amount is not None) or None
