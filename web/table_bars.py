"""Bars, dots and brackets within tables, as small SVG: a width is an attribute, as no style may be inline."""

from __future__ import annotations

from math import sqrt
from typing import Final

from armsledger.web.markup import Markup

LARGEST_DOT: Final = 15.0
"""The radius of the largest dot of a matrix, in pixels."""
LEAST_DOT: Final = 2.0
WHOLE: Final = 100.0
LEAST_BAR: Final = 0.6
"""Per cent; what is there is seen."""
HATCH: Final = "url(#h)"
"""The pattern that every page has (`templates/base.html`)."""


def dot(number: int, largest: int, ring: str = "") -> Markup:
    """A dot whose area is a number; ``ring`` is ``threatened`` or ``imposed``."""
    radius = max(LEAST_DOT, LARGEST_DOT * sqrt(number / largest)) if largest else LEAST_DOT
    around = Markup('<circle class="ring-{}" cx="19" cy="19" r="{:.1f}"/>').format(ring, radius + 3) if ring else ""
    return Markup(
        '<svg class="dot" width="38" height="38" viewBox="0 0 38 38" aria-hidden="true">'
        '<circle class="ink" cx="19" cy="19" r="{:.1f}"/>{}</svg>'
    ).format(radius, around)


def share_bar(certain: float, possible: float, *, stated: bool = True, approximate: bool = False) -> Markup:
    """How much of an order was delivered: solid is certain, hatched possible or about; dashed edges: not stated."""
    parts = []
    solid, upto = (0.0, max(certain, possible)) if approximate else (certain, possible)
    if upto > solid:
        parts.append(_rect(solid, min(upto, 1.0), "possible", HATCH))
    if solid:
        parts.append(_rect(0, min(solid, 1.0), "ink"))
    frame = Markup('<rect class="{}" x="0" y="0" width="100%" height="14"/>').format("frame" if stated else "frame un")
    return _bar(Markup("").join([frame, *parts]), 14)


def pair_bar(old: float, new: float, *, old_about: bool, new_about: bool) -> Markup:
    """A number before, outlined, and after, filled; dashed or hatched where it is about."""
    before = Markup('<rect class="{}" x="0" y="1" width="{:.1f}%" height="6"/>').format(
        "before un" if old_about else "before", max(old * WHOLE, LEAST_BAR)
    )
    after = _rect(0, new, "possible" if new_about else "ink", HATCH if new_about else "", y=10, height=6)
    return _bar(before + after, 18)


def tail(share: float) -> Markup:
    """How long a forecast is overdue, from the end of its window to an open circle, where the day of the page is."""
    end = max(share * 96, 2.0)
    return _bar(
        Markup(
            '<line class="tail-start" x1="1" x2="1" y1="1" y2="11"/><line class="tail-line" x1="1" x2="{0:.1f}%" y1="6"'
            ' y2="6"/><circle class="tail-end" cx="{0:.1f}%" cy="6" r="3.4"/>'
        ).format(end),
        12,
    )


def bracket(start: float | None, end: float | None, now: float) -> Markup:
    """A window of days as a bracket along a scale from 0 to 1, and a line at the page's own day.

    Without a start it is "by" its end, a dotted lead; what goes on beyond the scale is cut off.
    """
    first, last = max(start or 0.0, 0.0) * WHOLE, min(1.0 if end is None else end, 1.0) * WHOLE
    last = max(last, first + 0.4)
    parts = [
        Markup('<line class="{}" x1="{:.2f}%" x2="{:.2f}%" y1="8" y2="8"/>').format(
            "lead" if start is None else "reach", first, last
        )
    ]
    if start is not None and start >= 0:
        parts.append(_tick(first, "reach"))
    if end is not None and end <= 1:
        parts.append(_tick(last, "reach"))
    parts.append(Markup('<line class="now" x1="{0:.2f}%" x2="{0:.2f}%" y1="-9" y2="25"/>').format(now * WHOLE))
    return _bar(Markup("").join(parts), 16)


def stacked(parts: list[tuple[str, float]]) -> Markup:
    """Shares of a whole side by side, each with the class of its colour."""
    rects, at = [], 0.0
    for name, share in parts:
        if share > 0:
            rects.append(_rect(at, at + share, name, HATCH if name == "hatched" else "", y=1, height=12))
            at += share
    return _bar(Markup("").join(rects), 14)


def _tick(place: float, name: str) -> Markup:
    return Markup('<line class="{1}" x1="{0:.2f}%" x2="{0:.2f}%" y1="4" y2="12"/>').format(place, name)


def _rect(start: float, end: float, name: str, fill: str = "", y: int = 0, height: int = 14) -> Markup:
    width = max((end - start) * WHOLE, LEAST_BAR)
    pattern = Markup(' fill="{}"').format(fill) if fill else ""
    return Markup('<rect class="{}" x="{:.1f}%" y="{}" width="{:.1f}%" height="{}"{}/>').format(
        name, start * WHOLE, y, width, height, pattern
    )


def _bar(inside: Markup, height: int) -> Markup:
    return Markup('<svg class="barline h{}" width="100%" height="{}" aria-hidden="true">{}</svg>').format(
        height, height, inside
    )
