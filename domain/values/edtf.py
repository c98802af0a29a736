"""The forms of EDTF (ISO 8601-2:2019) that are read, and the days that each allows.

=============================== ================================================================
``2018``                        a day of that year; also ``2018-10`` and ``2018-10-05``
``201X``, ``20XX``              a year of that decade, of that century
``2018-XX-05``                  figures that are not known; also ``2018-XX`` and ``2018-10-XX``
``2018-10?``                    uncertain; ``~`` approximate; ``%`` both. Never widens the interval
``2018/2019-03``                from the one to the other; ``2018/..`` and ``../2018`` are open
``[2018-10..2018-12]``          one day among these; ``[2018..]`` and ``[..2018]`` are open
``[2018,2020-01..2020-03]``     one day among those listed
=============================== ================================================================

Everything else is refused with an `UnreadableDate`, which names the mistake and the remedy (`date_mistakes`).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from typing import Final

from armsledger.domain.limits import LONGEST_DATE
from armsledger.domain.values.date_mistakes import REMEDY, refusal, unreadable

OPEN_PAST: Final = -1_000_000_000
"""Stands for the ordinal of the first day of an interval open to the past: below that of any date."""
OPEN_FUTURE: Final = 1_000_000_000
"""Stands for the ordinal of the last day of an interval open to the future: above that of any date."""

Days = tuple[int, int]
"""The proleptic ordinals of the first and of the last day."""

_DATE: Final = re.compile(r"([0-9]{2}(?:[0-9][0-9X]|XX))(?:-([0-9]{2}|XX)(?:-([0-9]{2}|XX))?)?[?~%]?")
_OPEN_AT_BOTH_ENDS: Final = (
    "it is open at both ends and says nothing",
    "write the end that is known, as in ../2021-12-01, or leave the date out",
)
_OPEN_INSIDE: Final = (
    "only the first of a list can be open to the past, and only the last to the future",
    "write [..2018,2020] or [2018,2020..]",
)


def days_of(text: str) -> Days:
    """The first and the last day that a text allows; raises UnreadableDate."""
    if len(text) > LONGEST_DATE:
        raise unreadable(text, f"it has more than {LONGEST_DATE} characters", REMEDY)
    if "/" in text:
        return _interval(text)
    if text.startswith("["):
        return _one_of(text)
    return _date(text, text)


def _interval(text: str) -> Days:
    """Read `a/b`, `a/..` or `../b`: from the earliest of a to the latest of b."""
    start, _, end = text.partition("/")
    if not start or not end or "/" in end:
        raise refusal(text, text)
    if start == end == "..":
        raise unreadable(text, *_OPEN_AT_BOTH_ENDS)
    return _between("" if start == ".." else start, "" if end == ".." else end, text)


def _one_of(text: str) -> Days:
    """Read `[a,b..c]`: one day among those listed, of which only the outer ones may be open."""
    members = text[1:-1].split(",")
    if not text.endswith("]"):
        raise refusal(text, text)
    if "" in members:
        raise unreadable(text, "a place in the list is empty", "write [2018,2020]")
    if ",.." in text or "..," in text:
        raise unreadable(text, *_OPEN_INSIDE)
    if members == [".."]:
        raise unreadable(text, *_OPEN_AT_BOTH_ENDS)
    if len(members) == 1 and ".." not in text:
        raise unreadable(text, "it lists one date only", f"write {members[0]} without the brackets")
    spans = [_member(member, text) for member in members]
    return min(first for first, _ in spans), max(last for _, last in spans)


def _member(member: str, whole: str) -> Days:
    """Read one date, or one range, of a one-of list."""
    start, dots, end = member.partition("..")
    return _between(start, end, whole) if dots else _date(member, whole)


def _between(start: str, end: str, whole: str) -> Days:
    """Join two ends, of which an empty one is open; refuse an end definitely before its start."""
    first = _date(start, whole)[0] if start else OPEN_PAST
    last = _date(end, whole)[1] if end else OPEN_FUTURE
    if last < first:
        raise unreadable(
            whole,
            f"its end, {end}, is before its start, {start}",
            "write the earlier one first, as in 2018-10/2019",
        )
    return first, last


def _date(part: str, whole: str) -> Days:
    """Read a single date, which may lack figures; only days that exist count."""
    match = _DATE.fullmatch(part)
    if match is None:
        raise refusal(part, whole)
    year, month, day = match.groups("XX")
    years = range(int(year.replace("X", "0")) or 1, int(year.replace("X", "9")) + 1)
    months = range(1, 13) if month == "XX" else range(int(month), int(month) + 1)
    number = None if day == "XX" else int(day)
    if wrong := _impossible(years, months, number):
        raise unreadable(whole, *wrong)
    first, _ = next(_spans(years, months, number), (0, 0))
    _, last = next(_spans(years[::-1], months[::-1], number), (0, 0))
    if not first:
        raise unreadable(whole, *_day_too_many(years, months, part))
    return first, last


def _spans(years: Sequence[int], months: Sequence[int], day: int | None) -> Iterator[Days]:
    """For each month in which the day exists, the first and the last day that fits."""
    for year, month in product(years, months):
        start = date(year, month, 1).toordinal()
        length = monthrange(year, month)[1]
        if day is None:
            yield start, start + length - 1
        elif day <= length:
            yield start + day - 1, start + day - 1


def _impossible(years: Sequence[int], months: Sequence[int], day: int | None) -> tuple[str, str] | None:
    """What no calendar has, and the remedy: a year 0, a month 13, a day 32."""
    month = months[0]
    if not years:
        return "years run from 0001 to 9999", REMEDY
    if 21 <= month <= 41:
        return f"{month} in place of the month is a season", "write its months, as in 2021-03/2021-05"
    if not 1 <= month <= 12:
        return f"there is no month {month:02}", f"{REMEDY}; for a span of years, 2018/2019"
    if day is not None and not 1 <= day <= 31:
        return f"there is no day {day:02}", REMEDY
    return None


def _day_too_many(years: Sequence[int], months: Sequence[int], part: str) -> tuple[str, str]:
    """How many days the month has, and the remedy; months without a number have 31 and never get here."""
    length = max(monthrange(year, months[0])[1] for year in years)
    month, day = part[:7], part[8:10]
    return (
        f"{month} has {length} days, there is no day {day}",
        f"write the day that is meant, or {month} if it is not known",
    )
