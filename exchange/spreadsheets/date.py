"""Dates of sheets as EDTF. A date that can be read in two ways is refused, unless the mapping says which is meant.

A time of day is cut off: the ledger knows days.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from armsledger.domain.errors import quoted
from armsledger.domain.values.date_span import MONTHS
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.spreadsheets.cell import Cell, as_text

DateOrder = Literal["day-first", "month-first", "serial"]
"""``serial`` is for days as spreadsheets count them: 43378 is 2018-10-05."""
Precision = Literal["year", "month", "day"]

LENGTH = {"year": 4, "month": 7, "day": 10}
"""How many characters of 2021-02-01 say so much."""
LONGEST = 60
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(
    r"(?<=[0-9])(?:T|,? +)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
    r"(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?"
)
"""A time of day behind a date."""
SERIAL = re.compile(r"([1-9][0-9]{0,6})(?:[.,][0-9]+)?")
SERIAL_BEGAN = date(1899, 12, 30)
LEAST_SERIAL = 10_000
"""The day 1927-05-18; a smaller number may be a year."""
YEAR_LAST = re.compile(r"([0-9]{1,2})([/.\-])([0-9]{1,2})\2([0-9]{4})")
MONTH_OF_YEAR = re.compile(r"([0-9]{1,2})[/.]([0-9]{4})")
QUARTERS = (
    re.compile(r"Q(?P<number>[1-4])[ \-/.,']*(?P<year>[0-9]{4})", re.IGNORECASE),
    re.compile(r"(?P<number>[1-4])Q[ \-/.,']*(?P<year>[0-9]{4})", re.IGNORECASE),
    re.compile(r"(?P<year>[0-9]{4})[ \-/.,]*Q(?P<number>[1-4])", re.IGNORECASE),
    re.compile(r"(?P<year>[0-9]{4})[ \-/.,]*(?P<number>[1-4])Q", re.IGNORECASE),
)
YEAR_FIRST = re.compile(r"([0-9]{4})([/.\-])([0-9]{1,2})\2([0-9]{1,2})")
SHORT_YEAR = re.compile(r"[0-9]{1,2}[/.\-]([0-9]{1,2}|[A-Za-z]{3,9})[/.\-][0-9]{2}")
NO_YEAR = re.compile(r"(?:[0-9]{1,2}[ \-/.])?([A-Za-z]{3,9})(?:[ \-/.']+[0-9]{2})?")
"""``Oct-18`` and ``18-Oct``, into which spreadsheet programs turn 2018-10 and 2018-10-18."""
DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ \-./]*([A-Za-z]{3,9})[.,]?[ \-./]*([0-9]{4})")
MONTH_DAY_YEAR = re.compile(r"([A-Za-z]{3,9})[.]? *([0-9]{1,2})(?:st|nd|rd|th)?,? +([0-9]{4})")
MONTH_YEAR = re.compile(r"([A-Za-z]{3,9})[.,]?[ \-./]*([0-9]{4})")


MAY_BE_APPROXIMATE = re.compile(r"\.\.|-?[0-9X]{4}(?:-[0-9X]{2}){0,2}[?~%]?")
SHORTEST_NAME = 3


def date_text(cell: Cell, order: DateOrder | None, precision: Precision) -> str:
    """The date as EDTF, cut to the precision; a text that is no date stays as it is, and its field refuses it.

    Raises InvalidCell for ``01/02/2021`` without an order, and for years of two figures.
    """
    text = _read(as_text(cell), order)
    return text[: LENGTH[precision]] if DAY.fullmatch(text) else text


def approximately(edtf: str, shown: str) -> str:
    """The date with the qualifier of an approximate one; raises InvalidCell for one that cannot have it."""
    ends = edtf.split("/")
    if any(MAY_BE_APPROXIMATE.fullmatch(end) is None for end in ends):
        raise InvalidCell(f"{quoted(shown)} cannot be approximate", "write a year, a month, a day or an interval")
    return "/".join(end if end == ".." else _qualified(end) for end in ends)


def _qualified(end: str) -> str:
    """``2018`` as ``2018~``; what is uncertain already is both."""
    sign = end[-1]
    return f"{end}~" if sign.isalnum() else f"{end[:-1]}{'~' if sign == '~' else '%'}"


def quarter_text(year: str, number: int) -> str:
    """A quarter as the interval of its months: ``2022-04/2022-06``."""
    return f"{year}-{3 * number - 2:02}/{year}-{3 * number:02}"


def month_number(text: str) -> int | None:
    """The number of a month, of its number, its name or three or more first letters of it."""
    if text.isascii() and text.isdecimal():
        return int(text) if 1 <= int(text) <= len(MONTHS) else None
    name = text.removesuffix(".")
    return int(_month(name) or 0) or None if len(name) >= SHORTEST_NAME else None


@lru_cache(4096)
def _read(text: str, order: DateOrder | None) -> str:
    if len(text) > LONGEST:
        return text
    if order == "serial" and (match := SERIAL.fullmatch(text)):
        return _serial(text, int(match[1]))
    if DAY.fullmatch(text):
        return text
    if match := TIME.search(text):
        text = text[: match.start()] if match.end() == len(text) else text
    if match := YEAR_FIRST.fullmatch(text):
        return _day(match[1], match[3], match[4]) or text
    if match := YEAR_LAST.fullmatch(text):
        return _year_last(text, match[1], match[3], match[4], order)
    if SHORT_YEAR.fullmatch(text):
        raise InvalidCell(f"{quoted(text)} has a year of two figures", "write the year in full, as in 2021-02-01")
    read = _of_a_month(text) or _in_words(text)
    if read is None and (match := NO_YEAR.fullmatch(text)) and not text.isalpha() and _month(match[1]):
        raise InvalidCell(
            f"{quoted(text)} has no year of four figures",
            "write it as 2018-10 or 2018-10-18, in a column formatted as text, so that spreadsheet programs keep it",
        )
    return read or text


def _serial(text: str, days: int) -> str:
    """The day that a spreadsheet counts so."""
    try:
        day = SERIAL_BEGAN + timedelta(days=days)
    except OverflowError:
        raise InvalidCell(f"{quoted(text)} is no day of a calendar", "write it as 2021-02-01") from None
    if days < LEAST_SERIAL:
        raise InvalidCell(
            f"{quoted(text)} may be a year, or {day} as the number of a day",
            "say dates: serial beside the columns alone that hold numbers of days",
        )
    return day.isoformat()


def _of_a_month(text: str) -> str | None:
    """``10/2018``, ``Q2 2022`` and ``2022 Q2``."""
    if (match := MONTH_OF_YEAR.fullmatch(text)) and 1 <= int(match[1]) <= len(MONTHS):
        return f"{match[2]}-{int(match[1]):02}"
    for form in QUARTERS:
        if match := form.fullmatch(text):
            return quarter_text(match["year"], int(match["number"]))
    return None


def _year_last(text: str, one: str, two: str, year: str, order: DateOrder | None) -> str:
    day_first, month_first = _day(year, two, one), _day(year, one, two)
    if order in ("day-first", "month-first"):
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
