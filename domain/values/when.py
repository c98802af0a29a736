"""When: a date, as uncertain as its source leaves it.

The text is EDTF (ISO 8601-2:2019) and is kept exactly as written. Its meaning is the interval of whole
days that it allows, and that is all that is ever compared. The forms that are read:

=============================== ================================================================
``2018``                        a day of that year; also ``2018-10`` and ``2018-10-05``
``201X``, ``20XX``              a year of that decade, of that century
``2018-XX-05``                  figures that are not known; also ``2018-XX`` and ``2018-10-XX``
``2018-10?``                    uncertain; ``~`` approximate; ``%`` both. Never widens the interval
``2018/2019-03``                from the one to the other; ``2018/..`` and ``../2018`` are open
``[2018-10..2018-12]``          one day among these; ``[2018..]`` and ``[..2018]`` are open
``[2018,2020-01..2020-03]``     one day among those listed
=============================== ================================================================

Everything else is refused with an `UnreadableDate`, which names the mistake and the remedy.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from itertools import product
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, dataclass_transform, final

from armsledger.domain.values.quoted import quoted, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["OPEN_FUTURE", "OPEN_PAST", "Order", "UnreadableDate", "When", "compare"]

OPEN_PAST: Final = -1_000_000_000
"""Stands for the ordinal of the first day of an interval open to the past: below that of any date."""

OPEN_FUTURE: Final = 1_000_000_000
"""Stands for the ordinal of the last day of an interval open to the future: above that of any date."""

_Days = tuple[int, int]
_Class = TypeVar("_Class")

_REMEMBERED: Final = 65_536
"""Texts kept by `When.parse`: more than there are days in 150 years, so a ledger seldom exceeds it."""

_LONGEST: Final = 1000
"""Characters of a date; a list of 80 days is as long."""

_DATE: Final = re.compile(r"([0-9]{2}(?:[0-9][0-9X]|XX))(?:-([0-9]{2}|XX)(?:-([0-9]{2}|XX))?)?[?~%]?")

_REMEDY: Final = "write 2021-12-01, or 2021-12 if the day is not known"

_OPEN_AT_BOTH_ENDS: Final = (
    "it is open at both ends and says nothing",
    "write the end that is known, as in ../2021-12-01, or leave the date out",
)

_OPEN_INSIDE: Final = (
    "only the first of a list can be open to the past, and only the last to the future",
    "write [..2018,2020] or [2018,2020..]",
)

_MISTAKES: Final = (
    (r"", "it is empty", f"{_REMEDY}, or leave the date out"),
    (r"[0-9]{4}[/.][0-9]{1,2}([/.][0-9]{1,2})?", "year, month and day are joined by hyphens", _REMEDY),
    (r"[0-9]{1,2}[-/.][0-9]{4}", "it does not begin with the year", _REMEDY),
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
    (r"[0-9]{6}|[0-9]{8}", "year, month and day are not joined by hyphens", _REMEDY),
    (r"[-+Y][0-9].*|[0-9]{5,}.*", "years run from 0001 to 9999", _REMEDY),
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
    (r"[0-9X]{1,3}(-.*)?[?~%]?", "the year does not have four figures", _REMEDY),
    (r"[0-9X]*[\u2010-\u2015\u2212].*", "it is written with dashes, not with hyphens", _REMEDY),
    (
        r".*[^\W\d_X]{2,}.*",
        "it is in words",
        f"{_REMEDY}; for a part of a month, an interval such as 2021-12-11/2021-12-20",
    ),
    (r".*[QW][1-5].*", "quarters and weeks are not read", "write the days or months, as in 2021-10/2021-12"),
    (r".*\s.*", "there are blanks inside", "write 2021-12-01, 2018/2019 or [2018,2019] without blanks"),
)
"""What people write instead: a pattern of it, what is wrong, what to write. The first that fits is told."""

_OTHER_MISTAKE: Final = ("it is not in the part of EDTF that is read here", _REMEDY)


class UnreadableDate(ValueError):
    """A text that is no date of the forms read here; the message says why, and what to write instead."""

    def __init__(self, text: str, reason: str, remedy: str) -> None:
        super().__init__(text, reason, remedy)
        self.text = text
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return (
            f"cannot read {quoted(self.text)} as a date: {shortened(self.reason, 200)}; {shortened(self.remedy, 200)}"
        )


class Order(Enum):
    """How two uncertain dates stand to each other; `OVERLAPS` means that nothing definite can be said."""

    BEFORE = "before"
    AFTER = "after"
    OVERLAPS = "overlaps"


@dataclass_transform(frozen_default=True, eq_default=False)
def _frozen(cls: type[_Class]) -> type[_Class]:
    """Tell type checkers that the attributes are read-only; the class itself enforces it when run."""
    return cls


def _remembered(read: Callable[[str], When]) -> Callable[[str], When]:
    """Cache by text: events repeat the same few dates, and a hit costs no Python frame."""
    return lru_cache(maxsize=_REMEMBERED)(read)


@final
@_frozen
class When:
    """A date as its source gives it: the EDTF text, and the whole days from earliest to latest it allows.

    Use `When.parse`, which remembers; `When(text)` reads anew. Two are equal when their texts are.
    There is no `<`, as two dates that overlap are in no order: ask `compare`, or sort by `first` or `last`.
    """

    __slots__ = ("earliest", "first", "last", "latest", "qualifier", "text")

    text: str
    """The EDTF text exactly as written, without surrounding blanks."""
    earliest: date | None
    """The first day it can mean; None if it is open to the past."""
    latest: date | None
    """The last day it can mean; None if it is open to the future."""
    first: int
    """The proleptic ordinal of `earliest`, or `OPEN_PAST`."""
    last: int
    """The proleptic ordinal of `latest`, or `OPEN_FUTURE`."""
    qualifier: str
    """Those of `?`, `~` and `%` that occur anywhere in the text, in this order; mostly empty."""

    def __init__(self, text: str) -> None:
        """Read the text; raises `UnreadableDate`."""
        text = text.strip()
        if len(text) > _LONGEST:
            raise UnreadableDate(text, f"it has more than {_LONGEST} characters", _REMEDY)
        first, last = _days(text)
        keep = object.__setattr__
        keep(self, "text", text)
        keep(self, "first", first)
        keep(self, "last", last)
        keep(self, "earliest", None if first == OPEN_PAST else date.fromordinal(first))
        keep(self, "latest", None if last == OPEN_FUTURE else date.fromordinal(last))
        keep(self, "qualifier", "".join(mark for mark in "?~%" if mark in text))

    @staticmethod
    @_remembered
    def parse(text: str) -> When:
        """Read the text, or recall it if it was read before; raises `UnreadableDate`."""
        return When(text)

    @staticmethod
    def day(day: date) -> When:
        """Give the date that is this one day."""
        return When.parse(day.isoformat())

    @property
    def approximate(self) -> bool:
        """Whether the source gives the date, or a part of it, as approximate (`~` or `%`)."""
        return "~" in self.qualifier or "%" in self.qualifier

    @property
    def uncertain(self) -> bool:
        """Whether the source gives the date, or a part of it, as uncertain (`?` or `%`)."""
        return "?" in self.qualifier or "%" in self.qualifier

    @property
    def is_day(self) -> bool:
        """Whether it is one single day, without any qualifier."""
        return self.first == self.last and not self.qualifier

    def definitely_before(self, other: When) -> bool:
        """Whether every day of this one is before every day of the other."""
        return self.last < other.first

    def definitely_after(self, other: When) -> bool:
        """Whether every day of this one is after every day of the other."""
        return self.first > other.last

    def overlaps(self, other: When) -> bool:
        """Whether the two have a day in common, so that their order is not known."""
        return self.first <= other.last and self.last >= other.first

    def certain_by(self, day: date) -> bool:
        """Whether it has come to pass by the end of that day, whatever day it means."""
        return self.last <= day.toordinal()

    def possible_by(self, day: date) -> bool:
        """Whether it can have come to pass by the end of that day."""
        return self.first <= day.toordinal()

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, When) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<When {self.text!r}: {self.earliest or '..'} to {self.latest or '..'}>"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        message = f"{name!r} of a When cannot be set: parse another text instead"
        raise AttributeError(message)

    def __delattr__(self, name: str) -> NoReturn:
        message = f"{name!r} of a When cannot be deleted"
        raise AttributeError(message)

    def __reduce__(self) -> tuple[Callable[[str], When], tuple[str]]:
        """Copy and pickle by text, so that a stored pickle holds nothing that is derived."""
        return When.parse, (self.text,)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate from text, and in Python from a When too; serialise to the text.

        Stored JSON goes to the cache of `parse` without a Python frame, which halves the cost of decoding.
        """
        from pydantic_core import core_schema  # here, as the module itself must load without pydantic

        text = core_schema.str_schema(strict=True)
        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_after_validator_function(When.parse, text),
            python_schema=core_schema.no_info_plain_validator_function(_from_python),
            serialization=core_schema.plain_serializer_function_ser_schema(attrgetter("text")),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe it as the string that it is in JSON."""
        return {
            "type": "string",
            "description": "A date as EDTF text (ISO 8601-2), which may be uncertain or an interval.",
            "examples": ["2018-10-05", "2018-10", "2021-11-12/2021-12-31", "../2021-12-15~"],
        }


def compare(a: When, b: When) -> Order:
    """Say whether a is definitely before b, definitely after it, or may be either."""
    if a.last < b.first:
        return Order.BEFORE
    if a.first > b.last:
        return Order.AFTER
    return Order.OVERLAPS


def _from_python(value: object) -> When:
    """Take what pydantic is given; a ValueError becomes its validation error."""
    if isinstance(value, str):
        return When.parse(value)
    if isinstance(value, When):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return When.day(value)
    message = f"a date is given as EDTF text such as '2021-12-01', not as {type(value).__name__}"
    raise ValueError(message)  # pydantic reports no TypeError


def _days(text: str) -> _Days:
    """Give the ordinals of the first and last day that the text allows."""
    if "/" in text:
        return _interval(text)
    if text.startswith("["):
        return _one_of(text)
    return _date(text, text)


def _interval(text: str) -> _Days:
    """Read `a/b`, `a/..` or `../b`: from the earliest of a to the latest of b."""
    start, _, end = text.partition("/")
    if not start or not end or "/" in end:
        raise _refusal(text, text)
    if start == end == "..":
        raise UnreadableDate(text, *_OPEN_AT_BOTH_ENDS)
    return _between("" if start == ".." else start, "" if end == ".." else end, text)


def _one_of(text: str) -> _Days:
    """Read `[a,b..c]`: one day among those listed, of which only the outer ones may be open."""
    members = text[1:-1].split(",")
    if not text.endswith("]"):
        raise _refusal(text, text)
    if "" in members:
        raise UnreadableDate(text, "a place in the list is empty", "write [2018,2020]")
    if ",.." in text or "..," in text:
        raise UnreadableDate(text, *_OPEN_INSIDE)
    if members == [".."]:
        raise UnreadableDate(text, *_OPEN_AT_BOTH_ENDS)
    if len(members) == 1 and ".." not in text:
        raise UnreadableDate(text, "it lists one date only", f"write {members[0]} without the brackets")
    spans = [_member(member, text) for member in members]
    return min(first for first, _ in spans), max(last for _, last in spans)


def _member(member: str, whole: str) -> _Days:
    """Read one date, or one range, of a one-of list."""
    start, dots, end = member.partition("..")
    return _between(start, end, whole) if dots else _date(member, whole)


def _between(start: str, end: str, whole: str) -> _Days:
    """Join two ends, of which an empty one is open; refuse an end definitely before its start."""
    first = _date(start, whole)[0] if start else OPEN_PAST
    last = _date(end, whole)[1] if end else OPEN_FUTURE
    if last < first:
        raise UnreadableDate(
            whole,
            f"its end, {end}, is before its start, {start}",
            "write the earlier one first, as in 2018-10/2019",
        )
    return first, last


def _date(part: str, whole: str) -> _Days:
    """Read a single date, which may lack figures; only days that exist count."""
    match = _DATE.fullmatch(part)
    if match is None:
        raise _refusal(part, whole)
    year, month, day = match.groups("XX")
    years = range(int(year.replace("X", "0")) or 1, int(year.replace("X", "9")) + 1)
    months = range(1, 13) if month == "XX" else range(int(month), int(month) + 1)
    number = None if day == "XX" else int(day)
    if wrong := _impossible(years, months, number):
        raise UnreadableDate(whole, *wrong)
    first, _ = next(_spans(years, months, number), (0, 0))
    _, last = next(_spans(years[::-1], months[::-1], number), (0, 0))
    if not first:
        raise UnreadableDate(whole, *_day_too_many(years, months, part))
    return first, last


def _spans(years: Sequence[int], months: Sequence[int], day: int | None) -> Iterator[_Days]:
    """Give, for each month in which the day exists, the first and the last day that fits."""
    for year, month in product(years, months):
        start = date(year, month, 1).toordinal()
        length = monthrange(year, month)[1]
        if day is None:
            yield start, start + length - 1
        elif day <= length:
            yield start + day - 1, start + day - 1


def _impossible(years: Sequence[int], months: Sequence[int], day: int | None) -> tuple[str, str] | None:
    """Say what no calendar has, and the remedy: a year 0, a month 13, a day 32."""
    month = months[0]
    if not years:
        return "years run from 0001 to 9999", _REMEDY
    if 21 <= month <= 41:
        return f"{month} in place of the month is a season", "write its months, as in 2021-03/2021-05"
    if not 1 <= month <= 12:
        return f"there is no month {month:02}", f"{_REMEDY}; for a span of years, 2018/2019"
    if day is not None and not 1 <= day <= 31:
        return f"there is no day {day:02}", _REMEDY
    return None


def _day_too_many(years: Sequence[int], months: Sequence[int], part: str) -> tuple[str, str]:
    """Say how many days the month has, and the remedy; months without a number have 31 and never get here."""
    length = max(monthrange(year, months[0])[1] for year in years)
    month, day = part[:7], part[8:10]
    return (
        f"{month} has {length} days, there is no day {day}",
        f"write the day that is meant, or {month} if it is not known",
    )


def _refusal(part: str, whole: str) -> UnreadableDate:
    """Find the mistake: mostly the part shows it, but 12/11/2021 shows it only as a whole."""
    for text in (whole, part):
        if foreign := re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{2,4})", text):
            return UnreadableDate(whole, *_year_last(*foreign.groups()))
    return UnreadableDate(whole, *_mistake(part, whole))


def _mistake(part: str, whole: str) -> tuple[str, str]:
    """Look the mistake up, first as that of the whole, then as that of the part."""
    for text in (whole, part):
        for pattern, reason, remedy in _MISTAKES:
            if found := re.fullmatch(pattern, text, re.DOTALL):
                return reason if text == whole else f"in {quoted(part)}, {reason}", found.expand(remedy)
    return _OTHER_MISTAKE


def _year_last(one: str, two: str, year: str) -> tuple[str, str]:
    """Say what 12/11/2021 may mean, of which only the source can tell."""
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
            return "it does not begin with a year of four figures", _REMEDY


def _is_day(text: str) -> bool:
    """Whether the text is a day of the calendar, year first."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
