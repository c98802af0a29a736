"""The lines above a register's header: the day of the release, and what the export was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Literal, NamedTuple

from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.row import Words, is_undelivered

GENERATED: Final = re.compile(
    r"(?:Data generated:\s*|created:\s*)(?:(\d{1,2})[ -]([A-Za-z]{3,9}|\d{1,2})[ -](\d{4})|(\d{4})-(\d{2})-(\d{2}))"
)
ABBREVIATIONS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS: Final = {name: str(number) for number, name in enumerate(ABBREVIATIONS, 1)}
MAY_BE: Final = "May be: "
"""Begins a line in a file of rows set aside: the deals of which they may be the rows."""
BETWEEN: Final = re.compile(
    r"from (?P<suppliers>.*?)\s+to (?P<recipients>.*?)\s*\.\s*Deals with (?P<which>.*?) made", re.IGNORECASE
)
ASKED: Final = re.compile(r"from .*? to .*?\s*\.\s*Deals with", re.IGNORECASE)
YEARS: Final = re.compile(
    r"year range\s+'?(?P<first>[0-9]{4}|Not specified)'? to '?(?P<last>[0-9]{4}|Not specified)", re.IGNORECASE
)
RANGE: Final = re.compile(
    r"'?(?P<first>[0-9]{4}|Not specified)'? to '?(?P<last>[0-9]{4}|Not specified)'?", re.IGNORECASE
)
ASKED_YEARS: Final = re.compile(
    r"(year range\s+)(?:(?: and )?'?(?:[0-9]{4}|Not specified)'? to '?(?:[0-9]{4}|Not specified)'?)+", re.IGNORECASE
)
YEAR: Final = re.compile(r"[0-9]{4}")
SEVERAL: Final = re.compile(r",|;|\band\b")
ALL: Final = "All countries"
FIRST_YEAR: Final = 1950
"""The first year of SIPRI's data."""
STILL: Final = 9999
"""The last year of an export that goes up to the day on which it was made."""
EVERY_YEAR: Final = ((FIRST_YEAR, STILL),)
UNDELIVERED: Final = {True: "orders and deliveries", False: "deliveries only"}
NOT_STATED: Final = "parties and years not stated"
ScopeLayout = Literal["deals", "years", "both"]
LAYOUTS: Final[Mapping[ScopeLayout, str]] = {"years": "by year of delivery", "both": "by deal and by year"}
"""The layouts in words, but for the register by deal, which goes without saying."""
STORED: Final = re.compile(
    r"(?P<which>orders and deliveries|deliveries only)?"
    rf"(?:(?:, )?(?P<layout>{'|'.join(LAYOUTS.values())})(?: of (?P<others>[0-9a-z ]+))?)?"
    rf"(?P<unknown>(?:, )?{NOT_STATED})?"
    r"(?:(?:, )?years (?P<years>[0-9a-z ]+))?"
    r"(?:(?:, )?from (?P<suppliers>.+?) to (?P<recipients>.+))?"
)


class Scope(NamedTuple):
    """What part of the register an export holds; None where nobody can tell.

    ``suppliers`` and ``recipients`` are in its own words. ``years`` are ranges, in their order; the last one is open
    if it goes up to the day of the export. ``undelivered`` says whether it holds orders without deliveries, and
    ``layout`` whether it has a row for each deal, for each year of delivery, or both: then ``other_years`` are those
    of the layout by year, if it holds others.
    """

    suppliers: str | None = None
    recipients: str | None = None
    years: tuple[tuple[int, int], ...] | None = None
    undelivered: bool | None = None
    layout: ScopeLayout | None = None
    other_years: tuple[tuple[int, int], ...] | None = None

    def __str__(self) -> str:
        """In words, as it is stored with a release: ``deliveries only, years 1950 to 1989``."""
        parts = [] if self.undelivered is None else [UNDELIVERED[self.undelivered]]
        if self.layout is not None and self.layout != "deals":
            others = "" if self.other_years is None else f" of {_years_text(self.other_years)}"
            parts.append(LAYOUTS[self.layout] + others)
        if self.years not in (None, EVERY_YEAR):
            parts.append(f"years {_years_text(self.years or ())}")
        if self[:3] == (None, None, None):
            parts.append(NOT_STATED)
        if {self.suppliers, self.recipients} - {None, ALL}:
            parts.append(f"from {self.suppliers or ALL} to {self.recipients or ALL}")
        return ", ".join(parts)

    @classmethod
    def read(cls, text: str) -> Scope:
        """The scope that a text states; unknown where it does not say. What it does not limit is all."""
        match = STORED.fullmatch(text)
        if match is None:
            return cls()
        which = next((key for key, words in UNDELIVERED.items() if words == match["which"]), None)
        layout: ScopeLayout = next((key for key, words in LAYOUTS.items() if words == match["layout"]), "deals")
        if match["unknown"]:
            return cls(undelivered=which, layout=layout)
        years = _years_in(match["years"] or f"{FIRST_YEAR} to now")
        others = None if match["others"] is None else _years_in(match["others"])
        return cls(match["suppliers"] or ALL, match["recipients"] or ALL, years, which, layout, others)

    def asks_otherwise(self, other: Scope) -> bool:
        """Whether the two were asked for other parties or years, as far as they say."""
        pairs = zip(self[:3], other[:3], strict=True)
        return any(one is not None and another is not None and one != another for one, another in pairs)

    def joined(self, other: Scope) -> Scope:
        """The scope of two files of one release."""
        years, others = (_both_years(self, other, by_year=by_year) for by_year in (False, True))
        layout = self.layout if self.layout == other.layout else "both"
        if layout == "years":
            years, others = others, None
        elif layout != "both" or years == others:
            others = None
        return Scope(
            _union(self.suppliers, other.suppliers),
            _union(self.recipients, other.recipients),
            years,
            self.undelivered if other.undelivered is None else self.undelivered or other.undelivered,
            layout,
            others,
        )

    def in_layout(self, *, by_year: bool) -> Scope:
        """What it holds in one of its layouts."""
        years = self.other_years if by_year and self.other_years is not None else self.years
        return self._replace(years=years, layout="years" if by_year else "deals", other_years=None)

    def tells(self, *, by_year: bool) -> bool:
        """Whether the export is in a layout; earlier versions did not note in which it was."""
        return self.layout in (None, "both", "years" if by_year else "deals")

    def leaves_out(self, words: Words, buyer: str, supplier: str, names: Names) -> bool:
        """Whether an export of this scope has no place for a row."""
        if self.undelivered is False and is_undelivered(words):
            return True
        if not (_is_asked_for(self.suppliers, supplier, names) and _is_asked_for(self.recipients, buyer, names)):
            return True
        if self.years in (None, EVERY_YEAR):
            return False
        texts = [words.get("order_year", ""), words.get("years", "")]
        texts += [delivery["year"] for delivery in words.get("deliveries", ())]
        years = [int(year) for text in texts for year in YEAR.findall(str(text))]
        return bool(years) and not any(first <= max(years) and min(years) <= last for first, last in self.years or ())


def scope_of(preamble: str, released: date, undelivered: bool | None = None) -> Scope:
    """The scope of an export: parties and years as its preamble says, ``undelivered`` as its rows show.

    Years from 1950 to the year before the release, the last with data, are all there are.
    """
    lines = preamble.split("\n")[:3]
    between = BETWEEN.search(" ".join(lines))
    if between is None:
        return Scope(undelivered=undelivered)
    suppliers, recipients = (_party_words(between[name]) for name in ("suppliers", "recipients"))
    asked = next((match for line in lines if (match := YEARS.search(line))), None)
    if asked is None:
        return Scope(suppliers, recipients, None, undelivered)
    first = int(asked["first"]) if asked["first"].isdecimal() else FIRST_YEAR
    last = int(asked["last"]) if asked["last"].isdecimal() else STILL
    years = (max(first, FIRST_YEAR), STILL if last >= released.year - 1 else last)
    return Scope(suppliers, recipients, (years,), undelivered)


def says_undelivered(preamble: str) -> bool | None:
    """Whether a preamble speaks of orders beside deliveries; None if it does not say."""
    between = BETWEEN.search(" ".join(preamble.split("\n")[:3]))
    return None if between is None else "order" in between["which"].casefold()


def with_scope(preamble: str, scope: Scope, others: Iterable[str] = ()) -> str:
    """The preamble with the suppliers and recipients of a scope, and the years of other preambles beside its own."""
    asked = f"from {scope.suppliers} to {scope.recipients} . Deals with"
    text = ASKED.sub(lambda _: asked, preamble, count=1)
    ranges = [_years_of(match) for one in (preamble, *others) for match in _asked_years(one)]
    if len(set(ranges)) < 2:
        return text
    years = " and ".join(f"'{_bound(first)}' to '{_bound(last)}'" for first, last in _joined_years(ranges))
    return ASKED_YEARS.sub(lambda match: f"{match[1]}{years}", text, count=1)


def line_of_years(preamble: str) -> str | None:
    """The line of a preamble that asks for some years; None if it asks for all."""
    lines = ((line, YEARS.search(line)) for line in preamble.split("\n")[:3])
    return next((line for line, match in lines if match and match["first"].isdecimal()), None)


def _asked_years(preamble: str) -> list[re.Match[str]]:
    """Where a preamble says which years it was asked for."""
    parts = [line.partition("year range")[2] for line in preamble.split("\n")[:3]]
    return [match for part in parts for match in RANGE.finditer(part)]


def _years_of(match: re.Match[str]) -> tuple[int, int]:
    first, last = match["first"], match["last"]
    return (int(first) if first.isdecimal() else 0, int(last) if last.isdecimal() else STILL)


def _bound(year: int) -> str:
    return "Not specified" if year in (0, STILL) else str(year)


def generated_on(preamble: Iterable[str]) -> date | None:
    """The day on which the file says that it was generated."""
    for line in preamble:
        match = GENERATED.search(line)
        if match is None:
            continue
        if match[4]:
            return day_of(match[4], match[5], match[6])
        return day_of(match[3], match[2] if match[2].isdecimal() else MONTHS.get(match[2][:3].lower(), "0"), match[1])
    return None


def day_of(year: str, month: str, day: str) -> date | None:
    """The day of these figures, None if there is none."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def deals_that_may_be(preamble: Iterable[str]) -> tuple[str, ...]:
    """The deals of which the rows of a file may be the rows, if it is one of rows set aside."""
    lists = (line.removeprefix(MAY_BE) for line in preamble if line.startswith(MAY_BE))
    return tuple(deal.strip() for deals in lists for deal in deals.split(",") if deal.strip())


def _party_words(text: str) -> str:
    words = " ".join(text.split())
    return ALL if words.casefold().startswith("all") else words


def _years_text(years: Iterable[tuple[int, int]]) -> str:
    return " and ".join(f"{first} to {_last_year(last)}" for first, last in years)


def _years_in(text: str) -> tuple[tuple[int, int], ...]:
    ranges = (part.split(" to ") for part in text.split(" and "))
    return tuple((int(first), STILL if last == "now" else int(last)) for first, last in ranges)


def _both_years(one: Scope, other: Scope, *, by_year: bool) -> tuple[tuple[int, int], ...] | None:
    """The years that two exports hold in a layout; None if one of them does not say."""
    told = [scope.in_layout(by_year=by_year).years for scope in (one, other) if scope.tells(by_year=by_year)]
    known = [years for years in told if years is not None]
    return _joined_years([span for years in known for span in years]) if known and len(known) == len(told) else None


def _last_year(year: int) -> str:
    return "now" if year == STILL else str(year)


def _joined_years(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges of years as few as they can be: those that meet are one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return tuple(joined)


def _union(one: str | None, other: str | None) -> str | None:
    if ALL in (one, other):
        return ALL
    return one if one == other else " and ".join(sorted(text for text in (one, other) if text)) or None


def _is_asked_for(asked: str | None, party: str, names: Names) -> bool:
    """Whether an export was asked for a party: for all, or for some by their names."""
    if asked in (None, ALL):
        return True
    assert asked is not None
    parts = [asked, *SEVERAL.split(asked)]
    return party in {names.known(part.strip()) for part in parts if part.strip()}
