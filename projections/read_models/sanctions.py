"""Sanctions exposure: per deal and authority, where threats, sanctions and waivers stand, and what set them off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from armsledger.domain.values.when import When
from armsledger.domain.values.words import Position, SanctionStatus, Strength
from armsledger.projections.filtering import Looked
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.deals import OF_DEAL
from armsledger.projections.rows import Row

Consequence = Literal["imposed", "waived", "withdrawn"]


@dataclass(frozen=True)
class SanctionRow(Row):
    """One line of sanctions over a deal: an authority, a party, a legal basis.

    ``status`` is certain by the date, ``possible_status`` is the other bound; None where there is only
    a stated position, or nothing yet. ``over`` is what the authority says it is about. ``trigger`` is the last step of
    the deal (signature or delivery) that is not definitely after the ``consequence``, else the first threat; the days
    from the one to the other are given at least and at most, as far as the dates tell.
    ``supplier``, ``buyer`` and ``items`` are the deal's, ``suppliers`` and
    ``buyers`` all of them where there are several; ``open`` says that it is signed or delivering.
    """

    FILTERS: ClassVar = {**OF_DEAL, "days": Looked(("least_days", "most_days"), is_span=True)}

    deal: str
    supplier: str | None
    suppliers: tuple[str, ...]
    buyer: str | None
    buyers: tuple[str, ...]
    items: tuple[str, ...]
    open: bool
    by: str
    against: str | None
    basis: str | None
    status: SanctionStatus | None
    possible_status: SanctionStatus | None
    since: When | None
    strength: Strength | None
    over: str | None
    position: Position | None
    waiver: str | None
    measures: tuple[str, ...]
    trigger: str | None
    triggered_on: When | None
    triggered_by: str | None
    consequence: Consequence | None
    consequence_on: When | None
    least_days: int | None
    most_days: int | None
    entries: tuple[str, ...]


SANCTIONS = Projection("sanctions", SanctionRow, "armsledger.projections.spans.sanctions:sanction_spans", version=4)
