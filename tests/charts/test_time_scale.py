"""The scale of time."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from armsledger.charts.text_width import width_of
from armsledger.charts.time_scale import TICK_TEXT, TimeScale, years_around

YEAR_2018 = date(2018, 1, 1).toordinal()


def test_a_day_stands_where_it_begins() -> None:
    scale = TimeScale((YEAR_2018, YEAR_2018 + 364), 100, 465)  # a pixel a day
    assert (scale.place(YEAR_2018), scale.place(YEAR_2018 + 31), scale.place(YEAR_2018 + 365)) == (100, 131, 465)
    assert (scale.place(YEAR_2018 - 10), scale.place(YEAR_2018 + 9999)) == (100, 465)


def test_an_upright_scale_grows_upwards() -> None:
    scale = TimeScale((YEAR_2018, YEAR_2018 + 99), 200, 100)
    assert (scale.place(YEAR_2018), scale.place(YEAR_2018 + 50)) == (200, 150)


def test_the_years_around_some_days_are_whole() -> None:
    first, last = years_around([date(2018, 10, 5).toordinal(), date(2021, 12, 6).toordinal()])
    assert (date.fromordinal(first), date.fromordinal(last)) == (date(2018, 1, 1), date(2021, 12, 31))


def labels(first: date, last: date, width: float) -> list[str]:
    """The labels of a scale."""
    return [tick.label for tick in TimeScale((first.toordinal(), last.toordinal()), 0, width).ticks() if tick.label]


def test_years_have_labels_and_months_where_there_is_room() -> None:
    assert labels(date(2018, 1, 1), date(2020, 12, 31), 240) == ["2018", "2019", "2020"]
    assert labels(date(2018, 1, 1), date(2018, 12, 31), 240) == ["2018", "Apr", "Jul", "Oct"]


def test_of_months_alone_the_first_names_the_year() -> None:
    assert labels(date(2021, 8, 20), date(2021, 12, 20), 400) == ["Sep 2021", "Oct", "Nov", "Dec"]


@given(st.integers(1, 3_000_000), st.integers(0, 400_000), st.floats(60, 1200))
def test_labels_never_touch_each_other_and_stay_on_the_scale(first: int, days: int, width: float) -> None:
    scale = TimeScale((first, min(first + days, 3_652_000)), 0, width)
    end = -1.0
    for tick in scale.ticks():
        if tick.label:
            start = scale.place(tick.day) + 3
            assert start > end, tick
            end = start + width_of(tick.label, TICK_TEXT)
            assert end <= width + 0.01
