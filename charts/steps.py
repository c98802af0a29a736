"""Sums over time as steps: a line for what is certain, a hatched band up to what is possible, and what was agreed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, inf, log10
from typing import Final

from armsledger.charts.boxes import Box, Taken
from armsledger.charts.elements import NOTHING, Svg, group, joined, path, rect, text_of, title, words
from armsledger.charts.text_width import width_of
from armsledger.charts.time_scale import LAST_DAY, Span, TimeScale, years_around

WIDTH: Final = 384.0
HEIGHT: Final = 250.0
LEFT, RIGHT, TOP, BOTTOM = 50.0, 378.0, 24.0, 222.0
TEXT: Final = 12.5
HEADROOM: Final = 1.12
MOST_TICKS: Final = 5
Steps = tuple[tuple[int, float], ...]
"""From which day on (a proleptic ordinal), and how much; before the first there is nothing."""


@dataclass(frozen=True)
class SumCourse:
    """How a sum grew: of one currency, or of one item and unit. What is possible can be endless.

    ``agreed`` is the value or the order, which ``agreed_name`` says. The ``last_...`` texts tell the last amounts.
    ``is_counted`` is whether it is of things, of which there are whole ones alone.
    """

    title: str
    certain: Steps
    possible: Steps
    agreed: Steps
    agreed_name: str
    last_certain: str
    last_possible: str
    last_agreed: str
    is_counted: bool = False

    @property
    def days(self) -> list[int]:
        """The days on which something changes."""
        return [day for steps in (self.certain, self.possible, self.agreed) for day, _ in steps]

    @property
    def most(self) -> float:
        """The highest amount that is not endless."""
        amounts = [amount for steps in (self.certain, self.possible, self.agreed) for _, amount in steps]
        return max((amount for amount in amounts if amount != inf), default=0.0)


def amount_at(steps: Steps, day: int) -> float:
    """The amount of a day."""
    place = bisect_right(steps, day, key=lambda step: step[0])
    return steps[place - 1][1] if place else 0.0


class StepChart:
    """One panel. Its axis of time is the same by every belief; that of amounts belongs to each, and tells no more."""

    def __init__(self, span: Span) -> None:
        self.scale = TimeScale(span, LEFT, RIGHT)

    def frame(self) -> Svg:
        """The axis of time."""
        ticks = [part for day, label in self.scale.ticks() for part in self._tick(self.scale.place(day), label)]
        return joined(*ticks, path(f"M{LEFT:g} {BOTTOM:g}H{RIGHT:g}", class_="ax"))

    @staticmethod
    def _tick(x: float, label: str) -> Iterator[Svg]:
        yield path(f"M{x:.1f} {TOP:g}V{BOTTOM + 5:g}", class_="gr")
        if label:
            yield words(x + 3, BOTTOM + 17, text_of(label), class_="m")

    def day_line(self, day: int) -> Svg:
        """The line of the chart's day."""
        return group(
            path(f"M0 {TOP - 4:g}V{BOTTOM:g}", class_="dl"),
            transform=f"translate({self.scale.place(day):.1f} 0)",
            data_day="transform",
        )

    def course(self, course: SumCourse, short: Callable[[float], str]) -> Svg:
        """The steps, the band, what was agreed, and the axis of amounts; ``short`` writes an amount on the axis."""
        top = (course.most or 1.0) * HEADROOM

        def height(amount: float) -> float:
            return BOTTOM - (BOTTOM - TOP) * min(amount / top, 1.0)

        axis = [
            part
            for amount in ticks(top, 1 if course.is_counted else 0)
            for part in self._amount(height(amount), short(amount))
        ]
        bands = [
            rect(left, height(most), right - left, height(least) - height(most), class_="hat")
            for left, right, least, most in self._bands(course)
        ]
        agreed = self._line(course.agreed, height, "ref", is_from_zero=False)
        sure = self._line(course.certain, height, "sum", is_from_zero=True)
        labels = self._labels(course, height)
        return joined(title(told(course)), *axis, *bands, agreed, sure, *labels)

    @staticmethod
    def _amount(y: float, label: str) -> Iterator[Svg]:
        yield path(f"M{LEFT:g} {y:.1f}H{RIGHT:g}", class_="gr")
        yield words(LEFT - 6, y + 4, text_of(label), text_anchor="end", class_="m")

    def _bands(self, course: SumCourse) -> Iterator[tuple[float, float, float, float]]:
        """Where more is possible than is certain: from left to right, and from the least to the most."""
        days = sorted({*(day for day, _ in (*course.certain, *course.possible))})
        for day, following in pairwise([*days, self.scale.last + 1]):
            least, most = amount_at(course.certain, day), amount_at(course.possible, day)
            if most > least:
                yield self.scale.place(day), self.scale.place(following), least, most

    def _line(self, steps: Steps, height: Callable[[float], float], kind: str, *, is_from_zero: bool) -> Svg:
        if not steps and not is_from_zero:
            return NOTHING
        moves = [f"M{LEFT:g} {BOTTOM:g}"] if is_from_zero else []
        for day, amount in steps:
            x, y = self.scale.place(day), height(amount)
            moves.append(f"H{x:.1f}V{y:.1f}" if moves else f"M{x:.1f} {y:.1f}")
        return path("".join([*moves, f"H{RIGHT:g}"]), class_=kind)

    @staticmethod
    def _labels(course: SumCourse, height: Callable[[float], float]) -> Iterator[Svg]:
        """The last amounts at the right end, above their lines or else below; one that finds no room is left out."""
        taken = Taken(Box(LEFT, 0, WIDTH, BOTTOM))
        ends = [
            (course.agreed, course.last_agreed and f"{course.agreed_name} {course.last_agreed}", "m"),
            (course.certain, course.last_certain, "b7"),
            (course.possible, course.last_possible and f"perhaps {course.last_possible}", None),
        ]
        for steps, text, kind in ends:
            if not text:
                continue
            y = height(steps[-1][1] if steps else 0.0)
            width = width_of(text, TEXT, bold=kind == "b7")
            boxes = [Box(RIGHT - width, y + shift - 16, RIGHT, y + shift) for shift in (0, 18)]
            number = taken.take([[box] for box in boxes])
            if number is not None:
                box = boxes[number]
                yield rect(box.left - 3, box.top + 2, width + 3, box.bottom - box.top - 3, class_="ground")
                yield words(RIGHT, box.bottom - 4, text_of(text), text_anchor="end", class_=kind)


def told(course: SumCourse) -> str:
    """The chart in words."""
    parts = [f"{course.title}: {course.last_certain or 'nothing'} certain"]
    parts += [f"perhaps {course.last_possible}"] if course.last_possible else []
    parts += [f"{course.agreed_name} {course.last_agreed}"] if course.last_agreed else []
    return ", ".join(parts)


def ticks(top: float, least_step: float = 0) -> Sequence[float]:
    """Round amounts from zero up to a top, a few of them."""
    size = 10.0 ** floor(log10(top / MOST_TICKS))
    step = max(next(size * factor for factor in (1, 2, 5, 10) if top / (size * factor) <= MOST_TICKS), least_step)
    return [step * place for place in range(int(top / step) + 1)]


def spanned(courses: Iterable[SumCourse], day: int) -> Span:
    """The days of an axis that holds all changes of some courses, and the chart's day."""
    held = [day, *(changed for course in courses for changed in course.days)]
    first, last = years_around([min(held)])[0], min(max(held), LAST_DAY)
    return first, min(last + max((last - first) // 30, 10), LAST_DAY)
