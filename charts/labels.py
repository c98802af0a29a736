"""Rows of marks and their labels: beside each mark on one line, and never over another label or mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from armsledger.charts.elements import NOTHING, Svg, element, text_of, words
from armsledger.charts.facts import Extent
from armsledger.charts.marks import Fact
from armsledger.charts.text_width import shortened, width_of

TEXT: Final = 12.5
NEAR: Final = 7.0
"""Between a mark and its label."""
GAP: Final = 14.0
"""Between a label and what comes next in its row."""
DIFFERS: Final = "\u00a0≠"
MOST_ROWS: Final = 14
"""So many rows of labels has a lane; what finds no room in them has no label."""
Side = Literal["right", "left"]
SIDES: Final[Sequence[Side]] = ("right", "left")


class Label(NamedTuple):
    """What is written beside a mark; how much of it is left out, from 0 for nothing to 3 for all."""

    text: str
    differs: str
    left_out: int

    @property
    def width(self) -> float:
        """The room that it takes."""
        return width_of(self.text, TEXT) + width_of(self.differs, TEXT, bold=True)


class Place(NamedTuple):
    """The row of a mark, and the side of its labels; None where it has none."""

    row: int
    side: Side | None


NO_LABEL: Final = Label("", "", 3)


def label_of(fact: Fact, room: float) -> Label:
    """As much of a fact's label as has room; the sign of a dispute stays as long as anything does."""
    differs = DIFFERS if fact.is_contested else ""
    left = room - width_of(differs, TEXT, bold=True)
    whole = fact.head + fact.detail
    if width_of(whole, TEXT) <= left:
        return Label(whole, differs, 0)
    if width_of(fact.head, TEXT) <= left:
        return Label(fact.head, differs, 1)
    short = shortened(fact.head, left, TEXT)
    if short:
        return Label(short, differs, 2)
    return Label("", differs.strip(), 2) if differs and left >= 0 else NO_LABEL


def room_beside(mark: Extent, side: Side, drawing: Extent) -> float:
    """The room between a mark and the edge of the drawing."""
    return drawing.right - mark.right - NEAR if side == "right" else mark.left - NEAR - drawing.left


def draw_label(label: Label, mark: Extent, side: Side, middle: float, kind: str) -> Svg:
    """A label on one side of its mark."""
    if not (label.text or label.differs):
        return NOTHING
    sign = element("tspan", text_of(label.differs), class_="cx") if label.differs else NOTHING
    x, anchor = (mark.right + NEAR, "start") if side == "right" else (mark.left - NEAR, "end")
    return words(x, middle + 4, text_of(label.text), sign, text_anchor=anchor, class_=kind)


class Rows:
    """The rows of one lane, as far as they are taken."""

    def __init__(self, drawing: Extent) -> None:
        self.drawing = drawing
        self._taken: list[list[Extent]] = []
        self._labelled: list[list[Extent]] = []

    def __len__(self) -> int:
        return len(self._taken)

    def place(self, variants: Sequence[tuple[Fact, Extent]]) -> Place:
        """Find a row for one mark, given all that it can be by one belief or another."""
        wholes = {side: self._whole(variants, side) for side in SIDES}
        fewest = min(left_out for _, left_out in wholes.values())
        sides = [side for side in SIDES if wholes[side][1] == fewest]
        if fewest < NO_LABEL.left_out:
            for row in range(min(len(self._taken) + 1, MOST_ROWS)):
                for side in sides:
                    if self._is_free(self._taken, row, wholes[side][0]):
                        self._take(row, wholes[side][0], is_labelled=True)
                        return Place(row, side)
        bare = Extent(min(mark.left for _, mark in variants), max(mark.right for _, mark in variants))
        row = next(row for row in range(len(self._taken) + 1) if self._is_free(self._labelled, row, bare))
        self._take(row, bare, is_labelled=False)
        return Place(row, None)

    def _whole(self, variants: Sequence[tuple[Fact, Extent]], side: Side) -> tuple[Extent, int]:
        """What all variants take with their labels on one side, and how much of a label is left out at most."""
        whole: Extent | None = None
        left_out = 0
        for fact, mark in variants:
            label = label_of(fact, room_beside(mark, side, self.drawing))
            reach = label.width + NEAR if label.width else 0
            own = mark._replace(right=mark.right + reach) if side == "right" else mark._replace(left=mark.left - reach)
            whole = own if whole is None else whole.joined(own)
            left_out = max(left_out, label.left_out)
        assert whole is not None
        return whole, left_out

    @staticmethod
    def _is_free(rows: list[list[Extent]], row: int, own: Extent) -> bool:
        if row >= len(rows):
            return True
        return all(own.right + GAP <= other.left or other.right + GAP <= own.left for other in rows[row])

    def _take(self, row: int, own: Extent, *, is_labelled: bool) -> None:
        if row == len(self._taken):
            self._taken.append([])
            self._labelled.append([])
        self._taken[row].append(own)
        if is_labelled:
            self._labelled[row].append(own)
