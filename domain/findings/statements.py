"""F"""

from __future__ import annotations

from collections.abc import Iterable

from armsledger.domain.entry import Entry
from armsledger.domain.findings.finding import Evidence, Finding


def check_contested(evidence: Evidence) -> Iterable[Finding]:
    """Sources that disagree about one occurrence."""
    for occurrence in evidence.possible:
        for contest in occurrence.contests:
            told = "; ".join(f"{getattr(e.event, contest.field)} ({e.event.source})" for e in contest.entries)
            yield Finding(
                "contested",
                "warning",
                evidence.stream,
                f"{occurrence.event.name}: sources differ in {contest.field}: {told}; the first is taken",
                tuple(entry.address for entry in contest.entries),
                contest.field,
                contest.rule,
            )


def check_denied(evidence: Evidence) -> Iterable[Finding]:
    """An occurrence that somebody denies."""
    for occurrence in evidence.possible:
        if occurrence.denials:
            who = ", ".join(sorted({entry.event.source or "?" for entry in occurrence.denials}))
            verdict = "it stands" if occurrence.established else "it does not count as certain"
            yield Finding(
                "denied",
                "warning",
                evidence.stream,
                f"{occurrence.event.name} is denied by {who}; {verdict}",
                _all_addresses(occurrence.entries, occurrence.denials),
            )


def check_unverified(evidence: Evidence) -> Iterable[Finding]:
    """An occurrence for which only claims or inferences speak."""
    for occurrence in evidence.possible:
        if not occurrence.established and not occurrence.denials:
            yield Finding(
                "unverified",
                "info",
                evidence.stream,
                f"{occurrence.event.name} rests on a {occurrence.entry.event.status} alone; it counts as possible only",
                _all_addresses(occurrence.entries),
            )


def check_disputed(evidence: Evidence) -> Iterable[Finding]:
    """An entry that somebody disputes."""
    known = {entry.id: entry for entry in evidence.belief.entries}
    for target, disputes in evidence.belief.repairs.disputed_by.items():
        entry = known.get(target)
        if entry is None or target in evidence.belief.repairs.retracted_by:
            continue
        reasons = "; ".join(getattr(dispute.event, "reason", None) or "no reason given" for dispute in disputes)
        yield Finding(
            "disputed",
            "warning",
            evidence.stream,
            f"{entry.event.name} is disputed: {reasons}",
            _all_addresses([entry], disputes),
        )


def _all_addresses(*groups: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(entry.address for group in groups for entry in group)
