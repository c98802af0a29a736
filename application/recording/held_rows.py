"""What earlier imports of a sheet with a key have recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from armsledger.application.recording.transaction import Recording
from armsledger.domain.beliefs.repairs import corrected, in_turn
from armsledger.domain.entry import Entry
from armsledger.domain.events.repair import OUR_COPY, Corrected
from armsledger.domain.events.statement import Statement

ID = re.compile(r"/[^/]+/[0-9a-f]{8}(?:#[0-9]+)?$")
"""How the ids end that imports give: the label of the entry, a digest of its stream, and the number of a repair."""
Said = tuple[int, int]
"""When a source said something: the latest and the earliest day, as ordinals."""


def said(event: Statement) -> Said:
    """When a source said it."""
    return event.asserted.last, event.asserted.first


class Held(NamedTuple):
    """An entry that an earlier import recorded, what repairs it, and how often imports have repaired it."""

    entry: Entry
    corrections: tuple[Entry, ...]
    retraction: Entry | None
    repairs: int

    @property
    def row(self) -> str:
        """The key of its row."""
        return row_of(self.entry.id)

    def as_of(self, when: Said) -> Statement:
        """The event with the corrections of our copy, and with news that is not later."""
        event = self.entry.event
        for correction in sorted(self.corrections, key=in_turn):
            if isinstance(correction.event, Corrected) and (
                correction.event.reason in OUR_COPY or said(correction.event) <= when
            ):
                event = corrected(event, correction.event.set)
        return event


def row_of(entry_id: str) -> str:
    """The key of the row that an entry is made of."""
    return entry_id.rsplit("/", 2)[0]


def label_of(entry_id: str) -> str:
    """The label of the part of the mapping that an entry is made by."""
    return entry_id.rsplit("/", 2)[1]


def held_entries(recording: Recording, prefix: str) -> Iterator[Held]:
    """What earlier imports of a sheet have recorded."""
    for stream in recording.streams_of_ids(prefix):
        history = recording.history(stream)
        entries = [entry for entry in history.as_entries() if entry.id.startswith(prefix) and ID.search(entry.id)]
        numbers = {entry.id: 0 for entry in entries if "#" not in entry.id}
        for entry in entries:
            entry_id, sign, _ = entry.id.rpartition("#")
            if sign and entry_id in numbers:
                numbers[entry_id] += 1
        for entry in entries:
            if entry.id in numbers:
                corrections = history.repairs.corrected_by.get(entry.id, [])
                retraction = history.repairs.retracted_by.get(entry.id)
                yield Held(entry, tuple(corrections), retraction, numbers[entry.id])
