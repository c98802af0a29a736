"""The fields that a proposal gives, read as those of its event.

Reading refuses what the event can never hold. It knows nothing of the stream's history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from armsledger.domain.decisions.event_names import event_remedy
from armsledger.domain.decisions.wording import mistakes_of, near_word
from armsledger.domain.errors import MissingField, UnknownEvent, UnknownField, UnreadableValue, quoted, shortened
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.expectation import Expected
from armsledger.domain.events.statement import Role, Statement, reader_of
from armsledger.domain.values.item import Item
from armsledger.domain.values.stream import StreamId

EVERYDAY_FIELDS = {
    "amount": "value",
    "comment": "note",
    "country": "buyer",
    "customer": "buyer",
    "date": "on",
    "end user": "end_user",
    "deadline": "due",
    "grade": "credibility",
    "price": "value",
    "publication date": "published",
    "recipient": "buyer",
    "seller": "supplier",
    "kind": "form",
    "speaker": "attribution",
    "type": "form",
    "value": "amount",
    "vendor": "supplier",
    "when": "on",
}
"""Everyday words for fields."""
SET_BY_THE_LEDGER = frozenset({"on", "asserted"})
"""Required fields that have defaults, which depend on the source and the event."""


def event_class(stream: StreamId, name: str) -> type[Statement]:
    """The event of the catalogue; raises UnknownEvent."""
    events = CATALOGUE.by_kind[stream.kind]
    if name not in events:
        raise UnknownEvent(
            f"a {stream.kind} has no event {quoted(name)}",
            remedy=event_remedy(name, stream.kind),
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


def meant_field(event: type[Statement], name: Any) -> str | None:
    """The field of the event that may be meant by a name that none has."""
    if name == "date" and "published" in event.model_fields:
        return "published"
    return near_word(str(name), event.model_fields, EVERYDAY_FIELDS)


def unknown_fields(event: type[Statement], names: Iterable[str]) -> Iterator[UnknownField]:
    """A refusal of each name that is no field of the event."""
    fields = event.model_fields
    for name in names:
        if name not in fields:
            yield UnknownField(
                f"{event.name} has no field {quoted(name)}",
                remedy=_remedy(event, name),
                field=shortened(str(name)),
            )


def _remedy(event: type[Statement], name: Any) -> str:
    """What was meant, or how a field of what is expected is given, or which fields there are."""
    near = meant_field(event, name)
    if near:
        return f"did you mean {near!r}?"
    if event is Expected and name in _fields_of_occurrences():
        example = "{event: delivered, tranche: 1}" if name == "tranche" else f"{{event: EVENT, {name}: ...}}"
        return f"say it of what is expected: what: {example}"
    return f"its fields are {', '.join(event.model_fields)}"


@cache
def _fields_of_occurrences() -> frozenset[str]:
    """The fields by which what is expected can be told apart."""
    events = (event for events in CATALOGUE.by_kind.values() for event in events.values())
    return frozenset(name for event in events if event.role is Role.OCCURRENCE for name in event.model_fields)


def check_field_names(event: type[Statement], names: Iterable[str]) -> None:
    """Refuse a field that the event does not have."""
    fields = event.model_fields
    for name in names:
        if name not in fields:
            raise next(unknown_fields(event, [name]))


def missing_fields(event: type[Statement], fields: Mapping[str, Any]) -> Iterator[MissingField]:
    """A refusal of each required field that is left out."""
    for name in required_fields(event):
        if _is_left_out(fields.get(name)):
            yield MissingField(
                f"{event.name} needs {name}",
                remedy=f"add {name}: {event.model_fields[name].description}{_listed(event, name)}",
                field=name,
            )


def _is_left_out(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _listed(event: type[Statement], name: str) -> str:
    """The words of a field that takes one of a few, in brackets."""
    annotation = event.model_fields[name].annotation
    words = get_args(annotation) if get_origin(annotation) is Literal else ()
    return f" ({', '.join(words)})" if words else ""


def check_required(event: type[Statement], fields: Mapping[str, Any]) -> None:
    """Refuse an event without one of its required fields."""
    for name in required_fields(event):
        if _is_left_out(fields.get(name)):
            raise next(missing_fields(event, fields))


def read_event(event: type[Statement], fields: Mapping[str, Any], given: Collection[str] = ()) -> Statement:
    """The event of these fields; raises UnreadableValue.

    The error names one of the fields that somebody has ``given`` if one of them is wrong, else one that has a default.
    """
    try:
        return reader_of(event)(with_lists(event, fields))
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
) -> UnreadableValue:
    """The refusal of what pydantic cannot read; of several values the first that is given."""
    refusals = all_unreadable(error, event, within=within)
    return next((refusal for refusal in refusals if refusal.field.partition(".")[0] in given), refusals[0])


def all_unreadable(
    error: ValidationError, event: type[Statement] | None = None, *, within: str = ""
) -> list[UnreadableValue]:
    """A refusal of each value that pydantic cannot read, in the words of the value's own type where it has some."""
    return [
        UnreadableValue(mistake.message, remedy=mistake.remedy, field=mistake.field)
        for mistake in mistakes_of(error, event, within)
    ]
