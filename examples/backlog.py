"""A projection of one's own: what is ordered and not yet delivered, by deal, item and unit.

    from armsledger import Ledger
    from examples.backlog import BACKLOG

    with Ledger("armsledger.db") as ledger:
        ledger.register(BACKLOG)
        ledger.rebuild("backlog")
        print(ledger.at("2022-12-31").rows("backlog"))

A package offers it to every ledger, and to the command line, by an entry point:

    [project.entry-points."armsledger.projections"]
    backlog = "my_package.backlog:BACKLOG"
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from armsledger.domain.states.deal import Deal
from armsledger.projections import Projection, Row, StreamDay, each_day


@dataclass(frozen=True)
class BacklogRow(Row):
    """What is certainly ordered of one item and unit, and certainly delivered, at a date."""

    deal: str
    buyer: str | None
    item: str | None
    unit: str
    ordered: int
    delivered: int
    outstanding: int


def backlog(stream_day: StreamDay) -> Iterator[BacklogRow]:
    """One row for each line of a deal's order, at one day."""
    deal: Deal | None = stream_day.bounds.certain
    if deal is None:
        return
    delivered = {line.key: line.count for line in deal.delivered}
    for line in deal.ordered:
        came, left = delivered.get(line.key, 0), max(line.count - delivered.get(line.key, 0), 0)
        yield BacklogRow(stream_day.key, deal.buyer, line.item, line.unit, line.count, came, left)


BACKLOG = Projection("backlog", BacklogRow, each_day(backlog, key=("item", "unit")), kinds=("deal",))
