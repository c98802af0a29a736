"""The states of ISO 3166 with its former codes, by pycountry, and their names in English, by Babel."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from armsledger.domain.values.party import Party

USER_ASSIGNED = {"XKX": "Kosovo"}
"""Codes outside ISO 3166 in wide use."""


@lru_cache(maxsize=1)
def states() -> dict[str, Any]:
    """The records of all states, by alpha-3: those of today, and former ones."""
    import pycountry

    former = {record.alpha_3: record for record in pycountry.historic_countries}
    return former | {record.alpha_3: record for record in pycountry.countries}


@lru_cache(maxsize=1)
def by_alpha_2() -> dict[str, str]:
    """The alpha-3 codes of the states of today, by alpha-2."""
    import pycountry

    return {record.alpha_2: record.alpha_3 for record in pycountry.countries}


def is_code(text: str) -> bool:
    """Whether a text is the code of a state of today or of the past."""
    return text in states() or text in USER_ASSIGNED


def alpha_2_of(code: str) -> str | None:
    """The two letters of a present state's code; None for a former one."""
    import pycountry

    record = pycountry.countries.get(alpha_3=code)
    return None if record is None else str(record.alpha_2)


def country_name(code: str) -> str:
    """A state's common name in English; the name itself of another actor."""
    record = states().get(code)
    if record is None:
        return USER_ASSIGNED.get(code) or Party.stored(code).bare
    if by_alpha_2().get(record.alpha_2) != code:  # a former state: its two letters may be those of another one today
        return str(record.name)
    from babel import Locale

    return str(Locale("en").territories.get(record.alpha_2, record.name))
