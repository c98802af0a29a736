"""A register that was exported in periods, and in both layouts, beside the same register in one file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.application.sipri.intake import ScopeDiffers
from tests.application.sipri.test_registers import a_ledger, exported, take
from tests.exchange.sipri.register_text import DEALS_HEAD, HEADER, register, row

DAY, LATER = "2024-03-18", "2025-03-13"
FIRST, LAST = 1985, 1994
SPLITS = [((1950, 2023),), ((1950, 1989), (1990, 2023)), ((1950, 1987), (1988, 1990), (1991, 2023))]
Periods = tuple[tuple[int, int], ...]


class Deal(NamedTuple):
    """A deal as it is: what was delivered in which year."""

    number: int
    year: int
    ordered: int
    deliveries: tuple[tuple[int, int], ...]

    def register_row(self, first: int = 1950, last: int = 2023) -> str | None:
        """Its row in an export by deal of some years; None if it has no place in it."""
        within = [(year, count) for year, count in self.deliveries if first <= year <= last]
        if not within and not first <= self.year <= last:
            return None
        count = sum(count for _, count in within)
        return row(
            year=str(self.year),
            year_flag="",
            ordered=str(self.ordered),
            designation=f"K-{self.number}",
            delivered=str(count),
            delivered_flag="",
            years="; ".join(str(year) for year, _ in within),
            comment=f"Deal {self.number}",
            unit="2",
            order=str(2 * self.ordered),
            total=str(2 * count) if within else "",
        )

    def rows_by_year(self, first: int = 1950, last: int = 2023) -> list[str]:
        """Its rows in an export by year of delivery."""
        head = f"{100 + self.number},Russia,India,K-{self.number},SAM system,Air defence,{self.year},No"
        return [
            f"{head},{count},No,{year},No,New,2,2,{2 * count},No"
            for year, count in self.deliveries
            if first <= year <= last
        ]


@st.composite
def deals(draw: st.DrawFn) -> list[Deal]:
    """A few deals, of which each has a designation of its own."""
    found = [Deal(90 + place, year, 1, ((year, 1),)) for place, year in enumerate((1986, 1989, 1993))]  # of each period
    found += [Deal(80 + place, year, 1, ()) for place, year in enumerate((1986, 1989, 1993))]
    for number in range(draw(st.integers(1, 5))):
        ordered_in = draw(st.integers(FIRST, LAST))
        years = draw(st.lists(st.integers(ordered_in, LAST), max_size=4, unique=True).map(sorted))
        deliveries = tuple((year, draw(st.integers(1, 5))) for year in years)
        found.append(
            Deal(number, ordered_in, sum(count for _, count in deliveries) + draw(st.integers(0, 3)) or 1, deliveries)
        )
    return found


def export(deals: Sequence[Deal], first: int, last: int, *, by_year: bool = False, released: str = DAY) -> str | None:
    """An export of a period; None if nothing is in it."""
    lines = (
        [line for deal in deals for line in deal.rows_by_year(first, last)]
        if by_year
        else [line for deal in deals if (line := deal.register_row(first, last)) is not None]
    )
    if not lines:
        return None
    text = register(*lines, released=released, header=DEALS_HEAD if by_year else HEADER)
    return text.replace("'Not specified' to 'Not specified'", f"{first} to {last}")


def take_files(ledger: Ledger, texts: Sequence[str | None], *, together: bool, force: bool = False) -> None:
    """Take some exports, at one time or one after the other."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.csv" for number, text in enumerate(texts) if text is not None]
        for path, text in zip(paths, (text for text in texts if text is not None), strict=True):
            path.write_text(text, encoding="utf-8")
        if together:
            ledger.import_sipri(*paths, force=force)
        else:
            for path in paths:
                ledger.import_sipri(path, force=force)


def delivered(ledger: Ledger) -> dict[str, tuple[str, list[int]]]:
    """Of each deal its stage, and how many were delivered."""
    return {
        one.items[0]: (str(one.stage), [quantity.count for quantity in one.possible_delivered])
        for one in ledger.at().deals()
    }


@pytest.mark.parametrize("periods", SPLITS)
@pytest.mark.parametrize("together", [True, False])
@settings(max_examples=settings().max_examples // 8)
@given(deals=deals(), backwards=st.booleans())
def test_a_register_in_periods_is_the_register(
    periods: Periods, together: bool, deals: list[Deal], backwards: bool
) -> None:
    texts = [export(deals, *period) for period in (periods[::-1] if backwards else periods)]
    whole = [line for deal in deals if (line := deal.register_row())]
    with a_ledger() as ledger, a_ledger() as other:
        take_files(ledger, texts, together=together)
        take(other, register(*whole))
        assert sorted(exported(ledger)) == sorted(whole)
        assert delivered(ledger) == delivered(other)
        report = take(ledger, register(*whole, released=LATER))
        assert (report.new, report.changed, report.vanished) == (0, 0, 0), "a year later nothing has changed"


@pytest.mark.parametrize("periods", SPLITS)
@pytest.mark.parametrize("together", [True, False])
@settings(max_examples=settings().max_examples // 8)
@given(deals=deals(), backwards=st.booleans())
def test_deals_by_year_in_periods_are_all_their_years(
    periods: Periods, together: bool, deals: list[Deal], backwards: bool
) -> None:
    whole = [line for deal in deals for line in deal.rows_by_year()]
    if not whole:
        return
    texts = [export(deals, *period, by_year=True) for period in (periods[::-1] if backwards else periods)]
    with a_ledger() as ledger, a_ledger() as other:
        take_files(ledger, texts, together=together)
        take(other, register(*whole, header=DEALS_HEAD))
        assert sorted(exported(ledger)) == sorted(whole)
        assert delivered(ledger) == delivered(other)


@pytest.mark.parametrize("together", [True, False])
@settings(max_examples=settings().max_examples // 8)
@given(deals=deals(), backwards=st.booleans())
def test_the_layout_by_year_adds_the_years_to_the_layout_by_deal(
    together: bool, deals: list[Deal], backwards: bool
) -> None:
    texts = [export(deals, 1950, 2023), export(deals, 1950, 2023, by_year=True)]
    with a_ledger() as ledger:
        take_files(ledger, texts[::-1] if backwards else texts, together=together)
        listed = list(ledger.at().deals())
        assert len(listed) == len(deals), "each deal once"
        for deal in deals:
            for first, last in ((1950, 2023), (FIRST, FIRST + 3), (LAST, LAST)):
                expected = sum(2 * count for year, count in deal.deliveries if first <= year <= last)
                (key,) = [one.deal for one in listed if one.items == (f"K-{deal.number}",)]
                told = [one for one in ledger.at().rows("volumes") if one.deal == key]
                assert sum(one.tiv for one in told if one.year and first <= one.year <= last) == expected
                assert all(one.year for one in told), "no delivery is spread over several years"


@pytest.mark.parametrize("together", [True, False])
@settings(max_examples=settings().max_examples // 8)
@given(before=deals(), after=deals(), backwards=st.booleans())
def test_a_later_release_in_periods_does_what_it_does_whole(
    together: bool, before: list[Deal], after: list[Deal], backwards: bool
) -> None:
    periods = [(first, last + (last == 2023)) for first, last in SPLITS[2]][:: -1 if backwards else 1]
    whole = [[line for deal in deals if (line := deal.register_row())] for deals in (before, after)]
    texts = [export(after, *period, released=LATER) for period in periods]
    with a_ledger() as ledger, a_ledger() as other:
        for taken in (ledger, other):
            take(taken, register(*whole[0]))
        try:
            take_files(ledger, texts, together=together, force=not together)
        except ScopeDiffers:  # alone, a period would take back what was delivered in others
            take_files(ledger, texts, together=True)
        take(other, register(*whole[1], released=LATER))
        assert sorted(exported(ledger)) == sorted(exported(other)) == sorted(whole[1])
        assert delivered(ledger) == delivered(other)
        assert sorted(exported(ledger, DAY)) == sorted(whole[0])
