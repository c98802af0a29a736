"""Precedents: what became of other deals that were exposed to sanctions in the same way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from armsledger.domain.values.when import When
from armsledger.domain.values.words import SanctionStatus
from armsledger.projections.read_models.sanctions import SanctionRow
from armsledger.projections.rows import Row

FollowUp = Literal["imposed", "waived", "lifted", "withdrawn", "not-followed-up"]
FOLLOW_UPS: dict[SanctionStatus | None, FollowUp] = {
    "imposed": "imposed",
    "in-effect": "imposed",
    "waived": "waived",
    "lifted": "lifted",
    "withdrawn": "withdrawn",
    "threatened": "not-followed-up",
}


@dataclass(frozen=True)
class PrecedentRow(Row):
    """Another deal's line of sanctions, certain by the date.

    ``shared`` says what it has in common with the deal asked about: its authority and legal basis, its supplier, or
    both. ``follow_up`` is what came of it. The days from trigger to consequence are those of the `SanctionRow`.
    """

    deal: str
    shared: tuple[str, ...]
    follow_up: FollowUp
    supplier: str | None
    buyer: str | None
    by: str
    against: str | None
    basis: str | None
    since: When | None
    trigger: str | None
    least_days: int | None
    most_days: int | None
    entries: tuple[str, ...]


def precedent_rows(deal: str, supplier: str | None, lines: Iterable[SanctionRow]) -> list[PrecedentRow]:
    """The lines of other deals under a basis that threatens this one, or with its supplier."""
    all_lines = list(lines)
    exposed = {(line.by, line.basis) for line in all_lines if line.deal == deal and line.basis is not None}
    rows = []
    for line in all_lines:
        follow_up = FOLLOW_UPS.get(line.status)
        shared = [
            name
            for name, fits in (("basis", (line.by, line.basis) in exposed), ("supplier", _is_of(line, supplier)))
            if fits
        ]
        if line.deal != deal and follow_up is not None and shared:
            rows.append(_row(line, tuple(shared), follow_up))
    return rows


def _is_of(line: SanctionRow, supplier: str | None) -> bool:
    return supplier is not None and line.supplier == supplier


def _row(line: SanctionRow, shared: tuple[str, ...], follow_up: FollowUp) -> PrecedentRow:
    return PrecedentRow(
        deal=line.deal,
        shared=shared,
        follow_up=follow_up,
        supplier=line.supplier,
        buyer=line.buyer,
        by=line.by,
        against=line.against,
        basis=line.basis,
        since=line.since,
        trigger=line.trigger,
        least_days=line.least_days,
        most_days=line.most_days,
        entries=line.entries,
    )
