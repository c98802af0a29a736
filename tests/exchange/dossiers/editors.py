"""Dossiers as an editor sees them: what its YAML parser reads, and whether they are valid by the schema."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from armsledger.exchange.dossiers.schema import dossier_schema


@cache
def validator() -> Draft7Validator:
    """What checks dossiers by the schema."""
    schema = dossier_schema()
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def faults(dossier: Any) -> list[str]:
    """What is wrong with a dossier, each with its place."""
    return [f"{'.'.join(map(str, fault.path))}: {fault.message[:200]}" for fault in validator().iter_errors(dossier)]


def parsed(text: str) -> Any:
    """What an editor reads of YAML 1.2: numbers, true and null are none of them texts; dates are."""
    return _without_dates(YAML(typ="safe", pure=True).load(text))


def _without_dates(value: Any) -> Any:
    """The parser of the tests reads dates as well, and numbers as keys."""
    match value:
        case dict():
            return {str(key): _without_dates(part) for key, part in value.items()}
        case list():
            return [_without_dates(part) for part in value]
        case date():
            return value.isoformat()
    return value
