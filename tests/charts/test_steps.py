"""Sums over time: steps, bands and labels."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest

from armsledger.charts.steps import BOTTOM, LEFT, RIGHT, TOP, StepChart, SumCourse, amount_at, spanned, ticks
from tests.charts.drawn import numbers, of_class, parsed, texts

START = 700_000
CHART = StepChart((START, START + 327))  # a pixel a day
COURSE = SumCourse(
    title="Paid, USD",
    certain=((START + 100, 50.0),),
    possible=((START + 50, 50.0), (START + 200, 80.0)),
    agreed=((START + 10, 100.0),),
    agreed_name="value",
    last_certain="USD 50",
    last_possible="up to USD 80",
    last_agreed="USD 100",
)


def height(amount: float) -> float:
    """The place of an amount: the highest, 100, has an eighth of itself above it."""
    return round(BOTTOM - (BOTTOM - TOP) * amount / 112, 1)


def drawn(course: SumCourse) -> str:
    return CHART.course(course, "{:g}".format)


def test_what_is_certain_is_a_line_of_steps_from_zero() -> None:
    (line,) = of_class(drawn(COURSE), "sum")
    assert line.get("d") == f"M{LEFT:g} {BOTTOM:g}H{LEFT + 100:.1f}V{height(50):.1f}H{RIGHT:g}"


def test_what_is_possible_is_a_hatched_band_above_what_is_certain() -> None:
    boxes = [numbers(one, "x", "y", "width", "height") for one in of_class(drawn(COURSE), "hat")]
    assert boxes[0] == pytest.approx((LEFT + 50, height(50), 50, BOTTOM - height(50)), abs=0.11)
    assert boxes[1] == pytest.approx((LEFT + 200, height(80), RIGHT - LEFT - 200, height(50) - height(80)), abs=0.11)
    assert len(boxes) == 2


def test_what_was_agreed_is_a_dashed_line_from_its_day_on() -> None:
    (line,) = of_class(drawn(COURSE), "ref")
    assert line.get("d") == f"M{LEFT + 10:.1f} {height(100):.1f}H{RIGHT:g}"


def test_a_sum_without_an_upper_end_fills_the_drawing() -> None:
    endless = replace(COURSE, possible=((START + 50, inf),), last_possible="more")
    first, *_ = of_class(drawn(endless), "hat")
    assert numbers(first, "y") == (TOP,)
    assert "perhaps more" in texts(drawn(endless))


def test_the_last_amounts_are_written_and_told() -> None:
    assert {"value USD 100", "USD 50", "perhaps up to USD 80"} <= set(texts(drawn(COURSE)))
    assert parsed(drawn(COURSE)).findtext("title") == "Paid, USD: USD 50 certain, perhaps up to USD 80, value USD 100"


def test_a_sum_that_never_grew_is_a_line_at_zero() -> None:
    none = SumCourse("Delivered, tanks", (), (), (), "ordered", "0 tanks", "", "")
    (line,) = of_class(drawn(none), "sum")
    assert line.get("d") == f"M{LEFT:g} {BOTTOM:g}H{RIGHT:g}"
    assert "0 tanks" in texts(drawn(none))


def test_labels_that_would_overlap_step_aside_or_are_left_out() -> None:
    close = replace(COURSE, agreed=((START, 80.0),), certain=((START, 80.0),), possible=((START, 80.0),))
    lines = [
        one for one in parsed(drawn(close)).iter("text") if one.get("text-anchor") == "end" and one.get("x") == "378"
    ]
    heights = [float(one.get("y", 0)) for one in lines]
    assert len(set(heights)) == len(heights) == 2


def test_amounts_on_the_axis_are_round() -> None:
    assert list(ticks(6.1e9)) == [0, 2e9, 4e9, 6e9]
    assert list(ticks(2.2, 1)) == [0, 1, 2]  # of aircraft there are no halves
    assert list(ticks(1)) == [0, 0.2, 0.4, 0.6000000000000001, 0.8, 1]


def test_an_amount_holds_from_its_day_on() -> None:
    steps = ((START, 1.0), (START + 10, 3.0))
    assert [amount_at(steps, START + day) for day in (-1, 0, 9, 10)] == [0, 1, 1, 3]


def test_the_axis_holds_all_changes_and_the_day_of_the_chart() -> None:
    first, last = spanned([COURSE], START + 400)
    assert first <= START + 10
    assert last >= START + 400
