"""Links of a stream to others."""

from __future__ import annotations

from dataclasses import dataclass

from armsledger.domain.events.link import Linked, LinkEvent
from armsledger.domain.values.when import When
from armsledger.domain.values.words import Relation


@dataclass(frozen=True)
class Link:
    """What the stream is to another one, and since when."""

    to: str
    relation: Relation
    since: When

    def __str__(self) -> str:
        return f"{self.relation} {self.to}"


def with_link(links: tuple[Link, ...], event: LinkEvent) -> tuple[Link, ...]:
    """The links after one is made, or told again, or ends."""
    others = tuple(link for link in links if (link.to, link.relation) != (event.to, event.relation))
    if not isinstance(event, Linked):
        return others
    return links if len(others) < len(links) else (*links, Link(event.to, event.relation, event.on))
