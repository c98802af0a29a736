"""Numbers of sheets: grouped or not, with a point or a comma before the decimals.

A number that can be read in two ways (1,200 is 1200 or 1.2) is refused, unless the mapping says which mark it has.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from armsledger.domain.errors import quoted
from armsledger.domain.values.money import MAGNITUDES, plain
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.spreadsheets.cell import Cell, as_text

Mark = Literal["point", "comma"]

LONGEST = 80
BLANKS = "\u0020\u00a0\u2009\u202f'\u2019"
"""Blanks and apostrophes that stand between groups of three figures."""
NUMBER = rf"-?[0-9]+(?:[.,][0-9]+|[{BLANKS}][0-9]{{3}}(?![0-9A-Za-z]))*"
"""What may be a number; `number_of` says whether it is one."""
GROUPS = r"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{2,3}})*{mark}[0-9]{{3}}"
FORMS: dict[Mark, re.Pattern[str]] = {
    "point": re.compile(rf"(?P<whole>-?(?:[0-9]+|{GROUPS.format(mark=',')}))(?:\.(?P<part>[0-9]+))?"),
    "comma": re.compile(rf"(?P<whole>-?(?:[0-9]+|{GROUPS.format(mark='[.]')}))(?:,(?P<part>[0-9]+))?"),
}
SPACED = re.compile(rf"-?[1-9][0-9]{{0,2}}(?P<blank>[{BLANKS}])[0-9]{{3}}(?:(?P=blank)[0-9]{{3}})*(?:[.,][0-9]+)?")


class Scale(NamedTuple):
    """How numbers are written: the mark before the decimals, and what to multiply them by."""

    decimal: Mark | None = None
    multiply: Decimal | None = None

    def mark_of(self, cell: Cell) -> Mark | None:
        """The mark before the decimals of a cell; numbers of a workbook always have a point."""
        return self.decimal if isinstance(cell, str) else "point"

    def scaled(self, number: Decimal) -> str:
        """A number in figures, multiplied."""
        return plain(number if self.multiply is None else number * self.multiply)


def factor(text: str) -> Decimal | None:
    """``1000``, ``0.001`` or a word such as million; None if it is neither."""
    word = text.strip().lower().removesuffix("s")
    if word and word in MAGNITUDES:
        return Decimal(MAGNITUDES[word])
    if re.fullmatch(r"[0-9]{1,20}(\.[0-9]{1,20})?", text.strip()) is None:
        return None
    return Decimal(text.strip()) or None


def number_text(cell: Cell, scale: Scale) -> str:
    """The number in figures, 1200.5, multiplied; raises InvalidCell for what is no number, or may be two."""
    number = number_of(as_text(cell), scale.mark_of(cell))
    if number is None:
        raise InvalidCell(f"{quoted(as_text(cell))} is not a number", "write figures alone, such as 12 or 1200.5")
    return scale.scaled(number)


def share_text(cell: Cell, scale: Scale) -> str:
    """The share in per cent; raises InvalidCell for a number up to 1, as workbooks keep 15% as 0.15."""
    if isinstance(cell, str):
        return number_text(cell.removesuffix("%").rstrip(), scale)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < cell <= 1 and scale.multiply is None:
        raise InvalidCell(
            f"{as_text(cell)} may be {as_text(cell)} per cent, or {plain(Decimal(as_text(cell)) * 100)} per cent "
            "that the sheet shows with a sign",
            "say which in the mapping, with multiply: 1 or multiply: 100",
        )
    return number_text(cell, scale)


@lru_cache(4096)
def number_of(text: str, mark: Mark | None) -> Decimal | None:
    """The number, None if it is none; raises InvalidCell if it can be read in two ways."""
    if len(text) > LONGEST:
        return None
    if match := SPACED.fullmatch(text):
        text = text.replace(match["blank"], "")
    if mark is not None:
        return _by(mark, text)
    point, comma = _by("point", text), _by("comma", text)
    if point is not None and comma is not None and point != comma:
        raise InvalidCell(
            f"{quoted(text)} may be {plain(point)} or {plain(comma)}",
            "say which mark is before the decimals in the mapping, with decimal: point or decimal: comma",
        )
    return comma if point is None else point


def _by(mark: Mark, text: str) -> Decimal | None:
    match = FORMS[mark].fullmatch(text)
    if match is None:
        return None
    whole = match["whole"].replace(",", "").replace(".", "")
    return Decimal(f"{whole}.{match['part'] or 0}")
