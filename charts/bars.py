"""Bars by year, stacked: what is certain in tints, and above it hatched what is possible beyond it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from armsledger.charts.alone import Drawing
from armsledger.charts.elements import Svg, group, joined, path, rect, text_of, title, words
from armsledger.charts.steps import ticks
from armsledger.charts.text_width import shortened, width_of

WIDTH: Final = 1192.0
HEIGHT: Final = 440.0
LEFT, TOP, BOTTOM = 64.0, 16.0, 400.0
NAMES: Final = 220.0
"""The column of names at the right."""
TEXT: Final = 12.5
TINTS: Final = 8
"""So many tints there are; the last one is for all others."""
WIDEST_BAR: Final = 56.0


@dataclass(frozen=True)
class Share:
    """A part of a bar: so much at least, and so much at most; None for what nobody knows."""

    least: float
    most: float | None


@dataclass(frozen=True)
class Stacks:
    """Bars by year, each of parts by their names. ``names`` are in the order of the stack, from the bottom."""

    names: Sequence[str]
    years: Mapping[int, Mapping[str, Share]]
    unit: str


def draw_stacks(stacks: Stacks, short: Callable[[float], str]) -> Drawing:
    """The chart; ``short`` writes an amount."""
    years = list(range(min(stacks.years), max(stacks.years) + 1))
    right = WIDTH - (NAMES if len(stacks.names) > 1 else 6)
    pitch = (right - LEFT) / len(years)
    top = max(_most(parts) for parts in stacks.years.values()) * 1.06 or 1.0

    def height(amount: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * amount / top

    axis = [part for amount in ticks(top) for part in _amount(height(amount), short(amount), right)]
    bars = [
        _bar(stacks, year, LEFT + pitch * place, pitch, height, short)
        for place, year in enumerate(years)
        if year in stacks.years
    ]
    labels = list(_years(years, pitch))
    names = list(_names(stacks.names, right + 18)) if len(stacks.names) > 1 else []
    unit = words(0, 10, text_of(stacks.unit), class_="m")
    base = path(f"M{LEFT:g} {BOTTOM:g}H{right:.1f}", class_="ax")
    body = joined(*axis, *bars, base, *labels, *names, unit)
    return Drawing(WIDTH, HEIGHT, body, (("sum-possible", "possible beyond what is certain"),))


def _most(parts: Mapping[str, Share]) -> float:
    return sum(part.least if part.most is None else part.most for part in parts.values())


def _bar(
    stacks: Stacks,
    year: int,
    left: float,
    pitch: float,
    height: Callable[[float], float],
    short: Callable[[float], str],
) -> Svg:
    parts = stacks.years[year]
    width = min(pitch * 0.78, WIDEST_BAR)
    x = left + (pitch - width) / 2
    drawn, least = [], 0.0
    for place, name in enumerate(stacks.names):
        if name in parts and parts[name].least:
            low, least = least, least + parts[name].least
            own = rect(x, height(least), width, height(low) - height(least), class_=f"tint t{place}")
            drawn.append(group(title(f"{name}, {year}: {_share(parts[name], short)}"), own))
    most = _most(parts)
    if most > least:
        told = f"{year}: {short(most - least)} more is possible"
        drawn.append(group(title(told), rect(x, height(most), width, height(least) - height(most), class_="hat")))
    if any(part.most is None for part in parts.values()):
        drawn.append(words(x + width / 2, height(most) - 3, text_of("+"), text_anchor="middle"))
    return joined(*drawn)


def _share(share: Share, short: Callable[[float], str]) -> str:
    if share.most is None:
        return f"at least {short(share.least)}"
    return short(share.least) if share.most == share.least else f"{short(share.least)} to {short(share.most)}"


def _amount(y: float, label: str, right: float) -> Iterator[Svg]:
    yield path(f"M{LEFT:g} {y:.1f}H{right:.1f}", class_="gr")
    yield words(LEFT - 8, y + 4, text_of(label), text_anchor="end", class_="m")


def _years(years: Sequence[int], pitch: float) -> Iterator[Svg]:
    """Each year under its bar, or each so-manieth where they stand close."""
    room = width_of("2000", TEXT) + 8
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 500, 10_000) if step * pitch >= room)
    for place, year in enumerate(years):
        if year % step == 0 or len(years) == 1:
            x = LEFT + pitch * (place + 0.5)
            yield words(x, BOTTOM + 18, text_of(str(year)), text_anchor="middle", class_="m")


def _names(names: Sequence[str], x: float) -> Iterator[Svg]:
    """The names in the order of the stack, the uppermost first."""
    for line, place in enumerate(reversed(range(len(names)))):
        y = TOP + 20 * line
        yield rect(x, y, 13, 13, class_=f"tint t{place}")
        yield words(x + 20, y + 11, text_of(shortened(names[place], NAMES - 40, TEXT)))
