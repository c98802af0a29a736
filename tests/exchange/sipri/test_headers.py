"""Headers by other names are read, named one by one, and never guessed twice; so are columns without marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from armsledger.domain.errors import UsageError
from armsledger.exchange.sipri.preamble import ALL, Scope
from tests.exchange.sipri.register_text import DEALS_HEAD, HEADER, ROW, read, register, row, words_of


def notes(folder: Path, header: str, *rows: str) -> list[tuple[str | None, str]]:
    """What is noted of a header: the column, and what was said."""
    release = read(folder, register(*(rows or (ROW,)), header=header))
    assert words_of(release) == words_of(read(folder, register(*(rows or (ROW,)))))
    return [(problem.column, problem.what) for problem in release.problems if problem.line == 4]


def test_each_header_by_another_name_is_named_with_what_it_was_taken_for(tmp_path: Path) -> None:
    header = HEADER.replace("Recipient", "Country").replace("Year of order", "Year").replace("status", "Status")
    assert notes(tmp_path, header) == [
        ("recipient", "the header 'Country' was taken for 'Recipient'"),
        ("order_year", "the header 'Year' was taken for 'Year of order'"),
    ]
    assert notes(tmp_path, HEADER) == []


def test_an_unknown_header_is_named_and_its_column_left_out(tmp_path: Path) -> None:
    release = read(tmp_path, register(f"{ROW},1", header=f"{HEADER},Checked by"))
    (problem,) = release.problems
    assert problem.what == "the header 'Checked by' is none of the register's: its column was left out"
    assert words_of(release) == words_of(read(tmp_path, register(ROW)))


def test_headers_and_cells_that_a_program_has_quoted_keep_their_marks(tmp_path: Path) -> None:
    quoted = [",".join(f'"{cell}"' for cell in line.split(",")) for line in (HEADER, ROW)]
    assert notes(tmp_path, *quoted) == []


def test_a_header_of_a_flag_is_named_as_one(tmp_path: Path) -> None:
    header = HEADER.replace("Year of order, ,", "Year of order,order_uncertain,")
    assert notes(tmp_path, header) == [
        (
            "order_year_flag",
            "the header 'order_uncertain' was taken for 'the mark of uncertain data of Year of order'",
        )
    ]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (HEADER.replace("Comments", "Country"), "'Recipient' and 'Country' all name one column, 'Recipient'"),
        (HEADER.replace("Comments", "Year"), "'Year of order' and 'Year' all name one column, 'Year of order'"),
        (
            HEADER.replace("Year of order", "Year").replace("Year(s) of delivery", "Year"),
            "'Year' and 'Year' all name one column, 'Year of order'",
        ),
    ],
)
def test_two_headers_of_one_column_are_refused(tmp_path: Path, header: str, names: str) -> None:
    with pytest.raises(UsageError, match=f"register.csv:4: {names}") as refused:
        read(tmp_path, register(ROW, header=header))
    assert "leave one of these columns out" in str(refused.value.remedy)


def test_a_year_beside_the_order_is_that_of_delivery_where_each_year_has_a_row(tmp_path: Path) -> None:
    header = DEALS_HEAD.replace("Delivery year,", "Year,")
    line = "101,Russia,India,Kestrel-4,SAM system,Air defence,2018,No,2,No,2021,No,New,65,65,130,No"
    release = read(tmp_path, register(line, header=header))
    assert words_of(release)[0]["deliveries"] == [{"year": "2021", "number": "2", "volume": "130"}]
    assert "the header 'Year' was taken for 'Delivery year'" in [problem.what for problem in release.problems]


def test_a_file_without_marks_of_uncertain_data_says_so(tmp_path: Path) -> None:
    header = HEADER.replace("Number delivered, ,", "Number delivered,").replace("Number ordered, ,", "Number ordered,")
    cells = ROW.split(",")
    line = ",".join(cell for index, cell in enumerate(cells) if index not in (5, 9))
    release = read(tmp_path, register(line, header=header))
    assert release.unmarked == ("ordered", "delivered")
    assert [problem.what for problem in release.problems] == [
        "no row has a mark of uncertain data (?) on these: Number ordered, Number delivered; they are taken as exact"
    ]


def test_many_rows_of_which_none_is_marked_are_told_though_there_is_a_column(tmp_path: Path) -> None:
    lines = [row(year=str(1950 + number), ordered_flag="?", delivered_flag="") for number in range(60)]
    assert read(tmp_path, register(*lines)).unmarked == ("delivered",)
    assert read(tmp_path, register(*lines[:5])).unmarked == ()


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        (Scope(years=((1950, 1989),), layout="deals"), Scope(years=((1990, 9999),), layout="deals"), ""),
        (
            Scope(ALL, ALL, ((1950, 9999),), True, "deals"),
            Scope(ALL, ALL, ((1950, 1989),), False, "years"),
            "orders and deliveries, by deal and by year of 1950 to 1989",
        ),
        (
            Scope(ALL, ALL, ((1950, 1989),), False, "years"),
            Scope(ALL, ALL, ((1990, 1999),), False, "years"),
            "deliveries only, by year of delivery, years 1950 to 1999",
        ),
        (
            Scope(ALL, ALL, ((1950, 1989),), True, "deals"),
            Scope(ALL, ALL, ((1950, 1989),), False, "years"),
            "orders and deliveries, by deal and by year, years 1950 to 1989",
        ),
    ],
)
def test_scopes_of_one_day_are_joined_layout_by_layout_and_kept_in_words(one: Scope, other: Scope, text: str) -> None:
    joined = one.joined(other)
    assert joined == other.joined(one)
    if text:
        assert str(joined) == text
        assert Scope.read(text) == joined
        years = [joined.in_layout(by_year=by_year).years for by_year in (False, True)]
        assert other.years in years or other.layout == one.layout
