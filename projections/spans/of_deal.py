"""What rows that belong to a deal hold of it: who supplies and buys what, and whether the order is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple

from armsledger.domain.states.replace import replace
from armsledger.domain.values.edtf import OPEN_PAST
from armsledger.domain.values.words import OPEN
from armsledger.projections.spans.deals import deal_spans
from armsledger.projections.timeline import Span, Timeline, once_a_timeline

OF_NO_DEAL: Final[dict[str, Any]] = {
    "supplier": None,
    "suppliers": (),
    "buyer": None,
    "buyers": (),
    "items": (),
    "open": False,
}
"""The same before a deal begins, and of what belongs to none."""


_PARTS: Final = attrgetter(*(name for name in OF_NO_DEAL if name != "open"))


class _Period(NamedTuple):
    """The days on which the same is so of a deal."""

    since: int
    until: int
    fields: dict[str, Any]


def of_deal(timeline: Timeline, spans: Iterable[Span]) -> Iterator[Span]:
    """Spans whose rows hold what is so of their deal; a span is split where that changes.

    The items are those of the deal, or the one that the row itself names.
    """
    for span in spans:
        yield from _split(span, periods_of_deal(timeline)) if timeline.kind == "deal" else (span,)


@once_a_timeline
def periods_of_deal(timeline: Timeline) -> Sequence[_Period]:
    """The days on which what rows hold of their deal is the same; the same object as before where nothing changes."""
    periods: list[_Period] = []
    since, until, told = OPEN_PAST, OPEN_PAST, None
    for span in deal_spans(timeline):
        fields = *_PARTS(span.row), span.row.stage in OPEN
        if fields != told or until != span.valid_from:
            if told is not None:
                periods.append(_Period(since, until, dict(zip(OF_NO_DEAL, told, strict=True))))
            since, told = span.valid_from, fields
        until = span.valid_to
    if told is not None:
        periods.append(_Period(since, until, dict(zip(OF_NO_DEAL, told, strict=True))))
    before = timeline.before(periods_of_deal)
    return before if periods == before else periods


def _split(span: Span, periods: Sequence[_Period]) -> Iterator[Span]:
    since, end = span.valid_from, span.valid_to
    item = span.row.__dict__.get("item")
    own = {} if item is None else {"items": (item,)}
    for period in periods:
        if period.until <= since:
            continue
        if period.since >= end:
            break
        if period.since > since:
            yield span._replace(valid_from=since, valid_to=period.since)
        since = min(period.until, end)
        yield Span(max(period.since, span.valid_from), since, span.slot, replace(span.row, **{**period.fields, **own}))
    if since < end:
        yield span._replace(valid_from=since)
