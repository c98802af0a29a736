"""Expectations: what was expected, by whom, what became of it, and by how many days it slipped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from armsledger.domain.beliefs.expectation import Expectation
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.contract import Cancelled, Completed, Terminated
from armsledger.domain.events.framework import FrameworkTerminated
from armsledger.domain.states.course import is_certain
from armsledger.domain.states.judgement import Judgement, Outcome, judge, matches
from armsledger.domain.states.stream_day import ended_on
from armsledger.domain.values.stream import KINDS, StreamKind
from armsledger.domain.values.when import When
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.tranches import Slip, slip
from armsledger.projections.rows import Row
from armsledger.projections.timeline import SlotRow, Span, Timeline, change_days_of

AFTER_OPEN_PAST = 10**9
"""Added to a day, makes all days positive, so that they sort as text."""
ENDS = (Cancelled, Completed, Terminated, FrameworkTerminated)
"""Events after which what was expected can be moot."""


@dataclass(frozen=True)
class ExpectationRow(Row):
    """One expectation, or one revision of it, that was stated by the date.

    ``outcome`` counts certain occurrences, ``possible_outcome`` possible ones too. ``met_by`` is the
    entry that tells of the occurrence, ``met_on`` when it happened; both are there too if it only possibly meets the
    expectation. ``slip_..._days`` is how long after the window it certainly came, at least and at most: 0 within it,
    less than 0 before it; of a revised one, by how much the window was moved.
    """

    stream: str
    entry: str
    what: str
    due: When
    modality: str | None
    holder: str | None
    attribution: str | None
    source: str | None
    stated: When
    outcome: Outcome
    possible_outcome: Outcome
    met_on: When | None
    met_by: str | None
    slip_least_days: int | None
    slip_most_days: int | None
    revises: str | None
    revised_by: str | None


def expectation_spans(timeline: Timeline) -> Iterator[Span]:
    """One row for each expectation from the day on which it was stated."""
    ends = [o for o in timeline.belief.occurrences if isinstance(o.event, ENDS)]
    for link in timeline.belief.expectations:
        alike = [o for o in timeline.belief.occurrences if matches(o, link.what, possible=True)]
        yield from timeline.sweep(
            _change_days(link, [*alike, *ends]), _Teller(timeline, link, alike, can_end=bool(ends))
        )


def _change_days(link: Expectation, deciding: Sequence[Occurrence]) -> list[int]:
    """The days from which on an expectation, or its outcome, can be another."""
    change_days = [*change_days_of(deciding), link.stated.first, link.due.last + 1]
    for entry in (link.revised_by, link.withdrawn_by):
        change_days += () if entry is None else (entry.event.on.first, entry.event.on.last)
    return change_days


class _Teller:
    """Tells of one expectation on any day; of the same outcome again by the same row."""

    def __init__(self, timeline: Timeline, link: Expectation, alike: Sequence[Occurrence], *, can_end: bool) -> None:
        """``alike`` are the occurrences that are at least possibly what is expected, in the order of the fold."""
        self._timeline = timeline
        self._link = link
        self._told = _told(timeline.stream, link)
        self._alike = alike
        self._can_end = can_end
        days = (link.stated.first, link.entry.event.asserted.last)
        self._place = "".join(f"{day + AFTER_OPEN_PAST:010}" for day in days) + f"{link.entry.position:012}"
        self._judged: tuple[object, ...] = ()
        self._row: ExpectationRow | None = None

    def __call__(self, day: int) -> Iterable[SlotRow]:
        if self._link.stated.first > day:
            return ()
        possible = [o for o in self._alike if o.event.on.first <= day]
        certain = [o for o in possible if is_certain(o, day)]
        ended = self._ended(day)
        lower = judge(self._link, certain, day, ended[0], possible=False)
        upper = judge(self._link, possible, day, ended[1], possible=True)
        judged = (lower.outcome, lower.occurrence, upper.outcome, upper.occurrence)
        if self._row is None or any(one is not other for one, other in zip(judged, self._judged, strict=True)):
            self._judged = judged
            self._row = _row(self._told, lower, upper)
        return ((self._place, self._row),)

    def _ended(self, day: int) -> tuple[When | None, When | None]:
        if not self._can_end:
            return None, None
        lower, upper = self._timeline.course.states(day)
        return ended_on(lower), ended_on(upper)


def _told(stream: str, link: Expectation) -> dict[str, Any]:
    """What a row tells whatever became of the expectation."""
    event = link.entry.event
    return {
        "stream": stream,
        "entry": link.entry.address,
        "what": str(link.what) if link.quantity is None else f"{link.what} ({link.quantity})",
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
    if judged.outcome == "revised" and link.revised_by is not None:
        return slip(link.due, getattr(link.revised_by.event, "due", None))
    return slip(link.due, None if judged.occurrence is None else judged.occurrence.event.on)


ALL_KINDS: tuple[StreamKind, ...] = KINDS
EXPECTATIONS = Projection("expectations", ExpectationRow, expectation_spans, ALL_KINDS)
