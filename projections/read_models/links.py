"""Links: which streams are related, and the payments that are for several deals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, get_args

from armsledger.domain.values.money import Money
from armsledger.domain.values.stream import KINDS, StreamKind
from armsledger.domain.values.when import When
from armsledger.domain.values.words import Relation
from armsledger.projections.filtering import Looked
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row

COVERS = "covers"
"""The relation of a deal to another one that one of its payments is for as well."""
RELATIONS: Final = (*get_args(Relation), COVERS)
"""All relations that a row can have."""


@dataclass(frozen=True)
class LinkRow(Row):
    """What a stream is to another one: ``deal/rafale-egypt`` is a ``resale-of`` ``deal/rafale-france``.

    ``certain`` is False where the link may not have been made by the date, or may be over. Of the relation ``covers``,
    a payment of the stream is for the other deal as well; ``amount`` is how much of it, where a source says so.
    """

    FILTERS: ClassVar = {"relation": Looked(("relation",), among=RELATIONS)}

    stream: str
    relation: str
    to: str
    since: When
    certain: bool
    amount: Money | None
    entries: tuple[str, ...]
    sources: tuple[str, ...]


ALL_KINDS: tuple[StreamKind, ...] = KINDS
LINKS = Projection("links", LinkRow, "armsledger.projections.spans.links:link_spans", ALL_KINDS)
