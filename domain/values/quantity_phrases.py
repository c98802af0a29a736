"""What people write for quantities, in English, and the plain form that means the same.

======================================== =================================================
``five tanks``, ``a dozen aircraft``     ``5 tanks``, ``12 aircraft``
``3 hundred missiles``                   ``300 missiles``; also thousand, million, lakh, crore
``5 (five) units``                       ``5 units``
``about``, ``some 40 missiles``          ``~40 missiles``
``at least 24 aircraft``, ``or more``    ``24+ aircraft``
``more than 24 aircraft``                ``25+ aircraft``
``fewer than 50``, ``no more than 50``   ``up to 49 units``, ``up to 50 units``
``20 to 24``, ``between 20 and 24``      ``20-24 units``; ``5 or 6`` is ``5-6``
``no aircraft``                          ``0 aircraft``
======================================== =================================================

Refused: what gives no number (``several``, ``dozens``), what counts two things (``10 tanks and 5 guns``), and what may
be one of two counts (``4 batteries of 6 launchers``). What is stored never comes here.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple, NoReturn

from armsledger.domain.errors import InvalidValue, quoted
from armsledger.domain.values.limit_words import Limited, limited

LONGEST_PHRASE: Final = 200
ONES: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS: Final = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES: Final = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 10**3,
    "lakh": 10**5,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
}
WORDS: Final = (
    {word: number for number, word in enumerate([*ONES, *TEENS], 1)}
    | {word: 10 * number for number, word in enumerate(TENS, 2)}
    | {
        f"{tens}{mark}{ones}": 10 * number + more
        for number, tens in enumerate(TENS, 2)
        for more, ones in enumerate(ONES, 1)
        for mark in "- "
    }
)
_WORD: Final = "|".join(sorted(WORDS, key=len, reverse=True))
_SCALE: Final = "|".join(SCALES)
_COUNT: Final = r"[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}|[0-9]+(?:\.[0-9]+)?"
_NUMBER: Final = (
    rf"(?:(?:{_COUNT}|(?:{_WORD})\b)(?:[ -](?:{_SCALE})s?\b)?|(?:half a|a) (?:{_SCALE})\b|half-dozen\b|zero\b|dozen\b)"
)
_FORM: Final = re.compile(
    rf"(?P<low>{_NUMBER})(?:\s*\((?P<again>{_NUMBER})\))?"
    rf"(?:\s*(?P<join>-|\bto\b|\bor\b|\band\b|\bthrough\b)\s*(?P<high>{_NUMBER}))?(?P<open>\+|[- ]plus\b)?"
    r"(?:\s+(?:more|additional|further)\b)?(?:\s*[x\u00d7](?=\s))?(?:\s+(?P<unit>.*))?",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"(between|from)\s+", re.IGNORECASE)
_NO: Final = re.compile(
    r"no\s+(?!(?:data|information|info|numbers?|figures?|details?|idea|more|less|fewer)\b)([^\W\d].*)", re.I
)
_VAGUE: Final = re.compile(
    r"\b(?:several|many|numerous|various|multiple|couple|pairs?|handful|unknown|undisclosed|unspecified|none|nil|much|most)\b"
    rf"|\b(?:few|some|all|any)\b|\b(?:{_SCALE}|ten|score)s\b(?: of)?|\b(?:lot|number|dozen)s? of\b",
    re.IGNORECASE,
)
_OTHER_COUNT: Final = (
    rf"(?:~|about |up to |another )?(?:[0-9]+(?:,[0-9]{{3}})*(?=\s+(?!mm\b)|[+-]|$)|(?:{_WORD}|an?)\b)"
)
_TWO_THINGS: Final = re.compile(rf"(?:[,;+&]|\b(?:and|plus|or|as well as)\b)\s*{_OTHER_COUNT}", re.IGNORECASE)
_OF_COUNT: Final = re.compile(
    rf"(?P<group>.*[^\W\d].*?)\s+(?:of|with|at)\s+(?P<count>{_OTHER_COUNT})\s*(?P<member>.*)", re.I
)
_IN_BRACKETS: Final = r"\([^)]*(?<![\w.-])[0-9]+(?![\w.-]|\s*mm)"
_OPTIONS: Final = r"\boptions?\b[^0-9]*(?<![\w.-])[0-9]"
_ODD_UNIT: Final = re.compile(
    rf"(?:to|or|of|and|plus|minus|than|through|more|additional|further|per ?cent|(?:{_SCALE})s?)\b|(?:k|m|mn|bn|x)\s|\("
    rf"|.*(?:{_TWO_THINGS.pattern}|\b(?:of|with|at)\s+{_OTHER_COUNT}|\bor (?:more|less|fewer|so)\b|\bin (?:total|all)\b"
    rf"|\?|{_IN_BRACKETS}|{_OPTIONS})",
    re.IGNORECASE | re.DOTALL,
)
"""A unit that holds words of the number, or another number: the plain form alone would misread it."""
_POINT: Final = re.compile(r"0*[1-9][0-9]{0,2}\.[0-9]{3}")
"""A point before three figures: between thousands in one half of Europe, before decimals in the other."""
_COMMA: Final = re.compile(r"[0-9],[0-9]{1,2}(?![0-9,])")
REMEDY: Final = (
    "write a whole number and a unit, such as '5 units', '~40 missiles', '20-24 aircraft' or 'up to 50 missiles'"
)


class _Ends(NamedTuple):
    low: int
    high: int | None
    is_open: bool


def is_odd(unit: str) -> bool:
    """Whether the plain form alone would misread a unit."""
    return _ODD_UNIT.match(unit) is not None or unit.rstrip().endswith("?")


def plain_quantity(given: str) -> str:
    """The plain form of a phrase; raises InvalidValue for what is none and for what may mean several things."""
    text = " ".join(given.replace("\u2013", "-").replace("\u2014", "-").split())
    if len(text) > LONGEST_PHRASE:
        raise InvalidValue(f"{quoted(given, 40)} is not a quantity", REMEDY)
    if match := _NO.fullmatch(text):
        return f"0 {_unit(match[1], text, given)}"
    around = limited(text)
    match = None if around is None else _FORM.fullmatch(_BETWEEN.sub("", around.text, count=1))
    if around is None or match is None:
        _refuse(text, given)
    unit = _unit(match["unit"] or "", text, given)
    return f"{_number(match, around, given)} {unit}".rstrip()


def _number(match: re.Match[str], around: Limited, given: str) -> str:
    """The number with its limits, in the plain form."""
    ends = _ends(match, _BETWEEN.match(around.text), given)
    limit, sign = around.limit, "~" if around.approximate else ""
    if limit and (ends.high is not None or ends.is_open):
        raise InvalidValue(f"{quoted(given)} has two ends of one kind", REMEDY)
    step = 0 if around.approximate else 1
    if limit == "below" and ends.low <= step:
        raise InvalidValue(f"{quoted(given)} ends before it begins", REMEDY)
    if limit in ("up to", "below"):
        return f"up to {sign}{ends.low - (step if limit == 'below' else 0)}"
    if limit in ("from", "above") or ends.is_open:
        return f"{sign}{ends.low + (step if limit == 'above' else 0)}+"
    return f"{sign}{ends.low}" if ends.high is None else f"{sign}{ends.low}-{ends.high}"


def _ends(match: re.Match[str], between: re.Match[str] | None, given: str) -> _Ends:
    """The numbers that the phrase names; ``10 and 5`` are two, and ``between 5 and 10`` are the ends of one."""
    low = _count(match["low"], given)
    high = None if match["high"] is None else _count(match["high"], given)
    join = (match["join"] or "").lower()
    word = between[1].lower() if between else ""
    if match["again"] is not None and _count(match["again"], given) != low:
        raise InvalidValue(f"{quoted(given)} gives two numbers", REMEDY)
    if word == "between" and join != "and":
        raise InvalidValue(f"{quoted(given)} is not a quantity", "write between 20 and 24 aircraft, or 20-24 aircraft")
    if high is not None and match["open"]:
        raise InvalidValue(f"{quoted(given)} has two upper ends", REMEDY)
    if join == "and" and word != "between":
        raise _two_things(given)
    if word == "from" and high is None:
        raise InvalidValue(f"{quoted(given)} has one end only", "write 20+ aircraft, or 20-24 aircraft")
    if join == "or" and high != low + 1:
        raise InvalidValue(
            f"{quoted(given)} may be {low} or {high}", f"write {low}-{high} if all between are possible, too"
        )
    scale = re.search(_SCALE, match["high"] or "", re.IGNORECASE)
    if scale and not re.search(_SCALE, match["low"], re.IGNORECASE):
        raise InvalidValue(
            f"{quoted(given)} may begin at {low} or at {low * SCALES[scale[0].lower()]:,}",
            "write both ends in figures, such as 1,000-2,000",
        )
    return _Ends(low, high, bool(match["open"]))


def _count(text: str, given: str) -> int:
    """A number in figures or words, with its scale; raises InvalidValue for one that is not whole."""
    words = text.lower().replace(",", "")
    scale = 1
    if match := re.search(rf"[ -]?({_SCALE})s?$", words):
        scale, words = SCALES[match[1]], words[: match.start()]
    if words in ("half a", "half"):
        number = Decimal("0.5")
    elif words in ("", "a"):
        number = Decimal(1)
    else:
        if scale == 1 and _POINT.fullmatch(words):
            raise InvalidValue(
                f"{quoted(given)} may be {int(words.replace('.', '')):,} or {Decimal(words).normalize():f}",
                "write the one that is meant, without a point, or with a comma between thousands",
            )
        number = Decimal(0 if words == "zero" else WORDS.get(words, words))
    whole = number * scale
    if whole != whole.to_integral_value():
        raise InvalidValue(f"{quoted(given)} is not a whole number", REMEDY)
    return int(whole)


def _unit(unit: str, text: str, given: str) -> str:
    """The unit, in which no other number stands; raises InvalidValue."""
    if is_odd(unit):
        _refuse(text, given)
    return unit


def _refuse(text: str, given: str) -> NoReturn:
    """Say what a text may mean that has no one meaning."""
    if "\u00b1" in text:
        raise InvalidValue(f"{quoted(given)} has a margin", "write the range that it makes, such as 35-45 missiles")
    if _COMMA.search(text):
        raise InvalidValue(f"{quoted(given)} has a comma before its decimals", REMEDY)
    if _TWO_THINGS.search(text) or re.search(rf"{_IN_BRACKETS}|{_OPTIONS}", text, re.IGNORECASE):
        raise _two_things(given)
    if match := _OF_COUNT.fullmatch(text):
        raise InvalidValue(
            f"{quoted(given)} may count {quoted(match['group'], 40)}, "
            f"or the {quoted(match['member'] or 'units', 40)} in them",
            "write the one that the source counts, such as '4 batteries' or '24 launchers'",
        )
    if _VAGUE.search(text):
        raise InvalidValue(
            f"{quoted(given)} is not a quantity: it gives no number",
            f"leave it out, or {REMEDY}",
        )
    raise InvalidValue(f"{quoted(given)} is not a quantity", REMEDY)


def _two_things(given: str) -> InvalidValue:
    if re.search(rf"\b(?:hundred|thousand) and (?:{_WORD})\b", given, re.IGNORECASE):
        return InvalidValue(f"{quoted(given)} is a long number in words", "write it in figures, such as 105 tanks")
    return InvalidValue(
        f"{quoted(given)} counts two things", "write an entry, or a line of the order, for each of them"
    )
