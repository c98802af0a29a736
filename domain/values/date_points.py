"""Single dates as people write them: days, months, quarters, halves, weeks, years and decades, all with their year."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from armsledger.domain.values.date_span import MONTHS, WEEKDAYS, Span, Unclear, days, decade, months, week

ABBREVIATED: Final = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?|september|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
MONTH: Final = rf"(?P<month>{ABBREVIATED})\.?"
YEAR: Final = r"(?P<year>[0-9]{4})"
DAY: Final = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
WEEKDAY: Final = r"(?:(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\.? )?"
NUMBERED: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
NUMBER: Final = rf"(?P<number>{'|'.join(NUMBERED)}|last|final)"
LAST: Final = frozenset({"last", "final"})

_Match = re.Match[str]


def point(text: str) -> Span | None:
    """The span that a text names, in lower case and with single blanks; None if it is none of these. Raises Unclear."""
    for pattern, read in _FORMS:
        if match := pattern.fullmatch(text):
            return read(match)
    return None


def _plain(match: _Match) -> Span:
    text = match["date"]
    return Span(text, text, match["mark"] or "")


def _month(match: _Match) -> Span:
    text = f"{match['year']}-{_number_of(match['month'])}"
    return Span(text, text)


def _day(match: _Match) -> Span:
    text = f"{match['year']}-{_number_of(match['month'])}-{int(match['day']):02}"
    named = match.groupdict().get("weekday")
    on = _existing(text)
    if named and on is not None and not WEEKDAYS[on.weekday()].startswith(named):
        raise Unclear(f"{text} is a {WEEKDAYS[on.weekday()].title()}", "write the day that is meant")
    return Span(text, text)


def _year_first(match: _Match) -> Span:
    text = f"{match['year']}-{int(match['month']):02}-{int(match['day']):02}"
    return Span(text, text)


def _year_last(match: _Match) -> Span | None:
    """``13/11/2021``, of which only one order is a date; ``12/11/2021`` is refused with both."""
    one, two, in_year = int(match["one"]), int(match["two"]), match["year"]
    texts = (f"{in_year}-{two:02}-{one:02}", f"{in_year}-{one:02}-{two:02}")
    existing = [text for text in dict.fromkeys(texts) if _existing(text)]
    if len(existing) > 1:
        raise Unclear(
            f"it may be {' or '.join(sorted(existing))}",
            f"write the one that is meant, year first, or {in_year} if the source does not tell",
        )
    return Span(existing[0], existing[0]) if existing else None


def _figures(match: _Match) -> Span | None:
    """``20211112``; such figures with the year last are never a date with the year first."""
    text = f"{match['year']}-{match['month']}-{match['day']}"
    return Span(text, text) if _existing(text) and match["year"] >= "1000" else None


def _month_and_year(match: _Match) -> Span | None:
    """``12/2021`` and ``2021/12``, but not ``2011/12``, which may be two years."""
    month, in_year = int(match["month"]), match["year"]
    if not 1 <= month <= 12:
        return None
    text = f"{in_year}-{month:02}"
    if match.start("year") == 0 and month > int(in_year[2:]):
        raise Unclear(f"it may be {text} or {in_year}/{in_year[:2]}{month:02}", "write the one that is meant")
    return Span(text, text)


def _quarter(match: _Match) -> Span:
    number = _counted(match["number"], 4)
    return months(match["year"], 3 * number - 2, 3 * number)


def _half(match: _Match) -> Span:
    number = _counted(match["number"], 2)
    return months(match["year"], 6 * number - 5, 6 * number)


def _half_month(match: _Match) -> Span:
    month = _month(match).first
    return days(month, 1, 15) if _counted(match["number"], 2) == 1 else days(month, 16, 31)


def _week_of_month(match: _Match) -> Span:
    month = _month(match).first
    if match["number"] in LAST:
        length = int(days(month, 1, 31).last[8:])
        return days(month, length - 6, length)
    number = _counted(match["number"], 4)
    return days(month, 7 * number - 6, 7 * number)


def _week_of_day(match: _Match) -> Span | None:
    day = point(match["of"])
    on = None if day is None or day.first != day.last or day.qualifier else _existing(day.first)
    if on is None:
        return None
    monday_first = week(on)
    if on.weekday() == 6:
        following = Span(on.isoformat(), date.fromordinal(min(on.toordinal() + 6, date.max.toordinal())).isoformat())
        raise Unclear(
            f"{on} is a Sunday, so that it may be {monday_first.text} or {following.text}",
            "write the one that is meant",
        )
    return monday_first


def _iso_week(match: _Match) -> Span | None:
    try:
        return week(date.fromisocalendar(int(match["year"]), int(match["number"]), 1))
    except ValueError:
        return None


def _number_of(month: str) -> str:
    return next(f"{number:02}" for number, name in enumerate(MONTHS, 1) if name.startswith(month))


def _counted(word: str, last: int) -> int:
    return last if word in LAST else NUMBERED.get(word) or int(word)


def _existing(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _forms() -> tuple[tuple[re.Pattern[str], Callable[[_Match], Span | None]], ...]:
    between, of = r"[ ./-]*", r"(?: of| in)? "
    texts: tuple[tuple[str, Callable[[_Match], Span | None]], ...] = (
        (r"(?P<date>[0-9]{4}(?:-[0-9]{2}){0,2})(?P<mark>[?~%])?", _plain),
        (r"(?P<year>[0-9]{3}0)'?s", lambda match: decade(match["year"])),
        (rf"{MONTH}(?: of)?{between}{YEAR}", _month),
        (rf"{YEAR}[ -]?{MONTH}", _month),
        (rf"{WEEKDAY}{DAY}(?: of)?{between}{MONTH}{between}{YEAR}", _day),
        (rf"{WEEKDAY}{MONTH}[ -]{DAY}[ -]{YEAR}", _day),
        (rf"{YEAR}[ -]{MONTH}[ -]{DAY}", _day),
        (rf"{YEAR}(?P<sign>[-/.])(?P<month>[0-9]{{1,2}})(?P=sign)(?P<day>[0-9]{{1,2}})", _year_first),
        (rf"{YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})", _figures),
        (rf"(?P<one>[0-9]{{1,2}})(?P<sign>[-/.])(?P<two>[0-9]{{1,2}})(?P=sign){YEAR}", _year_last),
        (rf"(?P<month>[0-9]{{1,2}})[-/.]{YEAR}", _month_and_year),
        (rf"{YEAR}[/.](?P<month>[0-9]{{1,2}})", _month_and_year),
        (rf"q(?P<number>[1-4])(?: of)?[ /-]?{YEAR}", _quarter),
        (rf"(?P<number>[1-4])q[ /-]?{YEAR}", _quarter),
        (rf"{YEAR}[ /-]?q(?P<number>[1-4])", _quarter),
        (rf"{NUMBER}[ -]quarter{of}{YEAR}", _quarter),
        (rf"h(?P<number>[12])(?: of)?[ /-]?{YEAR}", _half),
        (rf"(?P<number>[12])h[ /-]?{YEAR}", _half),
        (rf"{YEAR}[ /-]?h(?P<number>[12])", _half),
        (rf"(?P<number>first|second|1st|2nd|last)[ -]half{of}{YEAR}", _half),
        (rf"(?P<number>first|second|1st|2nd|last)[ -]half{of}{MONTH} {YEAR}", _half_month),
        (rf"{NUMBER} week{of}{MONTH} {YEAR}", _week_of_month),
        (r"week (?:of|beginning|starting) (?P<of>.+)", _week_of_day),
        (rf"{YEAR}-?w(?P<number>[0-9]{{2}})", _iso_week),
    )
    return tuple((re.compile(text), read) for text, read in texts)


_FORMS: Final = _forms()
