"""Ranges of years: those that an export was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, Self

FIRST, LAST = 0, 9999
FIRST_OF_REGISTER: Final = 1950
"""The register begins here, so a range from this year on leaves nothing out at its beginning."""


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
    def asked(cls, ranges: Sequence[tuple[int, int]] | None) -> Self:
        """The years that an export was asked for, all of them where it does not say."""
        found = ranges or [(FIRST, LAST)]
        return cls.of(*((FIRST if first <= FIRST_OF_REGISTER else first, last) for first, last in found))

    def within(self, years: Iterable[int]) -> frozenset[int]:
        """Those of some years that are among these."""
        return frozenset(year for year in years if any(first <= year <= last for first, last in self.ranges))

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
