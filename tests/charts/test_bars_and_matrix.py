"""Bars by year, and the matrix of suppliers and buyers."""

from __future__ import annotations

from math import pi

import pytest

from armsledger.charts.bars import BOTTOM, TOP, Share, Stacks, draw_stacks
from armsledger.charts.matrix import RADIUS, Cell, Matrix, draw_matrix
from tests.charts.drawn import numbers, of_class, parsed, texts

STACKS = Stacks(
    ("Russia", "<b>"),
    {2019: {"Russia": Share(60, 80), "<b>": Share(20, 20)}, 2021: {"Russia": Share(10, None)}},
    "millions of TIV",
)


def height(amount: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * amount / 106  # 100 is possible, and a bit of room above it


def test_a_bar_stacks_what_is_certain_and_hatches_what_is_possible_above_it() -> None:
    body = draw_stacks(STACKS, "{:g}".format).body
    tints = [one for one in of_class(body, "tint") if one.get("width") != "13"]
    edges = [(numbers(one, "y")[0], numbers(one, "y")[0] + numbers(one, "height")[0]) for one in tints]
    assert edges[0] == pytest.approx((height(60), BOTTOM), abs=0.11)
    assert edges[1] == pytest.approx((height(80), height(60)), abs=0.11)
    (possible,) = of_class(body, "hat")
    assert numbers(possible, "y", "height") == pytest.approx((height(100), height(80) - height(100)), abs=0.11)
    told = [one.text for one in parsed(body).iter("title")]
    assert told == ["Russia, 2019: 60 to 80", "<b>, 2019: 20", "2019: 20 more is possible", "Russia, 2021: at least 10"]


def test_years_without_a_bar_keep_their_place_and_names_stand_in_the_order_of_the_stack() -> None:
    body = draw_stacks(STACKS, "{:g}".format).body
    assert [text for text in texts(body) if text in ("2019", "2020", "2021")] == ["2019", "2020", "2021"]
    assert [text for text in texts(body) if text in ("Russia", "<b>")] == ["<b>", "Russia"]


MATRIX = Matrix(
    ("Russia", "France"), ("India", "China"), {("Russia", "India"): Cell(16, 4), ("France", "India"): Cell(4, 0)}, 3, 1
)


def test_the_area_of_a_dot_is_the_number_of_deals() -> None:
    body = draw_matrix(MATRIX).body
    areas = [pi * numbers(one, "r")[0] ** 2 for one in of_class(body, "hol")]
    assert areas == pytest.approx([pi * RADIUS**2, pi * RADIUS**2 / 4])
    (open_deals,) = of_class(body, "ink")
    assert numbers(open_deals, "r") == (RADIUS / 2,)
    assert [one.text for one in parsed(body).iter("title")] == [
        "Russia to India: 16 deals, 4 open",
        "France to India: 4 deals, 0 open",
    ]


def test_what_is_not_drawn_is_told() -> None:
    assert texts(draw_matrix(MATRIX).body)[-1] == "Not drawn: 3 other suppliers and 1 other buyer."
