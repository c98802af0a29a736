"""F"""

from __future__ import annotations

from datetime import date

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.findings.deals import (
    check_after_termination,
    check_delivered_more_than_ordered,
    check_delivery_before_signature,
    check_listed_before,
    check_listed_once,
    check_paid_more_than_value,
    check_units_of_delivery,
    check_waiver_authority,
)
from armsledger.domain.findings.finding import Check, Evidence, Finding
from armsledger.domain.findings.statements import check_contested, check_denied, check_disputed, check_unverified
from armsledger.domain.states.deal import fold_deal
from armsledger.domain.states.state import happened


def findings_at(stream: str, belief: Belief, day: date) -> tuple[Finding, ...]:
    """All findings of a stream at the end of a day."""
    certain, possible = happened(belief, day.toordinal())
    deal = fold_deal(certain) if stream.startswith("deal/") else None
    upper = fold_deal(possible) if deal is not None and len(possible) > len(certain) else deal
    evidence = Evidence(stream, belief, certain, possible, deal, upper)
    checks = CHECKS if deal is None else (*DEAL_CHECKS, *CHECKS)
    return tuple(finding for check in checks for finding in check(evidence))


DEAL_CHECKS: tuple[Check, ...] = (
    check_delivered_more_than_ordered,
    check_units_of_delivery,
    check_listed_before,
    check_listed_once,
    check_paid_more_than_value,
    check_delivery_before_signature,
    check_after_termination,
    check_waiver_authority,
)
CHECKS: tuple[Check, ...] = (check_contested, check_denied, check_unverified, check_disputed)
