"""All checks of a history, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from armsledger.domain.findings.deals import (
    check_after_ending,
    check_contract_after_ending,
    check_delivered_more_than_ordered,
    check_delivery_before_signature,
    check_doubts,
    check_endings,
    check_listed_before,
    check_listed_once,
    check_order,
    check_paid_more_than_value,
    check_units_of_delivery,
    check_units_of_expectation,
    check_waiver_authority,
)
from armsledger.domain.findings.finding import Finding
from armsledger.domain.findings.statements import check_contested, check_denied, check_disputed, check_unverified
from armsledger.domain.states.stream_day import StreamDay

Check = Callable[[StreamDay], Iterable[Finding]]

DEAL_CHECKS: tuple[Check, ...] = (
    check_delivered_more_than_ordered,
    check_doubts,
    check_order,
    check_units_of_delivery,
    check_units_of_expectation,
    check_listed_before,
    check_listed_once,
    check_paid_more_than_value,
    check_delivery_before_signature,
    check_after_ending,
    check_contract_after_ending,
    check_endings,
    check_waiver_authority,
)
CHECKS: tuple[Check, ...] = (check_contested, check_denied, check_unverified, check_disputed)
"""Checks of any stream."""


def findings_of(day: StreamDay) -> tuple[Finding, ...]:
    """All findings of a stream at the end of a day."""
    checks = (*DEAL_CHECKS, *CHECKS) if day.kind == "deal" else CHECKS
    return tuple(finding for check in checks for finding in check(day))
