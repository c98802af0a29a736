"""The fields of events that a mapping fills: what each takes, and what is refused before any row is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from armsledger.domain.decisions.fields import (
    check_field_names,
    event_class,
    field_reader,
    required_fields,
    several_fields,
    unreadable,
)
from armsledger.domain.errors import LedgerError, MissingField, Refused, UnreadableValue, quoted, shortened
from armsledger.domain.events.expectation import What
from armsledger.domain.events.statement import Role, Statement, parts_of
from armsledger.domain.near import near
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.stream import StreamId, StreamKind
from armsledger.domain.values.when import When
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.spreadsheets.column import Column
from armsledger.exchange.spreadsheets.value import Constant, Takes, Value

KEYS = frozenset({"deal", "engagement", "framework", "event", "id", "key", "when", "each", "group"})
"""What a template holds besides the fields of its event."""
EXAMPLES = {Takes.DATE: "{column: Date}", Takes.MONEY: "{column: Amount, currency: USD}"}


@cache
def takes(kind: type, field: str) -> Takes:
    """What a field takes; lists by what is in them."""
    info = parts_of(kind).get(field)
    parts = set() if info is None else set(_parts(info.annotation))
    if When in parts:
        return Takes.DATE
    if Money in parts:
        return Takes.MONEY
    if Quantity in parts:
        return Takes.QUANTITY
    if field == "share":
        return Takes.SHARE
    is_number = Decimal in parts or (int in parts and str not in parts)
    return Takes.NUMBER if is_number else Takes.TEXT


@cache
def kind_within(kind: type | None, field: str) -> type | None:
    """The type of the mappings that a field takes, such as the items of an order; None if it takes none."""
    info = None if kind is None else parts_of(kind).get(field)
    parts = () if info is None else _parts(info.annotation)
    return next((part for part in parts if isinstance(part, type) and parts_of(part)), None)


def _parts(annotation: Any) -> Iterator[Any]:
    """The annotation and all that it is made of."""
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def is_several(event: type[Statement], field: str) -> bool:
    """Whether a field takes a list, be it only where there are several values."""
    info = event.model_fields.get(field)
    return info is not None and any(get_origin(part) is tuple for part in _parts(info.annotation))


def event_of(kind: StreamKind, name: str) -> type[Statement]:
    """The event of the catalogue; raises UnknownEvent."""
    try:
        return event_class(StreamId(kind, kind), name)
    except Refused as refusal:
        raise _of_no_stream(refusal) from None


def check_fields(kind: StreamKind, event: type[Statement], values: Mapping[str, Value]) -> None:
    """Refuse a mapping without a field that the event needs, or with a constant that its field cannot take."""
    try:
        for name in _needed(kind, event):
            if name not in values:
                raise _missing(event, name)
        for name, value in values.items():
            if isinstance(value, Constant) and name not in KEYS:
                _check_constant(kind, event, name, value.value)
            elif isinstance(value, Column) and name not in KEYS:
                _check_words(kind, event, name, value)
    except Refused as refusal:
        raise _of_no_stream(refusal) from None


def _needed(kind: StreamKind, event: type[Statement]) -> Iterator[str]:
    yield from required_fields(event)
    if kind != "source":
        if event.role is Role.OCCURRENCE:
            yield "on"
        if event.role is not Role.REPAIR:
            yield "source"


def _missing(event: type[Statement], name: str) -> MissingField:
    example = EXAMPLES.get(takes(event, name), "{column: NAME}")
    return MissingField(
        f"{event.name} needs {name}",
        remedy=f"add {name}: {example}, or what it is in all rows ({event.model_fields[name].description})",
        field=name,
    )


def _check_constant(kind: StreamKind, event: type[Statement], name: str, value: Any) -> None:
    values = [value] if name in several_fields(event) and not isinstance(value, list) else value
    try:
        read = field_reader(event, name).validate_python(values)
    except ValidationError as error:
        raise _no_column(name, value) or unreadable(error, event, within=name) from error
    if isinstance(read, What):
        expected = event_of(kind, read.event)
        check_field_names(expected, read.selectors)


def _check_words(kind: StreamKind, event: type[Statement], name: str, column: Column) -> None:
    try:
        for word in column.words():
            _check_constant(kind, event, name, word)
    except InvalidCell as error:
        raise UnreadableValue(error.message, remedy=error.remedy, field=name) from error


def _no_column(name: str, value: Any) -> UnreadableValue | None:
    """The refusal of a mapping that was probably meant to name a column; None if it was not."""
    if not isinstance(value, dict):
        return None
    close = near("column", (shortened(str(key)) for key in value))
    if not close:
        return None
    return UnreadableValue(
        "it is a mapping that names no column",
        remedy=f"did you mean column in place of {quoted(close[0])}?",
        field=name,
    )


def _of_no_stream(refusal: Refused) -> LedgerError:
    """The refusal without its stream: a mapping is for many streams."""
    refusal.stream = ""
    return refusal
