"""JSON Schema of entries: in the long form and in the short one, by the kind of the stream that they belong to.

An entry names its stream itself, or is in the one that its group or dossier names. So each kind has definitions of its
own, and an entry is led to those of its kind. They come in layers: the shape of an entry, and the fields ``on`` and
``source``, which are asked for only where nothing gives them to all entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.statement import Role, Statement
from armsledger.domain.values.stream import KINDS
from armsledger.exchange.dossiers.objects import OF_A_SOURCE
from armsledger.exchange.dossiers.schema_events import (
    STREAMS,
    Events,
    hidden,
    is_event,
    keys_of_any_entry,
    words,
)
from armsledger.exchange.dossiers.schema_values import Schema, a, reference
from armsledger.exchange.dossiers.shared import OF_SOURCES_ONLY

NO_KIND: Final = "any"
"""The kind of entries whose stream neither their group nor their dossier names."""
CONTEXTS: Final = (*KINDS, NO_KIND)
SHAPE: Final = "entry"
ON: Final = "on"
SOURCE: Final = "source"
LAYERS: Final = (SHAPE, ON, SOURCE)
NO_EVENT: Final = "the entry names no event: write event: NAME, or NAME: with its fields below it"
NO_STREAM: Final = "the entry names no stream: add deal, engagement or framework with its key"


def entry_definitions() -> dict[str, Schema]:
    """The definitions of entries: of each kind (``deal.entry``), and as a list of a kind holds them (``listed.``)."""
    definitions: dict[str, Schema] = {}
    for kind, events in CATALOGUE.by_kind.items():
        definitions[f"{kind}.{SHAPE}"] = _entry(kind, events)
        definitions[f"{kind}.{ON}"] = _dated(kind, events)
        definitions[f"{kind}.{SOURCE}"] = _sourced(kind, events)
        definitions[f"names.{kind}"] = _names(kind)
    definitions[f"{NO_KIND}.{SHAPE}"] = _without_stream()
    definitions |= {f"{NO_KIND}.{layer}": {} for layer in LAYERS if layer != SHAPE}
    for layer in LAYERS:
        definitions |= {f"listed.{kind}.{layer}": _listed(kind, layer) for kind in CONTEXTS}
    return definitions


def one_of(schemas: Iterable[tuple[Schema, Schema]], otherwise: Schema) -> Schema:
    """The first of some pairs of a condition and a schema whose condition holds."""
    chain = otherwise
    for condition, schema in reversed(list(schemas)):
        chain = {"if": condition, "then": schema, "else": chain}
    return chain


def one_stream(key: str, others: Iterable[str]) -> Schema:
    """What names a stream by one key does not name another one."""
    message = f"{key} names the stream already: leave one of them out"
    return {
        "if": {"required": [key]},
        "then": {"properties": dict.fromkeys(others, False), "errorMessage": message},
    }


# An entry of a known kind.


def _entry(kind: str, events: Events) -> Schema:
    named = words(events, f"no event of {a(kind)}; 'armsledger {kind} --help' lists them")
    event: Schema = {"event": {"description": "what the source tells", **named}}
    long: Schema = {
        "allOf": [
            {"properties": event},
            *({"if": is_event(name), "then": reference(f"{kind}.{name}")} for name in events),
        ]
    }
    schema: Schema = {
        "title": f"entry of {a(kind)}",
        "type": "object",
        "if": {"type": "object", "required": ["event"]},
        "then": long,
        "else": _short_form(kind, events, event),
    }
    return schema | ({"allOf": [one_stream(kind, ["stream"])]} if kind in STREAMS else {})


def _short_form(kind: str, events: Events, event: Schema) -> Schema:
    """One event over its fields, and beside it what any entry may have."""
    beside = keys_of_any_entry(kind) | {name: reference(f"entry.{name}") for name in Statement.model_fields}
    own = {field: True for one in events.values() for field in one.model_fields if field not in beside}
    no_event: Schema = {"propertyNames": {"not": {"enum": list(events)}}}
    return {
        "properties": {**own, **event, **beside, **{name: reference(f"{kind}.{name}") for name in events}},
        "additionalProperties": False,
        "allOf": [
            {"if": no_event, "then": {"required": ["event"], "errorMessage": NO_EVENT}},
            *(_alone(name, beside) for name in events),
        ],
    }


def _alone(name: str, beside: Iterable[str]) -> Schema:
    """Beside an event over its fields, there is no other event, and none of these fields."""
    message = f"this cannot stand beside {name}: move it below {name}, or begin another entry with '- '"
    keys: Schema = {"pattern": rf"^(?:{'|'.join([name, *beside])})$", "errorMessage": message}
    second = hidden({"properties": {"event": False}, "errorMessage": "the event is named already"})
    return {"if": {"required": [name]}, "then": {"propertyNames": keys, "properties": {name: second}}}


# What is asked of an entry besides its shape.


def _dated(kind: str, events: Events) -> Schema:
    """What happened in the world has a date; what is said of a source has that of its publication."""
    names = [] if kind == "source" else _in_roles(events, Role.OCCURRENCE)
    return _asking(ON, names, _needs(ON))


def _sourced(kind: str, events: Events) -> Schema:
    """Every statement cites a source, but for repairs; what is said of a source names the one that it speaks of."""
    if kind == "source":
        return {"if": reference("names.source"), "else": _asking(SOURCE, sorted(OF_A_SOURCE), NO_STREAM)}
    return _asking(SOURCE, _in_roles(events, Role.OCCURRENCE, Role.EXPECTATION), _needs(SOURCE))


def _in_roles(events: Events, *roles: Role) -> list[str]:
    return [name for name, event in events.items() if event.role in roles]


def _needs(field: str) -> str:
    return f"the entry needs {field}: {Statement.model_fields[field].description}"


def _asking(field: str, names: list[str], message: str) -> Schema:
    """An entry of one of these events gives a field, beside the event's name or below it."""
    if not names:
        return {}
    asked: Schema = {"required": [field], "errorMessage": message}
    long: Schema = {"if": {"properties": {"event": {"enum": names}}}, "then": asked}
    short: Schema = {"properties": {name: hidden(asked) for name in names}}
    within: Schema = {"if": {"required": ["event"]}, "then": long, "else": short}
    return {"if": {"required": [field]}, "else": within}


# Which kind an entry is of.


def _names(kind: str) -> Schema:
    """A condition: the entry names a stream of a kind, among its own keys or below the event's name."""
    named = naming(kind)
    below = [{"not": {"additionalProperties": {"not": {"type": "object", **condition}}}} for condition in named]
    return {"anyOf": [*named, {"not": {"required": ["event"]}, "anyOf": below}]}


def naming(kind: str) -> list[Schema]:
    """Conditions, of which one holds where a key names a stream of a kind."""
    by_kind: Schema = {"required": [kind], "properties": {kind: {"not": {"type": "null"}}}}
    by_stream: Schema = {"required": ["stream"], "properties": {"stream": {"pattern": rf"^\s*{kind}/"}}}
    return [by_kind, by_stream] if kind in STREAMS else [by_stream]


def _listed(kind: str, layer: str) -> Schema:
    """An entry where the streams are of a kind if it does not say otherwise."""
    named = [(reference(f"names.{other}"), reference(f"{other}.{layer}")) for other in KINDS]
    of_source = (_tells(OF_A_SOURCE if kind == NO_KIND else OF_SOURCES_ONLY), reference(f"source.{layer}"))
    return one_of([*named, of_source], reference(f"{kind}.{layer}"))


def _tells(names: Iterable[str]) -> Schema:
    """A condition: the entry tells one of these events. An event that is still to be written is none of them."""
    listed = sorted(names)
    event: Schema = {"type": "string", "pattern": f"^(?:{'|'.join(listed)})$"}
    long: Schema = {"required": ["event"], "properties": {"event": event}}
    return {"anyOf": [long, *({"required": [name]} for name in listed)]}


def _without_stream() -> Schema:
    """An entry that is in no stream; what can be said of it is offered all the same."""
    all_events: dict[str, type[Statement]] = {}
    short: dict[str, Schema] = {}
    for kind, events in CATALOGUE.by_kind.items():
        short |= {name: reference(f"{kind}.{name}") for name in events if name not in short}
        all_events |= {name: event for name, event in events.items() if name not in all_events}
    streams = {name: reference(f"entry.{name}") for name in [*STREAMS, "id"]}
    event: Schema = {"description": "what the source tells", **words(all_events)}
    return {
        "title": "entry",
        "type": "object",
        "required": ["deal"],
        "errorMessage": NO_STREAM,
        "allOf": [{"properties": {**streams, "event": event, **short}}],
    }
