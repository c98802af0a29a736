"""The shapes that people's sheets have: no header, merged cells, packages, a column for each year, dates in pieces."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from armsledger.exchange.slug import short_key
from armsledger.exchange.spreadsheets.date import date_text
from armsledger.exchange.spreadsheets.mapping import read_mapping
from armsledger.exchange.spreadsheets.workbook import open_workbook
from tests.exchange.spreadsheets.sheets import field, objects, refusal

DELIVERED = "event: delivered, on: 2019, source: s"
TESTED = "event: tested, on: 2019, source: s"


def made(mapping: str, sheet: str, *names: str) -> list[tuple[Any, ...]]:
    """Some fields of what the rows say."""
    return [tuple(one.get(name) for name in names) for one in objects(mapping, sheet)]


def on(spec: str, cell: str) -> Any:
    """What a date is read as."""
    return field(spec, cell, name="due", event="payment-scheduled, tranche: 1")


# the row's number, positions


def test_a_text_may_hold_the_number_of_the_row() -> None:
    mapping = f'entries:\n  - {{deal: {{column: D}}, {TESTED}, note: "row ${{row}}"}}\n'
    assert made(mapping, "D\na\n\nb\n", "note") == [("row 2",), ("row 4",)]


def test_a_column_of_that_name_is_a_column() -> None:
    mapping = f'entries:\n  - {{deal: {{column: D}}, {TESTED}, note: "${{row}}"}}\n'
    assert made(mapping, "D,row\na,x\n", "note") == [("x",)]


def test_the_number_of_the_row_is_no_cell_that_is_left_over() -> None:
    mapping = (
        f"leftovers: refuse\nentries:\n  - {{deal: {{column: D}}, {TESTED}, when: {{column: S, is: done}}}}\n"
        f'  - {{deal: "x${{row}}", {TESTED}, when: {{column: S, is: open}}}}\n'
    )
    assert made(mapping, "D,S\na,done\n,open\n", "deal") == [("a",), ("x3",)]


@pytest.mark.parametrize(("first", "second"), [("1", "3"), ("A", "C")])
def test_columns_of_a_sheet_without_a_header_are_named_by_their_places(first: str, second: str) -> None:
    mapping = f"header: none\nentries:\n  - {{deal: {{column: {first}}}, {TESTED}, note: '${{{second}}}!'}}\n"
    assert made(mapping, "a,x,one\nb;c,y,two,more\n", "deal", "note") == [("a", "one!"), ("b;c", "two!")]


def test_lines_above_are_skipped_without_a_header_too() -> None:
    mapping = f"header: none\nskip: 1\nentries:\n  - {{deal: {{column: A}}, {TESTED}}}\n"
    assert made(mapping, "An export\na;1\nb;2\n", "deal") == [("a",), ("b",)]


def test_without_a_header_a_name_is_no_column() -> None:
    mapping = f"header: none\nentries:\n  - {{deal: {{column: Deal}}, {TESTED}}}\n"
    assert "m.yaml:3: the sheet has no header, and 'Deal' is no position" in refusal(mapping, "a,b\n")


def test_positions_count_from_the_first_column_of_a_workbook_though_it_is_blank() -> None:
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write_row("B2", ["a", "b"])
    [table] = open_workbook(BytesIO(file.getvalue()), "w.xlsx", (), 0, has_header=False)
    assert [list(row.cells) for row in table.rows() if row.number == 2] == [[None, "a", "b"]]


# merged cells and groups

PACKAGES = """
fill_down: [Package, Donor, Day]
entries:
  - group: Package
    deal: ${Donor}-${Package}
    event: pledged
    on: {column: Day}
    items: [{designation: {column: Item}, quantity: {column: No., unit: units}}]
    source: s
"""


def test_merged_cells_hold_for_the_rows_below_until_a_blank_row() -> None:
    mapping = f"fill_down: Deal\nentries:\n  - {{deal: {{column: Deal}}, {TESTED}, place: {{column: N}}}}\n"
    assert made(mapping, "Deal,N\na,1\n,2\nb,3\n,4\n", "deal") == [("a",), ("a",), ("b",), ("b",)]
    assert ":5, column 'Deal': deal: a key needs this cell" in refusal(mapping, "Deal,N\na,1\n,2\n,\n,4\n")


def test_a_cell_that_tells_nothing_is_not_filled() -> None:
    mapping = f"nulls: ['-']\nfill_down: P\nentries:\n  - {{deal: {{column: D}}, {TESTED}, place: {{column: P}}}}\n"
    assert made(mapping, "D,P\na,x\nb,-\nc,\n", "place") == [("x",), (None,), (None,)]


def test_rows_of_a_group_become_one_entry_with_an_item_each() -> None:
    sheet = "Package,Donor,Day,Item,No.\nP1,Poland,2022-08-26,T-72,20\n,,,Krab,18\nP2,Norway,2022-09-01,M109,\n"
    assert made(PACKAGES, sheet, "deal", "on", "items") == [
        (
            "poland-p1",
            "2022-08-26",
            [{"designation": "T-72", "quantity": "20 units"}, {"designation": "Krab", "quantity": "18 units"}],
        ),
        ("norway-p2", "2022-09-01", [{"designation": "M109"}]),
    ]


def test_rows_of_a_group_that_disagree_are_refused() -> None:
    sheet = "Package,Donor,Day,Item,No.\nP1,Poland,2022-08-26,T-72,20\nP1,Poland,2022-08-27,Krab,18\n"
    assert (
        "standard input:3, column 'Day': on: '2022-08-27', where standard input:2 of the same group says '2022-08-26'"
        in refusal(PACKAGES, sheet)
    )


def test_a_group_in_two_places_is_refused() -> None:
    sheet = (
        "Package,Donor,Day,Item,No.\nP1,Poland,2022-08-26,T-72,20\nP2,Norway,2022,M109,2\nP1,Poland,2022-08-26,K,1\n"
    )
    message = refusal(PACKAGES, sheet)
    assert "standard input:4, column 'Package': 'p1' began a group that ended in standard input:2" in message
    assert "sort the sheet by Package" in message


# a column for each year

WIDE = """
entries:
  - each: {year: 2019..2021}
    deal: ${Country}-imports
    event: delivered
    on: ${year}
    quantity: {column: "${year}", unit: units}
    source: s
    note: of ${Country} in ${year}, not $${year}
"""


def test_an_entry_is_made_for_each_column_that_has_a_cell() -> None:
    sheet = "Country,2019,2020,2021\nIndia,5,,7\nPeru,,,\nMali,,0.0,1\n".replace("0.0", "3")
    assert made(WIDE, sheet, "deal", "on", "quantity") == [
        ("india-imports", "2019", "5 units"),
        ("india-imports", "2021", "7 units"),
        ("mali-imports", "2020", "3 units"),
        ("mali-imports", "2021", "1 units"),
    ]
    assert made(WIDE, sheet, "note")[0] == ("of India in 2019, not ${year}",)


def test_each_may_name_categories_and_pairs_of_columns() -> None:
    mapping = """
entries:
  - each: {type: [Tanks, Light Guns]}
    deal: ${Country}-${type}
    event: delivered
    on: {column: "${type}, year"}
    quantity: {column: "${type}, number", unit: "${type}"}
    source: s
"""
    header = 'Country,"Tanks, year","Tanks, number","Light Guns, year","Light Guns, number"\n'
    assert made(mapping, header + "India,2019,5,2020,6\n", "deal", "on", "quantity") == [
        ("india-tanks", "2019", "5 Tanks"),
        ("india-light-guns", "2020", "6 Light Guns"),
    ]


@pytest.mark.parametrize(
    ("each", "message"),
    [
        ("{year: 2021..2019}", "the range '2021..2019' is empty"),
        ("{year: [2019, 2019]}", "each names a column twice"),
        ("{other: [2019]}", "no column of the entry is named by ${other}"),
        ("{year: [2019], other: [2020]}", "each names one thing"),
        ("2019", "each is a text, not a mapping"),
        ("{year: [1000..1999, 2000..2999]}", "each names 2,000 columns"),
    ],
)
def test_what_is_wrong_in_each_is_told(each: str, message: str) -> None:
    assert message in refusal(WIDE.replace("{year: 2019..2021}", each), "Country,2019\nIndia,5\n")


# dates


@pytest.mark.parametrize(
    ("cell", "edtf"),
    [
        ("2021-02-01 13:05", "2021-02-01"),
        ("2021-02-01T13:05:09.5Z", "2021-02-01"),
        ("2021-02-01T13:05:09+02:00", "2021-02-01"),
        ("13/02/2021 1:05 PM", "2021-02-13"),
        ("5 Oct 2018, 14:30", "2018-10-05"),
        (datetime(2021, 2, 1, 13, 5), "2021-02-01"),
        (date(2021, 2, 1), "2021-02-01"),
        ("Q2 2022", "2022-04/2022-06"),
        ("2022 Q2", "2022-04/2022-06"),
        ("2022-Q4", "2022-10/2022-12"),
        ("Q1/2022", "2022-01/2022-03"),
        ("3Q2022", "2022-07/2022-09"),
        ("10/2018", "2018-10"),
    ],
)
def test_times_of_day_are_cut_and_quarters_are_their_months(cell: Any, edtf: str) -> None:
    assert date_text(cell, None, "day") == edtf


def test_numbers_of_days_are_dates_where_the_mapping_says_so() -> None:
    assert on("{column: A, dates: serial}", "43378") == "2018-10-05"
    assert on("{column: A, dates: serial}", "43378.75") == "2018-10-05"
    assert on("{column: A, dates: serial, precision: month}", "43374") == "2018-10"
    assert on("{column: A, dates: serial}", "2018-10") == "2018-10"
    assert date_text(43378.0, "serial", "day") == "2018-10-05"
    assert "'2018' may be a year, or 1905-07-10" in refusal(
        f"dates: serial\nentries:\n  - {{deal: x, {TESTED.replace('2019', '{column: A}')}}}\n", "A\n2018\n"
    )


def test_the_columns_of_a_sheet_may_have_dates_of_their_own_order() -> None:
    assert on("{column: A, dates: month-first}", "01/02/2021") == "2021-01-02"


PARTS = "{deal: x, event: payment-scheduled, tranche: 1, on: 2019, source: s, due: SPEC}"


@pytest.mark.parametrize(
    ("spec", "row", "edtf"),
    [
        ("{year: {column: Y}, month: {column: M}}", "2018,10,", "2018-10"),
        ("{year: {column: Y}, month: {column: M}}", "2018,Oct,", "2018-10"),
        ("{year: {column: Y}, month: {column: M}}", "2018,,", "2018"),
        ("{year: {column: Y}, month: {column: M}, day: {column: D}}", "2018,October,5", "2018-10-05"),
        ("{year: {column: Y}, month: {column: M}, day: {column: D}}", "2018,10,", "2018-10"),
        ("{year: 2018, month: {column: M}}", ",3,", "2018-03"),
        ("{year: {column: Y}, quarter: {column: M}}", "2018,Q2,", "2018-04/2018-06"),
        ("{year: {column: Y}, quarter: {column: M}}", "2018,2,", "2018-04/2018-06"),
        ("{year: {column: Y}, month: {column: M}, approximate: {column: D, is: yes}}", "2018,10,yes", "2018-10~"),
        ("{year: {column: Y}, quarter: {column: M}, approximate: {column: D, present: true}}", ",,x", None),
    ],
)
def test_a_date_may_stand_in_several_columns(spec: str, row: str, edtf: str | None) -> None:
    [read] = objects(f"entries:\n  - {PARTS.replace('SPEC', spec)}\n", f"Y,M,D\n{row}\n")
    assert read.get("due") == edtf


@pytest.mark.parametrize(
    ("spec", "row", "message"),
    [
        ("{year: {column: Y}, month: {column: M}}", "18,10,", "column 'Y': due: '18' is no year"),
        ("{year: {column: Y}, month: {column: M}}", "2018,13,", "column 'M': due: '13' is no month"),
        ("{year: {column: Y}, month: {column: M}}", ",10,", "'10' stands without a year"),
        ("{year: {column: Y}, month: {column: M}, day: {column: D}}", "2018,2,30", "'30' is no day of 2018-02"),
        ("{year: {column: Y}, month: {column: M}, day: {column: D}}", "2018,,3", "'3' stands without a month"),
        ("{year: {column: Y}, quarter: {column: M}}", "2018,5,", "'5' is no quarter"),
        ("{year: {column: Y}, day: {column: D}}", "2018,,3", "a date with a day has a month"),
    ],
)
def test_pieces_that_make_no_date_are_told(spec: str, row: str, message: str) -> None:
    assert message in refusal(f"entries:\n  - {PARTS.replace('SPEC', spec)}\n", f"Y,M,D\n{row}\n")


@pytest.mark.parametrize(
    ("spec", "cell", "edtf"),
    [
        ('{column: A, pattern: "until ${date}"}', "until 12/31/2022", "2022-12-31"),
        ('{column: A, pattern: "until ${date}"}', "Until  31 Dec 2022", "2022-12-31"),
        ('{column: A, pattern: ["until ${date}", "${date}"]}', "12/31/2022", "2022-12-31"),
        ('{column: A, pattern: "* (due ${date})"}', "first part (due 2022)", "2022"),
        ('{column: A, pattern: "until ${date}", values: {open: null}}', "open", None),
        ('{column: A, pattern: "until ${date}", values: {soon: 2023}}', "soon", "2023"),
    ],
)
def test_a_pattern_names_the_part_of_a_cell_that_counts(spec: str, cell: str, edtf: str | None) -> None:
    assert on(spec, cell) == edtf


def test_a_cell_that_does_not_fit_the_pattern_is_refused() -> None:
    mapping = 'entries:\n  - {deal: x, event: tested, on: {column: A, pattern: "until ${date}"}, source: s}\n'
    assert "'from 2022' does not fit 'until ${date}'" in refusal(mapping, "A\nfrom 2022\n")
    assert "does not name one part" in refusal(mapping.replace("${date}", "date"), "A\nx\n")


# cells that other cells make approximate


@pytest.mark.parametrize(
    ("flag", "amount"), [("yes", "~USD 5"), ("est.", "~USD 5"), ("Est.", "~USD 5"), ("", "USD 5"), ("no", "USD 5")]
)
def test_a_flag_makes_an_amount_approximate(flag: str, amount: str) -> None:
    spec = "{column: D2, currency: USD, approximate: {column: F, is: [yes, est.]}}"
    mapping = f"entries:\n  - {{deal: x, event: tranche-paid, on: 2019, source: s, amount: {spec}}}\n"
    assert made(mapping, f"D2,F\n5,{flag}\n", "amount") == [(amount,)]


@pytest.mark.parametrize(
    ("cell", "quantity"),
    [("5", "~5 units"), ("~5", "~5 units"), ("up to 5", "up to ~5 units"), ("5-6", "~5-6 units"), ("5+", "~5+ units")],
)
def test_a_flag_makes_a_quantity_approximate(cell: str, quantity: str) -> None:
    spec = "{column: A, unit: units, approximate: {column: B, present: true}}"
    assert field(spec, cell, name="quantity", event="delivered") == quantity


@pytest.mark.parametrize(
    ("cell", "edtf"),
    [
        ("2018", "2018~"),
        ("2018-10-05", "2018-10-05~"),
        ("2018?", "2018%"),
        ("2018~", "2018~"),
        ("2018-10/2018-12", "2018-10~/2018-12~"),
        ("Q2 2022", "2022-04~/2022-06~"),
        ("../2018", "../2018~"),
    ],
)
def test_a_flag_makes_a_date_approximate(cell: str, edtf: str) -> None:
    assert on("{column: A, approximate: {column: B, is: b}}", cell) == edtf


# several values in a cell, keys


def test_each_part_of_a_split_cell_is_translated() -> None:
    spec = '{column: A, split: ";", values: {Deutschland: DEU, "?": null}}'
    assert field(spec, "Deutschland; POL;?", name="by", event="commitment-reaffirmed") == ["DEU", "POL"]
    spec = '{column: A, split: ";", default: unknown}'
    assert field(spec, "DEU; ;POL;", name="by", event="commitment-reaffirmed") == ["DEU", "POL"]
    assert field(spec, "", name="by", event="commitment-reaffirmed") == ["unknown"]


def test_several_parties_stand_in_one_cell() -> None:
    mapping = """
entries:
  - {framework: x, event: signed, on: 2019, parties: {column: S, split: "/"}, title: {column: B}, source: s}
"""
    assert made(mapping, "S,B\nFR / DE,Land\n", "parties", "title") == [(["FR", "DE"], "Land")]


def test_a_long_key_is_cut_at_a_word_and_told_by_its_hash() -> None:
    mapping = f'longest_key: 40\nentries:\n  - {{deal: "${{T}}", {TESTED}}}\n'
    title = "Procurement of one hundred and eighty main battle tanks, first"
    [(first,), (second,)] = made(mapping, f'T\n"{title} lot"\n"{title} part"\n', "deal")
    assert first != second
    assert first.startswith("procurement-of-one-hundred-")
    assert max(len(first), len(second)) <= 40
    assert made(mapping, "T\nshort\n", "deal") == [("short",)]


def test_only_keys_that_are_no_keys_at_all_are_cut_if_the_mapping_says_nothing() -> None:
    assert short_key("a" * 200) == "a" * 200
    assert len(short_key("a-" * 150)) <= 200


@pytest.mark.parametrize(
    ("rows", "is_refused"),
    [
        ('"MiG-29",x\n"MiG 29",x\n', False),
        ('"Şahin",x\n"sahin",x\n', False),
        ('"Type 054A",x\n"Type 054A+",x\n', True),
        ('"C#",x\n"C",x\n', True),
        ('"a-b",c\n"a","b-c"\n', True),
    ],
)
def test_texts_that_only_a_key_makes_alike_are_refused(rows: str, is_refused: bool) -> None:
    mapping = f'entries:\n  - {{deal: "${{A}}-${{B}}", {TESTED}}}\n'
    if is_refused:
        assert "standard input:3, column 'A': deal: " in refusal(mapping, f"A,B\n{rows}")
    else:
        assert len(objects(mapping, f"A,B\n{rows}")) == 1


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("header: two", "header cannot be 'two'"),
        ("longest_key: 5", "longest_key cannot be '5'"),
        ("fill_down: X", "m.yaml:1: standard input has no column 'X'"),
    ],
)
def test_a_setting_that_cannot_be_is_told(setting: str, message: str) -> None:
    assert message in refusal(f"{setting}\nentries:\n  - {{deal: {{column: D}}, {TESTED}}}\n", "D\na\n")


def test_mappings_of_earlier_releases_need_nothing_new() -> None:
    mapping = read_mapping(f"entries:\n  - {{deal: {{column: D}}, {TESTED}}}\n", "m.yaml")
    assert mapping.has_header
    assert not mapping.fill_down
    assert mapping.entries[0].label == "tested"
