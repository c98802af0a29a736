"""All checks of a history, and what they find."""

from __future__ import annotations

from armsledger.domain.findings.deals import DEAL_CHECKS
from armsledger.domain.findings.finding import Finding
from armsledger.domain.findings.goods import GOODS_CHECKS
from armsledger.domain.findings.parties import PARTY_CHECKS
from armsledger.domain.findings.statements import CHECKS
from armsledger.domain.states.stream_day import StreamDay

OF_ANY_STREAM = (*CHECKS, *PARTY_CHECKS)


def findings_of(day: StreamDay) -> tuple[Finding, ...]:
    """All findings of a stream at the end of a day."""
    checks = (*DEAL_CHECKS, *GOODS_CHECKS, *OF_ANY_STREAM) if day.kind == "deal" else OF_ANY_STREAM
    return tuple(finding for check in checks for finding in check(day))
