"""Frameworks: the agreements within which deals are made, and how long they hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from armsledger.domain.states.framework import Framework, FrameworkStatus
from armsledger.domain.states.stream_day import Bounds, StreamDay
from armsledger.domain.values.when import When
from armsledger.projections.projection import Projection, each_day
from armsledger.projections.rows import Row


@dataclass(frozen=True)
class FrameworkRow(Row):
    """A framework agreement at a date; ``possible_status`` is the other bound.

    ``expected`` tells what was expected of it by then, and what came of that.
    """

    framework: str
    title: str | None
    parties: tuple[str, ...]
    status: FrameworkStatus | None
    possible_status: FrameworkStatus | None
    signed_on: When | None
    in_force_since: When | None
    renewed_on: When | None
    until: When | None
    ended_on: When | None
    expected: tuple[str, ...]


def framework_rows(stream_day: StreamDay) -> Iterable[FrameworkRow]:
    """One row for a framework that is at least possibly known of."""
    bounds: Bounds[Framework] = stream_day.bounds
    if bounds.possible is None:
        return
    shown = bounds.certain or bounds.possible
    yield FrameworkRow(
        framework=stream_day.key,
        title=shown.title,
        parties=tuple(shown.parties),
        status=bounds.certain.status if bounds.certain else None,
        possible_status=bounds.possible.status,
        signed_on=shown.signed_on,
        in_force_since=shown.in_force_since,
        renewed_on=shown.renewed_on,
        until=shown.until,
        ended_on=shown.ended_on,
        expected=tuple(f"{one.expectation.what} {one.expectation.due}: {one.outcome}" for one in shown.expectations),
    )


FRAMEWORKS = Projection("frameworks", FrameworkRow, each_day(framework_rows), ("framework",), version=3, one_a_day=True)
