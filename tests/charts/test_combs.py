"""The teeth of combs: what became of each forecast, on a scale of a pixel a day."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger.charts.combs import draw_forecast
from armsledger.charts.marks import Comb, Days, Forecast
from armsledger.charts.time_scale import TimeScale
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.domain.values.words import Outcome
from tests.charts.drawn import numbers, of_class

START = 700_000
SCALE = TimeScale((START, START + 999), 0, 1000)
COMB = Comb("delivery", "Batch 1 delivered")


def forecast(outcome: Outcome, due: Days = (200, 299), met: Days | None = None, **more: Any) -> Forecast:
    """Said on day 100; the window is of the days given, from the start of the scale."""
    shifted = [None if days is None else (_shifted(days[0]), _shifted(days[1])) for days in (due, met)]
    window, came = shifted
    assert window is not None
    return Forecast(COMB, (START + 100, START + 100), window, outcome, came, **more)


def _shifted(day: int) -> int:
    return day if day in (OPEN_PAST, OPEN_FUTURE) else START + day


def drawn(one: Forecast, day: int = 500) -> str:
    return draw_forecast(one, SCALE, 10, START + day)


def paths(svg: str, name: str) -> list[str | None]:
    return [one.get("d") for one in of_class(svg, name)]


def test_a_forecast_is_a_dot_a_dotted_lead_and_a_bracket_over_its_window() -> None:
    svg = drawn(forecast("pending"))
    (dot,) = of_class(svg, "brt")
    assert numbers(dot, "cx", "cy") == (100, 10)
    assert paths(svg, "lead") == ["M100.0 10.0H200.0"]
    assert paths(svg, "br") == ["M200.0 7.4v5.2M300.0 7.4v5.2M200.0 10.0H300.0"]
    assert of_class(svg, "tail") + of_class(svg, "end") + of_class(svg, "ink") == []


def test_by_a_day_is_a_thin_line_with_one_end() -> None:
    svg = drawn(forecast("pending", (OPEN_PAST, 299)))
    assert paths(svg, "by") == ["M100.0 10.0H300.0"]
    assert paths(svg, "br") == ["M300.0 7.4v5.2"]


def test_a_window_without_an_end_has_an_arrow() -> None:
    assert paths(drawn(forecast("pending", (200, OPEN_FUTURE))), "br") == [
        "M200.0 7.4v5.2M996.0 7.0l4 3l-4 3M200.0 10.0H1000.0"
    ]


def test_what_is_overdue_has_a_tail_to_the_day_of_the_chart_and_an_open_circle() -> None:
    for outcome in ("overdue", "partially-met"):
        svg = drawn(forecast(outcome), day=500)
        (tail,), (circle,) = of_class(svg, "tail"), of_class(svg, "end")
        assert numbers(tail, "x1", "x2", "y1") == (300, 500, 10)
        assert numbers(circle, "cx", "cy") == (500, 10)
        assert (tail.get("data-day"), circle.get("data-day")) == ("x2", "cx")
        assert {tail.get("data-from"), circle.get("data-from")} == {"300"}  # where a script moves them from


def test_what_came_true_late_has_a_tail_to_a_square() -> None:
    svg = drawn(forecast("met-late", met=(390, 399)))
    (tail,), (square,) = of_class(svg, "tail"), of_class(svg, "ink")
    assert numbers(tail, "x1", "x2") == (300, 400)
    assert numbers(square, "x", "y", "width", "height") == (397.8, 7.8, 4.4, 4.4)


@pytest.mark.parametrize("outcome", ["met", "met-early"])
def test_what_came_true_in_time_has_a_square_alone(outcome: Outcome) -> None:
    svg = drawn(forecast(outcome, met=(240, 249)))
    (square,) = of_class(svg, "ink")
    assert numbers(square, "x") == (247.8,)
    assert of_class(svg, "tail") == []


def test_what_came_true_in_time_or_late_is_hatched_over_the_days_on_which_it_did() -> None:
    (band,) = of_class(drawn(forecast("indeterminate", met=(280, 319))), "unc")
    assert numbers(band, "x", "width") == (280, 40)


@pytest.mark.parametrize("outcome", ["revised", "withdrawn", "moot"])
def test_what_nobody_waits_for_is_grey_and_has_no_tail(outcome: Outcome) -> None:
    svg = drawn(forecast(outcome))
    assert len(of_class(svg, "gone")) == 1
    assert of_class(svg, "tail") == []


def test_what_is_said_not_to_come_is_crossed_out() -> None:
    (bracket,) = paths(drawn(forecast("kept", is_ruled_out=True)), "br")
    assert bracket is not None
    assert "M247.5 7.5l5 5M247.5 12.5l5 -5" in bracket
