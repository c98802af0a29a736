"""What is wrong in a sheet or a mapping, as it is told; workbooks; progress."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from tests.cli.runner import AT_ONCE, LEDGER, Inside, Process

SHEET = """Recipient,Supplier,Weapon,Ordered on,Number,Delivered
India,Russia,S-400,05/10/2018,5,2
Poland,South Korea,K2,26/08/2022,180,
"""
MAPPING = """dates: day-first
sources:
  - {key: desk, publisher: Our desk, published: 2025-06-30, reliability: B}
entries:
  - {deal: "${Recipient}-${Weapon}", event: opened, on: {column: Ordered on, precision: year},
     supplier: {column: Supplier}, buyer: {column: Recipient}, items: [{designation: {column: Weapon}}], source: desk}
  - {deal: "${Recipient}-${Weapon}", event: contract-signed, on: {column: Ordered on},
     quantity: {column: Number, unit: units}, source: desk}
  - {deal: "${Recipient}-${Weapon}", event: delivered, on: ../2025-06-30, when: {column: Delivered, present: true},
     quantity: {column: Delivered, unit: units}, source: desk}
"""
HEAD, *ROWS = [line.split(",") for line in SHEET.splitlines()]


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A folder with a sheet and its mapping."""
    (tmp_path / "ours.csv").write_text(SHEET, encoding="utf-8")
    (tmp_path / "ours.yaml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


def workbook(path: Path, **sheets: Sequence[Sequence[str | float | date]]) -> None:
    """A workbook of these sheets."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for index, cell in enumerate(row):
                    page.write(number, index, cell, day if isinstance(cell, date) else None)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("05/10/2018", "32/10/2018", "ours.csv:2, column 'Ordered on': on: '32/10/2018' is no date with the day first"),
        ("India,Russia", "India,", "ours.csv:2, column 'Supplier': deal/india-s-400: supplier: opened needs supplier"),
        (",5,2", ",5,-2", "ours.csv:2, column 'Delivered': deal/india-s-400: quantity: '-2 units' is negative"),
        ("Poland", "", "ours.csv:3, column 'Recipient': "),
        ("Weapon", "Weapons", "ours.yaml:5: ours.csv has no column 'Weapon'"),
        (",180,", ",180,,,7", "ours.csv:3: the row has 8 cells, and the header 6"),
        ("K2", '"K2', "ours.csv:3: a quote that begins in this row or above is not closed"),
    ],
)
def test_what_is_wrong_in_a_sheet_is_told_with_row_and_column(
    armsledger: Inside, sheet: Path, old: str, new: str, told: str
) -> None:
    (sheet / "ours.csv").write_text(SHEET.replace(old, new), encoding="utf-8")
    answer = armsledger("import csv ours.csv --map ours.yaml")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith(f"error: {told}")
    assert "\n  remedy: " in answer.err
    assert not (sheet / LEDGER).exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("event: delivered", "event: deliverd", "ours.yaml:9: event: a deal has no event 'deliverd'"),
        ("quantity: {column: N", "quantty: {column: N", "ours.yaml:8: quantty: contract-signed has no field 'quantty'"),
        ("supplier: {column: Supplier}, ", "", "ours.yaml:5: supplier: opened needs supplier"),
        ("dates: day-first", "dates: dayfirst", "ours.yaml:1: dates cannot be 'dayfirst'"),
        ("{column: Number", "{colum: Number", "ours.yaml:8: quantity: it is a mapping that names no column"),
        ("Number, unit: units", "Number, unit: 5", "ours.yaml:8: '5' is no unit"),
        ("Number, unit: units", "Number, default: some", "ours.yaml:8: quantity: 'some' is not a quantity"),
        ("column: Supplier", "column: Supplier, currency: USD", "ours.yaml:6: currency belongs to an amount of money"),
        ("../2025-06-30", "soon", "ours.yaml:9: on: "),
        ("sources:", "sources", "ours.yaml:"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_told_with_its_line(
    armsledger: Inside, sheet: Path, old: str, new: str, told: str
) -> None:
    assert old in MAPPING
    (sheet / "ours.yaml").write_text(MAPPING.replace(old, new), encoding="utf-8")
    answer = armsledger("import csv ours.csv --map ours.yaml")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith(f"error: {told}")
    assert "\n  remedy: " in answer.err


def test_dates_and_numbers_of_a_workbook_say_what_those_of_csv_say(armsledger: Inside, sheet: Path) -> None:
    workbook(sheet / "ours.xlsx", Deals=[HEAD, ["India", "Russia", "S-400", date(2018, 10, 5), 5, 2.0]])
    taken = armsledger("import csv ours.xlsx --map ours.yaml")
    assert taken.out == "ours.xlsx: recorded 4 entries in 2 streams (positions 1 to 4)\n"
    (sheet / "ours.csv").write_text("\n".join(SHEET.splitlines()[:2]), encoding="utf-8")
    assert armsledger("import csv ours.csv --map ours.yaml").out.endswith("4 entries known already\n")


def test_several_sheets_are_one_import(armsledger: Inside, sheet: Path) -> None:
    workbook(sheet / "ours.xlsx", A=[HEAD, ROWS[0]], B=[HEAD, ROWS[1]])
    workbook(sheet / "bad.xlsx", A=[HEAD, ROWS[0]], B=[HEAD, ["India", "", "", "", "", ""]])
    refused = armsledger("import csv bad.xlsx --map ours.yaml --sheet A --sheet B")
    assert refused.err.startswith("error: bad.xlsx, sheet 'B':2, column 'Weapon': ")
    assert not (sheet / LEDGER).exists()
    answer = armsledger("import csv ours.xlsx --map ours.yaml --sheet A --sheet B")
    assert answer.out == "ours.xlsx: recorded 6 entries in 3 streams (positions 1 to 6)\n"


def test_a_file_under_a_wrong_ending_is_told_apart(armsledger: Inside, sheet: Path) -> None:
    workbook(sheet / "ours.xlsx", A=[["x"]])
    (sheet / "ours.xlsx").rename(sheet / "not.csv")
    (sheet / "text.xlsx").write_text(SHEET, encoding="utf-8")
    assert "it is a workbook, not CSV" in armsledger("import csv not.csv --map ours.yaml").err
    assert "not a workbook that can be read" in armsledger("import csv text.xlsx --map ours.yaml").err


def test_without_its_library_a_workbook_is_refused_with_the_extra(process: Process, sheet: Path) -> None:
    workbook(sheet / "ours.xlsx", A=[["x"]])
    (sheet / "python_calamine.py").write_text("raise ModuleNotFoundError(name='python_calamine')", encoding="utf-8")
    path = f"{sheet}{os.pathsep}{process.environment()['PYTHONPATH']}"
    answer = process("import csv ours.xlsx --map ours.yaml", env={"PYTHONPATH": path})
    assert answer.status == 2
    assert "pip install 'armsledger[excel]'" in answer.err
    assert process("import csv ours.csv --map ours.yaml", env={"PYTHONPATH": path}).status == 0


def test_progress_is_shown_on_a_terminal_only(process: Process, sheet: Path) -> None:
    rows = "".join(f"India,Russia,S-{number},05/10/2018,5,2\n" for number in range(1000))
    (sheet / "large.csv").write_text(SHEET.partition("\n")[0] + "\n" + rows, encoding="utf-8")
    assert process("import csv large.csv --map ours.yaml --dry-run --rows 0").err.count("\r") == 0
    status, shown = process.at_a_terminal("import csv large.csv --map ours.yaml", "stderr", AT_ONCE)
    assert (status, "recording" in shown) == (0, True)
