"""Volumes of transfers summed with Python's csv module alone: what the ledger's are compared with."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

BY_YEAR: Final = "SIPRI AT Database ID"
REGISTER: Final = "Recipient"
NOTHING: Final = Decimal(0)


class Bounds(NamedTuple):
    """What was certainly delivered, and what possibly, in millions."""

    certain: Decimal
    possible: Decimal


class Delivery(NamedTuple):
    """What one row says was delivered: from whom, to whom, in which years, and its volume."""

    supplier: str
    buyer: str
    years: tuple[int, ...]
    volume: Decimal


def deliveries_in(path: Path, encoding: str = "latin-1") -> Iterator[Delivery]:
    """The deliveries that a file lists, in either layout; one without years or without a volume is none."""
    lines = path.read_text(encoding=encoding).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith((BY_YEAR, REGISTER + ",")))
    whole: list[str] = []
    for line in lines[start + 1 :]:
        if line.startswith(",") and whole:
            whole[-1] += line  # a row that is broken by a line break
        elif line:
            whole.append(line)
    is_by_year = lines[start].startswith(BY_YEAR)
    for cells in csv.reader(whole):
        supplier, buyer, years, volume = _by_year(cells) if is_by_year else _register(cells)
        if years and volume:
            found = tuple(int(year) for year in years.replace(";", " ").replace(",", " ").split())
            yield Delivery(supplier, buyer, found, Decimal(volume))


def _by_year(cells: Sequence[str]) -> tuple[str, str, str, str]:
    return cells[1], cells[2], cells[10].strip(), cells[15].strip()


def _register(cells: Sequence[str]) -> tuple[str, str, str, str]:
    return cells[1], cells[0], cells[10].strip(), cells[15].strip()


def sums(deliveries: Iterator[Delivery], by: str, first: int, last: int) -> dict[str, Bounds]:
    """The volumes of a span by ``supplier`` or ``buyer``: certain where all years are in it, possible where one is."""
    certain: dict[str, Decimal] = defaultdict(Decimal)
    possible: dict[str, Decimal] = defaultdict(Decimal)
    asked = range(first, last + 1)
    for one in deliveries:
        name = one.supplier if by == "supplier" else one.buyer
        if all(year in asked for year in one.years):
            certain[name] += one.volume
        if any(year in asked for year in one.years):
            possible[name] += one.volume
    return {name: Bounds(certain.get(name, NOTHING), volume) for name, volume in possible.items()}


def by_year(deliveries: Iterator[Delivery], by: str) -> dict[tuple[str, int], Bounds]:
    """The volumes of each party and year; what is spread over several years may all be of any of them."""
    certain: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    possible: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for one in deliveries:
        name = one.supplier if by == "supplier" else one.buyer
        for year in set(one.years):
            possible[name, year] += one.volume
            if len(set(one.years)) == 1:
                certain[name, year] += one.volume
    return {key: Bounds(certain.get(key, NOTHING), volume) for key, volume in possible.items()}
