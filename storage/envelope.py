"""The envelope in which an entry goes through the eventsourcing library."""

from __future__ import annotations

from typing import NamedTuple

from armsledger.domain.entry import Draft, Entry


class Envelope(NamedTuple):
    """What the library asks of an event (whose, and which version) around what the domain knows.

    Identity stays out of the payload, so that the payload alone is the event.
    """

    originator_id: str
    originator_version: int
    content: Draft | Entry
    """A draft on the way in, an entry on the way out."""

    @classmethod
    def around(cls, content: Draft | Entry) -> Envelope:
        """The envelope of a draft or an entry."""
        return cls(content.stream, content.version, content)
