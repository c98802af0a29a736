"""Counts of things, with the unit that a source counts in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic import Field

from armsledger.domain.errors import InvalidValue, quoted
from armsledger.domain.values.value import Amount

FORM = re.compile(
    r"(?P<approximate>~?)\s*(?P<count>-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}))"
    r"(?:\s+(?P<unit>(?:[^\W\d_]|['\"(]).*))?",
    re.DOTALL,
)
"""A blank before the unit: ``10k`` or ``2nd batch`` is no count of k or nd."""
SAME_IN_SINGULAR = frozenset({"aircraft", "series", "chassis", "species"})
IRREGULAR = {"tranches": "tranche", "caches": "cache", "sorties": "sortie", "buses": "bus"}
UNIT = re.compile(r"[^\W\d_]|['\"(]")
"""What a unit begins with."""
MAX_DIGITS = 15
MAX_UNIT_LENGTH = 200
REMEDY = "write a whole number and a unit, such as '5 units', '2 regiments' or '~40 missiles'"


class Quantity(Amount):
    """A whole number of units, and whether the source rounds it.

    The unit is kept in the singular (``unit``, ``regiment``, ``SAM system``); units are never
    converted, and quantities of different units are never added or compared.
    """

    count: int = Field(ge=0)
    unit: str = "unit"
    approximate: bool = False

    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(_in_range(value))
        if isinstance(value, float):
            raise InvalidValue(f"{quoted(value)} is not a whole number", REMEDY)
        if isinstance(value, Mapping):
            return {name: _part(name, part) for name, part in value.items()}
        return cls.parse(value) if isinstance(value, str) else value

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read ``~5 units``; a number alone counts units. Raises InvalidValue."""
        match = FORM.fullmatch(text.strip())
        if match is None:
            raise InvalidValue(f"{quoted(text)} is not a quantity", REMEDY)
        digits = match["count"].replace(",", "")
        if digits.startswith("-"):
            raise InvalidValue(f"{quoted(text)} is negative", REMEDY)
        if len(digits) > MAX_DIGITS:
            raise InvalidValue(f"{quoted(text, 40)} has more than {MAX_DIGITS} digits", REMEDY)
        return cls(count=int(digits), unit=_checked_unit(match["unit"] or ""), approximate=bool(match["approximate"]))

    def plus(self, other: Quantity) -> Quantity | None:
        """The sum of two quantities of one unit."""
        if other.unit != self.unit:
            return None
        approximate = self.approximate or other.approximate
        return Quantity.model_construct(count=self.count + other.count, unit=self.unit, approximate=approximate)

    def __str__(self) -> str:
        return in_words(self.count, self.unit, approximate=self.approximate)


def _part(name: Any, value: Any) -> Any:
    """A part of a quantity that is given as a mapping."""
    if name == "count":
        return _in_range(value)
    return _checked_unit(value) if name == "unit" and isinstance(value, str) else value


def _checked_unit(text: str) -> str:
    """The unit as a text could name it; raises InvalidValue for one that would be read as part of the count."""
    unit = one_unit(text)
    if UNIT.match(unit) is None or len(unit) > MAX_UNIT_LENGTH:
        raise InvalidValue(f"{quoted(text, 40)} is not a unit", REMEDY)
    return unit


def _in_range(count: Any) -> Any:
    """The count; raises InvalidValue for one of more digits than a database holds."""
    match count:
        case str():
            is_long = len(count) > MAX_DIGITS
        case Decimal():
            is_long = count.is_finite() and count.adjusted() >= MAX_DIGITS  # as an integer it could fill the memory
        case int() | float():
            is_long = abs(count) >= 10**MAX_DIGITS
        case _:
            is_long = False
    if is_long:
        raise InvalidValue(f"{quoted(count, 40)} has more than {MAX_DIGITS} digits", REMEDY)
    return count


def in_words(count: int, unit: str, *, approximate: bool) -> str:
    """``~1,200 tanks``."""
    return f"{'~' if approximate else ''}{count:,} {unit if count == 1 else plural(unit)}"


def one_unit(text: str) -> str:
    """The unit in the one form in which it is kept: in the singular, with single blanks; ``unit`` for none."""
    return singular(" ".join(text.split())) or "unit"


def singular(unit: str) -> str:
    """The unit's last word in the singular, by the regular rules of English."""
    lower = unit.lower()
    last = lower.rpartition(" ")[2]
    if last in SAME_IN_SINGULAR or lower.endswith(("ss", "us", "is")) or not lower.endswith("s"):
        return unit
    if last in IRREGULAR:
        return unit[: -len(last)] + IRREGULAR[last]
    if lower.endswith("ies") and len(last) > len("ties"):
        return unit[:-3] + "y"
    if lower.endswith(("ches", "shes", "sses", "xes", "oes")):
        return unit[:-2]
    return unit[:-1]


@lru_cache(maxsize=1024)
def plural(unit: str) -> str:
    """The unit's last word in the plural, by the regular rules of English."""
    lower = unit.lower()
    if lower.rpartition(" ")[2] in SAME_IN_SINGULAR or lower.endswith("craft"):
        return unit
    if lower.endswith("y") and lower[-2:-1] not in "aeiou":
        return unit[:-1] + "ies"
    if lower.endswith(("ch", "sh", "s", "x", "o")):
        return unit + "es"
    return unit + "s"
