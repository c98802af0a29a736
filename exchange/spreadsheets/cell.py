"""Cells of a sheet, and their content as text that a dossier could have."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""CSV has text only; a workbook has numbers, dates and truth values too. None is a blank cell."""

SIGNIFICANT = ".15g"
"""Spreadsheets keep fifteen figures; any further ones come from binary fractions."""


def stripped(cell: Cell, nulls: Collection[str] = ()) -> Cell:
    """The cell without blanks around it; None if it is blank or one of ``nulls`` (in lower case)."""
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    return None if not text or text.casefold() in nulls else text


def as_text(cell: Cell) -> str:
    """The cell as text: numbers without exponent and without ``.0``, days as 2021-02-01; blank for None."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float():
            return _plain(cell)
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def _plain(number: float) -> str:
    text = format(number, SIGNIFICANT)
    if "e" not in text:
        return text
    from decimal import Decimal

    return format(Decimal(text), "f") if abs(number) < 1e30 else text
