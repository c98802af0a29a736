"""Expectations: what was expected, by whom, what became of it, and by how many days it slipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from armsledger.domain.values.stream import KINDS, StreamKind
from armsledger.domain.values.when import When
from armsledger.domain.values.words import LATE, Modality, Outcome
from armsledger.projections.filtering import Looked
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.deals import OF_DEAL
from armsledger.projections.rows import Row


@dataclass(frozen=True)
class ExpectationRow(Row):
    """One expectation, or one revision of it, that was stated by the date.

    ``outcome`` counts certain occurrences, ``possible_outcome`` possible ones too. ``met_by`` is the
    entry that tells of the occurrence, ``met_on`` when it happened; both are there too if it only possibly meets the
    expectation. ``slip_..._days`` is how long after the window it certainly came, at least and at most: 0 within it,
    less than 0 before it; of a revised one, by how much the window was moved. Of an expectation about a deal,
    ``supplier``, ``buyer`` and ``items`` are the deal's, ``suppliers`` and
    ``buyers`` all of them where there are several; ``open`` says that it is signed or delivering.
    """

    FILTERS: ClassVar = {
        **OF_DEAL,
        "what": Looked(("what",), contained=True),
        "overdue": Looked(("outcome",), words=LATE),
        "slip": Looked(("slip_least_days", "slip_most_days"), is_span=True),
    }

    stream: str
    supplier: str | None
    suppliers: tuple[str, ...]
    buyer: str | None
    buyers: tuple[str, ...]
    items: tuple[str, ...]
    open: bool
    entry: str
    what: str
    due: When
    modality: Modality | None
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
    version=3,
)
