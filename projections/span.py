"""A row and the days of which it tells."""

from __future__ import annotations

from typing import Any, NamedTuple

from armsledger.domain.when import OPEN_FUTURE, OPEN_PAST
from armsledger.projections.rows import Row


class Span(NamedTuple):
    """A row that holds from one day up to, and without, another (proleptic ordinals).

    ``place`` tells the rows of one stream apart that hold on one day, and orders them.
    """

    valid_from: int
    valid_to: int
    place: str
    row: Any


def always(row: Row, place: str = "") -> Span:
    """A row that holds whatever the day."""
    return Span(OPEN_PAST, OPEN_FUTURE, place, row)
