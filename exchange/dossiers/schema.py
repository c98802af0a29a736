"""The JSON Schema of a dossier, made from the catalogue: for editors that complete and check YAML, and for programs.

It is of draft 7, which editors know best. Where the reader cannot be sure before it knows the ledger, the schema is
silent; what the reader takes, the schema takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from armsledger.domain.values.stream import KINDS
from armsledger.exchange.dossiers.schema_entries import (
    CONTEXTS,
    LAYERS,
    NO_KIND,
    SHAPE,
    SOURCE,
    entry_definitions,
    naming,
    one_of,
    one_stream,
)
from armsledger.exchange.dossiers.schema_events import STREAMS, EventSchemas
from armsledger.exchange.dossiers.schema_texts import ANY_TEXT
from armsledger.exchange.dossiers.schema_values import Schema, described, reference, scalar
from armsledger.exchange.dossiers.shared import DEFAULTS

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
NO_LIST: Final = "this is a list: begin each of its parts with '- ' on a line of its own"


def dossier_schema() -> Schema:
    """The JSON Schema of a dossier, in the order of the catalogue; a new one every time."""
    definitions = EventSchemas().definitions | entry_definitions()
    definitions |= {f"shares.{kind}": _shares(kind) for kind in KINDS}
    definitions |= {f"group.{kind}.{layer}": _part(layer, kind) for layer in LAYERS for kind in CONTEXTS}
    definitions |= {"defaults": _defaults(), "group": _group()}
    return {
        "$schema": DRAFT,
        "title": "armsledger dossier",
        "description": "Sources, and entries: what these sources state about arms deals.",
        "type": "object",
        "minProperties": 1,
        "properties": {**_keys(), "groups": _list("parts whose entries share more", reference("group"))},
        "additionalProperties": False,
        "allOf": [*_one_stream(), *(_unless_given(layer, _whole(layer)) for layer in LAYERS)],
        "definitions": definitions,
    }


# The keys of a dossier and of a group.


def _keys() -> dict[str, Schema]:
    source = scalar(ANY_TEXT, reference("source"))
    return {
        **{name: reference(f"entry.{name}") for name in STREAMS},
        "source": described(source, "source of all these entries: its key, or the source itself with its key"),
        "defaults": reference("defaults"),
        "sources": _list("sources, which entries cite by their keys", reference("source")),
        "entries": _list("what sources state, one entry for each statement"),
    }


def _list(description: str, items: Schema | None = None) -> Schema:
    schema: Schema = {"description": description, "type": "array", "errorMessage": NO_LIST}
    return schema | ({"items": items} if items else {})


def _group() -> Schema:
    return {
        "title": "group",
        "description": "Entries, and what they share.",
        "type": "object",
        "properties": _keys(),
        "additionalProperties": False,
        "allOf": _one_stream(),
    }


def _defaults() -> Schema:
    return {
        "title": "defaults",
        "description": "What every entry says that does not say it itself.",
        "type": "object",
        "properties": {name: reference(f"entry.{name}") for name in DEFAULTS},
        "additionalProperties": False,
        "allOf": _one_stream(),
    }


def _one_stream() -> list[Schema]:
    names = list(STREAMS)
    return [one_stream(name, names[number + 1 :]) for number, name in enumerate(names[:-1])]


# To which entries they lead.


def _whole(layer: str) -> Schema:
    """The entries of a dossier and those of its groups."""

    def lists(kind: str) -> Schema:
        group = _unless_given(layer, reference(f"group.{kind}.{layer}"))
        return {"properties": {**_entries(kind, layer), "groups": {"items": group}}}

    return _by_kind(lists, NO_KIND)


def _part(layer: str, outside: str) -> Schema:
    """The entries of a group; ``outside`` is the kind of stream that it has from the dossier."""
    return _by_kind(lambda kind: {"properties": _entries(kind, layer)}, outside)


def _entries(kind: str, layer: str) -> dict[str, Schema]:
    return {"entries": {"items": reference(f"listed.{kind}.{layer}")}}


def _by_kind(schema: Callable[[str], Schema], otherwise: str) -> Schema:
    return one_of([(reference(f"shares.{kind}"), schema(kind)) for kind in KINDS], schema(otherwise))


def _shares(kind: str) -> Schema:
    """A condition: a dossier or group names a stream of a kind for its entries."""
    named = naming(kind)
    return {"anyOf": [*named, *(_by_default(condition) for condition in named)]}


def _by_default(condition: Schema) -> Schema:
    return {"required": ["defaults"], "properties": {"defaults": {"type": "object", **condition}}}


def _unless_given(layer: str, schema: Schema) -> Schema:
    """What a layer asks of entries, where the part around them does not give the field to all."""
    if layer == SHAPE:
        return schema
    given = [_by_default({"required": [layer]}), *([{"required": [SOURCE]}] if layer == SOURCE else [])]
    return {"if": {"anyOf": given}, "else": schema}
