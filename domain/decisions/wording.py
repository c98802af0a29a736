"""What pydantic cannot read, in words of our own: a message and a remedy for each kind of error.

No user reads a message of the library: "Input should be ..." tells neither what was written nor what to write.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import ValidationError

from armsledger.domain.errors import InvalidValue, quoted, shortened
from armsledger.domain.events.statement import parts_of, types_in
from armsledger.domain.near import near

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from armsledger.domain.events.statement import Statement

CHOICE: Final = re.compile(r"'([^']*)'")
SHAPES: Final[Mapping[str, tuple[str, str]]] = {
    "dict_type": ("a mapping", "write its parts as {NAME: VALUE}"),
    "model_type": ("a mapping", "write its parts as {NAME: VALUE}"),
    "dataclass_type": ("a mapping", "write its parts as {NAME: VALUE}"),
    "string_type": ("a text", "write a text"),
    "tuple_type": ("a list", "write a list, such as [one, two]"),
}
"""What a value of another shape should be, and the remedy, by the kind of error."""
FORMS: Final = {"currency": "write an ISO 4217 code of three capital letters, such as USD"}
"""How a text of a certain form is written, by its field."""
A_NUMBER: Final = "write a number such as 130 or 12.5"
EVERYDAY: Final = {
    "bought": "sale",
    "purchase": "sale",
    "sold": "sale",
    "donated": "gift",
    "donation": "gift",
    "gifted": "gift",
    "leased": "lease",
    "license": "licence",
    "licensed": "licence",
    "confirmed": "fact",
    "alleged": "claim",
    "claimed": "claim",
    "denied": "denial",
    "inferred": "inference",
    "possible": "likely",
    "plan": "planned",
    "meeting": "visit",
    "phone call": "call",
}
"""Everyday words for words of the catalogue."""
LONGEST_EVERYDAY: Final = 20


class Mistake(NamedTuple):
    """What cannot be read, the remedy, and the path of the field: ``items.0.designation``."""

    message: str
    remedy: str
    field: str


def mistakes_of(error: ValidationError, event: type[Statement] | None, within: str) -> list[Mistake]:
    """What pydantic has found, once for each value; of the branches of a union the first."""
    mistakes: dict[str, Mistake] = {}
    for detail in error.errors(include_url=False):
        mistake = _mistake(detail, event, within)
        around = any(mistake.field == path or mistake.field.startswith(f"{path}.") for path in mistakes)
        if not around:
            mistakes[mistake.field] = mistake
    return list(mistakes.values())


def _mistake(detail: ErrorDetails, event: type[Statement] | None, within: str) -> Mistake:
    parts = [within, *(shortened(str(part)) for part in detail["loc"])]
    names = [part for part in parts if part and not _is_branch(part)]
    cause = detail.get("ctx", {}).get("error")
    field = ".".join(names)
    if isinstance(cause, InvalidValue):
        message, remedy = cause.message, cause.remedy
    else:
        message, remedy = _in_our_words(detail, names, event)
    return Mistake(message, remedy or advice(event, field) or "leave the field out where nothing is known", field)


def _is_branch(part: str) -> bool:
    """Whether a part of a path names no field, but a function or a branch of a union: ``constrained-str``, ``int``."""
    return part.startswith(("function-", "literal[", "constrained-", "lax-or-strict")) or part in (
        "int",
        "str",
        "decimal",
        "one",
        "several",
    )


def advice(event: type[Statement] | None, where: str) -> str:
    """What the field holds, in the words of the catalogue."""
    name = where.partition(".")[0]
    info = event.model_fields.get(name) if event is not None else None
    return f"{name} is: {info.description}" if info is not None and info.description else ""


def _in_our_words(detail: ErrorDetails, names: list[str], event: type[Statement] | None) -> tuple[str, str]:
    """The message and the remedy; an empty remedy is left to what the catalogue says of the field."""
    kind, value, limits = detail["type"], detail["input"], detail.get("ctx", {})
    field = next((name for name in reversed(names) if not name.isdecimal()), "the value")
    if kind in SHAPES:
        shape, remedy = SHAPES[kind]
        about = advice(event, ".".join(names))
        return f"{quoted(value)} is {shape_of(value)}, not {shape}", f"{remedy}; {about}" if about else remedy
    match kind:
        case "literal_error":
            return f"{quoted(value)} is no {field}", _choose(value, CHOICE.findall(str(limits.get("expected", ""))))
        case "missing":
            return f"{field} is missing", f"add {field}"
        case "extra_forbidden" | "unexpected_keyword_argument":
            return _unknown_part(names, event)
        case "bool_parsing" | "bool_type":
            return f"{quoted(value)} is neither yes nor no", f"write {field}: yes, or {field}: no"
        case "greater_than_equal":
            return f"{written(value)} is less than {limits.get('ge')}", ""
        case "less_than_equal":
            return f"{written(value)} is more than {limits.get('le')}", ""
        case "too_short":
            return f"{field} is empty", f"name at least one, or leave {field} out where nothing is known"
        case "string_too_short":
            return f"{field} is an empty text", f"write a text, or leave {field} out where nothing is known"
        case "string_pattern_mismatch":
            return f"{quoted(value)} cannot be read as {field}", FORMS.get(field, A_NUMBER)
    if kind.startswith("int_"):
        return f"{quoted(value)} is no whole number", "write a whole number such as 2"
    if kind.startswith(("decimal_", "float_", "finite_")):
        return f"{written(value)} is no number", A_NUMBER
    return f"{quoted(value)} cannot be read as {field}", ""


def written(value: Any) -> str:
    """A number as people write it, anything else as it is quoted."""
    return str(value) if isinstance(value, Decimal) else quoted(value)


def shape_of(value: Any) -> str:
    """What a value is, in the words of whoever writes it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
    return "a value of another kind"


def _choose(value: Any, choices: list[str]) -> str:
    """The word of a list that may be meant, and the list."""
    listed = ", ".join(choices)
    near = near_word(value, choices, EVERYDAY) if isinstance(value, str) else None
    return f"did you mean {near!r}? It is one of {listed}" if near else f"write one of {listed}"


def near_word(word: str, words: Collection[str], everyday: Mapping[str, str]) -> str | None:
    """The word of a list that may be meant; a long one is not compared, because that takes long."""
    if not words or len(word) > 2 * max(*map(len, words), LONGEST_EVERYDAY):
        return None
    plain = " ".join(word.lower().split())
    for form in (plain, plain.replace("_", "-"), plain.replace("-", "_"), plain.replace(" ", "-"), everyday.get(plain)):
        if form in words:
            return form
    return next(iter(near(plain, words)), None)


def _unknown_part(names: list[str], event: type[Statement] | None) -> tuple[str, str]:
    """A part that a value of several parts does not have; ``names`` is its path."""
    whole = next((name for name in reversed(names[:-1]) if not name.isdecimal()), "the value")
    parts = sorted({part for kind in _kinds(event, names) for part in parts_of(kind)})
    near = near_word(names[-1], parts, {})
    remedy = f"did you mean {near!r}? " if near else ""
    return f"{whole} has no part {quoted(names[-1])}", f"{remedy}its parts are {', '.join(parts)}" if parts else ""


def _kinds(event: type[Statement] | None, names: list[str]) -> Iterator[type]:
    """The types of several parts that the value around a part can have."""
    kinds: list[Any] = [event] if event is not None else []
    for name in (name for name in names[:-1] if not name.isdecimal()):
        infos = [parts_of(kind)[name] for kind in kinds if name in parts_of(kind)]
        kinds = [part for info in infos for part in types_in(info.annotation) if parts_of(part)]
    yield from kinds
