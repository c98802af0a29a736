"""Numbers, quantities and dates as they stand in running text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Line, Quantity, plural
from armsledger.domain.values.when import When
from armsledger.web.words import listed, party_words, when_words

NUMBERS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
"""Small numbers are told in words."""
WITH_ARTICLE: Final = ("United ", "Netherlands", "Philippines", "Soviet Union", "Maldives", "UN ", "European Union")
"""Names of states that begin so take an article in running text."""
DECADE: Final = "0s"
"""What a decade ends with: ``2010s``."""
STANDING: Final = ("about ", "perhaps ", "by ", "from ")
"""Dates that begin so need no preposition."""


def number(count: int) -> str:
    """``five``; ``1,200``."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else f"{count:,}"


def capital(text: str) -> str:
    """A text as a sentence begins: ``Five regiments``; the rest of it stays as it is."""
    return text[:1].upper() + text[1:]


def first_of(parts: Sequence[str], most: int = 3) -> str:
    """As many parts as a sentence bears, and how many more there are: ``a, b and 4 more``."""
    if len(parts) <= most:
        return listed(parts)
    return listed([*parts[: most - 1], f"{len(parts) - most + 1} more"])


def names(parties: Iterable[Party]) -> str:
    """Parties in running text: ``Russia and the United States``."""
    return first_of([_named(party) for party in parties], 4)


def _named(party: Party) -> str:
    if party.is_unknown:
        return "somebody whom no source names"
    name = party_words(party)
    return f"the {name}" if name.startswith(WITH_ARTICLE) else name


def authority(name: str) -> str:
    """An authority in running text; one that is written as a state's code by the state's name."""
    party = Party.stored(name)
    return _named(party) if party.is_state else name


def quantity(one: Quantity) -> str:
    """``five regiments``, ``about 40 missiles``, ``20 to 24 aircraft``, ``at least 24 aircraft``, ``up to 50 tanks``.

    A line is told with its item."""
    count, high, about = one.count, one.count_high, "about " if one.approximate else ""
    units = one.unit if count == 1 and high is None else plural(one.unit)
    if high is None:
        text = f"{about}{count:,} {units}" if one.approximate else f"{number(count)} {units}"
    elif high == "open":
        text = f"at least {about}{count:,} {units}"
    else:
        text = f"up to {about}{high:,} {units}" if count == 0 else f"{about}{count:,} to {high:,} {units}"
    item = one.item if isinstance(one, Line) else None
    return text if item is None else f"{text} of {item}"


def money(amount: Money) -> str:
    """``USD 5.43bn``, ``about USD 800m``, ``EUR 6.5bn to 7bn``, ``at least USD 2bn``."""
    text = str(amount).replace("~", "about ").replace("-", " to ")
    return f"at least {text.removesuffix('+')}" if text.endswith("+") else text


def dated(when: When) -> str:
    """A date with its preposition: ``on 5 Oct 2018``, ``in 2018``, ``by Oct 2018``, ``between 2022 and 2023``."""
    text = when_words(when)
    start, is_span, end = text.partition(" to ")
    if is_span and not start.startswith(("by ", "from ")):
        return f"between {start} and {end}"
    if text.startswith("perhaps ") and not text.startswith("perhaps about "):
        return f"perhaps {_placed(when, text.removeprefix('perhaps '))}"
    return text if text.startswith(STANDING) else _placed(when, text)


def _placed(when: When, text: str) -> str:
    """A day, month, year or decade with its preposition."""
    if text.endswith(DECADE):
        return f"in the {text}"
    return f"{'on' if when.first == when.last else 'in'} {text}"


def since(when: When) -> str:
    """From when on something is so: ``since Mar 2015``, ``since Oct 2018 at the latest``."""
    text = when_words(when)
    if text.startswith("by "):
        return f"since {text.removeprefix('by ')} at the latest"
    if " to " in text:
        return f"since a day {dated(when)}"
    if text.startswith("from "):
        return text
    return f"since {'the ' if text.endswith(DECADE) else ''}{text}"
