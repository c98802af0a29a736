"""Filters by party: a state by its code, whatever it is called."""

from __future__ import annotations

from typing import Final

from armsledger.application.names.abbreviations import ABBREVIATIONS
from armsledger.domain.errors import InvalidValue, UsageError
from armsledger.projections.filtering import Exact

PARTIES: Final = frozenset({"against", "buyer", "by", "participants", "parties", "payee", "payer", "supplier"})
"""Columns that hold states and other parties."""
CODE_LENGTH: Final = 3
"""A code is looked for as it is, without loading the lists of countries."""


def party_filter(text: str) -> str:
    """What to look for in a column of parties; raises InvalidValue for what may be several, or resembles a state.

    A code is `Exact`, and not looked up: `check_code` does that.
    """
    word = text.strip()
    if len(word) == CODE_LENGTH and word.isascii() and word.isalpha() and word.upper() not in ABBREVIATIONS:
        return Exact(word.upper())
    from armsledger.application.names.reading import read_party
    from armsledger.domain.values.party import Party

    party = Party.parse(word)
    found = party if party.is_marked else read_party(party)
    return Exact(found) if found.is_state else str(found)


def check_code(code: str) -> None:
    """Raise UsageError for a code that no state has or had."""
    from armsledger.application.names.reading import read_party
    from armsledger.domain.values.party import Party

    try:
        read_party(Party.parse(code))
    except InvalidValue as error:
        raise UsageError(error.message, remedy=error.remedy) from error
