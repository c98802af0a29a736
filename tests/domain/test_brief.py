"""Objects of many fields show themselves in a line of fewer than 500 characters."""

from __future__ import annotations

from armsledger.domain.brief import brief, said, words
from armsledger.domain.values.money import Money


def test_parts_stand_behind_the_name_as_long_as_there_is_room() -> None:
    assert brief("deal/x", ["stage: signed", "buyer: IND"]) == "<deal/x: stage: signed, buyer: IND>"
    assert brief("deal/x", []) == "<deal/x>"
    shown = brief("deal/x", (f"part {number}" for number in range(10_000)))
    assert len(shown) < 500
    assert shown.startswith("<deal/x: part 0, part 1, ")
    assert shown.endswith(", ...>")


def test_no_name_and_no_part_is_so_long_that_it_is_not_brief() -> None:
    assert len(brief("x" * 1_000, ["y" * 1_000] * 1_000)) < 500


def test_what_acts_on_a_terminal_is_escaped() -> None:
    assert brief("deal/x", ["title: \x1b[2Jgone\u202e", "two\nlines"]) == (
        "<deal/x: title: \\x1b[2Jgone\\u202e, two lines>"
    )


def test_values_that_say_nothing_are_left_out() -> None:
    values = {"value": Money.parse("~USD 5bn"), "paid": (), "title": None, "lapsed": False, "contested": True}
    assert list(said(values)) == ["value: ~USD 5bn", "contested: yes"]


def test_a_list_is_its_parts_in_words_or_how_many_there_are() -> None:
    assert words((Money.parse("USD 1m"), "IND")) == "USD 1m; IND"
    assert words((object(), object())) == "2"
