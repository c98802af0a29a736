"""Expectations: what was expected, by whom, what became of it, and by how many days it slipped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from armsledger.domain.beliefs.expectation import Expectation
from armsledger.domain.states.judgement import Judgement
from armsledger.projections.read_models.expectations import ExpectationRow
from armsledger.projections.spans.of_deal import OF_NO_DEAL, of_deal
from armsledger.projections.spans.tranches import Slip, slip
from armsledger.projections.timeline import SlotRow, Span, Timeline

AFTER_OPEN_PAST = 10**9
"""Added to a day, makes all days positive, so that they sort as text."""


def expectation_spans(timeline: Timeline) -> Iterator[Span]:
    """One row for each expectation from the day on which it was stated."""
    return of_deal(timeline, _spans(timeline))


def _spans(timeline: Timeline) -> Iterator[Span]:
    for link in timeline.belief.expectations:
        yield from timeline.sweep(timeline.course.outlooks.change_days(link), _Teller(timeline, link))


class _Teller:
    """Tells of one expectation on any day; of the same outcome again by the same row."""

    def __init__(self, timeline: Timeline, link: Expectation) -> None:
        self._outlooks = timeline.course.outlooks
        self._link = link
        self._told = _told(timeline.stream, link)
        days = (link.stated.first, link.entry.event.asserted.last)
        self._place = "".join(f"{day + AFTER_OPEN_PAST:010}" for day in days) + f"{link.entry.position:012}"
        self._judged: tuple[object, ...] = ()
        self._row: ExpectationRow | None = None

    def __call__(self, day: int) -> Iterable[SlotRow]:
        if not self._link.is_stated(day, possible=True):
            return ()
        lower = self._outlooks.judge(self._link, day, possible=False)
        upper = self._outlooks.judge(self._link, day, possible=True)
        judged = (lower.outcome, lower.occurrence, upper.outcome, upper.occurrence)
        if self._row is None or any(one is not other for one, other in zip(judged, self._judged, strict=True)):
            self._judged = judged
            self._row = _row(self._told, lower, upper)
        return ((self._place, self._row),)


def _told(stream: str, link: Expectation) -> dict[str, Any]:
    """What a row tells whatever became of the expectation."""
    event = link.entry.event
    return {
        "stream": stream,
        **OF_NO_DEAL,
        "entry": link.entry.address,
        "what": f"{link.what} ({amount})" if (amount := link.quantity or link.amount) else str(link.what),
        "due": link.due,
        "modality": link.modality,
        "holder": link.holder,
        "attribution": None if event.attribution is None else str(event.attribution),
        "source": event.source,
        "stated": link.stated,
        "revises": None if link.revises is None else link.revises.address,
        "revised_by": None if link.revised_by is None else link.revised_by.address,
    }


def _row(told: dict[str, Any], lower: Judgement, upper: Judgement) -> ExpectationRow:
    met = lower.occurrence or upper.occurrence
    met_on = None if met is None else met.event.on
    least, most = _slip(lower)
    return ExpectationRow(
        **told,
        outcome=lower.outcome,
        possible_outcome=upper.outcome,
        met_on=met_on,
        met_by=None if met is None else met.entry.address,
        slip_least_days=least,
        slip_most_days=most,
    )


def _slip(judged: Judgement) -> Slip:
    """By how much what certainly came slipped, or by how much the window was moved."""
    link = judged.expectation
    first = link.due if link.first is None else getattr(link.first.event, "due", link.due)
    if judged.outcome == "revised" and link.revised_by is not None:
        return slip(first, getattr(link.revised_by.event, "due", None))
    return slip(first, None if judged.occurrence is None else judged.occurrence.event.on)
