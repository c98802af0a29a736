"""Spans of the calendar, by the EDTF dates of their ends: a day, a quarter, the late third of a month."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Final, NamedTuple

MONTHS: Final = (
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
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Unclear(Exception):
    """A phrase has several meanings, or lacks something; the reason and the remedy."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason, remedy)
        self.reason = reason
        self.remedy = remedy


class Span(NamedTuple):
    """A time from one EDTF date to another of the same precision; both are the same where one date says it all."""

    first: str
    last: str
    qualifier: str = ""
    shown: str = ""
    """Another text for the whole, such as 199X."""
    deadline: str = ""
    """What ``by`` the span means, where that is not its end: the middle of a year is over with its June."""

    @property
    def text(self) -> str:
        """The span as EDTF."""
        if self.first == self.last or self.shown:
            return f"{self.shown or self.first}{self.qualifier}"
        return f"{self.first}{self.qualifier}/{self.last}{self.qualifier}"

    @property
    def until(self) -> str:
        """The date by which the span is over."""
        return self.deadline or f"{self.last}{self.qualifier}"

    def doubted(self, mark: str) -> Span:
        """The span with one more qualifier: both ``?`` and ``~`` are ``%``."""
        both = mark if self.qualifier in ("", mark) else "%"
        return self._replace(qualifier=both, deadline="")


def year(text: str) -> Span:
    """A whole year."""
    return Span(text, text)


def months(in_year: str, first: int, last: int, qualifier: str = "") -> Span:
    """Some months of one year, counted from 1."""
    return Span(f"{in_year}-{first:02}", f"{in_year}-{last:02}", qualifier)


def days(month: str, first: int, last: int, qualifier: str = "") -> Span:
    """Some days of one month, which is written ``2022-03``; a last day of 31 is the last one of the month."""
    length = monthrange(int(month[:4]) or 1, int(month[5:]))[1]
    return Span(f"{month}-{first:02}", f"{month}-{min(last, length):02}", qualifier)


def decade(text: str) -> Span:
    """The ten years that begin with the one given, as 199X."""
    if text.endswith("00"):
        raise Unclear(
            f"{text}s may be the ten years {text[:3]}X or the hundred years {text[:2]}XX",
            f"write {text[:3]}X or {text[:2]}XX",
        )
    return Span(text, f"{text[:3]}9", shown=f"{text[:3]}X")


def week(day: date) -> Span:
    """The week, from Monday to Sunday, in which a day lies."""
    monday = day - timedelta(days=day.weekday())
    return Span(monday.isoformat(), (monday + timedelta(days=6)).isoformat())


def early(whole: Span) -> Span | None:
    """The first third of a year, month or decade."""
    return _third(whole, 0)


def middle(whole: Span) -> Span | None:
    """The second third; what is due by the middle of a year is due by June, by that of a month on the 15th."""
    span = _third(whole, 1)
    if span is None or whole.shown:
        return span
    return span._replace(deadline=f"{whole.first}-06~" if len(whole.first) == 4 else f"{whole.first}-15~")


def late(whole: Span) -> Span | None:
    """The last third."""
    return _third(whole, 2)


def beginning(whole: Span) -> Span | None:
    """The first quarter of a year, because a beginning is less than what is merely early; else the first third."""
    return months(whole.first, 1, 3, "~") if _is_year(whole) else _third(whole, 0)


def end(whole: Span) -> Span | None:
    """The last quarter of a year, else the last third."""
    return months(whole.first, 10, 12, "~") if _is_year(whole) else _third(whole, 2)


def _is_year(whole: Span) -> bool:
    return whole.first == whole.last and len(whole.first) == 4


def _third(whole: Span, number: int) -> Span | None:
    """A third of a year, month or decade; None of any other span."""
    if whole.qualifier:
        return None
    if whole.shown:
        start, last = ((0, 3), (4, 6), (7, 9))[number]
        return Span(f"{whole.first[:3]}{start}", f"{whole.first[:3]}{last}", "~")
    if whole.first != whole.last:
        return None
    if len(whole.first) == 4:
        return months(whole.first, 4 * number + 1, 4 * number + 4, "~")
    if len(whole.first) != 7 or not 1 <= int(whole.first[5:]) <= 12:  # a day, or a season of EDTF
        return None
    return days(whole.first, 10 * number + 1, (10, 20, 31)[number], "~")


def before(text: str) -> str:
    """The date, of the same precision, before one; raises ValueError where there is none."""
    return _moved(text, -1)


def after(text: str) -> str:
    """The date, of the same precision, after one; raises ValueError where there is none."""
    return _moved(text, 1)


def _moved(text: str, step: int) -> str:
    try:
        return _stepped(text, step)
    except (OverflowError, ValueError) as error:
        raise Unclear("no calendar has the date that it means", "write a day that exists") from error


def _stepped(text: str, step: int) -> str:
    if len(text) == 4:
        return f"{_existing_year(int(text) + step):04}"
    if len(text) == 7:
        years, month = divmod(int(text[:4]) * 12 + int(text[5:]) - 1 + step, 12)
        return f"{_existing_year(years):04}-{month + 1:02}"
    return (date.fromisoformat(text) + timedelta(days=step)).isoformat()


def _existing_year(number: int) -> int:
    if not 1 <= number <= 9999:
        message = f"no year {number}"
        raise ValueError(message)
    return number
