"""Rows that a line break or a program has broken are one row each, repaired or set aside, and counted once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exchange.sipri.register_text import ROW, read, register, row, said, words_of

OTHER = row(year="2017", designation="Garza", ordered="8", delivered="2", unit="0.25", order="2", total="0.5")
EMPTY = "," * 15


@pytest.mark.parametrize(
    ("head", "end"),
    [
        (",By,,,", "ship,65,650,390"),
        (",By,,,", "ship,65,650,390" + ",,,,,,,,,,,,"),
        (",By ship,,,", ",65,650,390,,,,,,,,,,,,"),
        (",,,,", "By ship,65,650,390,,,,,,,,,,,,"),
    ],
)
def test_a_row_of_which_a_program_has_padded_both_halves_is_whole_again(tmp_path: Path, head: str, end: str) -> None:
    broken = ROW.replace(",By ship,65,650,390", head)
    release = read(tmp_path, register(OTHER, broken, end, OTHER))
    assert words_of(release)[1] == words_of(read(tmp_path, register(ROW)))[0]
    assert said(release.problems) == [("repaired", 6, None)]
    assert (release.records, len(release.rows)) == (3, 3)


def test_a_volume_that_the_end_leaves_blank_stays_unknown(tmp_path: Path) -> None:
    broken = ROW.replace(",By ship,65,650,390", ",By ship,,,")
    release = read(tmp_path, register(broken, ",65,650,,,,,,,,,,,,,", OTHER))
    words = words_of(release)[0]
    assert (words["volume_per_unit"], words["volume_ordered"], "volume_delivered" in words) == ("65", "650", False)


def test_an_end_that_was_sorted_away_is_found_by_its_numbers(tmp_path: Path) -> None:
    heads = [line.rsplit(",", 3)[0] + ",,," for line in (ROW, OTHER)]
    ends = [",0.25,2,0.5" + "," * 12, "more,65,650,390" + "," * 12]
    release = read(tmp_path, register(*ends, *heads))
    assert [words["volume_delivered"] for words in words_of(release)] == ["390", "0.5"]
    assert words_of(release)[0]["comment"] == "By ship more"
    assert [problem.what for problem in release.problems] == [
        "broken by a line break; its end stood in line 6",
        "broken by a line break; its end stood in line 5",
    ]
    assert (release.records, release.count("repaired"), release.count("set aside")) == (2, 2, 0)
    assert not release.set_aside


def test_rows_and_ends_that_cannot_be_told_apart_are_set_aside_as_one_each(tmp_path: Path) -> None:
    heads = [line.rsplit(",", 3)[0] + ",,," for line in (ROW, row(year="2017"))]
    ends = [",65,650,390" + "," * 12] * 2
    release = read(tmp_path, register(*ends, *heads, OTHER))
    assert [words["designation"] for words in words_of(release)] == ["Garza"]
    assert release.records == 3, "two rows that are broken, and one that is whole"
    assert len(release.set_aside) == 4, "all four lines are kept"


def test_a_row_that_has_no_volumes_is_whole_where_no_end_is_left(tmp_path: Path) -> None:
    release = read(tmp_path, register(row(unit="", order="", total=""), OTHER))
    assert (len(release.rows), release.problems) == (2, [])


def test_a_row_that_cannot_be_read_and_its_end_are_one(tmp_path: Path) -> None:
    release = read(tmp_path, register("India,Russia,2018,?,10,,Kestrel-4", "more,65,650,390", OTHER))
    assert (release.records, release.count("set aside"), len(release.set_aside)) == (2, 1, 1)
    assert release.set_aside[0].raw == "India,Russia,2018,?,10,,Kestrel-4\nmore,65,650,390"
