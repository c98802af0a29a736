"""Expectations: what was expected, by whom, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from armsledger.domain.expectation import Judgement, Outcome
from armsledger.domain.state import FOLDS, judgements
from armsledger.domain.when import When
from armsledger.projections.rows import Row
from armsledger.projections.scene import Scene


@dataclass(frozen=True)
class ExpectationRow(Row):
    """One expectation, or one revision of it, that was stated by the date.

    ``outcome`` counts certain occurrences, ``possible_outcome`` possible ones too. ``met_by`` is the
    entry that tells of the occurrence, ``met_on`` when it happened.
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
    revises: str | None
    revised_by: str | None


def expectation_rows(scene: Scene) -> Iterable[ExpectationRow]:
    """One row for each expectation stated by the date."""
    if not scene.belief.expectations:
        return
    day = scene.day.toordinal()
    fold = FOLDS[scene.kind]
    certain = judgements(scene.belief, fold(scene.certain), scene.certain, day, possible=False)
    possible = judgements(scene.belief, fold(scene.possible), scene.possible, day, possible=True)
    for lower, upper in zip(certain, possible, strict=True):
        if lower.expectation.stated.first <= day:
            yield _row(scene.stream, lower, upper)


def _row(stream: str, lower: Judgement, upper: Judgement) -> ExpectationRow:
    link = lower.expectation
    event = link.entry.event
    met = lower.occurrence or upper.occurrence
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
        met_on=None if met is None else met.event.on,
        met_by=None if met is None else met.entry.address,
        revises=None if link.revises is None else link.revises.address,
        revised_by=None if link.revised_by is None else link.revised_by.address,
    )
