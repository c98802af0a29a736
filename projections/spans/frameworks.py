"""Frameworks: the agreements within which deals are made, and how long they hold."""

from __future__ import annotations

from collections.abc import Iterable

from armsledger.domain.states.framework import Framework
from armsledger.domain.states.stream_day import Bounds, StreamDay
from armsledger.projections.projection import each_day
from armsledger.projections.read_models.frameworks import FrameworkRow


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


framework_spans = each_day(framework_rows)
