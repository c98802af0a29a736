"""What people write for amounts of money, in English, and the plain form that means the same.

========================================== =================================
``US$5bn``, ``5bn USD``, ``5 billion USD``  ``USD 5bn``
``\u20ac5 billion``, ``5 billion euros``        ``EUR 5bn``
``INR 39,000 crore``, ``2 lakh crore INR``  ``INR 39000crore``, ``INR 2tn``
``about``, ``some``, ``nearly USD 5bn``     ``~USD 5bn``
``USD 6.5bn to 7bn``, ``between ...``       ``USD 6.5bn-7bn``
``up to``, ``less than USD 3bn``            ``up to USD 3bn``
``at least``, ``more than USD 2bn``         ``USD 2bn+``
========================================== =================================

Refused: signs and names of several currencies, with all of these (``$5bn``, ``Rs 500 crore``, ``5 billion rubles``).
What is stored never comes here.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from armsledger.domain.errors import InvalidValue, quoted
from armsledger.domain.values.currency_names import CODES_IN_USE, ONE, SEVERAL, SIGN, key_of
from armsledger.domain.values.limit_words import limited

LONGEST_PHRASE: Final = 100
LONGEST_NUMBER: Final = 24
REMEDY: Final = (
    "write a currency code and an amount, such as 'USD 5bn', '~USD 800m', 'EUR 6.5bn-7bn' or 'up to USD 3bn'"
)
MAGNITUDES: Final = {
    "k": (1, "k"),
    "thousand": (1, "k"),
    "lakh": (1, "lakh"),
    "lac": (1, "lakh"),
    "m": (1, "m"),
    "mn": (1, "m"),
    "mln": (1, "m"),
    "million": (1, "m"),
    "crore": (1, "crore"),
    "cr": (1, "crore"),
    "b": (1, "bn"),
    "bn": (1, "bn"),
    "bln": (1, "bn"),
    "billion": (1, "bn"),
    "milliard": (1, "bn"),
    "tn": (1, "tn"),
    "trn": (1, "tn"),
    "trillion": (1, "tn"),
    "hundred crore": (1, "bn"),
    "thousand crore": (10, "bn"),
    "lakh crore": (1, "tn"),
    "thousand million": (1, "bn"),
    "thousand billion": (1, "tn"),
}
"""What a word multiplies a number by, and the plain magnitude."""
_MAGNITUDE: Final = "|".join(rf"{word}s?\.?" for word in sorted(MAGNITUDES, key=len, reverse=True))
_NUMBER: Final = r"(?:[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}|[0-9]+)(?:\.[0-9]+)?"
_AMOUNT: Final = re.compile(
    rf"(?P<before>[^0-9\s+<>=\u00b1-](?:[^0-9+<>=\u00b1]*[^0-9\s+<>=\u00b1-])?)?\s*"
    rf"(?P<number>{_NUMBER})(?:[ -]?(?P<magnitude>{_MAGNITUDE})(?![^\W\d_]))?"
    rf"(?:(?:\s+|(?={SIGN}))(?:of\s+)?(?P<after>[^\W\d_$]*[^0-9+<>=\u00b1-]+))?",
    re.IGNORECASE,
)
_ENDS: Final = re.compile(r"(?P<low>.+?)\s*(?:-|\bto\b|\band\b)\s*(?P<high>[^0-9]{0,40}[0-9].*)", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"(between|from)\s+", re.IGNORECASE)
_OPEN: Final = re.compile(r"(.*[\w$])\s*(?:\+|[ -]plus)(\s*\D*)", re.IGNORECASE)


class _Amount(NamedTuple):
    currency: str | None
    number: str
    magnitude: str
    """In the plain form; empty where there is none."""


def plain_money(given: str) -> str:
    """The plain form of a phrase; raises InvalidValue for what is none and for what may mean several amounts."""
    text = " ".join(given.replace("\u2013", "-").replace("\u2014", "-").split())
    if len(text) > LONGEST_PHRASE:
        raise InvalidValue(f"{quoted(given, 40)} is not an amount of money", REMEDY)
    around = limited(text)
    if around is None:
        raise _unreadable(given)
    limit, rest = around.limit, around.text
    if match := _OPEN.fullmatch(rest):
        if limit:
            raise InvalidValue(f"{quoted(given)} has two ends of one kind", REMEDY)
        limit, rest = "from", match[1] + match[2]
    number = _range(rest, given) if _is_range(rest) else _single(rest, given)
    if limit and "-" in number:
        raise InvalidValue(f"{quoted(given)} has two ends of one kind", REMEDY)
    sign = "~" if around.approximate else ""
    if limit in ("up to", "below"):
        return f"up to {sign}{number}"
    return f"{sign}{number}{'+' if limit else ''}"


def _is_range(text: str) -> bool:
    return len(re.findall(_NUMBER, text)) > 1


def _single(text: str, given: str) -> str:
    amount = _amount(text, given)
    if amount.currency is None:
        raise InvalidValue(f"{quoted(given)} is not an amount of money: it names no currency", REMEDY)
    return f"{amount.currency} {amount.number}{amount.magnitude}"


def _range(text: str, given: str) -> str:
    """``EUR 6.5bn to 7bn``: the currency may stand at either end, and a magnitude at the upper one is of both."""
    between = _BETWEEN.match(text)
    match = _ENDS.fullmatch(text[between.end() :] if between else text)
    if match is None or (re.search(r"\band\b", text) is not None) != bool(between and between[1].lower() == "between"):
        raise _unreadable(given)
    low, high = _amount(match["low"], given), _amount(match["high"], given)
    if None not in (low.currency, high.currency) and low.currency != high.currency:
        raise InvalidValue(f"{quoted(given)} is of two currencies", "write an amount in each, as a list")
    currency = low.currency or high.currency
    if currency is None:
        raise InvalidValue(f"{quoted(given)} is not an amount of money: it names no currency", REMEDY)
    return f"{currency} {low.number}{low.magnitude or high.magnitude}-{high.number}{high.magnitude}"


def _amount(text: str, given: str) -> _Amount:
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise _unreadable(given)
    currency = _currency(match, given)
    number = match["number"].replace(",", "")
    if len(number) > LONGEST_NUMBER:
        raise InvalidValue(f"{quoted(given, 40)} has more than {LONGEST_NUMBER} digits", REMEDY)
    times, magnitude = _magnitude(match["magnitude"])
    if not magnitude and re.fullmatch(r"0*[1-9][0-9]{0,2}\.[0-9]{3}", number):
        raise InvalidValue(
            f"{quoted(given)} may be {number.replace('.', '')} or {Decimal(number).normalize():f}",
            "write the one that is meant: without a point, with a comma between thousands, or with a nought at the end",
        )
    return _Amount(currency, f"{Decimal(number) * times:f}" if times > 1 else number, magnitude)


def _magnitude(text: str | None) -> tuple[int, str]:
    if text is None:
        return 1, ""
    word = " ".join(part.removesuffix("s") for part in text.lower().removesuffix(".").split())
    return MAGNITUDES[word]


def _currency(match: re.Match[str], given: str) -> str | None:
    """The code that is named before or behind the amount, None for none; raises InvalidValue for several codes."""
    named = [_codes(match[place], given) for place in ("before", "after") if match[place]]
    single = {codes[0] for codes in named if len(codes) == 1}
    if len(single) > 1 or not all(_may_be(code, codes) for code in single for codes in named):
        raise InvalidValue(f"{quoted(given)} is of two currencies", REMEDY)
    if single:
        return single.pop()
    if not named:
        return None
    codes = named[0]
    magnitude = match["magnitude"] or ""
    amount = f"{match['number']}{' ' if len(magnitude) > 2 else ''}{magnitude}"
    raise InvalidValue(
        f"{quoted(given)} may be {', '.join(codes[:-1])} or {codes[-1]}",
        f"write the code of the one that is meant, such as {codes[0]} {amount}",
    )


def _codes(name: str, given: str) -> tuple[str, ...]:
    """The codes of what names a currency, or several; raises InvalidValue for what names none."""
    key = key_of(name)
    if key in ONE:
        return (ONE[key],)
    if key in SEVERAL:
        return SEVERAL[key]
    code = key.upper()
    if len(code) == 3 and code.isascii() and code.isalpha():
        return (CODES_IN_USE.get(code, code),)
    raise _unreadable(given)


def _may_be(code: str, codes: tuple[str, ...]) -> bool:
    """Whether a sign of several currencies can stand for this one: the dollar sign for any that ends with D."""
    return code in codes or (codes[-1].endswith("dollar") and code.endswith("D"))


def _unreadable(given: str) -> InvalidValue:
    if "\u00b1" in given:
        return InvalidValue(f"{quoted(given)} has a margin", "write the range that it makes, such as EUR 6.5bn-7bn")
    if re.search(r"[0-9],[0-9]{1,2}(?![0-9,])", given):
        return InvalidValue(f"{quoted(given)} has a comma before its decimals", f"write a point there; {REMEDY}")
    if given.lstrip().startswith("["):
        return InvalidValue(
            f"{quoted(given, 40)} is a list, not an amount",
            'on the command line a list is JSON: ["USD 4bn", "PLN 16bn"]',
        )
    return InvalidValue(f"{quoted(given)} is not an amount of money", REMEDY)
