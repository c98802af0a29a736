"""Marks: what a chart draws of a fact and of a forecast. Days are proleptic ordinals, or open to the past or future."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.domain.values.words import Outcome

Days = tuple[int, int]
"""The first and the last day that a date allows."""
Look = Literal["solid", "possible", "hollow", "retracted"]
"""Certain; a single claim; not binding, put off or denied; and taken back."""


@dataclass(frozen=True)
class Fact:
    """Something that happened, as somebody believes it.

    The label is ``head`` and, where there is room, ``detail`` behind it. ``rivals`` are the days that sources state
    who differ on the date; ``is_contested`` is whether sources differ on anything. ``told`` is all of it in words, and
    ``entry`` the address of the preferred statement.
    """

    lane: str
    days: Days
    head: str
    detail: str = ""
    look: Look = "solid"
    is_qualified: bool = False
    is_contested: bool = False
    rivals: tuple[Days, ...] = ()
    told: str = ""
    entry: str = ""


@dataclass(frozen=True)
class Comb:
    """Forecasts of one thing, drawn together beneath the facts of a lane; ``order`` is its place among others."""

    lane: str
    title: str
    order: tuple[int, int, str] = (0, 0, "")


@dataclass(frozen=True)
class Forecast:
    """What somebody expected: when it was said, the window, and what became of it by the day of the chart.

    ``met`` are the days on which it came true, and ``due_words`` is the window in words.
    """

    comb: Comb
    stated: Days
    due: Days
    outcome: Outcome
    met: Days | None = None
    is_ruled_out: bool = False
    holder: str = ""
    due_words: str = ""
    told: str = ""
    entry: str = ""


@dataclass(frozen=True)
class Lane:
    """A lane of a timeline: its name among the marks, and what is written beside it."""

    name: str
    title: str
    note: str = ""


def ends_of(days: Days) -> Iterator[int]:
    """The days of a date that are not open."""
    first, last = days
    if first != OPEN_PAST:
        yield first
    if last != OPEN_FUTURE:
        yield last
