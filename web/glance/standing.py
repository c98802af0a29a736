"""Whether a stream stands as it did at the last day that was asked for."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from armsledger.domain.states.course import Course
from armsledger.domain.states.stream_day import StreamDay

T = TypeVar("T")


class Remembered(Generic[T]):
    """What was told of the last day, as long as nothing changes but what became of forecasts.

    Pages ask for a day after the other, and most days only make a forecast overdue.
    """

    def __init__(self) -> None:
        self._course: Course | None = None
        self._happened = (0, 0)
        self._states: tuple[Any, Any] | None = None
        self._told: T | None = None

    def of(self, day: StreamDay) -> T | None:
        """What was told; None if as much has not happened, or the state was another, or the belief."""
        happened = len(day.certain), len(day.possible)
        is_same = self._course is day.course and self._happened == happened and self._states == day.states
        if not is_same:
            self._course, self._happened, self._states, self._told = day.course, happened, day.states, None
        return self._told

    def keep(self, told: T) -> T:
        """Remember what is told of the day that `of` was asked for."""
        self._told = told
        return told
