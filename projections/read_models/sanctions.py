"""Sanctions exposure: per deal and authority, where threats, sanctions and waivers stand, and what set them off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from armsledger.domain.values.when import When
from armsledger.domain.values.words import SanctionStatus
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row

Consequence = Literal["imposed", "waived", "withdrawn"]


@dataclass(frozen=True)
class SanctionRow(Row):
    """One line of sanctions over a deal: an authority, a party, a legal basis.

    ``status`` is certain by the date, ``possible_status`` is the other bound; None where there is only
    a stated position, or nothing yet. ``over`` is what the authority says it is about. ``trigger`` is the last step of
    the deal (signature or delivery) that is not definitely after the ``consequence``, else the first threat; the days
    from the one to the other are given at least and at most, as far as the dates tell.
    """

    deal: str
    supplier: str | None
    buyer: str | None
    by: str
    against: str | None
    basis: str | None
    status: SanctionStatus | None
    possible_status: SanctionStatus | None
    since: When | None
    strength: str | None
    over: str | None
    position: str | None
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


SANCTIONS = Projection("sanctions", SanctionRow, "armsledger.projections.spans.sanctions:sanction_spans", version=3)
