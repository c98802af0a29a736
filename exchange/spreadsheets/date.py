"""Dates of sheets as EDTF. A date that can be read in two ways is refused, unless the mapping says which is meant."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Literal

from armsledger.domain.errors import quoted
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.spreadsheets.cell import Cell, as_text

DateOrder = Literal["day-first", "month-first"]
Precision = Literal["year", "month", "day"]

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
LENGTH = {"year": 4, "month": 7, "day": 10}
"""How many characters of 2021-02-01 say so much."""
LONGEST = 60
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00(?::00(?:\.0+)?)?Z?")
YEAR_LAST = re.compile(r"([0-9]{1,2})([/.\-])([0-9]{1,2})\2([0-9]{4})")
YEAR_FIRST = re.compile(r"([0-9]{4})([/.\-])([0-9]{1,2})\2([0-9]{1,2})")
SHORT_YEAR = re.compile(r"[0-9]{1,2}[/.\-]([0-9]{1,2}|[A-Za-z]{3,9})[/.\-][0-9]{2}")
NO_YEAR = re.compile(r"(?:[0-9]{1,2}[ \-/.])?([A-Za-z]{3,9})(?:[ \-/.']+[0-9]{2})?")
"""``Oct-18`` and ``18-Oct``, into which spreadsheet programs turn 2018-10 and 2018-10-18."""
DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ \-./]*([A-Za-z]{3,9})[.,]?[ \-./]*([0-9]{4})")
MONTH_DAY_YEAR = re.compile(r"([A-Za-z]{3,9})[.]? *([0-9]{1,2})(?:st|nd|rd|th)?,? +([0-9]{4})")
MONTH_YEAR = re.compile(r"([A-Za-z]{3,9})[.,]?[ \-./]*([0-9]{4})")


def date_text(cell: Cell, order: DateOrder | None, precision: Precision) -> str:
    """The date as EDTF, cut to the precision; a text that is no date stays as it is, and its field refuses it.

    Raises InvalidCell for ``01/02/2021`` without an order, and for years of two figures.
    """
    text = _read(as_text(cell), order)
    return text[: LENGTH[precision]] if DAY.fullmatch(text) else text


@lru_cache(4096)
def _read(text: str, order: DateOrder | None) -> str:
    if len(text) > LONGEST:
        return text
    if match := MIDNIGHT.fullmatch(text):
        return match[1]
    if match := YEAR_FIRST.fullmatch(text):
        return _day(match[1], match[3], match[4]) or text
    if match := YEAR_LAST.fullmatch(text):
        return _year_last(text, match[1], match[3], match[4], order)
    if SHORT_YEAR.fullmatch(text):
        raise InvalidCell(f"{quoted(text)} has a year of two figures", "write the year in full, as in 2021-02-01")
    read = _in_words(text)
    if read is None and (match := NO_YEAR.fullmatch(text)) and not text.isalpha() and _month(match[1]):
        raise InvalidCell(
            f"{quoted(text)} has no year of four figures",
            "write it as 2018-10 or 2018-10-18, in a column formatted as text, so that spreadsheet programs keep it",
        )
    return read or text


def _year_last(text: str, one: str, two: str, year: str, order: DateOrder | None) -> str:
    day_first, month_first = _day(year, two, one), _day(year, one, two)
    if order is not None:
        read = day_first if order == "day-first" else month_first
        if read is None:
            raise InvalidCell(f"{quoted(text)} is no date with the {order.replace('-', ' ')}", "write it as 2021-02-01")
        return read
    if day_first is not None and month_first is not None and day_first != month_first:
        raise InvalidCell(
            f"{quoted(text)} may be {day_first} or {month_first}",
            "say which in the mapping, with dates: day-first or dates: month-first",
        )
    return day_first or month_first or text


def _in_words(text: str) -> str | None:
    """``5 Oct 2018``, ``October 5, 2018`` and ``Oct 2018``, with English names of months."""
    if match := DAY_MONTH_YEAR.fullmatch(text):
        return _day(match[3], _month(match[2]), match[1])
    if match := MONTH_DAY_YEAR.fullmatch(text):
        return _day(match[3], _month(match[1]), match[2])
    if (match := MONTH_YEAR.fullmatch(text)) and (month := _month(match[1])):
        return f"{match[2]}-{int(month):02}"
    return None


def _month(name: str) -> str:
    """The number of a month, of its name or three or more first letters of it; blank if there is none."""
    lower = name.lower()
    return next((str(number) for number, month in enumerate(MONTHS, 1) if month.startswith(lower)), "")


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month or 0), int(day)).isoformat()
    except ValueError:
        return None
