"""The code lists that the domain asks through `CodeLists`: names of states, and currencies, from Babel."""

from __future__ import annotations

from functools import lru_cache

from armsledger.application.names.earlier import earlier_party
from armsledger.application.names.letters import check_words
from armsledger.application.names.reading import read_party
from armsledger.domain.errors import InvalidValue
from armsledger.domain.values.party import Party


class Codes:
    """The code lists: ISO 3166 with its former codes, ISO 4217 with the currencies of the past."""

    def party(self, party: Party) -> Party:
        """The party, by its code if its name is that of a state.

        Raises InvalidValue for what resembles a state's name or code, or holds several names.
        """
        return party if party.is_marked else read_party(party)

    def earlier(self, name: str) -> Party | None:
        """How earlier releases stored a name, where that is otherwise."""
        return _earlier(name)

    def check_designation(self, name: str) -> None:
        """Raise InvalidValue for the name of an item in letters that nobody can tell from others."""
        check_words(name)

    def check_currency(self, code: str) -> None:
        """Raise InvalidValue for a code that no currency has or had."""
        if code not in _currencies():
            raise InvalidValue(f"{code!r} is no currency", _near_currency(code))


@lru_cache(maxsize=4096)
def _earlier(text: str) -> Party | None:
    """A name as earlier releases stored it; None where this release stores the same."""
    earlier = earlier_party(text)
    try:
        now = Codes().party(Party.parse(text))
    except InvalidValue:
        return earlier
    return None if now.written == earlier else earlier


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    from babel.core import get_global

    return frozenset(get_global("all_currencies"))


EVERYDAY_CURRENCIES = {
    "NIS": ("ILS",),
    "NTD": ("TWD",),
    "RMB": ("CNY",),
    "STG": ("GBP",),
    "UKP": ("GBP",),
    "WON": ("KRW",),
    "YEN": ("JPY",),
    "YTL": ("TRY",),
}
"""Everyday names of currencies, and the codes that may be meant."""


def _near_currency(code: str) -> str:
    everyday = EVERYDAY_CURRENCIES.get(code.upper().rstrip("."))
    if everyday is not None:
        return f"did you mean {' or '.join(everyday)}?"
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    matches = process.extract(code, sorted(_currencies()), scorer=OSA.distance, score_cutoff=1, limit=3)
    near = ", ".join(match[0] for match in matches)
    return f"did you mean {near}?" if near else "write an ISO 4217 code such as USD, INR or SUR"
