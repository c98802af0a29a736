"""The fields that a proposal gives, read as those of its event.

Reading refuses what the event can never hold. It knows nothing of the stream's history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, get_origin

from pydantic import TypeAdapter, ValidationError

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

INNER = frozenset({"one", "several"})
"""What pydantic calls the two forms of a field that takes one value or several."""


def event_class(stream: StreamId, name: str) -> type[Statement]:
    """The event of the catalogue; raises UnknownEvent."""
    events = CATALOGUE.by_kind[stream.kind]
    if name not in events:
        raise UnknownEvent(
            f"a {stream.kind} has no event {quoted(name)}",
            remedy=_suggestion(name, events, f"'armsledger {stream.kind} --help' lists the events"),
            field="event",
        )
    return events[name]


@cache
def required_fields(event: type[Statement]) -> tuple[str, ...]:
    """The fields that somebody has to give."""
    fields = event.model_fields.items()
    return tuple(name for name, info in fields if info.is_required() and name not in SET_BY_THE_LEDGER)


@cache
def several_fields(event: type[Statement]) -> frozenset[str]:
    """The fields that take a list."""
    return frozenset(name for name, info in event.model_fields.items() if get_origin(info.annotation) is tuple)


@cache
def field_reader(event: type[Statement], name: str) -> TypeAdapter[Any]:
    """What reads the text or value of one field."""
    info = event.model_fields[name]
    annotation: Any = info.annotation
    return TypeAdapter(Annotated[(annotation, *info.metadata)] if info.metadata else annotation)


def check_field_names(event: type[Statement], names: Iterable[str]) -> None:
    """Refuse a field that the event does not have."""
    fields = event.model_fields
    for name in names:
        if name not in fields:
            raise UnknownField(
                f"{event.name} has no field {quoted(name)}",
                remedy=_suggestion(name, fields, f"its fields are {', '.join(fields)}"),
                field=shortened(str(name)),
            )


def check_required(event: type[Statement], fields: Mapping[str, Any]) -> None:
    """Refuse an event without one of its required fields."""
    for name in required_fields(event):
        value = fields.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            raise MissingField(
                f"{event.name} needs {name}",
                remedy=f"add {name}: {event.model_fields[name].description}",
                field=name,
            )


def _suggestion(word: str, words: Collection[str], otherwise: str) -> str:
    """The word of the list that may be meant; a long one is not compared, because that takes long."""
    is_short = len(str(word)) <= 2 * max(map(len, words))
    close = get_close_matches(str(word), words, n=1) if is_short else []
    return f"did you mean {close[0]!r}?" if close else otherwise


def read_event(event: type[Statement], fields: Mapping[str, Any], given: Collection[str] = ()) -> Statement:
    """The event of these fields; raises UnreadableValue.

    The error names one of the fields that somebody has ``given`` if one of them is wrong, else one that has a default.
    """
    try:
        return event.model_validate(with_lists(event, fields))
    except ValidationError as error:
        raise unreadable(error, event, given=given) from error


def with_lists(event: type[Statement], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, with a single value as a list of one where the event takes a list."""
    several = several_fields(event)
    return {
        name: [value] if name in several and isinstance(value, str | Mapping | Item) else value
        for name, value in fields.items()
    }


def unreadable(
    error: ValidationError,
    event: type[Statement] | None = None,
    *,
    within: str = "",
    given: Collection[str] = (),
) -> Refused:
    """The refusal of what pydantic cannot read, in the words of the value's own type where this type has some."""
    details = error.errors(include_url=False)
    first = next((detail for detail in details if detail["loc"] and detail["loc"][0] in given), details[0])
    parts = [within, *(shortened(str(part)) for part in first["loc"])]
    where = ".".join(part for part in parts if part and not part.startswith("function-") and part not in INNER)
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, InvalidValue):
        message, remedy = cause.message, cause.remedy
    else:
        message, remedy = f"{quoted(first['input'])}: {first['msg']}", ""
    return UnreadableValue(message, remedy=remedy or _advice(event, where), field=where)


def _advice(event: type[Statement] | None, where: str) -> str:
    """What the field holds, in the words of the catalogue."""
    name = where.partition(".")[0]
    info = event.model_fields.get(name) if event is not None else None
    return f"{name} is: {info.description}" if info is not None and info.description else ""
