"""Combs: the forecasts of one thing, a tooth each: when it was said, the window, and how late it is."""

from __future__ import annotations

from typing import Final

from armsledger.charts.elements import NOTHING, Svg, circle, group, joined, line, path, rect
from armsledger.charts.marks import Forecast
from armsledger.charts.time_scale import TimeScale
from armsledger.domain.values.edtf import OPEN_PAST

GIVEN_UP: Final = frozenset({"revised", "withdrawn", "moot"})
"""What nobody waits for any longer."""
OPEN_LATE: Final = frozenset({"overdue", "partially-met"})
CAME_TRUE: Final = frozenset({"met", "met-early", "met-late", "broken", "indeterminate"})


def draw_forecast(forecast: Forecast, scale: TimeScale, y: float, day: int) -> Svg:
    """One tooth of a comb; ``day`` is the day of the chart, to which what is overdue reaches."""
    drawn = joined(_window(forecast, scale, y), _end(forecast, scale, y, day))
    return group(drawn, class_="gone") if forecast.outcome in GIVEN_UP else drawn


def _window(forecast: Forecast, scale: TimeScale, y: float) -> Svg:
    """A dot when it was said, a dotted lead, and the bracket; of "by a day" a thin line with one end."""
    dot = scale.place(_said(forecast))
    end = scale.place(forecast.due[1] + 1)
    start = dot if forecast.due[0] == OPEN_PAST else scale.place(forecast.due[0])
    said = circle(dot, y, 1.7, class_="brt")
    is_beyond = forecast.due[1] > scale.last
    bracket = f"M{end - 4:.1f} {y - 3:.1f}l4 3l-4 3" if is_beyond else _upright(end, y)
    if forecast.is_ruled_out:
        bracket += _cross((start + end) / 2, y)
    if forecast.due[0] == OPEN_PAST:
        return joined(said, path(f"M{dot:.1f} {y:.1f}H{end:.1f}", class_="by"), path(bracket, class_="br"))
    near = start if dot < start else end
    lead = path(f"M{dot:.1f} {y:.1f}H{near:.1f}", class_="lead") if dot < start or dot > end else NOTHING
    bracket = f"{_upright(start, y)}{bracket}M{start:.1f} {y:.1f}H{end:.1f}"
    return joined(lead, said, path(bracket, class_="br"))


def _said(forecast: Forecast) -> int:
    """The day from which on it has certainly been said."""
    return forecast.stated[1]


def _upright(x: float, y: float) -> str:
    return f"M{x:.1f} {y - 2.6:.1f}v5.2"


def _cross(x: float, y: float) -> str:
    """The sign of what is said not to come."""
    return f"M{x - 2.5:.1f} {y - 2.5:.1f}l5 5M{x - 2.5:.1f} {y + 2.5:.1f}l5 -5"


def _end(forecast: Forecast, scale: TimeScale, y: float, day: int) -> Svg:
    """A square where it came true, and a tail of what is late: to the square, or to the day of the chart."""
    end = scale.place(forecast.due[1] + 1)
    if forecast.outcome in OPEN_LATE:
        now = max(scale.place(day), end)
        tail = line(end, y, now, y, class_="tail", data_day="x2", data_from=end)
        return joined(tail, circle(now, y, 2.2, class_="end", data_day="cx", data_from=end))
    if forecast.met is None or forecast.outcome not in CAME_TRUE:
        return NOTHING
    met = scale.place(forecast.met[1] + 1)
    if forecast.outcome == "indeterminate":
        start = scale.place(forecast.met[0])
        return rect(start, y - 2.2, max(met - start, 4.4), 4.4, class_="unc")
    square = rect(met - 2.2, y - 2.2, 4.4, 4.4, class_="ink")
    return joined(line(end, y, met, y, class_="tail") if forecast.outcome == "met-late" else NOTHING, square)
