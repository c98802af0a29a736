"""The parties of a deal, for rows that belong to it."""

from __future__ import annotations

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.events.contract import Opened
from armsledger.domain.values.several import leading

Parties = tuple[str | None, str | None]
"""A supplier and a buyer."""


def parties_of(belief: Belief) -> Parties:
    """The leading supplier and buyer by the opening, of a row that has vanished too; None where nothing opened it."""
    opened = [entry for entry in belief.entries if type(entry.event) is Opened]
    if not opened:
        return None, None
    standing = [entry for entry in opened if entry.id not in belief.repairs.retracted_by]
    event = belief.current((standing or opened)[0]).event
    assert isinstance(event, Opened)
    return str(leading(event.supplier)), str(leading(event.buyer))
