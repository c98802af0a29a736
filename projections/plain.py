"""Values as JSON has them, and as a cell of a table has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from armsledger.domain.values.citation import Attribution
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money, plain
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.storage.instant import to_text

PLAIN = frozenset({str, int, bool, type(None)})
"""Types that JSON has as they are; most values are of these."""


def to_json(value: Any) -> Any:
    """The value in the types of JSON: amounts are decimal strings, dates EDTF text as recorded, times UTC."""
    if type(value) in PLAIN:
        return value
    match value:
        case None | bool() | int():
            return value
        case When() | Attribution():
            return str(value)
        case str():
            return str(value)
        case Money():
            return {
                "amount": plain(value.amount),
                "currency": value.currency,
                "approximate": value.approximate,
            }
        case Quantity():
            return {"count": value.count, "unit": value.unit, "approximate": value.approximate}
        case Item():
            return value.model_dump(exclude_none=True)
        case Decimal():
            return plain(value)
        case datetime():
            return to_text(value)
        case date():
            return value.isoformat()
        case BaseModel():
            return {name: to_json(part) for name, part in value if part is not None}
        case Mapping():
            return {str(name): part if type(part) in PLAIN else to_json(part) for name, part in value.items()}
        case list() | tuple() | frozenset():
            return [part if type(part) in PLAIN else to_json(part) for part in value]
    if is_dataclass(value):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"no JSON for {type(value).__name__}")


def to_words(value: Any) -> str:
    """The value as people read it: ``~USD 5bn``; empty where there is none."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Money():
            return str(value)
        case list() | tuple():
            return "; ".join(to_words(part) for part in value)
    return str(to_cell(value))


def to_cell(value: Any) -> str | int | bool | None:
    """The value as one cell: several parts are joined by semicolons, amounts are unabridged."""
    if type(value) in PLAIN:
        cell: str | int | bool | None = value
        return cell
    match value:
        case None | bool() | int():
            return value
        case Money():
            return f"{'~' if value.approximate else ''}{value.currency} {plain(value.amount)}"
        case list() | tuple():
            return "; ".join(str(to_cell(part)) for part in value)
        case Mapping():
            return "; ".join(f"{name}={to_cell(part)}" for name, part in value.items())
        case Decimal() | datetime() | date():
            return str(to_json(value))
    return str(value)
