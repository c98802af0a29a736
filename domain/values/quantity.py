"""Counts of things, with the unit that a source counts in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import inf
from typing import Annotated, Any, Literal

from armsledger.domain.errors import InvalidValue, quoted
from armsledger.domain.limits import EARLIER_COUNT_DIGITS, LONGEST_UNIT, LONGEST_UNITS
from armsledger.domain.values.pattern import Pattern
from armsledger.domain.values.value import Amount, Checked

COUNT = r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3})"
FORM = Pattern(
    rf"(?:(?P<upto>up to)\s+)?(?P<approximate>~?)\s*(?P<count>-?{COUNT})"
    rf"(?:\s*[-\u2013]\s*(?P<high>{COUNT})|(?P<open>\+))?"
    r"(?:\s+(?P<unit>(?:[0-9]*[^\W\d_]|['\"(]).*))?",
    re.DOTALL,
)
"""A blank before the unit: ``10k`` or ``2nd batch`` is no count of k or nd. A unit may begin with a figure
(``155mm round``)."""
SAME_IN_SINGULAR = frozenset(
    {"aircraft", "series", "chassis", "species", "atacms", "gmlrs", "himars", "mlrs", "nasams", "uas"}
)
WITH_OES = ("torpedo", "tornado", "mosquito", "cargo")
DIGIT = Pattern(r"[0-9]")
MOST_STEPS = 5
IRREGULAR = {
    "tranches": "tranche",
    "caches": "cache",
    "sorties": "sortie",
    "buses": "bus",
    "lenses": "lens",
    "gases": "gas",
    "axes": "axe",
    "canoes": "canoe",
    "shoes": "shoe",
    "snowshoes": "snowshoe",
    "toes": "toe",
    "taxis": "taxi",
    "uzis": "uzi",
}
PLURALS = {one: many for many, one in IRREGULAR.items()}
ALREADY_SINGULAR = SAME_IN_SINGULAR.union(PLURALS)
UNIT = Pattern(r"[0-9]*[^\W\d_]|['\"(]")
"""What a unit begins with."""
_PERHAPS_ODD = Pattern(
    r"[,;+&(?]|(?<!\S)[0-9]+(?!\S)|(?<!\S)(?:to|or|of|and|plus|minus|than|through|more|additional|further|percent|per|k|mn?|bn"
    r"|with|at|in|x|options?|hundreds?|thousands?|lakhs?|millions?|crores?|billions?|dozens?)(?!\S)",
    re.IGNORECASE,
)
"""What stands in every unit that the plain form misreads, and in a few others."""
REMEDY = "write a whole number and a unit, such as '5 units', '~40 missiles', '20-24 aircraft' or 'up to 50 missiles'"


Count = Annotated[int, Checked(ge=0, le=10**EARLIER_COUNT_DIGITS - 1)]


@dataclass(frozen=True)
class Quantity(Amount):
    """A whole number of units or a range of such numbers, and whether the source rounds it.

    ``count`` is the number, or the lower end of a range; ``count_high`` is the upper end, ``"open"`` where there is
    none (``24+ aircraft``), None for a number. The unit is kept in the singular (``unit``, ``regiment``,
    ``SAM system``); units are never converted, and quantities of different units are never added or compared.
    """

    count: Count
    unit: str = "unit"
    approximate: bool = False
    count_high: Count | Literal["open"] | None = None

    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(_in_range(value))
        if isinstance(value, float):
            raise InvalidValue(f"{quoted(value)} is not a whole number", REMEDY)
        if isinstance(value, Mapping):
            parts = {name: _part(name, part) for name, part in value.items()}
            _check_ends(parts.get("count"), parts.get("count_high"), value)
            return parts
        return cls.read(value) if isinstance(value, str) else value

    @classmethod
    def read(cls, text: str) -> Quantity:
        """What people write, in the plain form or in words (`quantity_phrases`); raises InvalidValue."""
        match = FORM.fullmatch(text.strip())
        if match is not None and not is_misread(match["unit"]):
            value = cls._of(match, text)
        else:
            from armsledger.domain.values.quantity_phrases import plain_quantity  # loaded by whoever writes words

            value = cls.parse(plain_quantity(text))
        if is_misread(value.unit):  # in the singular
            raise InvalidValue(f"{quoted(text)} is not a quantity", REMEDY)
        return value

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read the plain form, ``~5 units``; a number alone counts units. Raises InvalidValue.

        It takes any words for a unit, because earlier releases did.
        """
        match = FORM.fullmatch(text.strip())
        if match is None:
            raise InvalidValue(f"{quoted(text)} is not a quantity", REMEDY)
        return cls._of(match, text)

    @classmethod
    def _of(cls, match: re.Match[str], text: str) -> Quantity:
        digits, high = match["count"].replace(",", ""), (match["high"] or "").replace(",", "")
        if digits.startswith("-"):
            raise InvalidValue(f"{quoted(text)} is negative", REMEDY)
        if max(len(digits), len(high)) > EARLIER_COUNT_DIGITS:
            raise InvalidValue(f"{quoted(text, 40)} has more than {EARLIER_COUNT_DIGITS} digits", REMEDY)
        if match["upto"] and (high or match["open"]):
            raise InvalidValue(f"{quoted(text)} has two upper ends", REMEDY)
        upper: Any = int(high) if high else ("open" if match["open"] else None)
        if match["upto"]:
            digits, upper = "0", int(digits)
        _check_ends(digits, upper, text)
        unit = _checked_unit(match["unit"] or "")
        return cls(int(digits), unit, bool(match["approximate"]), upper)

    @property
    def least(self) -> int:
        """The number, or the lower end of a range."""
        return self.count

    @property
    def most(self) -> float:
        """The upper end: the number itself where it is no range, infinite where it is open."""
        if self.count_high is None:
            return self.count
        return inf if self.count_high == "open" else self.count_high

    @property
    def measure(self) -> str:
        """The unit, whatever its capital letters."""
        return self.unit.casefold()

    def of(self, count: int) -> Quantity:
        """So many of the same unit."""
        return Quantity(count, self.unit, self.approximate)

    def plus(self, other: Quantity) -> Quantity | None:
        """The sum of two quantities of one unit."""
        if other.measure != self.measure:
            return None
        high: Any = None
        if self.count_high is not None or other.count_high is not None:
            most = self.most + other.most
            high = "open" if most == inf else int(most)
        return Quantity(self.count + other.count, self.unit, self.approximate or other.approximate, high)

    def __str__(self) -> str:
        return in_words(self.count, self.unit, approximate=self.approximate, high=self.count_high)


def is_misread(unit: str | None) -> bool:
    """Whether the plain form takes a part of the number for this unit, as in ``5 to 6 tanks``."""
    if unit is None:
        return False
    if len(unit) > LONGEST_UNIT and (len(unit) > LONGEST_UNITS or len(one_unit(unit)) > LONGEST_UNIT):
        return True
    return _is_odd(unit)


@lru_cache(maxsize=1024)
def _is_odd(unit: str) -> bool:
    if _PERHAPS_ODD.search(unit) is None:
        return False
    from armsledger.domain.values.quantity_phrases import is_odd  # nearly no unit needs it

    return is_odd(unit) or is_odd(one_unit(unit))


def _part(name: Any, value: Any) -> Any:
    """A part of a quantity that is given as a mapping."""
    if name in ("count", "count_high"):
        return _in_range(value)
    return _checked_unit(value) if name == "unit" and isinstance(value, str) else value


def _check_ends(count: Any, high: Any, value: Any) -> None:
    """Refuse a range of which the upper end is not above the lower one; what is no number is left to pydantic."""
    try:
        low, top = (int(end) for end in (count, high))
    except (TypeError, ValueError, OverflowError):
        return
    if isinstance(high, bool) or top <= low:
        raise InvalidValue(f"{quoted(value)} ends before it begins", REMEDY)


def _checked_unit(text: str) -> str:
    """The unit as a text could name it; raises InvalidValue for one that would be read as part of the count."""
    unit = one_unit(text)
    if UNIT.match(unit) is None or len(unit) > LONGEST_UNITS:
        raise InvalidValue(f"{quoted(text, 40)} is not a unit", REMEDY)
    return unit


def _in_range(count: Any) -> Any:
    """The count; raises InvalidValue for one of more digits than a database holds."""
    match count:
        case str():
            is_long = len(count) > EARLIER_COUNT_DIGITS
        case Decimal():
            is_long = count.is_finite() and count.adjusted() >= EARLIER_COUNT_DIGITS  # an integer could fill the memory
        case int() | float():
            is_long = abs(count) >= 10**EARLIER_COUNT_DIGITS
        case _:
            is_long = False
    if is_long:
        raise InvalidValue(f"{quoted(count, 40)} has more than {EARLIER_COUNT_DIGITS} digits", REMEDY)
    return count


def in_words(count: int, unit: str, *, approximate: bool, high: int | str | None = None) -> str:
    """``~1,200 tanks``, ``20-24 aircraft``, ``24+ aircraft``, ``up to 50 missiles``."""
    sign = "~" if approximate else ""
    if high is None:
        return f"{sign}{count:,} {unit if count == 1 else plural(unit)}"
    if high == "open":
        return f"{sign}{count:,}+ {plural(unit)}"
    return f"up to {sign}{high:,} {plural(unit)}" if count == 0 else f"{sign}{count:,}-{high:,} {plural(unit)}"


@dataclass(frozen=True)
class Line(Quantity):
    """A quantity of one item: a line of an order, or the sum of one item and unit."""

    item: str | None = None

    @property
    def key(self) -> tuple[str | None, str]:
        """What one line is known by: the item, if one is named, and the unit."""
        return (None if self.item is None else self.item.casefold()), self.measure

    def __str__(self) -> str:
        return super().__str__() if self.item is None else f"{super().__str__()} of {self.item}"


def are_of_one_kind(unit: str, other: str) -> bool:
    """Whether two units count the same: one ends with the words of the other (``K2 tank``, ``tank``)."""
    one, two = f" {unit}".casefold(), f" {other}".casefold()
    return one.endswith(two) or two.endswith(one)


def one_unit(text: str) -> str:
    """The unit in the one form in which it is kept: in the singular, with single blanks; ``unit`` for none."""
    return _kept(" ".join(text.split())) or "unit"


@lru_cache(maxsize=4096)
def _kept(unit: str) -> str:
    """The singular as which its own plural is read: one and several are of one unit, whatever the rules make of it."""
    for _ in range(MOST_STEPS):
        before, unit = unit, singular(plural(singular(unit)))
        if unit == before:
            break
    return unit


def singular(unit: str) -> str:
    """The unit's last word in the singular, by the regular rules of English; ``Su-30MKIs`` are of the ``Su-30MKI``."""
    lower = unit.lower()
    last = lower.rpartition(" ")[2]
    if last in IRREGULAR:
        return unit[: -len(last)] + IRREGULAR[last]
    if last in ALREADY_SINGULAR or not lower.endswith("s") or (unit.endswith("S") and DIGIT.search(last)):
        return unit
    if unit.endswith("s") and unit[-2:-1].isupper():
        return unit[:-1]
    if lower.endswith(("ss", "us", "is")):
        return unit
    if lower.endswith("ies") and len(last) > len("ties"):
        return unit[:-3] + "y"
    if lower.endswith(("ches", "shes", "sses", "xes", "oes")):
        return unit[:-2]
    return unit[:-1]


@lru_cache(maxsize=1024)
def plural(unit: str) -> str:
    """The unit's last word in the plural, by the regular rules of English; a ``Taurus`` and a ``MiG-21bis`` stay."""
    lower = unit.lower()
    last = lower.rpartition(" ")[2]
    if last in PLURALS:
        return unit[: -len(last)] + PLURALS[last]
    if last in SAME_IN_SINGULAR or lower.endswith(("craft", "us", "is")):
        return unit
    if unit[-1:].isupper():
        return unit + "s"
    if lower.endswith(("i", "u")):  # with an s it would be read as a Taurus or a bis is
        return unit
    if lower.endswith("y") and lower[-2:-1] not in "aeiou":
        return unit[:-1] + "ies"
    if lower.endswith(("ch", "sh", "s", "x", *WITH_OES)):
        return unit + "es"
    return unit + "s"
