"""P"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import ValidationError

from armsledger.domain.entry import Seal, Stored
from armsledger.domain.errors import (
    InvalidValue,
    MissingField,
    Refused,
    UnknownEvent,
    UnknownField,
    UnreadableValue,
    quoted,
    shortened,
)
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.item import Item
from armsledger.domain.values.stream import StreamId

SET_BY_THE_LEDGER = frozenset({"on", "asserted"})
"""Required fields that have defaults, which depend on the source and the event."""


@dataclass(frozen=True)
class Proposal:
    """An entry that somebody wants to record: fields as text or JSON values, and where it was written.

    If it comes from another ledger, ``seals`` tell how that keeps the names in it, and ``stored`` how it stores it.
    """

    stream: StreamId
    event: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    place: str = ""
    seals: Mapping[str, Seal] = field(default_factory=dict)
    stored: Stored | None = None


def event_class(stream: StreamId, name: str) -> type[Statement]:
    """The event of the catalogue; raises UnknownEvent."""
    events = CATALOGUE.by_kind[stream.kind]
    found = events.get(name)
    if found is None:
        raise UnknownEvent(
            f"a {stream.kind} has no event {quoted(name)}",
            remedy=_suggestion(name, events, f"'armsledger {stream.kind} --help' lists the events"),
            stream=str(stream),
            field="event",
        )
    return found


@cache
def field_names(event: type[Statement]) -> frozenset[str]:
    """All fields of an event."""
    return frozenset(event.model_fields)


@cache
def required_fields(event: type[Statement]) -> tuple[str, ...]:
    """The fields that have to be given."""
    fields = event.model_fields.items()
    return tuple(name for name, info in fields if info.is_required() and name not in SET_BY_THE_LEDGER)


def check_field_names(stream: str, event: type[Statement], names: Iterable[str]) -> None:
    """Refuse a field that the event does not have."""
    for name in names:
        if name not in field_names(event):
            raise UnknownField(
                f"{event.name} has no field {quoted(name)}",
                remedy=_suggestion(name, event.model_fields, f"its fields are {', '.join(event.model_fields)}"),
                stream=stream,
                field=shortened(str(name)),
            )


def check_required(stream: str, event: type[Statement], fields: Mapping[str, Any]) -> None:
    """Refuse an event without one of its required fields."""
    for name in required_fields(event):
        if _is_blank(fields.get(name)):
            raise MissingField(
                f"{event.name} needs {name}",
                remedy=f"add {name}: {event.model_fields[name].description}",
                stream=stream,
                field=name,
            )


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _suggestion(word: str, words: Iterable[str], otherwise: str) -> str:
    known = list(words)
    is_near = len(str(word)) <= 2 * max(map(len, known))  # to compare a long one takes long
    close = get_close_matches(str(word), known, n=1) if is_near else []
    return f"did you mean {close[0]!r}?" if close else otherwise


def read_event(
    stream: str, event: type[Statement], fields: Mapping[str, Any], given: Collection[str] = ()
) -> Statement:
    """The event of these fields; raises UnreadableValue naming a field, one that was given rather than a default."""
    try:
        return event.model_validate(with_lists(event, fields))
    except ValidationError as error:
        raise unreadable(stream, error, event, given=given) from error


def with_lists(event: type[Statement], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, with one value alone as a list of one where the event takes a list."""
    several = several_fields(event)
    return {
        name: [value] if name in several and isinstance(value, str | Mapping | Item) else value
        for name, value in fields.items()
    }


@cache
def several_fields(event: type[Statement]) -> frozenset[str]:
    """The fields that take a list."""
    fields = event.model_fields.items()
    return frozenset(name for name, info in fields if getattr(info.annotation, "__origin__", None) is tuple)


def unreadable(
    stream: str,
    error: ValidationError,
    event: type[Statement] | None = None,
    *,
    within: str = "",
    given: Collection[str] = (),
) -> Refused:
    """The refusal that says what pydantic found, in the words of the value's own type where it has some."""
    found = error.errors(include_url=False)
    first = next((one for one in found if one["loc"] and one["loc"][0] in given), found[0])
    parts = [within, *(shortened(str(part)) for part in first["loc"])]
    where = ".".join(part for part in parts if part and not part.startswith("function-"))
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, InvalidValue):
        message, remedy = cause.message, cause.remedy
    else:
        message, remedy = f"{quoted(first['input'])}: {first['msg']}", ""
    return UnreadableValue(message, remedy=remedy or _advice(event, where), stream=stream, field=where)


def _advice(event: type[Statement] | None, where: str) -> str:
    """What the field holds, in the words of the catalogue."""
    info = event.model_fields.get(where.partition(".")[0]) if event is not None else None
    return f"{where.partition('.')[0]} is: {info.description}" if info is not None and info.description else ""
