"""Findings: what does not fit, in all streams."""

from __future__ import annotations

from dataclasses import dataclass

from armsledger.domain.values.stream import KINDS
from armsledger.domain.values.words import Severity
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row


@dataclass(frozen=True)
class FindingRow(Row):
    """Something that does not fit: what, how grave, where, and in which entries.

    ``supplier`` and ``buyer`` are the leading parties of the deal, by what is known of its opening; other streams have
    none. ``rule`` is what decides between the statements of a contested field.
    """

    severity: Severity
    code: str
    stream: str
    supplier: str | None
    buyer: str | None
    message: str
    field: str | None
    rule: str | None
    entries: tuple[str, ...]


FINDINGS = Projection("findings", FindingRow, "armsledger.projections.spans.findings:finding_spans", KINDS)
