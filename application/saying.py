"""What an entry says, in a few words: ``~USD 5bn, 5 units``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line
from armsledger.projections.codec import FORMS
from armsledger.projections.rows import UNREADABLE

Address = Callable[[str], str]
"""What gives the address of the entry that has an id."""
BARE = frozenset(
    {
        "supplier",
        "value",
        "quantity",
        "items",
        "amount",
        "what",
        "title",
        "publisher",
        "modality",
        "instrument",
        "designation",
        "relation",
        "format",
        "form",
        "position",
        "strength",
        "milestone",
        "target",
    }
)
"""Fields whose values tell by themselves what they are."""
TEMPLATES = {"buyer": "to {}", "share": "{} per cent"}
"""How a field is told of which neither its value nor its name before it would do."""
REFERENCES = frozenset({"target", "preferred", "over"})
"""Fields that name entries by their ids."""
CHANGES = "set"
"""The field of a correction that says what it changes, which is told apart."""


def saying(data: Mapping[str, Any], address: Address = str) -> str:
    """The fields of an event, given in the types of JSON, in words."""
    said = ", ".join(_sayings(data, address))
    return said.replace(", to ", " to ", 1) if data.keys() >= {"supplier", "buyer"} else said


def _sayings(data: Mapping[str, Any], address: Address) -> Iterator[str]:
    for name, value in data.items():
        label = name.replace("_", " ")
        if value in (None, [], {}, False) or name == CHANGES or (name == "modality" and value == "expected"):
            continue
        if value is True:
            yield label
        elif isinstance(value, list) and _is_table(value):
            yield f"{label} ({len(value)})"
        else:
            text = _references(value, address) if name in REFERENCES else in_words(value)
            yield TEMPLATES.get(name, "{}" if name in BARE else f"{label} {{}}").format(text)


def _is_table(values: list[Any]) -> bool:
    """Whether it is a list of records that have no words of their own."""
    return all(isinstance(value, dict) and not value.keys() & {"currency", "count", "designation"} for value in values)


def _references(value: Any, address: Address) -> str:
    return ", ".join(address(str(part)) for part in (value if isinstance(value, list) else [value]))


def in_words(value: Any) -> str:
    """A value, given in the types of JSON, in words; empty where there is none."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dict():
            return _record_in_words(value)
        case list():
            return ", ".join(map(in_words, value))
    return str(value)


def _record_in_words(value: Mapping[str, Any]) -> str:
    """An amount, a quantity, an item, or what is expected; what people wrote otherwise by hand, field by field."""
    try:
        match value:
            case {"currency": _, "amount": _}:
                return str(_read(Money, {"approximate": False, **value}))
            case {"count": _, "unit": _}:
                return str(_read(Line, {"approximate": False, **value}))
            case {"designation": _}:
                item: Item = _read(Item, value)
                return item.in_full
            case {"event": str() as event, **selectors}:
                return " ".join([event, *(f"{name}={in_words(part)}" for name, part in selectors.items())])
    except UNREADABLE:
        pass
    return ", ".join(f"{name.replace('_', ' ')} {in_words(part)}" for name, part in value.items())


def _read(kind: Any, value: Mapping[str, Any]) -> Any:
    """The value of a type that JSON holds."""
    read = FORMS[kind].read
    return value if read is None else read(value)
