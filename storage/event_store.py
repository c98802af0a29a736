"""The library's event store with a short way in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from eventsourcing.persistence import EventStore

from armsledger.storage.envelope import Envelope


class JournalEventStore(EventStore[str]):
    """Puts and gets envelopes."""

    def record(
        self,
        envelopes: Sequence[Envelope],
        *,
        recorded_by: str,
        recorded_at: Sequence[datetime] | None = None,
    ) -> None:
        """The same as `put`, without its two objects for every event, of which an append has no need."""
        stored_events = list(map(self.mapper.to_stored_event, envelopes))
        self.recorder.insert_events(stored_events, recorded_by=recorded_by, recorded_at=recorded_at)
