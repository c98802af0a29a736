"""Tables that fit: which columns go, what is shortened, and what is never broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.cli.grid import ELLIPSIS, EQUAL, Grid, Rank, folded, grid, shortened, width_of

NAMES = ["deal", "buyer", "items", "delivered"]
CELLS = [
    ["india-s400", "poland-k2"],
    ["IND", "POL"],
    ["S-400 Triumf air defence system", "K2 Black Panther"],
    ["5 units", "180"],
]


def table(room: int, rank: Rank = EQUAL) -> Grid:
    return grid(NAMES, CELLS, room, rank)


def test_a_table_that_fits_is_as_wide_as_its_cells() -> None:
    assert table(100) == Grid(
        [
            "deal        buyer  items                            delivered",
            "─" * 61,
        ],
        [
            "india-s400  IND    S-400 Triumf air defence system  5 units",
            "poland-k2   POL    K2 Black Panther                 180",
        ],
    )


def test_numbers_stand_at_the_right() -> None:
    made = grid(["deal", "count"], [["a", "b"], ["7", "1,200"]], 80)
    assert made.heads[0] == "deal  count"
    assert made.rows == ["a         7", "b     1,200"]


def test_a_text_ends_in_an_ellipsis_after_a_whole_word() -> None:
    assert table(55).rows == [
        "india-s400  IND    S-400 Triumf air …         5 units",
        "poland-k2   POL    K2 Black Panther           180",
    ]
    assert not table(55).fits


def test_the_last_column_goes_first() -> None:
    made = table(38)
    assert made.left_out == ["delivered"]
    assert made.rows[0] == "india-s400  IND    S-400 Triumf air …"


def test_a_spare_column_goes_before_the_last_one() -> None:
    assert table(45, Rank(spare=["buyer"])).left_out == ["buyer"]


def test_a_main_column_stays_when_others_go() -> None:
    assert table(22, Rank(main=["delivered"])).left_out == ["buyer", "items"]


def test_a_head_of_several_words_goes_on_below_where_room_is_short() -> None:
    made = grid(["deal", "slip_least_days", "source"], [["india-s400"], ["12"], ["theprint-2021"]], 37)
    assert made.heads == ["            slip least", "deal              days  source", "─" * 37]
    assert made.left_out == []


def test_a_long_key_stands_in_a_line_of_its_own_and_is_not_broken() -> None:
    keys = ["deal/a", "deal/b", "deal/c", "framework/a-key-that-is-longer-than-others"]
    made = grid(["stream", "due"], [keys, ["2021-12-01/2021-12-31"] * 4], 40, Rank(main=["due"]))
    assert made.rows == [
        "deal/a  2021-12-01/2021-12-31",
        "deal/b  2021-12-01/2021-12-31",
        "deal/c  2021-12-01/2021-12-31",
        "framework/a-key-that-is-longer-than-others",
        "        2021-12-01/2021-12-31",
    ]


def test_keys_that_are_wider_than_the_room_widen_no_rule() -> None:
    made = grid(["deal", "buyer"], [["k" * 50, "l" * 60], ["IND", "POL"]], 40)
    assert made.heads[-1] == "─" * 40
    assert made.rows == ["k" * 50, "l" * 60]


def test_what_is_too_long_for_a_word_costs_no_other_column() -> None:
    made = grid(["deal", "items", "stage"], [["a", "b"], ["x" * 300, "K2 Black Panther"], ["signed", "signed"]], 80)
    assert made.left_out == []
    assert [(row.split()[0], row[6], row.split()[-1]) for row in made.rows] == [
        ("a", "x", "signed"),
        ("b", "K", "signed"),
    ]


def test_prose_goes_on_below_for_six_lines() -> None:
    text = "sources differ in value and in quantity, and the first of them is taken as it is graded better"
    long = f"{text}; {text}"
    made = grid(["deal", "message"], [["deal/x"], [text]], 32, Rank(main=["message"], prose=["message"]))
    assert made.rows == [
        "deal/x  sources differ in value",
        "        and in quantity, and the",
        "        first of them is taken",
        "        as it is graded better",
    ]
    made = grid(["deal", "message"], [["deal/x"], [long]], 32, Rank(main=["message"], prose=["message"]))
    assert len(made.rows) == 6
    assert made.rows[-1].endswith(" …")


def test_prose_leaves_a_key_out_rather_than_break_it() -> None:
    text = "the register may mean by it deal/sipri-ind-rus-2018-s-400-triumf-2, and other deals"
    made = grid(["deal", "message"], [["deal/x"], [text]], 34, Rank(main=["message"], prose=["message"]))
    assert made.rows == [
        "deal/x  the register may mean by",
        "        it",
        "        …",
        "        and other deals",
    ]


def test_characters_of_east_asia_take_two_columns_and_marks_upon_others_none() -> None:
    assert [width_of(text) for text in ("abc", "é", "e\u0301", "中文", "カ")] == [3, 1, 1, 4, 2]
    made = grid(["name", "of"], [["中文", "tanks"], ["a", "b"]], 80)
    assert made.rows == ["中文   a", "tanks  b"]


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [
        ("1 aircraft; 11 launchers; 80 tanks", 20, "1 aircraft …"),
        ("1 aircraft; 11 launchers; 80 tanks", 30, "1 aircraft; 11 launchers …"),
        ("11 launchers of M142 HIMARS", 20, "11 launchers of …"),
        ("Sovremenny", 6, "Sovre…"),
        ("Sovremenny", 10, "Sovremenny"),
    ],
)
def test_a_shortened_text_keeps_whole_words(text: str, width: int, short: str) -> None:
    assert shortened(text, width) == short


def test_a_folded_text_keeps_its_columns_and_breaks_no_word() -> None:
    assert folded("  stage       delivering since 2021-12", 24, 14) == [
        "  stage       delivering",
        "              since",
        "              2021-12",
    ]


cell = st.text(st.sampled_from("ab -中/1;e\u0301"), max_size=30).map(str.strip)
tables = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=8)
)


@given(tables, st.integers(20, 120), st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)))
def test_any_table_fits_but_for_keys_that_nobody_may_break(
    rows: list[list[str]], room: int, main: set[int], prose: set[int]
) -> None:
    names = [f"c{index}" for index in range(len(rows[0]))]
    cells = [list(column) for column in zip(*rows, strict=True)]
    rank = Rank(main=[f"c{index}" for index in sorted(main)], prose=[f"c{index}" for index in sorted(prose)])
    made = grid(names, cells, room, rank)
    keys = set(cells[0])
    assert names[0] not in made.left_out
    for line in [*made.heads, *made.rows]:
        assert width_of(line) <= room or line in keys
        assert line == line.rstrip()
    whole = "\n".join(made.rows)
    if made.fits:
        assert ELLIPSIS not in whole
    if not any(" " in key for key in keys):
        assert all(key in whole for key in keys)
