"""SIPRI's own table of import values: its cells out of deals and TIVs, its grand totals out of the register by deal.

SIPRI rounds the sum of a cell to whole millions, halves up, and writes ``0`` for what is above zero and below a half.
Five cells lie half-way to the last digit and are rounded down: SIPRI adds up binary fractions, and theirs fell short.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

import pytest

from armsledger import Ledger
from armsledger.application.codes import Codes
from armsledger.exchange.sipri.names import Names
from tests.exchange.sipri.real import real

YEARS: Final = range(1950, 1990)
WORLD: Final = "Total world import"
SHORT_OF_A_HALF: Final = {
    ("Sweden", 1986): "118.5",
    ("South Vietnam", 1970): "654.5",
    ("Sudan", 1986): "9.5",
    ("Paraguay", 1988): "13.5",
    ("Jamaica", 1974): "7.5",
}
NAMES: Final = Names(Codes())


class Table(NamedTuple):
    """SIPRI's table: the cells of each recipient and year, blank where nothing came, and the grand totals."""

    cells: dict[tuple[str, int], str]
    totals: dict[str, str]


@pytest.fixture(scope="module")
def table() -> Table:
    """The table of 2024-10-13."""
    lines = real("import-values-1950-2024.csv").read_text(encoding="latin-1").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("Recipient,"))
    header, *rows = (row for row in csv.reader(lines[start:]) if row)
    years = {year: header.index(str(year)) for year in YEARS}
    cells = {(row[0], year): row[place].strip() for row in rows for year, place in years.items()}
    return Table(cells, {row[0]: row[header.index("Sum total years")].strip() for row in rows})


@pytest.fixture(scope="module")
def by_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger of the deals and TIVs of 1950 to 1989."""
    file = real("deals-and-tivs-1950-1989.csv")
    with Ledger(tmp_path_factory.mktemp("by-year") / "ledger.db") as ledger:
        ledger.import_sipri(file)
        yield ledger


def _half_up(sum_: Decimal) -> str:
    return str(sum_.quantize(Decimal(1), ROUND_HALF_UP))


def rounded(sum_: Decimal, cell: tuple[str, int]) -> str:
    """A sum as SIPRI writes it."""
    if cell in SHORT_OF_A_HALF:
        assert str(sum_) == SHORT_OF_A_HALF[cell]
        return str(sum_.quantize(Decimal(1), ROUND_HALF_DOWN))
    return _half_up(sum_)


@pytest.mark.timeout(900)
def test_every_cell_of_sipris_table_is_reproduced(by_year: Ledger, table: Table) -> None:
    sums = by_year.at().volumes("buyer,year", from_year=1950, to_year=1989)
    assert {row.precision for row in sums} == {"exact"}
    ours = {(row.buyer, row.year): row.tiv for row in sums}
    recipients = {name for name, _ in table.cells} - {WORLD}
    assert len(recipients) * len(YEARS) == 10_440
    for name in recipients:
        for year in YEARS:
            sum_ = ours.get((NAMES.known(name), year))
            told = "" if sum_ is None else rounded(sum_, (name, year))
            assert told == _cell(table, name, year), (name, year, sum_)
    asked = {(NAMES.known(name), year) for name in recipients for year in YEARS}
    assert set(ours) <= asked, "nobody received anything whom the table does not name"


def _cell(table: Table, name: str, year: int) -> str:
    """A cell; of a state that the table names twice, that of the name under which something came."""
    alike = [other for other, _ in table.cells if NAMES.known(other) == NAMES.known(name)]
    told = {cell for other in alike if (cell := table.cells[other, year])}
    assert len(told) <= 1
    return next(iter(told), "")


@pytest.mark.timeout(900)
def test_the_world_totals_are_reproduced(by_year: Ledger, table: Table) -> None:
    sums = by_year.at().volumes("year", from_year=1950, to_year=1989)
    ours = {row.year: rounded(row.tiv, (WORLD, row.year or 0)) for row in sums}
    assert ours == {year: table.cells[WORLD, year] for year in YEARS}


@pytest.fixture(scope="module")
def by_deal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger of the register by deal of the same year."""
    file = real("trade-register-2024-03-18.csv")
    with Ledger(tmp_path_factory.mktemp("by-deal") / "ledger.db") as ledger:
        ledger.import_sipri(file)
        yield ledger


@pytest.mark.timeout(900)
def test_the_register_by_deal_comes_to_sipris_grand_totals_as_rows_that_stand_there_twice_count_twice(
    by_deal: Ledger, table: Table
) -> None:
    sums = by_deal.at().volumes("buyer")
    assert {row.precision for row in sums} == {"exact"}
    assert str(sums.total.tiv) == "2065055.21"
    theirs = Counter[str]()
    for name, total in table.totals.items():
        theirs[NAMES.known(name)] += int(total)
    assert theirs.pop(WORLD) == 2_065_055
    ours = {row.buyer: row.tiv for row in sums}
    differing = {buyer: str(ours[buyer]) for buyer, total in theirs.items() if _half_up(ours[buyer]) != str(total)}
    assert differing == {"POL": "44852.5", "ESP": "25884.5"}, "which fall short of a half, too"
    assert ours.keys() == theirs.keys()


@pytest.mark.timeout(900)
def test_every_cell_of_sipris_table_lies_within_the_bounds_of_the_register_by_deal(
    by_deal: Ledger, table: Table
) -> None:
    ours = {(row.buyer, row.year): row for row in by_deal.at().volumes("buyer,year", to_year=1989)}
    for (name, year), cell in table.cells.items():
        if cell and name != WORLD:
            row = ours[NAMES.known(name), year]
            assert row.possible_tiv is not None
            assert row.tiv - 1 <= int(cell) <= row.possible_tiv + 1, (name, year)
