"""What people write in place of an EDTF date: what is wrong with it, and what to write."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from armsledger.domain.errors import InvalidValue, quoted, shortened

REMEDY: Final = "write 2021-12-01, or 2021-12 if the day is not known"
_MISTAKES: Final = (
    (r"", "it is empty", f"{REMEDY}, or leave the date out"),
    (r"[0-9]{4}[/.][0-9]{1,2}([/.][0-9]{1,2})?", "year, month and day are joined by hyphens", REMEDY),
    (r"[0-9]{1,2}[-/.][0-9]{4}", "it does not begin with the year", REMEDY),
    (r"[^/]+/[^/]+/.*", "an interval has two ends and one slash", "write 2021-12-01/2021-12-15"),
    (r"/.*|.*/", "an end of the interval is empty", "write 2021-12-15/.. or ../2021-12-15 for an open end"),
    (
        r"([0-9]{4})-([0-9]{4})",
        "a hyphen joins year, month and day only",
        r"write \1/\2 for the whole time, or [\1..\2] for one day of it",
    ),
    (
        r"[^\[\]{}/,]+\.\.[^\[\]{}/,]+",
        "two dots stand between brackets only",
        "write 2018/2019 for the whole time, or [2018..2019] for one day of it",
    ),
    (
        r"\{.*",
        "several days at once are not one date",
        "write [2018,2019] for one of them, or one entry for each",
    ),
    (
        r"\[.*/.*\]",
        "an interval has no brackets",
        "write 2018/2019 for the whole time, or [2018..2019] for one day of it",
    ),
    (
        r"\[(.*[^\]])?|([^\[].*)?\]",
        "the brackets are not around the whole of it",
        "write [2018-10,2018-12] or [2018-10..2018-12]",
    ),
    (r".*[0-9][T ][0-9]{1,2}:.*", "it has a time of day", "write the day alone, as in 2021-12-01"),
    (r"[0-9]{6}|[0-9]{8}", "year, month and day are not joined by hyphens", REMEDY),
    (r"[-+Y][0-9].*|[0-9]{5,}.*", "years run from 0001 to 9999", REMEDY),
    (r"[0-9X-]*x[0-9xX-]*[?~%]?", "figures that are not known are capital X", "write 201X or 2018-XX-05"),
    (r".*[?~%]{2,}.*", "a date has one qualifier, and % says both ? and ~", "write 2018-10%"),
    (r"[?~%].*|.*[?~%]-.*|.*-[?~%].*", "a qualifier stands at the end of a date", "write 2018-10~"),
    (
        r"[0-9]{4}(-[0-9]{1,2}){1,2}[?~%]?",
        "month and day have two figures each",
        "write 2021-01-05, or 2021-01",
    ),
    (
        r"[0-9X]{4}(-[0-9X]{1,2}){0,2}[?~%]?",
        "X stands for the end of a year, for a whole month or a whole day",
        "write 201X, 20XX, 2018-XX, 2018-10-XX or 2018-XX-05",
    ),
    (r"[0-9X]{1,3}(-.*)?[?~%]?", "the year does not have four figures", REMEDY),
    (r"[0-9X]*[\u2010-\u2015\u2212].*", "it is written with dashes, not with hyphens", REMEDY),
    (
        r".*[^\W\d_X]{2,}.*",
        "it is in words",
        f"{REMEDY}; words are read in English, such as 5 March 2022, mid-2021, Q2 2022, end of 2019 or by May 2023",
    ),
    (r".*[QW][1-5].*", "quarters and weeks are not read", "write the days or months, as in 2021-10/2021-12"),
    (r".*\s.*", "there are blanks inside", "write 2021-12-01, 2018/2019 or [2018,2019] without blanks"),
)
"""Mistakes: a pattern of the text, what is wrong with it, what to write. The first that fits counts."""
_OTHER_MISTAKE: Final = ("it is not in the part of EDTF that is read here", REMEDY)


class UnreadableDate(InvalidValue):
    """A text is no date of the forms that are read; the message says why, the remedy what to write instead."""


def unreadable(text: str, reason: str, remedy: str) -> UnreadableDate:
    """The error for a text that is no date for this reason."""
    message = f"cannot read {quoted(text)} as a date: {shortened(reason, 200)}"
    return UnreadableDate(message, shortened(remedy, 200))


def refusal(part: str, whole: str) -> UnreadableDate:
    """The error for a part that is no date: the part shows most mistakes, but only the whole shows 12/11/2021."""
    for text in (whole, part):
        if foreign := re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{2,4})", text):
            return unreadable(whole, *_year_last(*foreign.groups()))
    return unreadable(whole, *_mistake(part, whole))


def _mistake(part: str, whole: str) -> tuple[str, str]:
    """The mistake and its remedy, of the whole text if it is one of the whole, else of the part."""
    for text in (whole, part):
        for pattern, reason, remedy in _MISTAKES:
            if match := re.fullmatch(pattern, text, re.DOTALL):
                return reason if text == whole else f"in {quoted(part)}, {reason}", match.expand(remedy)
    return _OTHER_MISTAKE


def _year_last(one: str, two: str, year: str) -> tuple[str, str]:
    """What 12/11/2021 may mean; only its source can tell."""
    days = [text for text in (f"{year}-{two:0>2}-{one:0>2}", f"{year}-{one:0>2}-{two:0>2}") if _is_day(text)]
    match sorted(set(days)):
        case [only]:
            return "it does not begin with the year", f"write {only}, or {only[:7]} if the day is not known"
        case [a, b]:
            return (
                f"it may be {a} or {b}",
                f"write the one that is meant, year first, or {year} if the source does not tell",
            )
        case _:
            return "it does not begin with a year of four figures", REMEDY


def _is_day(text: str) -> bool:
    """Whether the text is a day of the calendar, year first."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
