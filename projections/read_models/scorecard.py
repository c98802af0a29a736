"""Scorecards: how often what somebody expected came true, and by how much it slipped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Literal

from armsledger.domain.values.words import LATE
from armsledger.projections.read_models.expectations import ExpectationRow
from armsledger.projections.rows import Row

ScoredBy = Literal["holder", "source"]
CAME_TRUE = frozenset({"met", "met-early", "kept"})


@dataclass(frozen=True)
class ScoreRow(Row):
    """A holder of expectations, or a source of them, at a date; ``name`` is None for those that name nobody.

    ``stated`` counts expectations and their revisions. ``came_true`` were met within the window or before it, or were
    ruled out and did not come; ``late`` were met after it; ``broken`` were ruled out and came; ``overdue`` are not met,
    or only in part, though the window has passed; ``open`` are not decided (pending or indeterminate); ``dropped`` were
    withdrawn or became moot. The median slip is in days over those that were met, by their least and by their most.
    """

    name: str | None
    stated: int
    came_true: int
    late: int
    broken: int
    overdue: int
    open: int
    revised: int
    dropped: int
    median_slip_least_days: int | None
    median_slip_most_days: int | None


def score_rows(expectations: Iterable[ExpectationRow], by: ScoredBy) -> list[ScoreRow]:
    """One row for each holder or source, those with most expectations first."""
    groups: dict[str | None, list[ExpectationRow]] = {}
    for row in expectations:
        groups.setdefault(row.holder if by == "holder" else row.source, []).append(row)
    rows = [_row(name, group) for name, group in groups.items()]
    return sorted(rows, key=lambda row: (-row.stated, row.name is None, row.name or ""))


def _row(name: str | None, rows: list[ExpectationRow]) -> ScoreRow:
    outcomes = [row.outcome for row in rows]
    met = [row for row in rows if row.outcome in ("met", "met-early", "met-late")]
    return ScoreRow(
        name=name,
        stated=len(rows),
        came_true=sum(outcome in CAME_TRUE for outcome in outcomes),
        late=outcomes.count("met-late"),
        broken=outcomes.count("broken"),
        overdue=sum(outcome in LATE for outcome in outcomes),
        open=sum(outcome in ("pending", "indeterminate") for outcome in outcomes),
        revised=outcomes.count("revised"),
        dropped=outcomes.count("withdrawn") + outcomes.count("moot"),
        median_slip_least_days=_median(row.slip_least_days for row in met),
        median_slip_most_days=_median(row.slip_most_days for row in met),
    )


def _median(days: Iterable[int | None]) -> int | None:
    known = [count for count in days if count is not None]
    return round(median(known)) if known else None
