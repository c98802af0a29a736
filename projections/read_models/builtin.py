"""The projections that every ledger keeps, and those that installed packages add."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache

from armsledger.domain.printable import printable
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.homes import HOMES, built_in

BUILT_IN = tuple(projection for name in HOMES if (projection := built_in(name)) is not None)
log = logging.getLogger("armsledger")


def by_owner(projections: Sequence[Projection]) -> list[list[Projection]]:
    """The built-in ones together, so that one reading of a stream does for all; each of somebody's own by itself,
    so that one that fails hinders no other."""
    own = [projection for projection in projections if projection in BUILT_IN]
    others = [[projection] for projection in projections if projection not in BUILT_IN]
    return [own, *others] if own else others


ENTRY_POINTS = "armsledger.projections"
"""The group of entry points under which a package names its own projections."""


@cache
def installed() -> tuple[Projection, ...]:
    """The projections of installed packages. One that cannot be loaded is left out, with a line in the log."""
    from importlib.metadata import entry_points

    found = []
    for point in entry_points(group=ENTRY_POINTS):
        try:
            projection = point.load()
        except Exception as error:  # whatever is wrong with somebody's package, ledgers go on without it
            log.warning(
                "the projection %s is left out: %s: %s", point.value, type(error).__name__, printable(str(error))
            )
            continue
        if isinstance(projection, Projection):
            found.append(projection)
        else:
            log.warning("the projection %s is left out: it is no Projection", point.value)
    return tuple(found)
