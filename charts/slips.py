"""The slip chart of one thing expected: when each forecast was said, against the days that it gave.

What was said later stands further right, what is due later stands higher. A forecast on the grey ground gave days that
were past when it was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from armsledger.charts.boxes import Box, Taken
from armsledger.charts.combs import CAME_TRUE, GIVEN_UP, OPEN_LATE
from armsledger.charts.elements import (
    NOTHING,
    Svg,
    circle,
    element,
    group,
    joined,
    line,
    path,
    rect,
    text_of,
    title,
    words,
)
from armsledger.charts.marks import Days, Forecast, ends_of
from armsledger.charts.text_width import shortened, width_of
from armsledger.charts.time_scale import FIRST_DAY, LAST_DAY, Span, TimeScale
from armsledger.charts.timeline import FARTHEST_DAYS, Link, no_link
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST

WIDTH: Final = 384.0
HEIGHT: Final = 400.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 378.0, 24.0, 356.0
TEXT: Final = 12.5
LONGEST_LABEL: Final = 185.0
PAD: Final = 0.07
"""So much of the span of the days is kept free at both ends."""
LEAST_SPAN_DAYS: Final = 90
FEWEST: Final = 2
"""A date that was forecast once has not slipped."""


class Slip:
    """One panel, laid out for all forecasts that will ever stand on it: by a key of each, what it can be."""

    def __init__(self, forecasts: Mapping[str, Sequence[Forecast]], day: int, link: Link = no_link) -> None:
        """``day`` is the chart's, to which reaches what is overdue."""
        self._forecasts = forecasts
        self._link = link
        every = [one for variants in forecasts.values() for one in variants]
        self.across = TimeScale(_around(one.stated[1] for one in every), LEFT, RIGHT)
        self.upright = TimeScale(_around(_due_days(every, day)), BOTTOM, TOP)
        self._labels = self._place_labels()

    def order(self) -> list[str]:
        """The keys of the forecasts, in the order in which they were said."""
        return sorted(self._forecasts, key=lambda key: [(one.stated[1], one.due) for one in self._forecasts[key]][:1])

    def is_on_scale(self, day: int) -> bool:
        """Whether a day lies on the upright axis."""
        return self.upright.first <= day <= self.upright.last

    # The layout

    def _place_labels(self) -> dict[str, Box]:
        """Where the name of each who forecast stands, of those that have room."""
        boxes = [box for key in self._forecasts for box in self._boxes(key)]
        taken = Taken(Box(LEFT, TOP - 8, WIDTH, BOTTOM), boxes)
        places: dict[str, Box] = {}
        for key in self.order():
            width = max(width_of(_name(one), TEXT) for one in self._forecasts[key])
            candidates = [[box] for box in self._candidates(key, width)]
            number = taken.take(candidates) if width else None
            if number is not None:
                places[key] = candidates[number][0]
        return places

    def _boxes(self, key: str) -> Iterator[Box]:
        """What a forecast takes up by all that it can be: its bracket, and the tail above it."""
        for one in self._forecasts[key]:
            x = self.across.place(one.stated[1])
            ends = [self._low(one), self._high(one)]
            if one.met is not None:
                ends.append(self.upright.place(one.met[1] + 1))
            yield Box(x - 6, min(self._low(one), self._high(one)) - 1, x + 6, max(ends[0], ends[1] + 14) + 1)
            if one.met is not None:
                yield self._band(one.met)
            reach = TOP if one.outcome in OPEN_LATE else min(ends)
            yield Box(x - 4, reach - 4, x + 4, max(ends) + 1)

    def _candidates(self, key: str, width: float) -> Iterator[Box]:
        """Places beside a bracket, on either side, from its height outwards."""
        first = self._forecasts[key][0]
        x = self.across.place(first.stated[1])
        middle = (self._low(first) + self._high(first)) / 2
        for away in (0, 10, -10, 20, -20, 32, -32, 46, -46):
            for left in (x + 9, x - 9 - width):
                yield Box(left, middle + away - 7, left + width, middle + away + 7)

    def _high(self, forecast: Forecast) -> float:
        return self.upright.place(forecast.due[1] + 1) if forecast.due[1] != OPEN_FUTURE else TOP

    def _low(self, forecast: Forecast) -> float:
        is_by = forecast.due[0] == OPEN_PAST
        return self._high(forecast) + 12 if is_by else self.upright.place(forecast.due[0])

    # The fragments

    def frame(self) -> Svg:
        """The axes, and the ground of what was past when it was said."""
        up = [part for day, label in self.upright.ticks(upright=True) for part in self._row(day, label)]
        across = [part for day, label in self.across.ticks() for part in self._column(day, label)]
        axis = path(f"M{LEFT:g} {BOTTOM:g}H{RIGHT:g}", class_="ax")
        said = words(RIGHT, BOTTOM + 37, text_of("said \u2192"), text_anchor="end", class_="m")
        return joined(self._past(), *up, *across, axis, said, words(0, 12, text_of("\u2191 due"), class_="m"))

    def _past(self) -> Svg:
        first = max(self.across.first, self.upright.first)
        last = min(self.across.last, self.upright.last)
        if self.across.first > self.upright.last:
            return rect(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP, class_="past")
        if first >= last:
            return NOTHING
        corner = f"M{self.across.place(first):.1f} {self.upright.place(first):.1f}"
        far = f"L{self.across.place(last):.1f} {self.upright.place(last):.1f}"
        return path(f"{corner}{far}H{RIGHT:g}V{BOTTOM:g}H{self.across.place(first):.1f}Z", class_="past")

    def _row(self, day: int, label: str) -> Iterator[Svg]:
        y = self.upright.place(day)
        yield path(f"M{LEFT:g} {y:.1f}H{RIGHT:g}", class_="gr")
        if label:
            yield words(LEFT - 6, y + 4, text_of(label), text_anchor="end", class_="m")

    def _column(self, day: int, label: str) -> Iterator[Svg]:
        x = self.across.place(day)
        yield path(f"M{x:.1f} {BOTTOM:g}v6", class_="gr")
        if label:
            yield words(x + 3, BOTTOM + 18, text_of(label), class_="m")

    def day_line(self, day: int, label: str) -> Svg:
        """The line of the chart's day; a day off the scale has none."""
        y = self.upright.place(day)
        dashes = path(f"M{LEFT:g} 0H{RIGHT:g}", class_="dl", stroke_dasharray="4 3")
        off = None if self.is_on_scale(day) else "off"
        moving = group(dashes, transform=f"translate(0 {y:.1f})", data_day="transform")
        sample = path(f"M{RIGHT - 116:g} 8h22", class_="dl", stroke_dasharray="4 3")
        text = words(RIGHT, 12, text_of(label), class_="b7", text_anchor="end", data_day="text")
        return group(moving, sample, text, data_within="", class_=off)

    def steps(self, forecasts: Iterable[Forecast]) -> Svg:
        """From each forecast to the next that was said, as the due date moved."""
        points = sorted((self.across.place(one.stated[1]), one.stated[1], self._high(one)) for one in forecasts)
        if len(points) < 2:
            return NOTHING
        moves = "".join(f"H{x:.1f}V{y:.1f}" for x, _, y in points[1:])
        return path(f"M{points[0][0]:.1f} {points[0][2]:.1f}{moves}", class_="step")

    def met(self, days: Days) -> Svg:
        """The days on which it came true, over the whole width."""
        band = self._band(days)
        return rect(band.left, band.top, band.right - band.left, band.bottom - band.top, class_="metband")

    def _band(self, days: Days) -> Box:
        high = self.upright.place(days[1] + 1)
        return Box(LEFT, high, RIGHT, max(self.upright.place(days[0]), high + 1.5))

    def forecast(self, key: str, forecast: Forecast, day: int) -> Svg:
        """One forecast: an upright bracket over the days it gave, its tail, and the name of who said it."""
        x = self.across.place(forecast.stated[1])
        drawn = joined(self._bracket(forecast, x), self._end(forecast, x, day))
        if forecast.outcome in GIVEN_UP:
            drawn = group(drawn, class_="gone")
        place = self._labels.get(key)
        label = NOTHING
        if place is not None:
            is_right = place.left > x
            label = words(
                place.left if is_right else place.right,
                place.bottom - 3,
                text_of(_name(forecast)),
                text_anchor="start" if is_right else "end",
                class_="halo",
            )
        told, href = title(forecast.told), self._link(forecast.entry)
        return element("g", told, drawn, label) if href is None else element("a", told, drawn, label, href=href)

    def _bracket(self, forecast: Forecast, x: float) -> Svg:
        high, low = self._high(forecast), self._low(forecast)
        is_beyond = forecast.due[1] > self.upright.last
        lines = f"M{x - 4:.1f} {high + 5:.1f}l4 -5l4 5" if is_beyond else _across(x, high)
        if forecast.due[0] == OPEN_PAST:  # an arrow down: any day up to this one
            lines += f"M{x:.1f} {high:.1f}v11M{x - 3:.1f} {high + 8:.1f}l3 4l3 -4"
        else:
            lines += f"{_across(x, low)}M{x:.1f} {low:.1f}V{high:.1f}"
        if forecast.is_ruled_out:
            middle = (low + high) / 2
            lines += f"M{x - 3:.1f} {middle - 3:.1f}l6 6M{x - 3:.1f} {middle + 3:.1f}l6 -6"
        return path(lines, class_="br")

    def _end(self, forecast: Forecast, x: float, day: int) -> Svg:
        high = self._high(forecast)
        if forecast.outcome in OPEN_LATE:
            now = min(self.upright.place(day), high)
            tail = line(x, high, x, now, class_="tail", data_day="y2", data_from=high)
            return joined(tail, circle(x, now, 3.2, class_="end", data_day="cy", data_from=high))
        if forecast.met is None or forecast.outcome not in CAME_TRUE:
            return NOTHING
        met = self.upright.place(forecast.met[1] + 1)
        if forecast.outcome == "indeterminate":
            low = self.upright.place(forecast.met[0])
            return rect(x - 3, met, 6, max(low - met, 4), class_="unc")
        square = rect(x - 3, met - 3, 6, 6, class_="ink")
        return joined(line(x, high, x, met, class_="tail") if forecast.outcome == "met-late" else NOTHING, square)


def _across(x: float, y: float) -> str:
    return f"M{x - 4.5:.1f} {y:.1f}h9"


def _name(forecast: Forecast) -> str:
    return shortened(forecast.holder, LONGEST_LABEL, TEXT)


def _due_days(forecasts: Sequence[Forecast], day: int) -> list[int]:
    """The days of the upright axis; the chart's own day where something is overdue or open."""
    days = [end for one in forecasts for end in ends_of(one.due)]
    days += [end for one in forecasts if one.met is not None for end in ends_of(one.met)]
    never_met = any(one.met is None and one.outcome not in GIVEN_UP for one in _last(forecasts))
    farthest = max([*(one.stated[1] for one in forecasts), day]) + FARTHEST_DAYS
    days = [one for one in days if one <= farthest]
    return [*days, day] if never_met or not days else days


def _last(forecasts: Sequence[Forecast]) -> list[Forecast]:
    """What became of each forecast at last: the one that came true, if it ever does."""
    by_entry: dict[str, Forecast] = {}
    for one in forecasts:
        known = by_entry.get(one.entry)
        if known is None or known.met is None:
            by_entry[one.entry] = one
    return list(by_entry.values())


def _around(days: Iterable[int]) -> Span:
    """The span of some days, with room at both ends."""
    held = list(days)
    first, last = min(held), max(held)
    pad = max(round((last - first) * PAD), (LEAST_SPAN_DAYS - (last - first)) // 2, 10)
    return max(first - pad, FIRST_DAY), min(last + pad, LAST_DAY)


def met_by(forecasts: Iterable[Forecast]) -> Days | None:
    """The days on which the thing came true that some forecasts speak of; None if it did not."""
    met = [one.met for one in forecasts if one.met is not None and one.outcome.startswith("met")]
    return min(met, key=lambda days: (days[1], days[0]), default=None)
