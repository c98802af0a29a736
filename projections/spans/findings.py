"""Findings: the days on which something does not fit, check by check."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from armsledger.domain.findings.check import Check
from armsledger.domain.findings.checks import checks_that_find
from armsledger.projections.read_models.findings import FindingRow
from armsledger.projections.spans.of_deal import OF_NO_DEAL, of_deal
from armsledger.projections.spans.parties import Parties, parties_of
from armsledger.projections.timeline import SlotRow, Span, Timeline


def finding_spans(timeline: Timeline) -> Iterator[Span]:
    """A row for each finding, in the order in which the checks tell; most streams have none."""
    return of_deal(timeline, _spans(timeline))


def _spans(timeline: Timeline) -> Iterator[Span]:
    checks = checks_that_find(timeline.course)
    parties = parties_of(timeline.belief) if checks else (None, None)
    for place, check in checks:
        yield from timeline.sweep(check.days(timeline.course), partial(_rows, timeline, place, check, parties))


def _rows(timeline: Timeline, place: int, check: Check, parties: Parties, day: int) -> Iterator[SlotRow]:
    supplier, buyer = parties
    for number, finding in enumerate(check.find(timeline.stream_day(day))):
        yield (
            f"{place:02} {number:06}",
            FindingRow(
                severity=finding.severity,
                code=finding.code,
                stream=finding.stream,
                **{**OF_NO_DEAL, "supplier": supplier, "buyer": buyer},
                message=finding.message,
                field=finding.field,
                rule=finding.rule,
                entries=finding.entries,
            ),
        )
