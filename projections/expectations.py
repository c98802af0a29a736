"""Expectations: what was expected, by whom, what became of it, and by how many days it slipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from armsledger.domain.deal_events import Cancelled, Completed, Terminated
from armsledger.domain.expectation import Expectation, Judgement, Outcome, judge
from armsledger.domain.framework_events import FrameworkTerminated
from armsledger.domain.state import ended_on
from armsledger.domain.statement import StreamKind
from armsledger.domain.stream import KINDS
from armsledger.domain.when import When
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row
from armsledger.projections.scene import Scene
from armsledger.projections.span import Span
from armsledger.projections.timeline import Placed, Timeline, turns_of
from armsledger.projections.tranches import Slip, slip

ENDS = (Cancelled, Completed, Terminated, FrameworkTerminated)
"""Events after which what was expected can be moot."""


@dataclass(frozen=True)
class ExpectationRow(Row):
    """One expectation, or one revision of it, that was stated by the date.

    ``outcome`` counts certain occurrences, ``possible_outcome`` possible ones too. ``met_by`` is the
    entry that tells of the occurrence, ``met_on`` when it happened. ``slip_..._days`` is how long after the window it
    came, at least and at most: 0 within it, less than 0 before it; of a revised one, by how much the window was moved.
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
    for number, link in enumerate(timeline.belief.expectations):
        yield from timeline.sweep(_turns(timeline, link), _Teller(timeline, link, number))


def _turns(timeline: Timeline, link: Expectation) -> list[int]:
    """The days from which on an expectation, or its outcome, can be another."""
    deciding = [o for o in timeline.belief.occurrences if o.event.name == link.what.event or isinstance(o.event, ENDS)]
    turns = [*turns_of(deciding), link.stated.first, link.due.last + 1]
    for entry in (link.revised_by, link.withdrawn_by):
        turns += () if entry is None else (entry.event.on.first, entry.event.on.last)
    return turns


class _Teller:
    """Tells of one expectation on any day."""

    def __init__(self, timeline: Timeline, link: Expectation, number: int) -> None:
        self._timeline = timeline
        self._link = link
        self._place = (
            f"{link.stated.first + 10**9:010}{link.entry.event.asserted.last + 10**9:010}{link.entry.position:012}"
        )
        self._can_end = any(isinstance(o.event, ENDS) for o in timeline.belief.occurrences)

    def __call__(self, day: int) -> Iterator[Placed]:
        if self._link.stated.first <= day:
            scene = self._timeline.scene(day)
            yield self._place, _row(scene.stream, self._judge(scene, possible=False), self._judge(scene, possible=True))

    def _judge(self, scene: Scene, *, possible: bool) -> Judgement:
        occurrences = scene.possible if possible else scene.certain
        ended = ended_on(scene.states[possible]) if self._can_end else None
        return judge(self._link, occurrences, scene.ordinal, ended, possible=possible)


def _row(stream: str, lower: Judgement, upper: Judgement) -> ExpectationRow:
    link = lower.expectation
    event = link.entry.event
    met = lower.occurrence or upper.occurrence
    met_on = None if met is None else met.event.on
    least, most = _slip(link, lower.outcome, met_on)
    return ExpectationRow(
        stream=stream,
        entry=link.entry.address,
        what=str(link.what) if link.quantity is None else f"{link.what} ({link.quantity})",
        due=link.due,
        modality=link.modality,
        holder=link.holder,
        attribution=None if event.attribution is None else str(event.attribution),
        source=event.source,
        stated=link.stated,
        outcome=lower.outcome,
        possible_outcome=upper.outcome,
        met_on=met_on,
        met_by=None if met is None else met.entry.address,
        slip_least_days=least,
        slip_most_days=most,
        revises=None if link.revises is None else link.revises.address,
        revised_by=None if link.revised_by is None else link.revised_by.address,
    )


def _slip(link: Expectation, outcome: Outcome, met_on: When | None) -> Slip:
    if outcome == "revised" and link.revised_by is not None:
        return slip(link.due, getattr(link.revised_by.event, "due", None))
    return slip(link.due, met_on)


ALL_KINDS: tuple[StreamKind, ...] = KINDS
EXPECTATIONS = Projection("expectations", ExpectationRow, expectation_spans, ALL_KINDS)
