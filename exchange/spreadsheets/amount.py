"""What stands around the numbers of quantities and of amounts of money: ``~``, ``up to``, a second number, ``+``."""

from __future__ import annotations

import re
from decimal import Decimal

from armsledger.domain.errors import quoted
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.spreadsheets.number import Mark, Scale, number_of

ABOUT = r"(?:~|≈|(?:about|around|approximately|approx\.?|circa|ca\.?|c\.)(?=[\s0-9]))"
"""What makes an amount approximate."""
UP_TO = r"up\s+to"
TO = r"(?:\s*[-\u2013]\s*|\s+to\s+)"
"""Between the ends of a range."""


def approximate_sign(match: re.Match[str]) -> str:
    """``~`` if the cell says that the amount is approximate."""
    return "~" if match["about"] else ""


def roughly(text: str) -> str:
    """An amount as dossiers have it, made approximate."""
    upto = "up to " if text.startswith("up to ") else ""
    return f"{upto}~{text.removeprefix(upto).removeprefix('~')}"


def bounds(match: re.Match[str], mark: Mark | None, scale: Scale, magnitudes: tuple[str, str] = ("", "")) -> str | None:
    """The numbers of a cell as dossiers have them: ``5``, ``5-6``, ``5+``. None if one of them is no number."""
    numbers = [number_of(match[name], mark) for name in ("low", "high") if match[name]]
    if any(number is None for number in numbers):
        return None
    texts = [scale.scaled(number) + magnitudes[at] for at, number in enumerate(numbers) if number is not None]
    return "-".join(texts) + ("+" if match["open"] else "")


def refuse_twice(text: str, scale: Scale) -> None:
    """Refuse a magnitude in a cell that the mapping multiplies; raises InvalidCell."""
    if scale.multiply is not None:
        raise InvalidCell(
            f"{quoted(text)} says its magnitude, and the mapping multiplies it",
            "leave it out in the cell, or multiply out of the mapping",
        )


def times(scale: Scale, factor: int) -> Scale:
    """The same scale, for numbers that the cell counts in so many."""
    return scale._replace(multiply=Decimal(factor))
