"""Projections: pure functions from what is believed of a stream to rows, kept as tables over both times.

For projections of one's own: `Projection`, `each_day`, `Row`, `StreamDay`, `Span`, `Timeline`. For SQL: `view_of` and
`select_at`, which need SQLAlchemy only when they are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from armsledger.domain.states.stream_day import StreamDay as StreamDay
    from armsledger.projections.projection import Projection as Projection
    from armsledger.projections.projection import ProjectionFailed as ProjectionFailed
    from armsledger.projections.projection import each_day as each_day
    from armsledger.projections.reading import select_at as select_at
    from armsledger.projections.reading import view_of as view_of
    from armsledger.projections.rows import Row as Row
    from armsledger.projections.rows import Rows as Rows
    from armsledger.projections.timeline import Span as Span
    from armsledger.projections.timeline import Timeline as Timeline

__all__ = [
    "Projection",
    "ProjectionFailed",
    "Row",
    "Rows",
    "Span",
    "StreamDay",
    "Timeline",
    "each_day",
    "select_at",
    "view_of",
]

_HOMES = {
    "Projection": "projections.projection",
    "ProjectionFailed": "projections.projection",
    "each_day": "projections.projection",
    "Row": "projections.rows",
    "Rows": "projections.rows",
    "StreamDay": "domain.states.stream_day",
    "Span": "projections.timeline",
    "Timeline": "projections.timeline",
    "select_at": "projections.reading",
    "view_of": "projections.reading",
}


def __getattr__(name: str) -> Any:
    """The public names, imported when first used."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"armsledger.{home}"), name)
