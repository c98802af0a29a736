"""Links between deals as the related processes of OCDS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from armsledger.domain.events.link import Linked
from armsledger.domain.values.words import Relation
from armsledger.exchange.standards.facts import Facts, standing_links
from armsledger.exchange.standards.losses import Loss, detail_losses, link_loss, untold_links
from armsledger.exchange.standards.ocds_terms import EXTENSION
from armsledger.exchange.standards.ocds_values import whole_date

DEAL: Final = "deal/"
RELATIONSHIPS: Final[Mapping[Relation, str]] = {"part-of": "framework", "succeeds": "prior"}
"""The relations for which the standard's list of relationships has a code."""
OWN_CODE: Final = "x_"
"""What codes begin with that the standard's open lists of codes lack."""


def related_processes(facts: Facts, prefix: str) -> Iterator[dict[str, Any]]:
    """The other deals that a deal is linked to, by their identifiers; ``prefix`` is that of the identifiers."""
    for told in standing_links(facts):
        occurrence, event = told[0], told[0].event
        if isinstance(event, Linked) and event.to.startswith(DEAL):
            key = event.to.removeprefix(DEAL)
            yield {
                "id": f"{event.relation}-{key}",
                "relationship": [RELATIONSHIPS.get(event.relation) or own_code(event.relation)],
                "scheme": "ocid",
                "identifier": f"{prefix}-{key}",
                EXTENSION: {
                    "entry": occurrence.entry.address,
                    "relation": event.relation,
                    **whole_date(event.on, "on"),
                    "reason": event.reason,
                },
            }


def own_code(relation: Relation) -> str:
    """A code for a relation that the standard has none for.

    >>> own_code("in-exchange-for")
    'x_inExchangeFor'
    """
    first, *others = relation.split("-")
    return OWN_CODE + first + "".join(word.capitalize() for word in others)


def link_losses(facts: Facts) -> Iterator[Loss]:
    """What related processes do not hold of a deal's links."""
    for told in standing_links(facts):
        occurrence, event = told[0], told[0].event
        assert isinstance(event, Linked)
        if not event.to.startswith(DEAL) or event.relation not in RELATIONSHIPS:
            yield link_loss(occurrence)
        yield from detail_losses(occurrence, ("on", "reason"))
    yield from untold_links(facts)
