"""Findings of all streams, as rows."""

from __future__ import annotations

from collections.abc import Iterable

from armsledger.domain.findings.checks import findings_of
from armsledger.domain.findings.finding import Finding
from armsledger.domain.states.stream_day import StreamDay
from armsledger.projections.read_models.findings import FindingRow


def finding_row(finding: Finding) -> FindingRow:
    """The row of a finding."""
    return FindingRow(
        severity=finding.severity,
        code=finding.code,
        stream=finding.stream,
        message=finding.message,
        field=finding.field,
        rule=finding.rule,
        entries=finding.entries,
    )


def finding_rows(stream_day: StreamDay) -> Iterable[FindingRow]:
    """The findings of one stream at the date."""
    return map(finding_row, findings_of(stream_day))
