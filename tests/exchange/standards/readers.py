"""Readers of other standards' files that know nothing of ours: the standards' own schemas, and a merge."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from referencing import Registry, Resource

from armsledger.application.codes import Codes
from armsledger.exchange.standards.ftm_entity import Entity
from armsledger.exchange.standards.ocds_terms import EXTENSION
from tests.domain.specification import Case, Said, World

HERE = Path(__file__).parent
OCDS = HERE / "ocds"
FTM = HERE / "ftm" / "model.json"
PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def deal(*statements: Said) -> Case:
    """The deal x, in which statements were recorded; all states are known."""
    return stream("deal/x", *statements)


def stream(name: str, *statements: Said) -> Case:
    """A stream in which statements were recorded; all states are known."""
    world = World()
    world.codes = Codes()
    case = Case(name, {}, world)
    for statement in statements:
        case.record(statement)
    return case


def schema(name: str) -> dict[str, Any]:
    """A schema of OCDS."""
    loaded: dict[str, Any] = json.loads((OCDS / f"{name}-schema.json").read_text(encoding="utf-8"))
    return loaded


@cache
def _validator(name: str) -> jsonschema.Draft4Validator:
    known = [schema(one) for one in ("release", "release-package", "record-package")]
    registry: Registry[Any] = Registry().with_resources((one["id"], Resource.from_contents(one)) for one in known)
    checker = jsonschema.FormatChecker(formats=())
    checker.checks("date-time", raises=ValueError)(_is_time)
    checker.checks("uri", raises=ValueError)(_is_uri)
    return jsonschema.Draft4Validator(schema(name), registry=registry, format_checker=checker)


def _is_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[a-z]+:[!-~]+", value) is not None


def faults(value: Any, name: str = "release") -> list[str]:
    """What a schema of OCDS finds wrong with a value."""
    found = [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(value)]
    return found + list(_strange(value, _fields(name)))


@cache
def _fields(name: str) -> frozenset[str]:
    """All names of fields in a schema, and in those that it refers to."""
    names: set[str] = set()

    def look(part: Any) -> None:
        if isinstance(part, dict):
            names.update(part.get("properties") or ())
            for one in part.values():
                look(one)
        elif isinstance(part, list):
            for one in part:
                look(one)

    for one in {name, "release"}:
        look(schema(one))
    return frozenset(names)


def _strange(value: Any, known: frozenset[str], path: str = "$") -> Iterable[str]:
    """Fields that the standard does not know, save in the extension."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name == EXTENSION:
                continue
            if name not in known:
                yield f"{path}.{name}: no field of the standard"
            yield from _strange(part, known, f"{path}.{name}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _strange(part, known, f"{path}[{number}]")


def merged(releases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What releases come to, as the standard's own program merges them."""
    compiled: dict[str, Any] = _merger().create_compiled_release(list(releases))
    return compiled


@cache
def _merger() -> Any:
    import ocdsmerge

    return ocdsmerge.Merger(schema("release"))


def settled(value: Any) -> Any:
    """A merged value without what is withdrawn or empty, and its lists of objects in the order of their identifiers."""
    if isinstance(value, dict):
        parts = ((name, settled(part)) for name, part in value.items() if not _is_withdrawn(part))
        return {name: part for name, part in parts if part not in ({}, [])}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        standing = (settled(one) for one in value if not _is_withdrawn(one))
        return sorted(standing, key=lambda one: str(one["id"]))
    return value


def _is_withdrawn(value: Any) -> bool:
    return isinstance(value, dict) and bool(value.get(EXTENSION, {}).get("withdrawn"))


@cache
def model() -> dict[str, Any]:
    """The schemata of FtM."""
    loaded: dict[str, Any] = json.loads(FTM.read_text(encoding="utf-8"))
    return loaded


def ftm_faults(entities: Sequence[Entity]) -> list[str]:
    """What is wrong with entities: their schemata, properties, values, and what they refer to."""
    by_id = {entity["id"]: entity for entity in entities}
    found = [] if len(by_id) == len(entities) else ["an identifier is used twice"]
    for entity in entities:
        found += [f"{entity['schema']} {entity['id']}: {fault}" for fault in _entity_faults(entity, by_id)]
    return found


def _entity_faults(entity: Entity, by_id: Mapping[str, Entity]) -> Iterable[str]:
    schemata, countries = model()["schemata"], model()["countries"]
    known = schemata[entity["schema"]]
    yield from (f"lacks {name}" for name in known["required"] if not entity["properties"].get(name))
    for name, values in entity["properties"].items():
        told = known["properties"].get(name)
        if told is None:
            yield f"has no property {name}"
            continue
        for value in values:
            if not isinstance(value, str) or not value:
                yield f"{name} is {value!r}"
            elif told["type"] == "entity":
                target = by_id.get(value)
                if target is None or told["range"] not in schemata[target["schema"]]["is_a"]:
                    yield f"{name} leads to no {told['range']}"
            elif told["type"] == "country" and value not in countries:
                yield f"{value} is no country"
            elif told["type"] == "number" and not re.fullmatch(r"\d+(\.\d+)?", value):
                yield f"{value} is no number"
            elif told["type"] == "date" and not _is_partial_date(value):
                yield f"{value} is no date"


def _is_partial_date(text: str) -> bool:
    if PARTIAL_DATE.fullmatch(text) is None:
        return False
    return (
        bool(date.fromisoformat(text + "-01-01"[len(text) - 4 :])) if len(text) < 10 else bool(date.fromisoformat(text))
    )
