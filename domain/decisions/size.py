"""Whether an entry keeps to the limits (`armsledger.domain.limits`), so that every door lets it through."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from armsledger.domain.decisions.fields import event_class, field_reader, unreadable
from armsledger.domain.decisions.history import History
from armsledger.domain.errors import UnreadableValue
from armsledger.domain.events.expectation import Expected
from armsledger.domain.events.payload import Payload
from armsledger.domain.events.repair import Corrected
from armsledger.domain.events.statement import Statement
from armsledger.domain.limits import (
    COUNT_DIGITS,
    DECIMAL_PLACES,
    ENTRY_BYTES,
    LONGEST_TEXT,
    LONGEST_UNIT,
    MOST_PARTS,
    WHOLE_DIGITS,
)
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.stream import StreamId
from armsledger.domain.values.value import Value

SMALL_BYTES: Final = 2 * MOST_PARTS
"""An entry of fewer bytes has no text and no list beyond its limit: each part of a list takes two."""


class _Excess(NamedTuple):
    """What is beyond a limit, and the remedy."""

    message: str
    remedy: str


def check_size(event: Statement, payload: Payload, text: str, stream: StreamId) -> None:
    """Refuse an entry beyond a limit, with the field that is too long or too large.

    ``text`` is the canonical text of the payload.
    """
    size = len(text.encode())
    if size > SMALL_BYTES:
        for name, value in payload.fields.items():
            for path, part in _parts(name, value):
                _refuse(path, _excess_of(part))
    if size > ENTRY_BYTES:
        longest = max(payload.texts, key=lambda name: len(payload.texts[name]))
        told = f"the entry takes {size:,} bytes as JSON, and the limit is {ENTRY_BYTES:,}; most of it is {longest}"
        raise UnreadableValue(
            told,
            remedy="say it shorter, or divide it among several entries; a source keeps its text in a file (file)",
            field=longest,
        )
    for name, value in event.__dict__.items():
        _check_numbers(name, value)
    if isinstance(event, Expected):
        expected = event_class(stream, event.what.event)
        for name, value in event.what.selectors.items():
            try:
                _check_numbers(f"what.{name}", field_reader(expected, name).validate_python(value))
            except ValidationError as error:  # what is read in one way and shown in another
                raise unreadable(error, within=f"what.{name}") from error


def check_corrected_size(event: Corrected, history: History, stream: StreamId) -> None:
    """Refuse a correction that makes of an entry what is beyond a limit."""
    after = history.changed(history.standing(event.target, field="target").event, event.set)
    payload = Payload.of(after)
    try:
        check_size(after, payload, payload.text(), stream)
    except UnreadableValue as refusal:
        refusal.field = f"set.{refusal.field}"
        raise


def _check_numbers(field: str, value: Any) -> None:
    """Refuse a value with a number of more digits than sums and files hold."""
    for path, number in _numbers(field, value):
        _refuse(path, _excess_of_number(number))


def _refuse(path: str, excess: _Excess | None) -> None:
    if excess is not None:
        raise UnreadableValue(excess.message, remedy=excess.remedy, field=path)


def _parts(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """All values in the types of JSON, with their paths."""
    yield path, value
    if isinstance(value, dict):
        for name, part in value.items():
            yield f"{path}.{name}", name
            yield from _parts(f"{path}.{name}", part)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _parts(f"{path}.{number}", part)


def _excess_of(value: Any) -> _Excess | None:
    if isinstance(value, str) and len(value) > LONGEST_TEXT // 2:
        length = len(value.encode("utf-16-le")) // 2
        if length > LONGEST_TEXT:
            told = f"a text has at most {LONGEST_TEXT:,} characters, and this one has {length:,}"
            return _Excess(told, "shorten it, or keep the whole text in a file of the source (file)")
    if isinstance(value, list | dict) and len(value) > MOST_PARTS:
        told = f"a list has at most {MOST_PARTS:,} parts, and this one has {len(value):,}"
        return _Excess(told, "divide it among several entries")
    return None


def _numbers(path: str, value: Any) -> Iterator[tuple[str, Decimal | int | str]]:
    """The numbers of amounts, quantities and shares, and the units of these, with their paths."""
    match value:
        case Decimal():
            yield path, value
        case Money():
            yield path, value.amount
            if isinstance(value.amount_high, Decimal):
                yield f"{path}.amount_high", value.amount_high
        case Quantity():
            yield path, value.count
            yield f"{path}.unit", value.unit
            if isinstance(value.count_high, int):
                yield f"{path}.count_high", value.count_high
        case tuple():
            for number, part in enumerate(value):
                yield from _numbers(f"{path}.{number}", part)
        case Value():
            for name, part in value.parts.items():
                yield from _numbers(f"{path}.{name}", part)


def _excess_of_number(number: Decimal | int | str) -> _Excess | None:
    if isinstance(number, str):
        if len(number) <= LONGEST_UNIT:
            return None
        told = f"a unit has at most {LONGEST_UNIT} characters, and this one has {len(number)}"
        return _Excess(told, "name what is counted in a few words")
    if isinstance(number, int):
        if number < 10**COUNT_DIGITS:
            return None
        return _Excess(f"{number:,} has more than {COUNT_DIGITS} digits", "write a count of fewer digits")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > DECIMAL_PLACES:
        told = f"{number:f} has more than {DECIMAL_PLACES} digits behind the point"
        return _Excess(told, "round it to what the source can know")
    if number >= 10**WHOLE_DIGITS:
        return _Excess(f"{number:f} has more than {WHOLE_DIGITS} digits before the point", "check its magnitude")
    return None
