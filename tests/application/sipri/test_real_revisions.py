"""What SIPRI revised from 2024 to 2025, cell by cell, beside what the csv module finds, and none of our code."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from armsledger import Ledger
from armsledger.projections.read_models.revisions import REVISIONS, RevisedCell
from tests.exchange.sipri.real import real

pytestmark = pytest.mark.timeout(1800)
INITIALS: Final = "EIPU"
DAYS: Final = ("2024-03-18", "2025-03-13")
CELLS: Final = {
    "order_year": (2, 3),
    "ordered": (4, 5),
    "description": (7,),
    "delivered": (8, 9),
    "years": (10,),
    "condition": (11,),
    "comment": (12,),
    "volume_per_unit": (13,),
    "volume_ordered": (14,),
    "volume_delivered": (15,),
}
"""The columns of the ledger, and the cells of a line that each is made of: the second one holds the question mark."""
PLAN: Final = re.compile(r"(?:^|; )delivery planned ([0-9]{4})(?:-([0-9]{4}))?(?=;|$)", re.IGNORECASE)
PLANS: Final = re.compile(r"plan|expected", re.IGNORECASE)
Key = tuple[str, ...]
Window = tuple[int, int]


def part_of(day: str) -> Iterator[str]:
    """A quarter of a register as text: the recipients with E, I, P and U. What is broken by a
    line break is left out."""
    in_preamble = True
    for line in real(f"trade-register-{day}.csv").read_text(encoding="latin-1").splitlines():
        is_head = line.startswith("Recipient,")
        if in_preamble or (line[:1] in INITIALS and len(next(csv.reader([line]))) == 16):
            yield line
        in_preamble = in_preamble and not is_head


def lines_of(day: str) -> dict[Key, list[str]]:
    """The lines of a register whose key occurs once."""
    lines = csv.reader(part_of(day))
    found: dict[Key, list[list[str]]] = defaultdict(list)
    for line in lines:
        if len(line) == 16 and line[0] != "Recipient":
            found[key_of(line[0], line[1], line[6], line[2])].append(line)
    return {key: lines[0] for key, lines in found.items() if len(lines) == 1}


def key_of(recipient: str, supplier: str, designation: str, year: str) -> Key:
    """What tells rows apart."""
    return recipient.strip(), supplier.strip(), " ".join(designation.split()).casefold(), year.strip()


def cell(line: list[str], column: str) -> str:
    """The text of a cell, with its question mark; texts to the letter."""
    parts = [line[place] for place in CELLS[column]]
    return parts[0] if column in ("description", "condition", "comment", "years") else "".join(map(str.strip, parts))


def plan(comment: str) -> Window | None:
    """The window of a comment that plainly states one."""
    match = PLAN.search(comment)
    if match is None or len(PLANS.findall(comment)) != 1:
        return None
    return int(match[1]), int(match[2] or match[1])


@pytest.fixture(scope="module")
def lines() -> dict[Key, tuple[list[str], list[str]]]:
    """The lines whose key occurs once in each register."""
    first, second = (lines_of(day) for day in DAYS)
    return {key: (line, second[key]) for key, line in first.items() if key in second}


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Key, dict[str, RevisedCell]]]:
    """What the ledger says of each key, by column."""
    folder: Path = tmp_path_factory.mktemp("registers")
    files = [folder / f"{day}.csv" for day in DAYS]
    for day, file in zip(DAYS, files, strict=True):
        file.write_text("\n".join(part_of(day)), encoding="utf-8")
    with Ledger(folder / "armsledger.db", recorded_by="tester", projections=[REVISIONS]) as ledger:
        ledger.import_sipri(*files)
        names: dict[str, Key] = {}
        for row in ledger.log():
            if row.event == "listed" and row.source == f"sipri-{DAYS[0]}":
                words: dict[str, Any] = row.data
                texts = [words[name] for name in ("recipient", "supplier", "designation")]
                year = str(words.get("order_year", "")).rstrip("?")
                names[row.entry.partition("/")[2].partition("@")[0]] = key_of(texts[0], texts[1], texts[2], year)
        found: dict[Key, dict[str, RevisedCell]] = defaultdict(dict)
        for revised in ledger.at().revisions():
            if revised.deal in names and revised.column is not None:
                found[names[revised.deal]][revised.column] = revised
        yield found


def test_every_cell_that_differs_has_its_row_and_no_other(
    lines: dict[Key, tuple[list[str], list[str]]], cells: dict[Key, dict[str, RevisedCell]]
) -> None:
    assert len(lines) > 5_000
    wrong = []
    for key, (old, new) in lines.items():
        differing = {
            column: (cell(old, column) or None, cell(new, column) or None)
            for column in CELLS
            if cell(old, column) != cell(new, column)
        }
        told = {name: (row.old, row.new) for name, row in cells.get(key, {}).items() if name in CELLS}
        if differing != told:
            wrong.append((key, differing, told))
    assert not wrong


@pytest.mark.parametrize("column", ["ordered", "delivered", "volume_ordered", "volume_delivered", "volume_per_unit"])
def test_numbers_and_volumes_go_where_the_registers_say(
    column: str, lines: dict[Key, tuple[list[str], list[str]]], cells: dict[Key, dict[str, RevisedCell]]
) -> None:
    by_hand, told = Counter[str](), Counter[str]()
    for key, (old, new) in lines.items():
        before, after = (cell(line, column).rstrip("?") for line in (old, new))
        if before and after and float(before) != float(after):
            by_hand["up" if float(after) > float(before) else "down"] += 1
        row = cells.get(key, {}).get(column)
        if row is not None and row.direction is not None:
            told[row.direction] += 1
            moved = row.change if row.volume_change is None else row.volume_change
            assert float(moved or 0) == pytest.approx(float(after) - float(before))
    assert told == by_hand
    assert min(by_hand["up"], by_hand["down"]) > 0


def test_plans_slipped_by_both_ends_as_the_comments_say(
    lines: dict[Key, tuple[list[str], list[str]]], cells: dict[Key, dict[str, RevisedCell]]
) -> None:
    by_hand, told = {}, {}
    for key, (old, new) in lines.items():
        before, after = plan(old[12]), plan(new[12])
        if before is not None and after is not None:
            row = cells.get(key, {}).get("plan")
            if before != after:
                by_hand[key] = (*before, *after, after[0] - before[0], after[1] - before[1])
            if row is not None:
                ends = (row.old_first, row.old_last, row.new_first, row.new_last)
                told[key] = (*ends, row.slip_first_years, row.slip_last_years)
    assert told == by_hand
    assert len(by_hand) >= 3
