"""Workbooks that are small as files and large to read: they are refused before they fill the memory."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from armsledger.domain.errors import UnreadableDossier
from armsledger.exchange.spreadsheets import trial, workbook
from armsledger.exchange.spreadsheets.workbook import open_workbook

SHEET = "xl/worksheets/sheet1.xml"
FAR = ((b'<row r="2"', b'<row r="1048576"'), (b'"B2"', b'"XFD1048576"'))
"""What makes the second cell of the second row the last one of the sheet."""


def book(*cells: tuple[int, int], merged: int = 0) -> bytes:
    """A workbook of one sheet with these cells, and so many that are merged."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet("Deals")
        for row, column in [(0, 0), *cells]:
            sheet.write(row, column, "buyer")
        for number in range(merged):
            sheet.merge_range(2 * number + 5, 0, 2 * number + 6, 5, "")
    return out.getvalue()


def changed(data: bytes, part: str, *exchange: tuple[bytes, bytes]) -> bytes:
    """The workbook with one of its files changed."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            for old, new in exchange if name == part else ():
                assert old in content
                content = content.replace(old, new)
            after.writestr(name, content)
    return out.getvalue()


def rows_of(data: bytes) -> int:
    """How many rows are read below the header."""
    [table] = open_workbook(BytesIO(data), "book.xlsx", [], 0)
    return len(list(table.rows()))


def test_a_sheet_with_one_far_cell_is_refused() -> None:
    far = changed(book((1, 1)), SHEET, *FAR)
    assert len(far) < 6000
    with pytest.raises(UnreadableDossier, match="its cells take more than 512 MB") as refusal:
        rows_of(far)
    assert refusal.value.place == "book.xlsx"
    assert "as CSV" in refusal.value.remedy


def test_what_inflates_beyond_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "INFLATED_BYTES", 2_000_000)
    blanks = b" " * 2_000_000
    swollen = changed(book(), SHEET, (b"</worksheet>", blanks + b"</worksheet>"))
    assert len(swollen) < 20_000
    with pytest.raises(UnreadableDossier, match="what is packed in it is longer than"):
        rows_of(swollen)


def test_a_dimension_that_is_not_true_is_no_matter() -> None:
    told = changed(book((1, 1)), SHEET, (b'ref="A1:B2"', b'ref="A1:XFD1048576"'))
    assert rows_of(told) == 1


def test_cells_that_are_merged_are_read_as_they_are() -> None:
    assert rows_of(book((1, 1), merged=200)) == 1


def test_a_workbook_that_is_long_as_a_file_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "WORKBOOK_BYTES", 1000)
    with pytest.raises(UnreadableDossier, match="the file is longer than 1,000 bytes"):
        rows_of(book())


@pytest.mark.parametrize(("bounds", "outcome"), [((2**29, 60, 10), trial.Outcome.INFLATED), ((2**29, 60, 2**29), 0)])
def test_a_trial_tells_by_its_status(bounds: tuple[int, ...], outcome: int) -> None:
    script = [sys.executable, "-P", trial.__file__, *map(str, bounds)]
    assert subprocess.run(script, input=b"[]\n" + book(), check=False).returncode == outcome
