"""Filters by party: a state by its code, whatever it is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from armsledger.application.names.aliases import ABBREVIATIONS
from armsledger.domain.errors import InvalidValue
from armsledger.domain.values.party import Party

PARTIES: Final = frozenset({"against", "buyer", "by", "participants", "parties", "supplier"})
"""Columns that hold states and other parties."""
CODE_LENGTH: Final = 3
"""A code is looked for as it is, without loading the lists of countries."""


def party_filter(text: str) -> str:
    """What to look for in a column of parties; raises InvalidValue for what may be several, or resembles a state."""
    if len(text) == CODE_LENGTH and text not in ABBREVIATIONS:
        return text
    from armsledger.application.names.reading import read_party

    party = Party.parse(text)
    return str(party if party.is_marked else read_party(party))


def with_party_codes(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Filters with parties as they are stored; what names no one party is looked for as it is."""
    return {name: _looked_for(value) if name in PARTIES else value for name, value in filters.items()}


def _looked_for(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return party_filter(value)
    except InvalidValue:
        return value
