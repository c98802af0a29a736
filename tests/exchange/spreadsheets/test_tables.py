"""Tables: CSV in its many forms, and the sheets of workbooks."""

from __future__ import annotations

import random
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.exchange.spreadsheets.dossier import open_spreadsheet
from armsledger.exchange.spreadsheets.mapping import read_mapping
from armsledger.exchange.spreadsheets.preview import object_of
from tests.exchange.spreadsheets.sheets import PAID, dossier, objects, paid, refusal, refused

ROW = [{"deal": "x", "event": "tranche-paid", "on": "2019", "amount": "USD 5", "source": "desk"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_the_columns_that_are_there(delimiter: str) -> None:
    sheet = "Deal,Date,Amount\nx,2019,5\n".replace(",", delimiter)
    assert objects(PAID, sheet) == ROW


@pytest.mark.parametrize(("name", "delimiter"), [("semicolon", ";"), ("tab", "\t"), ("';'", ";"), ("pipe", "|")])
def test_the_mapping_may_name_the_delimiter(name: str, delimiter: str) -> None:
    sheet = "Deal,Date,Amount\nx,2019,5\n".replace(",", delimiter)
    assert objects(f"delimiter: {name}\n{PAID}", sheet) == ROW


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_do_anywhere(ending: str) -> None:
    assert objects(PAID, f"Deal,Date,Amount{ending}x,2019,5{ending}") == ROW
    assert objects(PAID, f"Deal,Date,Amount{ending}x,2019,5") == ROW


@pytest.mark.parametrize(
    ("settings", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("encoding: utf-8\n", "utf-8-sig"),
        ("encoding: latin-1\n", "latin-1"),
        ("encoding: windows-1252\n", "cp1252"),
        ("encoding: utf-16\n", "utf-16"),
    ],
)
def test_a_sheet_is_in_the_encoding_that_the_mapping_names(settings: str, encoding: str) -> None:
    mapping = f"{settings}entries:\n  - {{deal: '${{Größe}}', event: tested, on: {{column: Datum}}, source: s}}\n"
    assert objects(mapping, "Größe,Datum\nMüller,2019\n".encode(encoding))[0]["deal"] == "muller"


def test_lines_above_the_header_are_skipped_whatever_they_hold() -> None:
    assert objects(f"skip: 2\n{PAID}", 'A "title\n"not closed\nDeal,Date,Amount\nx,2019,5\n') == ROW
    assert objects(PAID, "\n,,\nDeal,Date,Amount\nx,2019,5\n") == ROW


def test_a_header_is_read_with_single_blanks() -> None:
    assert objects(PAID, ' Deal ,"Date","\n Amount"\nx,2019,5\n') == ROW


def test_blank_rows_say_nothing_and_short_ones_what_they_hold() -> None:
    assert paid("", ",,", "x,2019,5", " , ,", "x,2020") == [
        *ROW,
        {"deal": "x", "event": "tranche-paid", "on": "2020", "source": "desk"},
    ]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    with dossier(f"skip: 1\n{PAID}", 'title\n\nDeal,Date,Amount\n"x","2019","5"\n\ny,"20\n19",6\n') as opened:
        assert [proposed.proposal.place for _, proposed in opened.proposals()] == [
            "standard input:4",
            "standard input:6",
        ]


def test_entries_are_found_again_by_their_marks_in_any_order() -> None:
    mapping = PAID + "  - {deal: {column: Deal}, event: tested, on: {column: Date}, source: desk}\n"
    with dossier(mapping, "Deal,Date,Amount\n" + "".join(f"x{n},2019,{n}\n" for n in range(50))) as opened:
        every = {mark: object_of(proposed.proposal) for mark, proposed in opened.proposals()}
        assert len(every) == opened.count == 100
        marks = list(every)
        random.Random(5).shuffle(marks)
        for chosen in (marks[:20], sorted(marks), [marks[0], marks[0]], []):
            again = [(mark, object_of(proposed.proposal)) for mark, proposed in opened.again(chosen)]
            assert again == [(mark, every[mark]) for mark in chosen]
        with pytest.raises(IndexError):
            list(opened.again([10_000]))


def test_several_passes_may_be_under_way() -> None:
    with dossier(PAID, "Deal,Date,Amount\n" + "x,2019,5,\n" * 2 + "x,2020,6\n") as opened:
        one, other = opened.proposals(), opened.again([2, 1])
        assert [next(one)[0], next(other)[0], next(one)[0], next(other)[0]] == [1, 2, 3, 1]


MISTAKES = {
    "nothing": (b"", "standard input:1: there is no header", "skip: N"),
    "blank lines": (b"\n\n,,\n", "standard input:4: there is no header", "skip: N"),
    "another encoding": (
        b"Deal,Date,Amount\nx,2019,5\ncaf\xe9,2019,5\n",
        "standard input:3: not UTF-8: it has a byte 0xe9",
        "encoding: windows-1252",
    ),
    "UTF-16": ("Deal,Date,Amount\nx,2019,5\n".encode("utf-16"), "standard input:1: not UTF-8", "save it as UTF-8"),
    "a NUL": (b"Deal,Date,Amount\nx,2019,5\0\n", "standard input:2: a NUL in the text", ""),
    "a workbook": (b"PK\x03\x04 and so on", "standard input: it is a workbook, not CSV", ".xlsx"),
    "an open quote": (b'Deal,Date,Amount\nx,2019,"5\n', "standard input:2: a quote that begins in this row", "quotes"),
    "an open quote in a long file": (
        b'Deal,Date,Amount\nx,2019,"5\n' + b"x,2019,5\n" * 100_000,
        "standard input:2: a quote that begins in this row",
        "quotes",
    ),
    "text behind a quote": (b'Deal,Date,Amount\nx,"2019"?,5\n', "standard input:2: something follows a", "quotes"),
    "too many cells": (
        b"Deal,Date,Amount\nx,2019,1,200\n",
        "standard input:2: the row has 4 cells, and the header 3",
        "put a cell in quotes",
    ),
    "a line without end": (b"Deal,Date,Amount\n" + b"x" * 2_000_000, "standard input:2: a line of more than", ""),
    "a date that is none": (b"Deal,Date,Amount\nx,soon,5\n", None, ""),
    "a date in two ways": (
        b"Deal,Date,Amount\nx,01/02/2021,5\n",
        "standard input:2, column 'Date': on: '01/02/2021' may be 2021-02-01 or 2021-01-02",
        "dates: day-first",
    ),
    "an amount in two ways": (
        b'Deal,Date,Amount\nx,2021,"1,200"\n',
        "standard input:2, column 'Amount': amount: '1,200' may be 1200 or 1.2",
        "decimal: point",
    ),
    "a key with blanks": (
        b"Deal,Date,Amount\nS 400,2021,5\n",
        "standard input:2, column 'Deal': deal: 'S 400' is not a stream's key",
        "no blanks",
    ),
    "no key": (
        b"Deal,Date,Amount\n,2021,5\n",
        "standard input:2, column 'Deal': deal: a key needs this cell, which is blank",
        "fill",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_sheet_is_told_with_row_and_column(name: str) -> None:
    data, message, remedy = MISTAKES[name]
    if message is None:
        assert len(objects(PAID, data)) == 1  # the field refuses it, when the entry is decided upon
        return
    told, _, advice = refusal(PAID, data).partition("\n  remedy: ")
    assert told.startswith(message)
    assert remedy in advice


def test_a_blank_cell_of_a_key_is_refused_with_its_column() -> None:
    mapping = 'entries:\n  - {deal: "${A}-${B}", event: tested, on: 2019, source: s}\n'
    assert refusal(mapping, "A,B\nx,\n").startswith("standard input:2, column 'B': deal: a key needs this cell")
    assert refusal(mapping, "A,B\nx,?\n").startswith("standard input:2, column 'B': deal: a key needs this cell, which")


def test_what_is_left_over_is_told_or_refused() -> None:
    mapping = """
entries:
  - {when: {column: E, is: tested}, deal: {column: D}, event: tested, on: 2019, source: s}
  - {when: {column: E, is: delivered}, deal: {column: D}, event: delivered, on: 2019, source: s, quantity: {column: Q}}
"""
    with dossier(mapping, "D,E,Q\nx,tested,5\nx,Total,\nx,delivered,5\n,,\n") as opened:
        assert len(list(opened.proposals())) == 2
        assert opened.leftovers.places == ["standard input:3"]
    strict = f"leftovers: refuse\n{mapping}"
    assert refusal(strict, "D,E,Q\nx,tested,5\n").startswith("standard input:2, column 'Q': tested does not take this")
    told, _, remedy = refusal(strict, "D,E,Q\nx,deliverd,5\n").partition("\n  remedy: ")
    assert told == "standard input:2, column 'E': no entry of the mapping takes this row, which says 'deliverd'"
    assert remedy == "did you mean 'delivered'?"
    assert "write one of delivered, tested" in refusal(strict, "D,E,Q\nx,,5\n")


def test_the_first_rows_are_shown_whatever_stands_below_them() -> None:
    with dossier(PAID, "Deal,Date,Amount\n,,\nx,2019,5\ny,2019,€5\n") as opened:
        assert [(place, len(entries)) for place, entries in opened.first_rows(1)] == [("standard input:3", 1)]
        assert list(opened.first_rows(0)) == []
        assert len(list(opened.first_rows(2))) == 1
        assert refused(lambda: list(opened.proposals())) is not None


def test_rows_that_may_be_two_occurrences_are_told_of() -> None:
    mapping = """
entries:
  - {deal: {column: D}, event: opened, on: 2018, source: s, supplier: RUS, buyer: IND}
  - {deal: {column: D}, event: delivered, on: 2019, source: s, quantity: {column: Q}, note: {column: N}}
"""
    with dossier(mapping, "D,Q,N\nx,5,\nx,5,again\nx,6,\n") as opened:
        assert [object_of(proposed.proposal).get("quantity") for _, proposed in opened.proposals()] == [None, "5", "6"]
        assert opened.repeats.rows == [("standard input:3", "standard input:2", "delivered")]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sheet_or_refused(data: bytes) -> None:
    for settings in ("", "encoding: utf-16\n", "encoding: latin-1\nskip: 1\n"):
        for sheet in (data, b"Deal,Date,Amount\n" + data):
            error = refused(partial(objects, settings + PAID, sheet))
            assert error is None or (isinstance(error, LedgerError) and error.place)


def workbook(path: Path) -> Path:
    """A workbook as people make them: a title, real dates, numbers, a second sheet, and a chart."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        payments = book.add_worksheet("Payments")
        payments.write_row(1, 1, ["Payments of the desk"])
        payments.write_row(3, 1, ["Deal", "Date", "Amount", 2019])
        payments.write_row(4, 1, ["x", None, 5.5])
        payments.write_datetime(4, 2, datetime(2019, 6, 1), day)
        payments.write_row(5, 1, ["x", 2020, "1,5"])
        payments.write_row(7, 1, ["x", "2021-05", 0.1 + 0.2])
        payments.write_row(8, 1, ["", "", "", "a remark beside it"])
        deals = book.add_worksheet("More")
        deals.write_row(0, 0, ["Deal", "Date", "Amount"])
        deals.write_row(1, 0, ["y", 2019, 7])
        book.add_worksheet("Empty")
        book.add_chartsheet("Chart")
    return path


def from_workbook(path: Path, *sheets: str, settings: str = "") -> list[tuple[str, object, object]]:
    """Where each entry of a workbook stands, its date and amount."""
    with open_spreadsheet(path, read_mapping(settings + PAID, "m.yaml"), path.parent, sheets=sheets) as opened:
        read = [proposed.proposal for _, proposed in opened.proposals()]
    return [(one.place.removeprefix(f"{path}, "), one.fields["on"], one.fields.get("amount")) for one in read]


def test_a_workbook_has_real_dates_and_numbers(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx")
    payments = [
        ("sheet 'Payments':5", "2019-06-01", "USD 5.5"),
        ("sheet 'Payments':6", "2020", "USD 1.5"),
        ("sheet 'Payments':8", "2021-05", "USD 0.3"),
    ]
    more = [("sheet 'More':2", "2019", "USD 7")]
    assert from_workbook(path, "Payments", settings="skip: 2\n") == payments
    assert from_workbook(path, settings="sheet: More\n") == more
    assert from_workbook(path, "More", settings="sheet: Payments\n") == more


def test_several_sheets_of_one_form_are_read_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for year in ("2019", "2020"):
            sheet = book.add_worksheet(year)
            sheet.write_row(0, 0, ["Deal", "Date", "Amount"])
            sheet.write_row(1, 0, ["x", int(year), 5])
    assert from_workbook(path, settings="sheet: [2020, 2019]\n") == [
        ("sheet '2020':2", "2020", "USD 5"),
        ("sheet '2019':2", "2019", "USD 5"),
    ]


@pytest.mark.parametrize(
    ("sheets", "settings", "message", "remedy"),
    [
        ((), "", "has 3 sheets: Payments, More, Empty", "--sheet NAME"),
        (("Paymets",), "", "has no sheet 'Paymets'", "did you mean 'Payments'?"),
        (("Chart",), "", "has no sheet 'Chart'", "its sheets are Payments, More, Empty"),
        (("Empty",), "", "sheet 'Empty':1: there is no header", "skip: N"),
        (("Payments",), "", "sheet 'Payments' has no column 'Deal'", "its header (row 2) has Payments of the desk"),
    ],
)
def test_a_sheet_that_is_not_there_is_refused(
    tmp_path: Path, sheets: tuple[str, ...], settings: str, message: str, remedy: str
) -> None:
    path = workbook(tmp_path / "book.xlsx")
    error = refused(lambda: from_workbook(path, *sheets, settings=settings))
    assert message in str(error)
    assert remedy in str(error)


def test_text_has_no_sheets(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Deal,Date,Amount\nx,2019,5\n")
    with pytest.raises(UsageError, match="has no sheets"):
        from_workbook(tmp_path / "a.csv", "Payments")
    assert from_workbook(tmp_path / "a.csv", settings="sheet: Payments\n")[0][1:] == ("2019", "USD 5")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and so on", b"Deal,Date,Amount\n"])
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    assert "not a workbook that can be read" in str(refused(lambda: from_workbook(path)))


def test_a_damaged_workbook_is_read_or_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "book.xlsx").read_bytes()
    damaged = tmp_path / "damaged.xlsx"
    chance = random.Random(1)
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 5)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        damaged.write_bytes(data)
        refused(lambda: from_workbook(damaged, "More"))
