"""A figure: what was measured, what it is compared with, and the goal for that ratio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

HEADS = ("what", "measured", "ratio", "goal", "met")


class Goal(NamedTuple):
    """A bound for a ratio: at least ``bound`` for speeds, at most for times and sizes.

    With a ``unit`` it is a bound for what was measured itself.
    """

    bound: float
    at_most: bool = False
    unit: str = ""

    def met(self, ratio: float) -> bool:
        """Whether a ratio keeps to it."""
        return ratio <= self.bound if self.at_most else ratio >= self.bound

    def __str__(self) -> str:
        sign = "<=" if self.at_most else ">="
        return f"{sign} {self.bound:g} {self.unit}" if self.unit else f"{sign} {self.bound:.2f}"


class Figure(NamedTuple):
    """One line of a table. ``ratio`` is ours divided by theirs; a figure without a goal informs only.

    ``amount`` is what the goal bounds where that is no ratio.
    """

    what: str
    measured: str
    ratio: float | None = None
    goal: Goal | None = None
    amount: float | None = None

    def cells(self) -> tuple[str, ...]:
        """The line's cells, as text."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        goal = "" if self.goal is None else str(self.goal)
        bounded = self.ratio if self.amount is None else self.amount
        met = "" if self.goal is None or bounded is None else ("yes" if self.goal.met(bounded) else "NO")
        return self.what, self.measured, ratio, goal, met


def absolute(what: str, amount: float, goal: Goal) -> Figure:
    """A figure that is held to a bound by itself, in the goal's unit."""
    return Figure(what, f"{amount:,.{_places(amount)}f} {goal.unit}", None, goal, amount)


def _places(amount: float) -> int:
    return 0 if amount >= 100 else 2


class Section(NamedTuple):
    """A table of figures with a heading, and below it what has to be known to judge them."""

    heading: str
    figures: Sequence[Figure]
    remarks: str
    listing: str = ""
    """Lines of another program, shown as they are."""

    def __str__(self) -> str:
        parts = [f"## {self.heading}", table([figure.cells() for figure in self.figures]), self.remarks]
        if self.listing:
            parts.append(f"```\n{self.listing}\n```")
        return "\n\n".join(parts)


def table(lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table that can be read as plain text too."""
    widths = [max(map(len, column)) for column in zip(HEADS, *lines, strict=True)]
    rows = [HEADS, ["-" * width for width in widths], *lines]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    )


def per_second(rate: float, unit: str) -> str:
    """``22,345 events/s``."""
    return f"{rate:,.0f} {unit}/s"


def milliseconds(seconds: float) -> str:
    """``12.3 ms``."""
    amount = seconds * 1000
    return f"{amount:,.{_places(amount)}f} ms"
