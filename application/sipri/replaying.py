"""What releases list of a deal after all, recorded after the fact, and what others have said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from armsledger.application.recording.transaction import Recording
from armsledger.application.sipri.entries import NEWS, NOT_STATED, ReleaseEntries
from armsledger.application.sipri.row_states import Register
from armsledger.application.sipri.standing import RESTATED, TELLS_MORE
from armsledger.domain.decisions.history import History
from armsledger.domain.entry import Draft, Entry, Proposal
from armsledger.domain.events.repair import Corrected, Retracted
from armsledger.domain.events.statement import Role, Statement
from armsledger.domain.registers.history import REAPPEARED, VANISHED
from armsledger.domain.values.stream import StreamId
from armsledger.exchange.sipri.release import Release


class Replay(ReleaseEntries):
    """What a release lists of a deal after all. What it had recorded and a review took back is brought back."""

    def __init__(
        self,
        recording: Recording,
        release: Release,
        source: str,
        register: Register,
        undo: Callable[[str, Entry | Draft, str], None],
        note: str,
    ) -> None:
        super().__init__(recording, release, source, register.keys)
        self._undo = undo
        self._note = note

    def _retract(self, stream: StreamId, entry: Entry | Draft, reason: str) -> None:
        fields = {"target": entry.id, "reason": reason}
        taken = self._recording.history(str(stream)).entries.values()
        is_known = any(
            isinstance(one.event, Retracted)
            and (one.event.target, one.event.source, one.event.reason) == (entry.id, self._source, reason)
            for one in taken
        )
        self._take(stream, "retracted", fields if is_known else fields | {"note": self._note})

    def _take(self, stream: StreamId, event: str, fields: Mapping[str, Any]) -> None:
        known = self._recording.take(Proposal(stream, event, {**fields, "source": self._source})).known
        history: History = self._recording.history(str(stream))
        retraction = None if known is None else history.repairs.retracted_by.get(known.id)
        if retraction is not None:
            self._undo(str(stream), retraction, self._note)


def is_by_others(event: Statement) -> bool:
    """Whether a repair that cites a release was made by somebody else."""
    match event:
        case Corrected():
            return event.reason != NEWS and event.note != TELLS_MORE
        case Retracted():
            return event.reason not in (VANISHED, REAPPEARED, NOT_STATED, RESTATED)
    return event.role is Role.REPAIR


def is_repair_by_others(entry: Entry | Draft, keys: set[str]) -> bool:
    if entry.event.role is not Role.REPAIR:
        return False
    return entry.event.source not in keys or is_by_others(entry.event)
