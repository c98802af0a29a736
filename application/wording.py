"""Dates, parties and numbers in words, as pages and charts write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final

from armsledger.application.names.iso import country_name
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


@lru_cache(maxsize=4096)
def when_words(when: When) -> str:
    """An uncertain date in words: ``Oct 2018``, ``about 26 Sep 2018``, ``by 15 Dec 2021``, ``Oct to Dec 2018``."""
    text = when.text
    plain = _plain(text)
    if plain is not None:
        return plain
    if text.startswith("[..") or text.endswith("..]"):
        text = text[1:-1].replace("..", "../" if text.startswith("[..") else "/..")
    start, slash, end = text.partition("/")
    if slash and start == "..":
        return f"by {_plain(end) or day_words(when.last)}"
    if slash and end == "..":
        return f"from {_plain(start) or day_words(when.first)} on"
    days = text[1:-1].split(",") if text.startswith("[") else []
    if all(_plain(day) for day in days) and days:
        return listed((_plain(day) or "" for day in days), "or")
    first = _plain(start) if slash else None
    last = _plain(end) if slash else None
    return _span_words(first or day_words(when.first), last or day_words(when.last))


def _span_words(start: str, end: str) -> str:
    """``8 to 14 Dec 2021``: what both ends name is told once."""
    if start == end:
        return start
    marks = sorted(QUALIFIERS.values(), key=len, reverse=True)
    mark = next((mark for mark in marks if start.startswith(mark) and end.startswith(mark)), "")
    words, others = start.removeprefix(mark).split(" "), end.removeprefix(mark).split(" ")
    end = " ".join(others)
    while 1 < len(words) == len(others) and words[-1] == others[-1]:
        words.pop()
        others.pop()
    return f"{mark}{' '.join(words)} to {end}"


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
