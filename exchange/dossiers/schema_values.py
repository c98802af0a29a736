"""JSON Schema of the values that fields hold, made from their types.

An editor reads the scalars of YAML before it looks into the schema: 2018 is a number to it, and true a boolean. So a
text may be any scalar, and a value that is left empty is no mistake: it leaves its field out. Texts stand under
``else``, where editors check them, and do not offer ``true`` and ``null`` as completions of every text.
``errorMessage``, ``enumDescriptions`` and ``doNotSuggest`` are words of editors (VS Code, yaml-language-server).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from armsledger.domain.events.statement import parts_of
from armsledger.exchange.dossiers.schema_texts import (
    ANY_TEXT,
    NOT_NEGATIVE,
    NUMBER_TEXT,
    TEXTS,
    TRANCHE,
    WHOLE_NUMBER,
    YES_OR_NO,
    Text,
)

Schema = dict[str, Any]
NOTHING: Schema = {"if": {"type": "null"}, "else": False}
"""No value, which editors do not offer."""


def reference(name: str) -> Schema:
    """A reference to a definition."""
    return {"$ref": f"#/definitions/{name}"}


def choice(words: Schema) -> Schema:
    """One of the words of an ``enum``, or no value."""
    return {"anyOf": [words, NOTHING]}


def scalar(text: Text, mapping: Schema | None = None) -> Schema:
    """A text, or a mapping of the parts of what the text says."""
    schema: Schema = {"type": [*text.scalars, "null"]}
    if text.pattern:
        schema["pattern"] = text.pattern
    schema |= {name: limit for name in ("minimum", "maximum") if (limit := getattr(text, name)) is not None}
    parts = mapping or {"type": "string", "errorMessage": text.message}
    return {"if": {"type": "object"}, "then": parts, "else": schema | {"errorMessage": text.message}}


class ValueSchemas:
    """The schemas of types; each type of a form of its own has a definition, to which its fields refer."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def of(
        self,
        annotation: Any,
        metadata: Iterable[Any] = (),
        own: Mapping[Any, Schema] | None = None,
        message: str = "",
    ) -> Schema:
        """The schema of a type with its constraints; ``own`` are those that depend on the kind of stream.

        ``message`` is what an editor says of a text that has not the form of its field. Raises TypeError for a type
        that no field had so far.
        """
        annotation, metadata = _unwrapped(annotation, metadata)
        origin = get_origin(annotation)
        if own and (origin or annotation) in own:
            return own[origin or annotation]
        if annotation in TEXTS and not (annotation is str and _limits(metadata)):
            return self._defined(annotation)
        if origin in (Union, UnionType):
            parts = [part for part in get_args(annotation) if part is not NoneType]
            return {"anyOf": [self.of(part, metadata, own) for part in parts]}
        if origin is tuple:
            return _several(self.of(get_args(annotation)[0], (), own), _limits(metadata).get("minLength", 0))
        if origin is Literal:
            return choice({"enum": list(get_args(annotation))})
        if parts_of(annotation):
            return self._defined(annotation)
        return _of_plain_type(annotation, _limits(metadata), message)

    def _defined(self, annotation: Any) -> Schema:
        """A reference to the definition of a type, which is made when it is first needed."""
        name = {str: "text", TRANCHE: "tranche"}.get(annotation) or annotation.__name__.lower()
        if name not in self.definitions:
            self.definitions[name] = {}  # its place, should the type hold itself
            self.definitions[name] = self._definition(annotation)
        return reference(name)

    def _definition(self, annotation: Any) -> Schema:
        parts = parts_of(annotation)
        mapping = self._mapping(annotation) if parts else None
        text = TEXTS.get(annotation) or Text(summary(annotation), f"write a text, or {', '.join(parts)} by name")
        about: Schema = {"$comment": text.about} if text.about else {}  # a description would hide that of the field
        if text.examples:
            about["examples"] = list(text.examples)
        return about | scalar(text, mapping)

    def _mapping(self, annotation: Any) -> Schema:
        fields = parts_of(annotation)
        return {
            "title": f"{annotation.__name__.lower()} in parts",
            "type": "object",
            "properties": {name: self._part(info) for name, info in fields.items()},
            "required": [name for name, info in fields.items() if info.is_required()],
            "additionalProperties": False,
        }

    def _part(self, info: FieldInfo) -> Schema:
        return described(self.of(info.annotation, info.metadata), info.description)


def a(noun: str) -> str:
    """The noun with its article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def summary(documented: Any) -> str:
    """The first paragraph of a docstring, in one line."""
    return " ".join((documented.__doc__ or "").partition("\n\n")[0].split()).replace("``", "`")


def described(schema: Schema, description: str | None) -> Schema:
    """The schema with what a field holds; around a reference, as no word may stand beside one."""
    about: Schema = {"description": description} if description else {}
    return about | (schema if "anyOf" in schema else {"anyOf": [schema]})


def _several(one: Schema, least: int) -> Schema:
    """One value, or a list of them. The one stands first, so that editors say what is wrong with it."""
    many: Schema = {"type": "array", "items": one}
    return {"anyOf": [one, many | ({"minItems": least} if least else {})]}


def _of_plain_type(annotation: Any, limits: Schema, message: str) -> Schema:
    if annotation is bool:
        return {
            "anyOf": [
                {"type": "boolean", "errorMessage": YES_OR_NO.message},
                {"if": {"type": "boolean"}, "else": scalar(YES_OR_NO)},
            ]
        }
    if annotation is str:
        form = message or (f"write a text of the form {limits['pattern']}" if "pattern" in limits else "write a text")
        return scalar(ANY_TEXT._replace(pattern=_loose(limits), message=form))
    if annotation is int:
        return _with_limits(scalar(WHOLE_NUMBER), limits)
    if annotation is Decimal:
        return _with_limits(scalar(NOT_NEGATIVE if limits.get("minimum") == 0 else NUMBER_TEXT), limits)
    raise TypeError(f"there is no JSON Schema of {annotation!r} yet: add it to schema_texts.TEXTS")


def _with_limits(schema: Schema, limits: Schema) -> Schema:
    return schema | {"else": schema["else"] | {name: limits[name] for name in limits if name.endswith("imum")}}


def _loose(limits: Schema) -> str:
    """The pattern of a text, blanks around it allowed; a text that has to be there is not blank."""
    pattern: str = limits.get("pattern", "")
    if pattern.startswith("^") and pattern.endswith("$"):
        return rf"^\s*(?:{pattern[1:-1]})\s*$"
    return pattern or (r"[\s\S]" if limits.get("minLength") else "")


WORDS_FOR_LIMITS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "min_length": "minLength",
    "pattern": "pattern",
}
"""Constraints as pydantic names them, and JSON Schema."""


def _limits(metadata: Iterable[Any]) -> Schema:
    named = ((word, getattr(part, name, None)) for part in metadata for name, word in WORDS_FOR_LIMITS.items())
    return {word: limit for word, limit in named if limit is not None}


def _unwrapped(annotation: Any, metadata: Iterable[Any]) -> tuple[Any, tuple[Any, ...]]:
    """A type without None and its constraints, and these."""
    collected = [part for one in metadata for part in (one.metadata if isinstance(one, FieldInfo) else [one])]
    parts = [part for part in get_args(annotation) if part is not NoneType]
    if get_origin(annotation) is Annotated:
        return _unwrapped(annotation.__origin__, (*collected, *annotation.__metadata__))
    if get_origin(annotation) in (Union, UnionType) and len(parts) == 1:
        return _unwrapped(parts[0], collected)
    return annotation, tuple(collected)
