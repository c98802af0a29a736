"""The lines above a register's header: the day of the release, and what the export was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.row import Words, is_undelivered
from armsledger.exchange.sipri.years import RANGE, Years, joined_text

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
YEARS: Final = re.compile(r"year range\s+(?P<years>.*?)\s*$", re.IGNORECASE)
SCOPE_WITHIN: Final = 3
"""Lines of a preamble within which it says what was asked for."""
YEAR_RANGE: Final = re.compile(r"([0-9]{4}) to ([0-9]{4})")
YEAR: Final = re.compile(r"[0-9]{4}")
SEVERAL: Final = re.compile(r",|;|\band\b")


class Scope(NamedTuple):
    """What an export was asked for: suppliers, recipients and years in its words; None where it does not say.

    ``undelivered`` says whether it holds orders without deliveries.
    """

    suppliers: str | None = None
    recipients: str | None = None
    years: str | None = None
    undelivered: bool | None = None

    def __str__(self) -> str:
        which = {True: "orders and deliveries", False: "deliveries only", None: "unknown"}[self.undelivered]
        parts = [f"from {self.suppliers or 'unknown'} to {self.recipients or 'unknown'}", which]
        return ", ".join([*parts, f"years {self.years}"] if self.years else parts)

    def differs_from(self, other: Scope) -> bool:
        """Whether the two say different things."""
        pairs = zip(self, other, strict=True)
        return any(one is not None and another is not None and one != another for one, another in pairs)

    def joined(self, other: Scope) -> Scope:
        """The scope of two files of one release."""
        return Scope(
            _union(self.suppliers, other.suppliers),
            _union(self.recipients, other.recipients),
            joined_text(self.years, other.years),
            self.undelivered if other.undelivered is None else self.undelivered or other.undelivered,
        )

    def leaves_out(self, words: Words, buyer: str, supplier: str, names: Names) -> bool:
        """Whether an export of this scope has no place for a row."""
        if self.undelivered is False and is_undelivered(words):
            return True
        if not (_is_asked_for(self.suppliers, supplier, names) and _is_asked_for(self.recipients, buyer, names)):
            return True
        spans = YEAR_RANGE.findall(self.years or "")
        if not spans:
            return False
        texts = [words.get("order_year", ""), words.get("years", "")]
        texts += [delivery["year"] for delivery in words.get("deliveries", ())]
        years = [int(year) for text in texts for year in YEAR.findall(str(text))]
        asked = Years.of(*((int(first), int(last)) for first, last in spans))
        return bool(years) and not any(year in asked for year in range(min(years), max(years) + 1))


def scope_of(preamble: str, undelivered: bool | None = None) -> Scope:
    """The scope that a preamble states, unless ``undelivered`` is known from the rows."""
    lines = preamble.split("\n")[:SCOPE_WITHIN]
    between = BETWEEN.search(" ".join(lines))
    if between is None:
        return Scope(undelivered=undelivered)
    years = next((match["years"] for line in lines if (match := YEARS.search(line))), None)
    which = "order" in between["which"].lower() if undelivered is None else undelivered
    suppliers, recipients = (" ".join(between[name].split()) for name in ("suppliers", "recipients"))
    return Scope(suppliers, recipients, None if years is None else years.replace("'", ""), which)


def with_scope(preamble: str, scope: Scope) -> str:
    """The preamble with the suppliers, recipients and years of a scope."""
    asked = f"from {scope.suppliers} to {scope.recipients} . Deals with"
    text = ASKED.sub(lambda _: asked, preamble, count=1)
    if scope.years is None or not RANGE.search(scope.years) or scope.years == scope_of(preamble).years:
        return text
    years = RANGE.sub(lambda one: f"'{one[1]}' to '{one[2]}'", scope.years)
    return "\n".join(
        line if index >= SCOPE_WITHIN else YEARS.sub(lambda one: f"year range {years}", line)
        for index, line in enumerate(text.split("\n"))
    )


def line_of_years(preamble: str) -> str | None:
    """The line of a preamble that asks for some years; None if it asks for all."""
    lines = ((line, YEARS.search(line)) for line in preamble.split("\n")[:SCOPE_WITHIN])
    return next((line for line, match in lines if match and YEAR.search(match["years"])), None)


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


def _union(one: str | None, other: str | None) -> str | None:
    return one if one == other else " and ".join(sorted(text for text in (one, other) if text)) or None


def _is_asked_for(asked: str | None, party: str, names: Names) -> bool:
    """Whether an export was asked for a party: for all, or for some by their names."""
    if asked is None or asked.casefold().startswith("all"):
        return True
    parts = [asked, *SEVERAL.split(asked)]
    return party in {names.known(part.strip()) for part in parts if part.strip()}
