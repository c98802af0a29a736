"""The library's stored events with the columns of the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from eventsourcing.persistence import Notification, StoredEvent

from armsledger.domain.personal import Seals


@dataclass(frozen=True)
class JournalEvent(StoredEvent):
    """A stored event with what the journal keeps beside it.

    The topic is the event's own name (``deal.contract-signed``), never a Python path. Dates are ISO
    texts, None where an interval is open.
    """

    format: int
    """Version of the payload's fields."""
    entry_id: str
    on_earliest: str | None
    on_latest: str | None
    asserted_earliest: str | None
    asserted_latest: str | None
    source: str | None
    position: int | None = None
    """This and the next two are None until it is recorded."""
    recorded_at: str | None = None
    recorded_by: str | None = None
    seals: Seals | None = None
    """How another ledger keeps the names in it; None once it is recorded."""
    in_clear: bool = False
    """Whether names are to stand in it as they are; False once it is recorded."""

    @classmethod
    def quickly(cls, fields: dict[str, Any]) -> Self:
        """What the constructor makes of the same fields: a frozen dataclass sets each through two calls, and
        an append makes one of these for every entry."""
        event = object.__new__(cls)
        object.__setattr__(event, "__dict__", fields)
        return event


@dataclass(frozen=True)
class JournalNotification(JournalEvent, Notification):
    """A journal event as the library's notification log gives it; its id is the position."""
