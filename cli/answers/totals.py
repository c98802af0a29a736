"""What stands below a table: how much of it there is, by its own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from armsledger.cli.output import counted

if TYPE_CHECKING:
    from armsledger.projections.read_models.revisions import RevisedCell
    from armsledger.projections.rows import Rows


def totals_of_revisions(rows: Rows[RevisedCell]) -> str:
    """``4 revisions of 3 deals: 2 up, 1 down; by class: 3 value, 1 comment``."""
    deals = len({row.deal for row in rows})
    directions = _counts(row.direction for row in rows if row.direction is not None)
    classes = _counts(name for row in rows for name in row.classes)
    parts = [directions, f"by class: {classes}"] if directions else [f"by class: {classes}"]
    return f"{counted(len(rows), 'revision')} of {counted(deals, 'deal')}: {'; '.join(parts)}"


def _counts(words: Iterable[str]) -> str:
    return ", ".join(f"{count:,} {word}" for word, count in Counter(words).most_common())
