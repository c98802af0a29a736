"""Two registers in SIPRI's layout with invented rows: the second changes, drops and adds what a next release does."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from random import Random
from typing import Final

from armsledger.exchange.sipri.columns import REGISTER_COLUMNS

SEED: Final = 2024
COUNTRIES: Final = (
    *("India", "Russia", "United States", "France", "Germany", "China", "Turkiye", "Soviet Union", "Kenya", "Peru"),
    *("Oman", "Chad", "Poland", "Finland", "Estonia", "South Korea", "Viet Nam", "NATO**", "unknown supplier(s)"),
)
KINDS: Final = ("SAM system", "fighter aircraft", "tank", "frigate", "APC", "transport aircraft", "patrol craft", "UAV")
RENAMED: Final = {"SAM system": "air-defence system", "patrol craft": "patrol boat"}
COMMENTS: Final = (
    "",
    "Second-hand",
    "Part of a larger deal; by ship",
    "Aid",
    "Delivery planned 2024-2027",
    "Designation Göksu",
)
FLAG, YEARS = 3, 7
FLAGS_DROPPED, VALUES_CHANGED, VANISHED, ADDED = 0.45, 0.05, 0.04, 0.055
"""Shares of rows, as between two releases of a register of this size."""


def write_registers(folder: Path, rows: int) -> list[Path]:
    """The files of two releases, of March 2024 and March 2025."""
    random = Random(SEED)
    designations = count(1)
    first = [_row(random, next(designations)) for _ in range(rows)]
    second = [_revised(random, row) for row in first if random.random() >= VANISHED]
    second += [_row(random, next(designations)) for _ in range(int(rows * ADDED))]
    random.shuffle(second)
    return [_write(folder, "2024-03-18", "18 Mar 2024", first), _write(folder, "2025-03-13", "13 Mar 2025", second)]


def _row(random: Random, designation: int) -> list[str]:
    ordered = random.randint(1, 300)
    year = random.randint(1950, 2022)
    delivered = random.choice((ordered, ordered, ordered // 2, 0))
    years = (
        sorted(random.sample(range(year, 2024), min(random.choice((1, 1, 1, 2, 3)), 2024 - year))) if delivered else []
    )
    unit = random.choice((0.04, 0.5, 3, 12.5, 65))
    flags = [random.choice(("", "?")) for _ in range(3)]
    return [
        random.choice(COUNTRIES[:-1]),
        random.choice(COUNTRIES),
        str(year),
        flags[0],
        str(ordered),
        flags[1],
        f"Model-{designation // 2}",
        random.choice(KINDS),
        str(delivered),
        flags[2] if delivered else "",
        "; ".join(map(str, years)),
        random.choice(("New", "New", "Second hand")),
        random.choice(COMMENTS),
        f"{unit:g}",
        f"{unit * ordered:g}",
        f"{unit * delivered:g}",
    ]


def _revised(random: Random, row: list[str]) -> list[str]:
    cells = list(row)
    cells[7] = RENAMED.get(cells[7], cells[7])
    if random.random() < FLAGS_DROPPED:
        cells[9] = ""
    if random.random() < VALUES_CHANGED:
        cells[4] = str(int(cells[4]) + 1)
        cells[12] = "Revised"
    return cells


def _write(folder: Path, released: str, day: str, rows: list[list[str]]) -> Path:
    path = folder / f"trade-register-{released}.csv"
    preamble = (
        "Transfers of major conventional arms from All countries to All countries . Deals with deliveries or orders"
        " made for year range 'Not specified' to 'Not specified' ",
        "All rows of this file are invented.",
        f"Data generated: {day} 6:13:50 PM",
        ",".join(REGISTER_COLUMNS.values()),
    )
    path.write_text("\n".join([*preamble, *map(",".join, rows), ""]), encoding="latin-1")
    return path
