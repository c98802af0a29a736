"""Links between deals as edges of FollowTheMoney (FtM), and what such edges do not hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from armsledger.domain.events.link import Linked
from armsledger.domain.events.payment import TranchePaid
from armsledger.exchange.standards.facts import Facts, first_version, standing_links, words
from armsledger.exchange.standards.ftm_entity import Entity, entity, entity_id, ftm_date, proofs
from armsledger.exchange.standards.losses import Loss, link_loss, untold_links

DEAL: Final = "deal/"
COVERS: Final = "covers"
"""The role of a link from a deal to another one for which a payment was as well."""


class Edge(NamedTuple):
    """An edge to the entity of another deal, and what is lost where that one is not in the file."""

    entity: Entity
    other: str
    loss: Loss


def edges_of(facts: Facts) -> Iterator[Edge]:
    """The edges from a deal to the deals that it is linked to, or that its payments cover."""
    if facts.deal is None:
        return
    for told in standing_links(facts):
        occurrence, event = told[0], told[0].event
        if isinstance(event, Linked) and event.to.startswith(DEAL):
            name = entity_id("link", facts.stream, event.relation, event.to)
            loss = link_loss(occurrence)
            fields = {
                "role": event.relation,
                "startDate": ftm_date(event.on),
                "description": event.reason,
                "recordId": occurrence.entry.address,
                "proof": proofs(told),
            }
            yield _edge(facts, name, event.to, fields, loss)
    for occurrence in facts.certain:
        event = occurrence.event
        for covered in event.covers if isinstance(event, TranchePaid) else ():
            name = entity_id("link", facts.stream, COVERS, str(first_version(occurrence)), covered.stream)
            loss = Loss("link", occurrence.entry.address, COVERS, covered.stream)
            fields = {
                "role": COVERS,
                "date": ftm_date(event.on),
                "description": f"a payment is for {words(covered)} as well",
                "recordId": occurrence.entry.address,
                "proof": proofs([occurrence]),
            }
            yield _edge(facts, name, covered.stream, fields, loss)


def _edge(facts: Facts, name: str, to: str, fields: dict[str, str | list[str] | None], loss: Loss) -> Edge:
    other = entity_id("contract", to)
    ends = {"subject": entity_id("contract", facts.stream), "object": other}
    return Edge(entity("UnknownLink", name, {**ends, **fields}), other, loss)


def link_losses(facts: Facts) -> Iterator[Loss]:
    """The links of a stream that are no edges: those that hold no more, and those from or to what is no deal."""
    for told in standing_links(facts):
        occurrence, event = told[0], told[0].event
        assert isinstance(event, Linked)
        if facts.deal is None or not event.to.startswith(DEAL):
            yield link_loss(occurrence)
    yield from untold_links(facts)
