"""The code lists of countries and currencies, from pycountry and Babel; the domain asks them through `CodeLists`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from armsledger.domain.errors import InvalidValue
from armsledger.domain.values.party import ACTOR_PREFIX, Party

ALIASES = {
    "Bolivia": "BOL",
    "Bosnia-Herzegovina": "BIH",
    "Britain": "GBR",
    "Brunei": "BRN",
    "Burma": "MMR",
    "Cape Verde": "CPV",
    "Czech Republic": "CZE",
    "Czechoslovakia": "CSK",
    "Cote d'Ivoire": "CIV",
    "DR Congo": "COD",
    "East Germany": "DDR",
    "East Germany (GDR)": "DDR",
    "Iran": "IRN",
    "Ivory Coast": "CIV",
    "Kosovo": "XKX",
    "Laos": "LAO",
    "Macedonia": "MKD",
    "Moldova": "MDA",
    "North Korea": "PRK",
    "North Vietnam": "VDR",
    "Palestine": "PSE",
    "Russia": "RUS",
    "Serbia and Montenegro": "SCG",
    "South Korea": "KOR",
    "South Yemen": "YMD",
    "Soviet Union": "SUN",
    "Swaziland": "SWZ",
    "Syria": "SYR",
    "Taiwan": "TWN",
    "Tanzania": "TZA",
    "Turkey": "TUR",
    "Turkiye": "TUR",
    "UAE": "ARE",
    "UK": "GBR",
    "Upper Volta": "HVO",
    "USA": "USA",
    "USSR": "SUN",
    "Venezuela": "VEN",
    "Viet Nam": "VNM",
    "West Germany": "DEU",
    "Yugoslavia": "YUG",
    "Zaire": "ZAR",
}
"""Names that registers and the press use, and that the code lists lack."""

USER_ASSIGNED = {"XKX": "Kosovo"}
"""Codes outside ISO 3166 in wide use."""

SHORTEST_NAME_TO_MISSPELL = 5
LONG_NAME = 8


class Codes:
    """The code lists: ISO 3166 with its former codes, ISO 4217 with the currencies of the past."""

    def party(self, party: Party) -> Party:
        """The party, by its code if its name is that of a state; raises InvalidValue for a mistyped code or name."""
        return _party(party)

    def check_currency(self, code: str) -> None:
        """Raise InvalidValue for a code that no currency has or had."""
        if code not in _currencies():
            raise InvalidValue(f"{code!r} is no currency", _near_currency(code))


def country_name(code: str) -> str:
    """A state's common name in English; the text itself for another actor."""
    record = _by_code().get(code)
    if record is None:
        return USER_ASSIGNED.get(code, code.removeprefix(ACTOR_PREFIX).strip())
    if _alpha_2().get(record.alpha_2) != code:  # a former state: its two letters may be those of another one today
        return str(record.name)
    from babel import Locale

    return str(Locale("en").territories.get(record.alpha_2, record.name))


def alpha_2_of(code: str) -> str | None:
    """The two letters of a present state's code; None for a former one."""
    import pycountry

    record = pycountry.countries.get(alpha_3=code)
    return None if record is None else str(record.alpha_2)


@lru_cache(maxsize=4096)
def _party(party: Party) -> Party:
    if party.is_unknown or party.startswith(ACTOR_PREFIX):
        return party
    if party in _by_code() or party in USER_ASSIGNED:
        return party
    code = _by_name().get(_folded(party))
    if code is not None:
        return Party(code)
    if all(name.strip() in _by_code() for name in party.split(",")):
        raise InvalidValue(f"{str(party)!r} names several parties", "write them one by one, or as a list")
    if party.is_state:
        raise InvalidValue(
            f"{str(party)!r} is no country code",
            f"write ISO 3166 alpha-3 such as IND or SUN, or '{ACTOR_PREFIX}{party}' for an organisation"
            " or non-state actor",
        )
    _refuse_near_miss(party)
    return party


def _refuse_near_miss(party: Party) -> None:
    code = party.upper() if party.upper() in _by_code() else _alpha_2().get(party.upper())
    near = code or _nearest_country(_folded(party))
    if near is not None:
        raise InvalidValue(
            f"{str(party)!r} is no country",
            f"did you mean {near} ({country_name(near)})? "
            f"For a non-state actor of that name write '{ACTOR_PREFIX}{party}'",
        )


def _nearest_country(name: str) -> str | None:
    """The country whose name differs in one letter, or two if it is long; not in the first: North is not South."""
    if len(name) < SHORTEST_NAME_TO_MISSPELL:
        return None
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    cutoff = 1 if len(name) < LONG_NAME else 2
    names = [other for other in _by_name() if other[0] == name[0]]
    match = process.extractOne(name, names, scorer=OSA.distance, score_cutoff=cutoff)
    return None if match is None else _by_name()[match[0]]


def _folded(name: str) -> str:
    words = name.casefold().replace("\u2019", "'").replace("&", "and").split()
    return " ".join(words[1:] if words[0] == "the" and len(words) > 1 else words)


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Any]:
    import pycountry

    former = {record.alpha_3: record for record in pycountry.historic_countries}
    return former | {record.alpha_3: record for record in pycountry.countries}


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    from babel import Locale

    names: dict[str, str] = {}
    for code, record in _by_code().items():
        for attribute in ("name", "official_name", "common_name"):
            if name := getattr(record, attribute, None):
                names[_folded(name)] = code
                names[_folded(" ".join(reversed(name.split(", ", 1))))] = code
    territories = Locale("en").territories
    for alpha_2, code in _alpha_2().items():
        if alpha_2 in territories:
            names[_folded(territories[alpha_2])] = code
    return names | {_folded(name): code for name, code in ALIASES.items()}


@lru_cache(maxsize=1)
def _alpha_2() -> dict[str, str]:
    import pycountry

    return {record.alpha_2: record.alpha_3 for record in pycountry.countries}


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
