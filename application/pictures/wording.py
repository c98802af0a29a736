"""Dates, parties and numbers in words, as pages and charts write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final

from armsledger.application.names.iso import country_name
from armsledger.application.pictures.standpoint import Belief
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
QUALIFIERS: Final = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}
PLAIN: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([?~%]?)")
SHORT_NAMES: Final = {"SUN": "Soviet Union", "CSK": "Czechoslovakia", "YUG": "Yugoslavia", "DDR": "East Germany"}
"""Former states, by the names under which people know them."""
DECADE: Final = re.compile(r"(\d{3})X([?~%]?)")


@lru_cache(maxsize=4096)
def day_words(ordinal: int) -> str:
    """A day (a proleptic ordinal) in words: ``5 Oct 2018``."""
    day = date.fromordinal(ordinal)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def belief_words(belief: Belief) -> str:
    """A belief date in words: ``12 Nov 2021``, or ``22 Nov 2026 12:00 UTC`` where it goes by recording."""
    return day_words(belief.day) if belief.moment is None else f"{day_words(belief.day)} {belief.moment:%H:%M} UTC"


@lru_cache(maxsize=4096)
def when_words(when: When) -> str:
    """An uncertain date in words: ``Oct 2018``, ``about 26 Sep 2018``, ``by 15 Dec 2021``, ``2022 to 2023``."""
    text = when.text
    plain = _plain(text)
    if plain is not None:
        return plain
    start, slash, end = text.partition("/")
    if slash:
        if start == "..":
            return f"by {_plain(end) or end}"
        if end == "..":
            return f"from {_plain(start) or start} on"
        return f"{_plain(start) or start} to {_plain(end) or end}"
    if when.first == OPEN_PAST:
        return f"by {day_words(when.last)}"
    if when.last == OPEN_FUTURE:
        return f"from {day_words(when.first)} on"
    return f"{day_words(when.first)} to {day_words(when.last)}"


def _plain(text: str) -> str | None:
    """A day, a month, a year or a decade in words; None for other forms."""
    match = PLAIN.fullmatch(text)
    if match:
        year, month, day, mark = match.groups()
        parts = [str(int(day))] if day else []
        parts += [MONTHS[int(month) - 1]] if month else []
        return QUALIFIERS.get(mark, "") + " ".join([*parts, year])
    decade = DECADE.fullmatch(text)
    return None if decade is None else f"{QUALIFIERS.get(decade[2], '')}{decade[1]}0s"


@lru_cache(maxsize=1024)
def party_words(party: str) -> str:
    """A party's name: ``Russia``; ``not stated`` where the source names nobody."""
    return "not stated" if Party.stored(party).is_unknown else SHORT_NAMES.get(party) or country_name(party)


def listed(texts: Iterable[str], last: str = "and") -> str:
    """Texts as a list: ``a, b and c``."""
    *most, end = [*texts] or [""]
    return f"{', '.join(most)} {last} {end}" if most else end


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number of things: ``1 forecast``, ``20 forecasts``."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
