"""Volumes beside sums by hand: of every way in which numbers may be split over years, the least and the most."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger import Ledger
from tests.application.sipri.test_registers import a_ledger, take
from tests.exchange.sipri.register_text import FIVE_YEARS, NAMES, data_lines, register, rows

MILLIONTH = Decimal("0.000001")


class Delivered(NamedTuple):
    """What a row says was delivered; ``volume`` is None where it is blank."""

    supplier: str
    buyer: str
    number: int
    years: tuple[int, ...]
    volume: Decimal | None

    def bounds(self, first: int, last: int) -> tuple[Decimal, Decimal] | None:
        """The least and the most that came in a span; None if nothing can have come."""
        if self.volume is None or not any(first <= year <= last for year in self.years):
            return None
        some = sum(first <= year <= last for year in self.years)
        shares = list(_shares(self.number, len(self.years), some))
        if not shares:  # fewer units than years
            whole = all(first <= year <= last for year in self.years)
            return (self.volume if whole else Decimal(0)), self.volume
        return self.volume * min(shares) / self.number, self.volume * max(shares) / self.number


def _shares(number: int, years: int, some: int) -> Iterator[int]:
    """How many can have come in some of the years, if one at least came in each."""
    if number > 3:  # too many ways to try them all
        yield from (number, number) if some == years else (some, number - (years - some)) if number >= years else ()
        return
    for split in product(range(1, number + 1), repeat=years):
        if sum(split) == number:
            yield sum(split[:some])


def deliveries_in(lines: Sequence[str]) -> Iterator[Delivered]:
    """The deliveries of rows in the register's layout."""
    for cells in csv.reader(lines):
        if cells[10] and int(cells[8] or 0):
            years = tuple(sorted({int(year) for year in cells[10].split("; ")}))
            volume = Decimal(cells[15]) if cells[15] else None
            yield Delivered(NAMES.known(cells[1]), NAMES.known(cells[0]), int(cells[8]), years, volume)


def by_hand(lines: Sequence[str], by: str, first: int, last: int) -> dict[str, tuple[Decimal, Decimal]]:
    """The least and the most of each party, of those deliveries that have a volume."""
    least: dict[str, Decimal] = defaultdict(Decimal)
    most: dict[str, Decimal] = defaultdict(Decimal)
    for one in deliveries_in(lines):
        bounds = one.bounds(first, last)
        if bounds is not None:
            least[getattr(one, by)] += bounds[0]
            most[getattr(one, by)] += bounds[1]
    return {name: (round(least[name], 6), round(most[name], 6)) for name in most}


def told(ledger: Ledger, by: str, first: int, last: int, day: str | None = None) -> dict[str, tuple[Decimal, Decimal]]:
    """What the ledger answers to the same question; the most of rows without a volume is not known, and is left out."""
    rows = ledger.at(known=day, known_by="asserted").volumes(by, from_year=first, to_year=last)
    return {
        str(getattr(row, by)): (round(Decimal(str(row.tiv)), 6), round(Decimal(str(row.possible_tiv)), 6))
        for row in rows
        if row.possible_tiv is not None
    }


def with_blanks(lines: Sequence[str], by: str, first: int, last: int) -> set[str]:
    """The parties of which some delivery in a span has no volume: nobody knows the most."""
    return {
        getattr(one, by)
        for one in deliveries_in(lines)
        if one.volume is None and any(first <= year <= last for year in one.years)
    }


delivered = rows().filter(lambda line: line.split(",")[10] != "")


@given(st.lists(delivered, min_size=1, max_size=8), st.integers(2014, 2023), st.integers(0, 9))
def test_volumes_of_a_span_are_the_least_and_the_most_of_every_split(lines: list[str], first: int, more: int) -> None:
    last = first + more
    with a_ledger() as ledger:
        take(ledger, register(*lines))
        for by in ("supplier", "buyer"):
            answer = told(ledger, by, first, last)
            hand, blank = by_hand(lines, by, first, last), with_blanks(lines, by, first, last)
            assert answer.keys() == {name for name in hand if name not in blank}
            for name, (least, most) in answer.items():
                assert abs(hand[name][0] - least) <= 3 * MILLIONTH
                assert abs(hand[name][1] - most) <= 3 * MILLIONTH


@pytest.mark.parametrize("released", FIVE_YEARS)
@pytest.mark.parametrize(("first", "last"), [(1950, 2024), (2015, 2019), (2021, 2021), (2019, 2022)])
def test_volumes_of_five_releases_are_those_of_their_rows_as_each_believed(
    five: Ledger, released: str, first: int, last: int
) -> None:
    lines = data_lines(FIVE_YEARS[released])
    if released == "2023-03-13":  # orders that this release leaves out have no deliveries
        assert all(line.split(",")[8] != "0" for line in lines)
    for by in ("supplier", "buyer"):
        hand = {name: bounds for name, bounds in by_hand(lines, by, first, last).items() if bounds[1]}
        assert {name: one for name, one in told(five, by, first, last, released).items() if one[1]} == hand


@pytest.fixture(scope="module")
def five() -> Iterator[Ledger]:
    """A ledger of five releases."""
    with a_ledger() as ledger:
        ledger.import_sipri(*FIVE_YEARS.values())
        yield ledger
