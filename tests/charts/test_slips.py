"""Slip charts: when it was said against what was given, and labels that do not collide."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger.charts.boxes import Box
from armsledger.charts.marks import Comb, Days, Forecast
from armsledger.charts.slips import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Slip, met_by
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.domain.values.words import Outcome
from tests.charts.drawn import numbers, of_class, parsed, text_boxes, texts

DAY = 737_000
COMB = Comb("delivery", "Batch 1 delivered")


def forecast(said: int, due: Days, outcome: Outcome = "pending", met: Days | None = None, **more: Any) -> Forecast:
    shifted = [day if day in (OPEN_PAST, OPEN_FUTURE) else DAY + day for day in due]
    came = None if met is None else (DAY + met[0], DAY + met[1])
    entry = f"deal/x@{said}"
    return Forecast(COMB, (DAY + said, DAY + said), (shifted[0], shifted[1]), outcome, came, entry=entry, **more)


def slip(*forecasts: Forecast, day: int = 1000) -> Slip:
    return Slip({str(place): [one] for place, one in enumerate(forecasts)}, DAY + day)


def test_what_was_said_later_stands_further_right_and_what_is_due_later_higher() -> None:
    first, second = forecast(0, (200, 299), "met", (250, 250)), forecast(100, (400, 499), "met", (450, 450))
    panel = slip(first, second)
    x = [panel.across.place(DAY + said) for said in (0, 100)]
    assert LEFT < x[0] < x[1] < RIGHT
    for place, one, left, low, high in ((0, first, x[0], 200, 300), (1, second, x[1], 400, 500)):
        (bracket,) = of_class(panel.forecast(str(place), one, DAY), "br")
        top, bottom = panel.upright.place(DAY + high), panel.upright.place(DAY + low)
        assert BOTTOM > bottom > top > TOP
        assert bracket.get("d") == (
            f"M{left - 4.5:.1f} {top:.1f}h9M{left - 4.5:.1f} {bottom:.1f}h9M{left:.1f} {bottom:.1f}V{top:.1f}"
        )


def test_what_is_overdue_reaches_up_to_the_day_of_the_chart() -> None:
    one = forecast(0, (OPEN_PAST, 299), "overdue")
    panel = slip(one, forecast(50, (400, 499)))
    svg = panel.forecast("0", one, DAY + 1000)
    (tail,), (circle,) = of_class(svg, "tail"), of_class(svg, "end")
    due, now = (round(panel.upright.place(DAY + day), 1) for day in (300, 1000))
    assert numbers(tail, "y1", "y2") == (due, now)
    assert numbers(circle, "cy") == (now,)
    assert now < due
    assert (tail.get("data-day"), tail.get("data-from")) == ("y2", f"{due:g}")


def test_the_axis_ends_with_what_came_true_where_nothing_waits_for_the_day() -> None:
    met = [forecast(said, (200, 299), "met-late", (310, 319)) for said in (0, 10)]
    panel = slip(*met, day=5000)
    assert not panel.is_on_scale(DAY + 5000)
    assert of_class(panel.day_line(DAY + 5000, "later"), "off") != []
    assert met_by(met) == (DAY + 310, DAY + 319)
    (band,) = of_class(panel.met((DAY + 310, DAY + 319)), "metband")
    high, low = panel.upright.place(DAY + 320), panel.upright.place(DAY + 310)
    assert numbers(band, "x", "y", "height") == (LEFT, round(high, 1), round(low - high, 1))


def test_the_grey_ground_is_what_was_past_when_it_was_said() -> None:
    def ground(*forecasts: Forecast) -> list[str | None]:
        return [one.get("d") for one in of_class(slip(*forecasts, day=0).frame(), "past")]

    met: dict[str, Any] = {"outcome": "met"}
    above = ground(*(forecast(said, (1000, 1100), met=(1050, 1050), **met) for said in (0, 300)))
    assert above == []  # all of it is due long after it was said
    (crossed,) = ground(forecast(0, (0, 600), met=(300, 300), **met), forecast(600, (300, 600), met=(400, 400), **met))
    assert crossed is not None
    assert crossed.endswith("Z")


def test_the_steps_lead_from_what_was_said_first_to_what_was_said_last() -> None:
    forecasts = [forecast(100, (400, 499)), forecast(0, (200, 299))]
    panel = slip(*forecasts)
    (steps,) = of_class(panel.steps(forecasts), "step")
    x = [panel.across.place(DAY + said) for said in (0, 100)]
    y = [panel.upright.place(DAY + due) for due in (300, 500)]
    assert steps.get("d") == f"M{x[0]:.1f} {y[0]:.1f}H{x[1]:.1f}V{y[1]:.1f}"
    assert panel.steps(forecasts[:1]) == ""


FORECASTS = st.builds(
    forecast,
    st.integers(0, 2000),
    st.tuples(st.one_of(st.just(OPEN_PAST), st.integers(0, 1500)), st.integers(1500, 3000)),
    st.sampled_from(["pending", "overdue", "moot"]),
    holder=st.sampled_from(["Rosoboronexport", "Government of India", "IAF", "<b>", ""]),
)


@settings(max_examples=60)
@given(st.lists(FORECASTS, min_size=2, max_size=12))
def test_no_name_overlaps_another_one_or_a_bracket_and_none_leaves_the_drawing(forecasts: list[Forecast]) -> None:
    panel = slip(*forecasts, day=2500)
    drawn = [panel.forecast(str(place), one, DAY + 2500) for place, one in enumerate(forecasts)]
    labels = [box for svg in drawn for box in text_boxes(svg)]
    assert all(box.is_within(Box(0, 0, WIDTH, HEIGHT)) for box in labels)
    assert not any(one.overlaps(other) for one, other in combinations(labels, 2))
    for one in forecasts:
        x = panel.across.place(one.stated[1])
        low = panel.upright.place(one.due[0]) if one.due[0] != OPEN_PAST else panel.upright.place(one.due[1] + 1) + 11
        bracket = Box(x - 4.5, panel.upright.place(one.due[1] + 1), x + 4.5, low)
        assert not any(label.overlaps(bracket) for label in labels)


def test_who_said_it_is_named_and_told() -> None:
    one = forecast(0, (200, 299), holder="Rosoboronexport", told="due Dec 2021; <said>")
    svg = slip(one, forecast(50, (200, 299))).forecast("0", one, DAY)
    assert texts(svg) == ["Rosoboronexport"]
    assert parsed(svg).findtext(".//title") == "due Dec 2021; <said>"
