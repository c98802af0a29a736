"""The mark of a fact: a tick, a band of days, or one that is open; beside it the dates of those who differ."""

from __future__ import annotations

from typing import Final, NamedTuple

from armsledger.charts.elements import NOTHING, Svg, joined, path, rect
from armsledger.charts.marks import Days, Fact
from armsledger.charts.time_scale import TimeScale
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST

TICK: Final = 3.6
BOX: Final = 6.0
"""The least width of what is not one certain day."""
FADE: Final = 32.0
"""How far a band fades that is open."""
RIVAL: Final = 5.0
APART: Final = 10.0
"""A rival farther away is joined to its mark by a dotted line."""


class Extent(NamedTuple):
    """How far something goes from left to right."""

    left: float
    right: float

    def joined(self, other: Extent) -> Extent:
        """What holds both."""
        return Extent(min(self.left, other.left), max(self.right, other.right))


def extent_of(fact: Fact, scale: TimeScale) -> Extent:
    """How far a fact's mark goes, with its rivals."""
    whole = _extent(fact, scale)
    for days in fact.rivals:
        whole = whole.joined(_rival(days, scale))
    return whole


def draw_fact(fact: Fact, scale: TimeScale, middle: float) -> Svg:
    """The mark of a fact around a height, with its rivals."""
    own = _extent(fact, scale)
    shape = _open_band(fact, own, middle) if _is_open(fact.days) else _closed(fact, own, middle)
    return joined(shape, *(_draw_rival(days, own, scale, middle) for days in fact.rivals))


def _is_open(days: Days) -> bool:
    return days[0] == OPEN_PAST or days[1] == OPEN_FUTURE


def _extent(fact: Fact, scale: TimeScale) -> Extent:
    first, last = fact.days
    if first == OPEN_PAST:
        end = scale.place(last + 1)
        return Extent(max(end - FADE, scale.start), max(end, scale.start + BOX))
    if last == OPEN_FUTURE:
        start = scale.place(first)
        return Extent(start, max(min(start + FADE, scale.end), start + BOX))
    start, end = scale.place(first), scale.place(last + 1)
    if _is_tick(fact):
        return Extent(start, start + TICK)
    return Extent(start, max(end, start + BOX))


def _is_tick(fact: Fact) -> bool:
    return fact.days[0] == fact.days[1] and fact.look == "solid" and not fact.is_qualified


def _closed(fact: Fact, own: Extent, middle: float) -> Svg:
    width = own.right - own.left
    if _is_tick(fact):
        return rect(own.left, middle - 7, width, 14, class_="ink")
    is_one_day = fact.days[0] == fact.days[1]
    height = 14 if is_one_day and fact.look == "hollow" else 12
    dashed = " apx" if fact.is_qualified else ""
    kind = {"hollow": "hol", "retracted": "ret"}.get(fact.look, "unc")
    return rect(own.left, middle - height / 2, width, height, class_=kind + dashed)


def _open_band(fact: Fact, own: Extent, middle: float) -> Svg:
    """Three steps of growing strength towards the end that is known, which is a hard edge."""
    is_past = fact.days[0] == OPEN_PAST
    edge = own.right if is_past else own.left
    dashed = " apx" if fact.is_qualified else ""
    if fact.look == "retracted":
        return rect(own.left, middle - 6, own.right - own.left, 12, class_="ret")
    if fact.look == "hollow":
        outline = rect(own.left, middle - 6, own.right - own.left, 12, class_=f"hol{dashed}")
        return joined(outline, path(f"M{edge:.1f} {middle - 7:.1f}v14", class_="edge"))
    third = (own.right - own.left) / 3
    strengths = (0.25, 0.55, 1.0) if is_past else (1.0, 0.55, 0.25)
    steps = [
        rect(own.left + third * place, middle - 6, third, 12, class_="hat", opacity=f"{strength:g}")
        for place, strength in enumerate(strengths)
    ]
    return joined(*steps, path(f"M{edge:.1f} {middle - 7:.1f}v14", class_=f"edge{dashed}"))


def _rival(days: Days, scale: TimeScale) -> Extent:
    first = days[1] if days[0] == OPEN_PAST else days[0]
    last = days[0] if days[1] == OPEN_FUTURE else days[1]
    start = scale.place(first)
    return Extent(start, max(scale.place(last + 1), start + RIVAL))


def _draw_rival(days: Days, own: Extent, scale: TimeScale, middle: float) -> Svg:
    rival = _rival(days, scale)
    box = rect(rival.left, middle - 3.5, rival.right - rival.left, 7, class_="rv")
    gap = NOTHING
    if rival.left - own.right > APART:
        gap = path(f"M{own.right + 2:.1f} {middle:.1f}H{rival.left - 2:.1f}", class_="rvl")
    elif own.left - rival.right > APART:
        gap = path(f"M{rival.right + 2:.1f} {middle:.1f}H{own.left - 2:.1f}", class_="rvl")
    return joined(gap, box)
