"""Expectations: what was expected, by whom, what became of it, and by how many days it slipped."""

from __future__ import annotations

from dataclasses import dataclass

from armsledger.domain.values.stream import KINDS, StreamKind
from armsledger.domain.values.when import When
from armsledger.domain.values.words import Outcome
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row


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


ALL_KINDS: tuple[StreamKind, ...] = KINDS
EXPECTATIONS = Projection(
    "expectations",
    ExpectationRow,
    "armsledger.projections.spans.expectations:expectation_spans",
    ALL_KINDS,
    version=2,
)
