"""Findings of all streams, as rows."""

from __future__ import annotations

from dataclasses import dataclass

from armsledger.domain.values.words import Severity
from armsledger.projections.rows import Row


@dataclass(frozen=True)
class FindingRow(Row):
    """Something that does not fit: what, how grave, where, and in which entries."""

    severity: Severity
    code: str
    stream: str
    message: str
    field: str | None
    rule: str | None
    entries: tuple[str, ...]
