"""Parties and currencies of an event, checked against the code lists."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from armsledger.domain.errors import InvalidValue, UnknownCode
from armsledger.domain.events.payment import Covered
from armsledger.domain.events.statement import Statement, types_in
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import CodeLists, Party

AUTHORITY = "authority"
"""The field of who decides on an approval or a licence: an office, or a state."""


def with_codes(event: Statement, codes: CodeLists) -> Statement:
    """The event with its parties by their codes; raises UnknownCode for a code that no list has."""
    changes: dict[str, Any] = {}
    fields = event.__dict__
    for name in _coded_fields(type(event)):
        value = fields.get(name)
        if value is None:
            continue
        try:
            coded = _coded(name, value, codes)
        except InvalidValue as error:
            raise UnknownCode(error.message, remedy=error.remedy, field=name) from error
        if type(coded) is tuple and len(coded) == 1 and _takes_one(type(event), name):
            coded = coded[0]
        if coded is not value:
            changes[name] = coded
    return event.model_copy(update=changes) if changes else event


@cache
def _coded_fields(event: type[Statement]) -> tuple[str, ...]:
    """The fields that hold a party or a currency."""
    fields = event.model_fields.items()
    return tuple(
        name
        for name, info in fields
        if name in ("currency", AUTHORITY) or not {Party, Money, Item, Covered}.isdisjoint(types_in(info.annotation))
    )


@cache
def _takes_one(event: type[Statement], name: str) -> bool:
    """Whether a field takes a party alone, and a list of several only."""
    return _is_party(event.model_fields[name].annotation)


def _is_party(annotation: Any) -> bool:
    """Whether a type is a party, or a choice that has one."""
    if get_origin(annotation) is Annotated:
        return _is_party(get_args(annotation)[0])
    is_choice = get_origin(annotation) in (Union, UnionType)
    return annotation is Party or (is_choice and any(map(_is_party, get_args(annotation))))


def _coded(name: str, value: Any, codes: CodeLists) -> Any:
    """The value itself if it needs no change."""
    kind = type(value)
    if kind is Money:
        codes.check_currency(value.currency)
    elif kind is tuple:
        parts = tuple([_coded(name, part, codes) for part in value])
        if parts == value:
            return value
        return tuple(dict.fromkeys(parts))  # Germany and DEU are one
    elif kind is Item:
        codes.check_designation(value.designation)
        if value.value is not None:
            codes.check_currency(value.value.currency)
    elif isinstance(value, Party):
        party = codes.party(value)
        return value if party == value else party
    elif kind is Covered:
        if value.amount is not None:
            codes.check_currency(value.amount.currency)
    elif name == "currency":
        codes.check_currency(value)
    elif name == AUTHORITY:
        return _authority(value, codes)
    return value


def _authority(name: str, codes: CodeLists) -> str:
    """An authority by its code where it is a state: ``Germany`` and ``DEU`` are one. Any other name stays as it is."""
    try:
        party = codes.party(Party.parse(name))
    except InvalidValue:
        return name
    return str(party) if party.is_state and party != name else name
