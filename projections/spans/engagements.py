"""Engagements: the calendar of summits, visits and other meetings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from armsledger.domain.states.engagement import Engagement
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.stream_day import Bounds, StreamDay
from armsledger.projections.projection import each_day
from armsledger.projections.read_models.engagements import EngagementRow


def engagement_rows(stream_day: StreamDay) -> Iterable[EngagementRow]:
    """One row for a meeting that is at least possibly known of."""
    bounds: Bounds[Engagement] = stream_day.bounds
    if bounds.possible is None:
        return
    shown = bounds.certain or bounds.possible
    last = _last_expectation(shown.expectations)
    format: Any = shown.format or _selected(last, "format")  # of the same words, which the command checks
    yield EngagementRow(
        engagement=stream_day.key,
        status=bounds.certain.status if bounds.certain else None,
        possible_status=bounds.possible.status,
        format=format,
        series=shown.series or _selected(last, "series"),
        edition=shown.edition if last is None or shown.edition is not None else _edition(last),
        level=shown.level or _selected(last, "level"),
        place=shown.place or _selected(last, "place"),
        participants=shown.participants,
        expected=None if last is None else last.expectation.due,
        planned=shown.planned,
        held_on=shown.held_on,
        reason=shown.reason,
        outcomes=shown.outcomes,
    )


def _last_expectation(judged: Iterable[Judgement]) -> Judgement | None:
    held = [one for one in judged if one.expectation.what.event == "held" and one.outcome != "revised"]
    return held[-1] if held else None


def _selected(judged: Judgement | None, field: str) -> Any:
    value = None if judged is None else judged.expectation.what.selectors.get(field)
    return None if value is None else str(value)


def _edition(judged: Judgement) -> int | None:
    value = judged.expectation.what.selectors.get("edition")
    return value if isinstance(value, int) else None


engagement_spans = each_day(engagement_rows)
