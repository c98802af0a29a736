"""Where labels stand: none overlaps another one or a mark, and none leaves the drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle that something takes up."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether two have room in common; those that only touch have not."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def is_within(self, other: Box) -> bool:
        """Whether it lies in another one."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )


class Taken:
    """The room that is taken on a drawing."""

    def __init__(self, drawing: Box, boxes: Iterable[Box] = ()) -> None:
        self.drawing = drawing
        self.boxes = list(boxes)

    def is_free(self, boxes: Iterable[Box]) -> bool:
        """Whether all of some boxes lie on the drawing, and where nothing else is."""
        return all(
            box.is_within(self.drawing) and not any(box.overlaps(other) for other in self.boxes) for box in boxes
        )

    def take(self, candidates: Iterable[Sequence[Box]]) -> int | None:
        """Take the room of the first of some candidates that is free, and say which; None if none is."""
        for number, boxes in enumerate(candidates):
            if self.is_free(boxes):
                self.boxes += boxes
                return number
        return None
