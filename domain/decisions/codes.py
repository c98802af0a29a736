"""Parties and currencies by their codes."""

from __future__ import annotations

from functools import cache
from typing import Any

from armsledger.domain.errors import InvalidValue, UnknownCode
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import CodeLists, Party


def with_checked_codes(stream: str, event: Statement, codes: CodeLists) -> Statement:
    """The event with its parties by their codes; raises UnknownCode for what nobody knows."""
    changes: dict[str, Any] = {}
    for name in coded_fields(type(event)):
        value = getattr(event, name, None)
        try:
            checked = _checked(name, value, codes)
        except InvalidValue as error:
            raise UnknownCode(error.message, remedy=error.remedy, stream=stream, field=name) from error
        if checked is not value:
            changes[name] = checked
    return event.model_copy(update=changes) if changes else event


@cache
def coded_fields(event: type[Statement]) -> tuple[str, ...]:
    """The fields that hold a party or a currency."""
    fields = event.model_fields.items()
    return tuple(
        name
        for name, info in fields
        if name == "currency" or any(t in repr(info.annotation) for t in ("Party", "Money"))
    )


def _checked(name: str, value: Any, codes: CodeLists) -> Any:
    if isinstance(value, Party):
        known = codes.party(value)
        return value if known == value else known
    if isinstance(value, tuple):
        parties = tuple(codes.party(party) for party in value)
        return value if parties == value else parties
    if isinstance(value, Money):
        codes.check_currency(value.currency)
    elif name == "currency" and value is not None:
        codes.check_currency(value)
    return value
