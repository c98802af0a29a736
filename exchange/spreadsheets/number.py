"""Numbers of sheets: grouped or not, with a point or a comma before the decimals.

A number that can be read in two ways (1,200 is 1200 or 1.2) is refused, unless the mapping says which mark it has.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from armsledger.domain.errors import quoted
from armsledger.domain.values.money import FORM as MONEY
from armsledger.domain.values.money import MAGNITUDES, plain
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.spreadsheets.cell import Cell, as_text

Mark = Literal["point", "comma"]

LONGEST = 80
GROUPS = r"[0-9]{{1,3}}(?:{mark}[0-9]{{2,3}})*{mark}[0-9]{{3}}"
FORMS: dict[Mark, re.Pattern[str]] = {
    "point": re.compile(rf"(?P<whole>-?(?:[0-9]+|{GROUPS.format(mark=',')}))(?:\.(?P<part>[0-9]+))?"),
    "comma": re.compile(rf"(?P<whole>-?(?:[0-9]+|{GROUPS.format(mark='[.]')}))(?:,(?P<part>[0-9]+))?"),
}
SPACED = re.compile(r"(?<=[0-9])[\u0020\u00a0\u2009\u202f'\u2019](?=[0-9]{3}(?![0-9]))")
"""Blanks and apostrophes between groups of three figures."""
AMOUNT = re.compile(r"(?P<sign>~?)\s*(?P<symbol>[^\s0-9A-Za-z.,~\-]?)\s*(?P<number>-?[0-9][0-9.,]*)\s*(?P<rest>.*)")
SYMBOLS = {"€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₩": "KRW", "₪": "ILS", "₺": "TRY", "₴": "UAH"}
DOLLAR = "$"


class Scale(NamedTuple):
    """How numbers are written: the mark before the decimals, and what to multiply them by."""

    decimal: Mark | None = None
    multiply: Decimal | None = None


def factor(text: str) -> Decimal | None:
    """``1000``, ``0.001`` or a word such as million; None if it is neither."""
    word = text.strip().lower().removesuffix("s")
    if word and word in MAGNITUDES:
        return Decimal(MAGNITUDES[word])
    if re.fullmatch(r"[0-9]{1,20}(\.[0-9]{1,20})?", text.strip()) is None:
        return None
    return Decimal(text.strip()) or None


def number_text(cell: Cell, scale: Scale) -> str:
    """The number in figures, 1200.5, multiplied; a text that is no number stays as it is, and its field refuses it.

    Raises InvalidCell for a number that can be read in two ways.
    """
    text = as_text(cell)
    if isinstance(cell, str):
        number = _number(text.removesuffix("%").rstrip(), scale.decimal)
    else:
        number = _number(text, "point")
    return text if number is None else _scaled(number, scale)


def share_text(cell: Cell, scale: Scale) -> str:
    """The share in per cent; raises InvalidCell for a number up to 1, as workbooks keep 15% as 0.15."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < cell <= 1 and scale.multiply is None:
        raise InvalidCell(
            f"{as_text(cell)} may be {as_text(cell)} per cent, or {plain(Decimal(as_text(cell)) * 100)} per cent "
            "that the sheet shows with a sign",
            "say which in the mapping, with multiply: 1 or multiply: 100",
        )
    return number_text(cell, scale)


def quantity_text(cell: Cell, unit: str, scale: Scale) -> str:
    """The quantity as dossiers have it, ``~40 tanks``; ``unit`` is for cells that name none."""
    text = as_text(cell)
    match = AMOUNT.fullmatch(_joined(text)) if len(text) <= LONGEST else None
    number = _number(match["number"], _mark(cell, scale)) if match is not None and not match["symbol"] else None
    if match is None or number is None:
        return text
    return f"{match['sign']}{_scaled(number, scale)} {match['rest'] or unit}".rstrip()


def money_text(cell: Cell, currency: str, scale: Scale) -> str:
    """The amount as dossiers have it, ``~USD 800m``; a cell that names its currency stays as it is.

    Raises InvalidCell for a sign of another currency, and for a number that can be read in two ways.
    """
    text = as_text(cell)
    if not currency or len(text) > LONGEST or MONEY.fullmatch(text):
        return _checked_alone(text, currency, scale)
    match = AMOUNT.fullmatch(_joined(text))
    number = _number(match["number"], _mark(cell, scale)) if match is not None else None
    if match is None or number is None:
        return text
    _check_symbol(text, match["symbol"] or match["rest"], currency)
    rest = match["rest"] if match["rest"] not in (*SYMBOLS, DOLLAR, currency) else ""
    if rest and scale.multiply is not None:
        raise InvalidCell(
            f"{quoted(text)} says its magnitude, and the mapping multiplies it",
            "leave it out in the cell, or multiply out of the mapping",
        )
    return f"{match['sign']}{currency} {_scaled(number, scale)}{rest}"


def _checked_alone(text: str, currency: str, scale: Scale) -> str:
    """An amount with its own currency; refused if the mapping would multiply it."""
    if currency and scale.multiply is not None and MONEY.fullmatch(text):
        raise InvalidCell(f"{quoted(text)} is a whole amount, and the mapping multiplies it", "write the number alone")
    return text


def _check_symbol(text: str, symbol: str, currency: str) -> None:
    meant = SYMBOLS.get(symbol)
    if (meant is not None and meant != currency) or (symbol == DOLLAR and not currency.endswith("D")):
        raise InvalidCell(
            f"{quoted(text)} has the sign of another currency than {quoted(currency)}",
            "write the currency's code in a column of its own",
        )


def _mark(cell: Cell, scale: Scale) -> Mark | None:
    """The mark before the decimals; numbers of a workbook always have a point."""
    return scale.decimal if isinstance(cell, str) else "point"


def _joined(text: str) -> str:
    return SPACED.sub("", text)


@lru_cache(4096)
def _number(text: str, mark: Mark | None) -> Decimal | None:
    """The number; None if it is none."""
    if len(text) > LONGEST:
        return None
    text = _joined(text)
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


def _scaled(number: Decimal, scale: Scale) -> str:
    return plain(number if scale.multiply is None else number * scale.multiply)
