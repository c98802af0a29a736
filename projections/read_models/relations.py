"""Relations: supplier and buyer pairs, with all that stands between them at a date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.value import added
from armsledger.domain.values.when import When
from armsledger.domain.values.words import OPEN
from armsledger.projections.read_models.deals import DealRow
from armsledger.projections.read_models.engagements import EngagementRow
from armsledger.projections.rows import Row


@dataclass(frozen=True)
class RelationRow(Row):
    """A supplier and a buyer at a date; what is certain counts.

    ``open_deals`` are signed or delivering. ``values``, ``paid`` and ``delivered`` hold one sum per currency or unit,
    over all deals. ``engagements`` counts the meetings held in which both took part; ``last_held`` is when the last
    was.
    """

    supplier: str
    buyer: str
    deals: int
    open_deals: int
    values: tuple[Money, ...]
    paid: tuple[Money, ...]
    delivered: tuple[Quantity, ...]
    engagements: int
    last_held: When | None


@dataclass
class _Sum:
    deals: int = 0
    open_deals: int = 0
    values: tuple[Money, ...] = ()
    paid: tuple[Money, ...] = ()
    delivered: tuple[Quantity, ...] = ()
    held: list[When] = field(default_factory=list)


def relation_rows(deals: Iterable[DealRow], engagements: Iterable[EngagementRow]) -> list[RelationRow]:
    """One row for each pair of which a deal has certainly begun, by supplier and buyer."""
    pairs: dict[tuple[str, str], _Sum] = {}
    for row in deals:
        if row.stage is not None and row.supplier is not None and row.buyer is not None:
            _add(pairs.setdefault((row.supplier, row.buyer), _Sum()), row)
    for meeting in engagements:
        if meeting.status == "held" and meeting.held_on is not None:
            for one, other in combinations(meeting.participants, 2):
                for pair in {(one, other), (other, one)} & pairs.keys():
                    pairs[pair].held.append(meeting.held_on)
    return [_row(pair, pairs[pair]) for pair in sorted(pairs)]


def _add(total: _Sum, row: DealRow) -> None:
    total.deals += 1
    total.open_deals += row.stage in OPEN
    if row.value is not None:
        total.values = added(total.values, row.value)
    for amount in row.paid:
        total.paid = added(total.paid, amount)
    for line in row.delivered:
        quantity = Quantity(line.count, line.unit, line.approximate)
        total.delivered = added(total.delivered, quantity)


def _row(pair: tuple[str, str], total: _Sum) -> RelationRow:
    return RelationRow(
        supplier=pair[0],
        buyer=pair[1],
        deals=total.deals,
        open_deals=total.open_deals,
        values=total.values,
        paid=total.paid,
        delivered=total.delivered,
        engagements=len(total.held),
        last_held=max(total.held, key=lambda when: (when.last, when.first), default=None),
    )
