"""JSON Schema of the events of the catalogue: their fields, under the event's name or beside ``event``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from armsledger.domain.decisions.fields import required_fields
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.expectation import What
from armsledger.domain.events.statement import COMMON_FIELDS, Role, Statement, own_fields
from armsledger.domain.values.stream import KINDS, StreamKind
from armsledger.exchange.dossiers.schema_texts import ANY_TEXT, NOT_BLANK, Text
from armsledger.exchange.dossiers.schema_values import (
    Schema,
    ValueSchemas,
    a,
    choice,
    described,
    reference,
    scalar,
    summary,
)
from armsledger.exchange.dossiers.stored import PERSONS, STORED

KEY_PATTERN: Final = r"[^\s/@]{1,200}"
KEY_EXAMPLE: Final = "a key has up to 200 characters, no blanks, slashes or @, such as india-s400"
STREAMS: Final[dict[str, str]] = {
    "deal": "key of the deal",
    "engagement": "key of the engagement: a summit, visit or other meeting",
    "framework": "key of the framework agreement",
    "stream": "the stream by its kind and key, such as deal/india-s400",
}
"""The keys that name a stream, and what each holds."""
OF_AN_EXPORT: Final[dict[str, Schema]] = {
    "recorded_at": {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$"},
    "recorded_by": {"type": "string", "pattern": NOT_BLANK},
    "login": {"type": "string", "pattern": NOT_BLANK},
    PERSONS: {"type": "object"},
    STORED: {"type": "object"},
}
"""Keys that only the export of a ledger has."""
Events = Mapping[str, type[Statement]]


def stream_key(name: str) -> Schema:
    """The schema of a key that names a stream."""
    if name != "stream":
        text = ANY_TEXT._replace(pattern=rf"^\s*{KEY_PATTERN}\s*$", message=KEY_EXAMPLE)
        return described(scalar(text), STREAMS[name])
    pattern = rf"^\s*(?:{'|'.join(KINDS)})/{KEY_PATTERN}\s*$"
    text = Text("", f"write KIND/KEY, such as deal/india-s400; kinds are {', '.join(KINDS)}", pattern)
    return described(scalar(text), STREAMS[name])


def hidden(schema: Schema) -> Schema:
    """The schema of a key that editors do not offer, as it is right and rare."""
    return schema | {"doNotSuggest": True}


class EventSchemas:
    """The definitions of all events, of the types of their fields, and of the keys that any entry may have.

    ``deal.opened`` is what stands under the event's name in the short form, and the whole entry in the long one.
    """

    def __init__(self) -> None:
        self._values = ValueSchemas()
        self.definitions: dict[str, Schema] = {}
        fields = Statement.model_fields
        for name in fields:
            self.definitions[f"entry.{name}"] = self._field(Statement, name, {})
        self.definitions["entry.id"] = described(
            scalar(ANY_TEXT), "name of this entry, by which others can refer to it"
        )
        self.definitions |= {f"entry.{name}": stream_key(name) for name in STREAMS}
        self.definitions |= {f"entry.{name}": hidden(schema) for name, schema in OF_AN_EXPORT.items()}
        for kind, events in CATALOGUE.by_kind.items():
            own = self._of_kind(kind, events)
            for event in events.values():
                self._add(kind, event, own)
        self.definitions["source"] = self._source()
        self.definitions |= self._values.definitions

    def _add(self, kind: StreamKind, event: type[Statement], own: Mapping[Any, Schema]) -> None:
        """Add the definition of an event of a kind of stream."""
        fields = {field: self._field_or_reference(event, field, own) for field in in_order(event)}
        required = list(required_fields(event))
        schema: Schema = {
            "title": f"fields of {event.name}",
            "description": summary(event),
            "type": "object",
            "properties": {"event": hidden({"const": event.name}), **fields, **keys_of_any_entry(kind)},
            "required": required,
            "additionalProperties": False,
        }
        if required:
            schema["allOf"] = [{"properties": {field: _needed(event, field) for field in required}}]
        self.definitions[f"{kind}.{event.name}"] = schema

    def _field_or_reference(self, event: type[Statement], field: str, own: Mapping[Any, Schema]) -> Schema:
        return reference(f"entry.{field}") if field in COMMON_FIELDS else self._field(event, field, own)

    def _field(self, event: type[Statement], name: str, own: Mapping[Any, Schema]) -> Schema:
        info = event.model_fields[name]
        schema = self._values.of(info.annotation, info.metadata, own, f"{name} is: {info.description}")
        return described(schema, info.description)

    # What depends on the kind of stream: what can be expected, and which fields can be corrected.

    def _of_kind(self, kind: StreamKind, events: Events) -> dict[Any, Schema]:
        self.definitions[f"{kind}.expectation"] = self._expectation(kind, events)
        self.definitions[f"{kind}.changes"] = self._changes(events)
        return {What: reference(f"{kind}.expectation"), dict: reference(f"{kind}.changes")}

    def _expectation(self, kind: StreamKind, events: Events) -> Schema:
        """An event that can be expected, alone or with fields that it must have."""
        named = {name: event for name, event in events.items() if event.role is Role.OCCURRENCE}
        message = f"no event of {a(kind)} that can be expected; 'armsledger {kind} --help' lists the events"
        text = Text("", message, pattern=rf"^\s*(?:{'|'.join(named)})(?:\s|$)", scalars=("string",))
        event = choice(words(named, message))
        mapping: Schema = {
            "type": "object",
            "properties": {"event": described(event, "the event that is expected")},
            "required": ["event"],
            "allOf": [self._selectors(kind, one) for one in named.values()],
        }
        return {"anyOf": [scalar(text, mapping), words(named)]}

    @staticmethod
    def _selectors(kind: StreamKind, event: type[Statement]) -> Schema:
        """The fields that an expected event must have: any that it can have."""
        any_entry: Schema = dict.fromkeys(["event", *Statement.model_fields], True)
        own = {name: {"$ref": f"#/definitions/{kind}.{event.name}/properties/{name}"} for name in own_fields(event)}
        then: Schema = {"properties": any_entry | own, "additionalProperties": False}
        return {"if": is_event(event.name), "then": then}

    def _changes(self, events: Events) -> Schema:
        """Fields of any event and their new values; the entry that is corrected decides which of them it has."""
        fields = {name: info.description for event in events.values() for name, info in event.model_fields.items()}
        return {
            "title": "fields and their new values",
            "type": "object",
            "minProperties": 1,
            "properties": {name: described({}, description) for name, description in sorted(fields.items())},
            "additionalProperties": False,
        }

    def _source(self) -> Schema:
        """A source as it stands under ``sources``: its key, and the fields of its registration."""
        registered = self.definitions["source.registered"]
        keys = {**stream_key("deal"), "description": "key by which entries cite the source"}
        fields = {name: schema for name, schema in registered["properties"].items() if name not in (*STREAMS, "event")}
        return registered | {
            "title": "source",
            "description": "A source: who published what, and when.",
            "properties": {"key": keys, **fields},
            "required": ["key", *registered["required"]],
        }


def keys_of_any_entry(kind: str) -> dict[str, Schema]:
    """The keys that an entry of a kind of stream may have besides the fields of its event."""
    names = [*([kind] if kind in STREAMS else []), "stream", "id", *OF_AN_EXPORT]
    return {name: reference(f"entry.{name}") for name in names}


def words(events: Events, message: str = "") -> Schema:
    """The names of events, each with what it tells."""
    schema: Schema = {"enum": list(events), "enumDescriptions": list(map(summary, events.values()))}
    return schema | ({"errorMessage": message} if message else {})


def is_event(name: str) -> Schema:
    """A condition: a mapping names this event."""
    return {"type": "object", "required": ["event"], "properties": {"event": {"const": name}}}


def _needed(event: type[Statement], field: str) -> Schema:
    """What a required field must not be: empty or blank."""
    message = f"{event.name} needs {field}: {event.model_fields[field].description}"
    nothing: Schema = {"if": {"type": "null"}, "then": {"type": "string", "errorMessage": message}}
    return hidden(nothing | {"else": {"pattern": NOT_BLANK, "errorMessage": message}})


def in_order(event: type[Statement]) -> list[str]:
    """The fields of an event: when it happened, then its own, then those of every entry."""
    return list(dict.fromkeys(["on", *own_fields(event), *event.model_fields]))
