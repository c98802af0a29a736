"""Sanctions exposure: per deal and authority, where threats, sanctions and waivers stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from armsledger.domain.deal import NO_DEAL, Deal
from armsledger.domain.sanction import Sanction, SanctionEvent, SanctionStatus
from armsledger.domain.state import Bounds
from armsledger.domain.when import When
from armsledger.projections.rows import Row
from armsledger.projections.scene import Scene, addresses


@dataclass(frozen=True)
class SanctionRow(Row):
    """One line of sanctions over a deal: an authority, a party, a legal basis.

    ``status`` is certain by the date, ``possible_status`` is the other bound; None where there is only
    a stated position, or nothing yet.
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
    position: str | None
    waiver: str | None
    measures: tuple[str, ...]
    entries: tuple[str, ...]


def sanction_rows(scene: Scene) -> Iterable[SanctionRow]:
    """One row for each line that is at least possible by the date."""
    if scene.kind != "deal":
        return
    bounds: Bounds[Deal] = scene.bounds
    certain = bounds.certain or NO_DEAL
    possible = bounds.possible or NO_DEAL
    for line in possible.sanctions:
        known = next((other for other in certain.sanctions if _same_line(line, other)), None)
        shown = known or line
        yield SanctionRow(
            deal=scene.key,
            supplier=possible.supplier,
            buyer=possible.buyer,
            by=shown.by,
            against=shown.against,
            basis=shown.basis,
            status=known.status if known else None,
            possible_status=line.status,
            since=shown.since,
            strength=shown.strength,
            position=shown.position,
            waiver=shown.waiver,
            measures=shown.measures,
            entries=_entries(scene, line),
        )


def _same_line(one: Sanction, other: Sanction) -> bool:
    """The certain bound may not know the party or the basis yet."""
    return (
        one.by == other.by
        and other.against in (None, one.against)
        and (other.basis in (None, one.basis) or one.basis is None)
    )


def _entries(scene: Scene, line: Sanction) -> tuple[str, ...]:
    return tuple(
        address
        for occurrence in scene.possible
        if isinstance(event := occurrence.event, SanctionEvent)
        and event.by == line.by
        and getattr(event, "against", None) in (None, line.against)
        and (event.basis is None or line.basis is None or event.basis == line.basis)
        for address in addresses(occurrence)
    )
