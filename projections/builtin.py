"""The projections that every ledger keeps, and those that installed packages add."""

from __future__ import annotations

from functools import cache

from armsledger.domain.errors import UsageError
from armsledger.projections.deals import DEALS
from armsledger.projections.deliveries import DELIVERIES
from armsledger.projections.engagements import ENGAGEMENTS
from armsledger.projections.expectations import EXPECTATIONS
from armsledger.projections.frameworks import FRAMEWORKS
from armsledger.projections.payments import PAYMENTS
from armsledger.projections.projection import Projection
from armsledger.projections.sanctions import SANCTIONS
from armsledger.projections.sources import CITATIONS, SOURCES
from armsledger.projections.trail import STANDING

BUILT_IN = (DEALS, PAYMENTS, DELIVERIES, SANCTIONS, EXPECTATIONS, ENGAGEMENTS, FRAMEWORKS, SOURCES, CITATIONS, STANDING)
ENTRY_POINTS = "armsledger.projections"
"""The group of entry points under which a package names its own projections."""


@cache
def installed() -> tuple[Projection, ...]:
    """The projections of installed packages; raises UsageError for an entry point that is none."""
    from importlib.metadata import entry_points

    found = []
    for point in entry_points(group=ENTRY_POINTS):
        projection = point.load()
        if not isinstance(projection, Projection):
            raise UsageError(
                f"the entry point {point.name} = {point.value} is no Projection",
                remedy="name an object made by armsledger.projections.projection.Projection",
            )
        found.append(projection)
    return tuple(found)
