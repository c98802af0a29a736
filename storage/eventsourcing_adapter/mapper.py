"""Entries as the eventsourcing library has them: in envelopes, and as stored events with the journal's columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, Self

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, MapperDeserialisationError, Notification, StoredEvent

from armsledger.domain.entry import Draft, Entry, Seals
from armsledger.domain.events.catalogue import Encoded
from armsledger.domain.events.statement import Statement
from armsledger.domain.events.unreadable import Unreadable
from armsledger.storage.schema import day_bounds, parse_instant


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
    login: str | None = None
    """Whom the server knew the recorder as; None in a file."""
    seals: Seals | None = None
    """How another ledger keeps the names in it; None once it is recorded."""
    in_clear: bool = False
    """Whether names are to stand in it as they are; False once it is recorded."""

    @classmethod
    def quickly(cls, fields: dict[str, Any]) -> Self:
        """What the constructor makes of the same fields, in 2 µs in place of 8: an append makes one for every entry."""
        event = cls.__new__(cls)
        event.__dict__.update(fields)
        return event


@dataclass(frozen=True)
class JournalNotification(JournalEvent, Notification):
    """A journal event as the library's notification log gives it; its id is the position."""


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


UNREADABLE = (LookupError, ValueError, TypeError)
"""What a catalogue raises for a payload that no release has written."""


class Codec(Protocol):
    """The part of the catalogue that storage uses."""

    def encode(self, kind: str, event: Statement) -> Encoded:
        """The event's stored name, the version of its fields, and its payload."""

    def decode(self, name: str, schema_version: int, payload: str) -> Statement:
        """The event, brought up from an older version if need be."""


class JournalMapper(Mapper[str]):
    """Stores events under the catalogue's names and versions, and checks them on the way back."""

    def __init__(self, codec: Codec) -> None:
        super().__init__(transcoder=JSONTranscoder())  # the catalogue takes its place; the base class insists
        self._encode = codec.encode
        self._decode = codec.decode

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> JournalEvent:
        """The stored event of an envelope."""
        if not isinstance(domain_event, Envelope):
            raise TypeError(f"the journal takes envelopes, not {type(domain_event).__name__}")
        return self.to_stored(domain_event.content)

    def to_stored(self, content: Draft | Entry) -> JournalEvent:
        """The stored event of a draft or an entry: the text that a draft carries, if it does."""
        event = content.event
        if isinstance(event, Unreadable):
            return _as_it_was(content, event)
        kind = content.stream.partition("/")[0]
        draft = content if type(content) is Draft else None
        stored = None if draft is None else draft.stored
        if stored is not None and stored.payload is not None:
            name = f"{kind}.{event.name}"
            schema_version, payload = stored.format or event.schema_version, stored.payload
        else:
            name, schema_version, payload = self._encode(kind, event)
        on_earliest, on_latest = day_bounds(event.on)
        asserted_earliest, asserted_latest = day_bounds(event.asserted)
        return JournalEvent.quickly(
            {
                "originator_id": content.stream,
                "originator_version": content.version,
                "topic": name,
                "state": payload.encode(),
                "format": schema_version,
                "entry_id": content.id,
                "on_earliest": on_earliest,
                "on_latest": on_latest,
                "asserted_earliest": asserted_earliest,
                "asserted_latest": asserted_latest,
                "source": event.source,
                "seals": None if draft is None else draft.seals,
                "in_clear": stored is not None and stored.in_clear,
            }
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Envelope:
        """The envelope of a stored event; it holds an entry if the stored event was read from a journal."""
        if not isinstance(stored_event, JournalEvent):
            raise MapperDeserialisationError(f"{_address(stored_event)} was not stored by way of the catalogue")
        try:
            event = self._decode(stored_event.topic, stored_event.format, stored_event.state.decode())
        except UNREADABLE as error:
            raise MapperDeserialisationError(f"{_address(stored_event)} cannot be read: {error}") from error
        return Envelope.around(_content(stored_event, event))


def _as_it_was(content: Draft | Entry, event: Unreadable) -> JournalEvent:
    """The stored event of an entry that nobody can read: what another ledger has of it."""
    on_earliest, on_latest, asserted_earliest, asserted_latest = event.days
    return JournalEvent(
        originator_id=content.stream,
        originator_version=content.version,
        topic=event.stored_name,
        state=event.payload.encode(),
        format=event.format,
        entry_id=content.id,
        on_earliest=on_earliest,
        on_latest=on_latest,
        asserted_earliest=asserted_earliest,
        asserted_latest=asserted_latest,
        source=event.cites,
        in_clear=True,
    )


def _content(stored: JournalEvent, event: Statement) -> Draft | Entry:
    stream = str(stored.originator_id)
    if stored.position is None or stored.recorded_at is None or stored.recorded_by is None:
        return Draft(stream, stored.originator_version, stored.entry_id, event)
    return Entry(
        stream,
        stored.originator_version,
        stored.position,
        stored.entry_id,
        parse_instant(stored.recorded_at),
        stored.recorded_by,
        event,
        stored.login,
    )


def _address(stored: StoredEvent) -> str:
    return f"{stored.originator_id}@{stored.originator_version} ({stored.topic})"
