"""The scale of time: where a day stands, and the ticks that have room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from armsledger.charts.text_width import width_of

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STEPS: Final = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000)
"""Months from one tick to the next."""
TICK_TEXT: Final = 12.5
"""The size of a tick's label."""
_LEAST_LINES: Final = 20.0
"""Lines of the grid stand at least so many pixels apart."""
FIRST_DAY: Final = date.min.toordinal()
LAST_DAY: Final = date(9999, 1, 1).toordinal() - 1
Span = tuple[int, int]
"""A first and a last day (proleptic ordinals)."""


class Tick(NamedTuple):
    """A line of the grid; ``label`` is empty where there is no room for it."""

    day: int
    label: str


class TimeScale:
    """Days (proleptic ordinals) from the first to the last, on pixels from a start to an end.

    The end may be less than the start, as it is on an axis that points upwards.
    """

    def __init__(self, span: Span, start: float, end: float) -> None:
        self.first, self.last = span
        self.start, self.end = start, end
        self.per_day = (end - start) / max(self.last + 1 - self.first, 1)

    def place(self, day: int) -> float:
        """Where a day begins; a day off the scale stands at its end."""
        return self.start + (min(max(day, self.first), self.last + 1) - self.first) * self.per_day

    def ticks(self, *, upright: bool = False) -> list[Tick]:
        """The lines of the grid, and labels that do not touch each other; on an upright axis they stand one above the
        other."""
        step = _step_of_labels(self, upright=upright)
        by_year = step > 12 and abs(self.per_day) * 365 >= _LEAST_LINES
        labels = self._labels(list(_days(self, step)), step, upright=upright)
        return [Tick(day, labels.get(day, "")) for day in _days(self, 12 if by_year else step)]

    def _labels(self, days: Sequence[int], step: int, *, upright: bool) -> dict[int, str]:
        """The labels that fit; where none is a year, the first month has its own."""
        texts = {day: self._label(day, step, upright=upright) for day in days}
        if step < 12 and days and not any(text.isdecimal() for text in texts.values()):
            self._name_year(days, texts, upright=upright)
        return texts

    def _name_year(self, days: Sequence[int], texts: dict[int, str], *, upright: bool) -> None:
        first = date.fromordinal(days[0])
        text = f"{_MONTHS[first.month - 1]} {first.year}"
        end = self.place(days[0]) + width_of(text, TICK_TEXT) + 3
        if upright or end <= self.end:
            texts[days[0]] = text
            for day in days[1:] if not upright else ():
                texts[day] = texts[day] if self.place(day) >= end else ""

    def _label(self, day: int, step: int, *, upright: bool) -> str:
        when = date.fromordinal(day)
        text = str(when.year) if step >= 12 or when.month == 1 else _MONTHS[when.month - 1]
        fits = upright or self.place(day) + width_of(text, TICK_TEXT) + 3 <= self.end
        return text if fits else ""


def years_around(days: Iterable[int]) -> Span:
    """The whole years that hold some days."""
    held = list(days)
    first, last = max(min(held), FIRST_DAY), min(max(held), LAST_DAY)
    start = date.fromordinal(first).replace(month=1, day=1)
    end = date.fromordinal(last).replace(month=12, day=31)
    return start.toordinal(), end.toordinal()


def _step_of_labels(scale: TimeScale, *, upright: bool) -> int:
    room = TICK_TEXT * 2.2 if upright else max(width_of(name, TICK_TEXT) for name in ("2000", *_MONTHS)) + 8
    return _step(scale, room)


def _step(scale: TimeScale, room: float) -> int:
    """The months between two ticks that stand at least so many pixels apart."""
    per_month = abs(scale.per_day) * 30.4
    return next((step for step in _STEPS if step * per_month >= room), _STEPS[-1])


def _days(scale: TimeScale, step: int) -> Iterator[int]:
    """The first days of each so-manieth month."""
    first = date.fromordinal(scale.first)
    month = -(-(first.year * 12 + first.month - 1) // step) * step
    while month // 12 <= date.max.year:
        day = date(month // 12, month % 12 + 1, 1).toordinal() if month >= 12 else FIRST_DAY
        if day > scale.last:
            return
        if day >= scale.first:
            yield day
        month += step
