"""Findings: what does not fit, in all streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from armsledger.domain.values.stream import KINDS
from armsledger.domain.values.words import FindingCode, Severity
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.deals import OF_DEAL
from armsledger.projections.rows import Row


@dataclass(frozen=True)
class FindingRow(Row):
    """Something that does not fit: what, how grave, where, and in which entries.

    ``supplier``, ``buyer`` and ``items`` are the deal's, before it begins by what is known of its opening; other
    streams have none. ``suppliers`` and ``buyers`` are all of them where there are several; ``open`` says that the deal
    is signed or delivering. ``rule`` is what decides between the statements of a contested field.
    """

    FILTERS: ClassVar = OF_DEAL

    severity: Severity
    code: FindingCode
    stream: str
    supplier: str | None
    suppliers: tuple[str, ...]
    buyer: str | None
    buyers: tuple[str, ...]
    items: tuple[str, ...]
    open: bool
    message: str
    field: str | None
    rule: str | None
    entries: tuple[str, ...]


FINDINGS = Projection("findings", FindingRow, "armsledger.projections.spans.findings:finding_spans", KINDS)
