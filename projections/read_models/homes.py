"""Where the projections are that every ledger keeps, by name: whoever asks one loads no other."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from armsledger.projections.projection import Projection

HOMES: Final = {
    "deals": "deals:DEALS",
    "payments": "payments:PAYMENTS",
    "deliveries": "deliveries:DELIVERIES",
    "sanctions": "sanctions:SANCTIONS",
    "expectations": "expectations:EXPECTATIONS",
    "engagements": "engagements:ENGAGEMENTS",
    "frameworks": "frameworks:FRAMEWORKS",
    "links": "links:LINKS",
    "sources": "sources:SOURCES",
    "citations": "sources:CITATIONS",
    "standing": "trail:STANDING",
    "volumes": "volumes:VOLUMES",
    "revisions": "revisions:REVISIONS",
    "findings": "findings:FINDINGS",
}


def built_in(name: str) -> Projection | None:
    """The built-in projection of a name; None if there is none."""
    home = HOMES.get(name)
    if home is None:
        return None
    module, _, constant = home.partition(":")
    projection: Projection = getattr(import_module(f"armsledger.projections.read_models.{module}"), constant)
    return projection
