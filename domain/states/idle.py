"""Idle entries: corrections of what no state shows, such as the years of delivery in the row of a register.

The words of a register's row are kept whole for the register's own history, and few of them are a part of the state.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from armsledger.domain.entry import Entry
from armsledger.domain.events.register import Listed
from armsledger.domain.events.repair import Corrected
from armsledger.domain.events.statement import COMMON_FIELDS, Role
from armsledger.domain.states.steps import SHOWN_OF_LISTING

UNSEEN: Final = Listed.model_fields.keys() - COMMON_FIELDS - SHOWN_OF_LISTING
"""The fields of a listing that no state shows."""
NONE: Final = frozenset[str]()


def idle_entries(entries: Sequence[Entry]) -> frozenset[str]:
    """The ids of the entries of a stream without which its state is the same, whichever of the others are known.

    Not where something is expected, which can be met by any field; nor where the source of a correction states
    something itself, as a correction shows of which register its source is a release.
    """
    listings = {entry.id: entry.event.source for entry in entries if type(entry.event) is Listed}
    if not listings or any(entry.event.role is Role.EXPECTATION for entry in entries):
        return NONE
    corrections = [entry for entry in entries if type(entry.event) is Corrected]
    if any("source" in changes for entry in corrections for changes in _all_changes(entry)):
        return NONE
    stating = {entry.event.source for entry in entries if entry.event.role is Role.OCCURRENCE}
    targets = {getattr(entry.event, "target", None) for entry in entries}
    idle = set()
    for entry in corrections:
        event = entry.event
        assert isinstance(event, Corrected)
        is_known_release = event.source not in stating or event.source == listings.get(event.target)
        if is_known_release and event.target in listings and event.set.keys() <= UNSEEN and entry.id not in targets:
            idle.add(entry.id)
    return frozenset(idle)


def _all_changes(entry: Entry) -> Iterable[dict[str, object]]:
    """What a correction sets, and what it sets within the correction that it corrects."""
    changes: object = getattr(entry.event, "set", None)
    while isinstance(changes, dict):
        yield changes
        changes = changes.get("set")
