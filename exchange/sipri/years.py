"""Ranges of years: those that an export was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple, Self

FIRST, LAST = 0, 9999
FIRST_OF_REGISTER: Final = 1950
"""The register begins here, so a range from this year on leaves nothing out at its beginning."""
RANGE: Final = re.compile(r"(Not specified|[0-9]{4})\s+to\s+(Not specified|[0-9]{4})", re.IGNORECASE)


class Years(NamedTuple):
    """Some ranges of years in order, which neither touch nor overlap. `ALL_YEARS` is every year, `NO_YEARS` none."""

    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, *ranges: tuple[int, int]) -> Self:
        """The years of some ranges, which may touch and overlap."""
        joined: list[tuple[int, int]] = []
        for first, last in sorted(ranges):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        return cls(tuple(joined))

    @classmethod
    def asked(cls, text: str | None, released: int) -> Self:
        """The years that an export of a year was asked for: ``1950 to 1989``; all of them where it does not say.

        A range from the register's first year on has no beginning, and one up to the year before the release no end:
        there is nothing beyond it.
        """
        ranges = [_range(first, last) for first, last in RANGE.findall(text or "")]
        return cls.of(
            *(
                (FIRST if first <= FIRST_OF_REGISTER else first, LAST if last >= released - 1 else last)
                for first, last in ranges or [(FIRST, LAST)]
            )
        )

    def __contains__(self, year: object) -> bool:
        return isinstance(year, int) and any(first <= year <= last for first, last in self.ranges)

    def within(self, years: Iterable[int]) -> frozenset[int]:
        """Those of some years that are among these."""
        return frozenset(year for year in years if year in self)

    def common_with(self, other: Self) -> Self:
        """The years that are among both."""
        pairs = ((mine, theirs) for mine in self.ranges for theirs in other.ranges)
        both = ((max(mine[0], theirs[0]), min(mine[1], theirs[1])) for mine, theirs in pairs)
        return type(self)(tuple((first, last) for first, last in both if first <= last))

    def union(self, other: Self) -> Self:
        """The years of both."""
        return self.of(*self.ranges, *other.ranges)

    def covers(self, other: Self) -> bool:
        """Whether all years of another are among these."""
        return self.union(other) == self


ALL_YEARS: Final = Years(((FIRST, LAST),))
NO_YEARS: Final = Years(())


def joined_text(one: str | None, other: str | None) -> str | None:
    """Two texts of ranges as one: ``1950 to 1989`` and ``1990 to 2023`` are ``1950 to 2023``.

    What is not specified at either end of one of them has no limit there.
    """
    if one is None or other is None or one == other:
        return one if other is None or one == other else other
    ranges = [_range(first, last) for text in (one, other) for first, last in RANGE.findall(text)]
    if not ranges:
        return " and ".join(sorted((one, other)))
    return " and ".join(f"{_year(first)} to {_year(last)}" for first, last in Years.of(*ranges).ranges)


def _range(first: str, last: str) -> tuple[int, int]:
    return (int(first) if first.isdecimal() else FIRST, int(last) if last.isdecimal() else LAST)


def _year(year: int) -> str:
    return "Not specified" if year in (FIRST, LAST) else str(year)
