"""All checks of a history, and what they find."""

from __future__ import annotations

from collections.abc import Sequence

from armsledger.domain.findings.check import Check, Told
from armsledger.domain.findings.deals import DEAL_CHECKS
from armsledger.domain.findings.finding import Finding
from armsledger.domain.findings.goods import GOODS_CHECKS
from armsledger.domain.findings.parties import PARTY_CHECKS
from armsledger.domain.findings.statements import CHECKS
from armsledger.domain.states.course import Course
from armsledger.domain.states.stream_day import StreamDay

OF_ANY_STREAM = (*CHECKS, *PARTY_CHECKS)
OF_A_DEAL = (*DEAL_CHECKS, *GOODS_CHECKS, *OF_ANY_STREAM)


def checks_of(kind: str) -> Sequence[Check]:
    """The checks of a kind of stream, in the order in which they tell."""
    return OF_A_DEAL if kind == "deal" else OF_ANY_STREAM


def checks_that_find(course: Course) -> list[tuple[int, Check]]:
    """The checks that can find something in a stream on some day, each with its place among all."""
    known: list[tuple[int, Check]] | None = course.made.get(checks_that_find)
    if known is None:
        told, checks = Told(course), enumerate(checks_of(course.kind))
        known = course.made[checks_that_find] = [(place, check) for place, check in checks if check.can_find(told)]
    return known


def findings_of(day: StreamDay) -> tuple[Finding, ...]:
    """All findings of a stream at the end of a day."""
    checks = checks_that_find(day.course)
    return tuple(finding for _, check in checks for finding in check.find(day))
