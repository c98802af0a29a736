"""What does not fit among the statements of any stream: sources that disagree, deny or dispute."""

from __future__ import annotations

from collections.abc import Iterable

from armsledger.domain.beliefs.competition import BY_ID
from armsledger.domain.entry import named_with_login
from armsledger.domain.events.unreadable import Unreadable
from armsledger.domain.findings.check import Check, first_days_of, no_days
from armsledger.domain.findings.finding import Finding, addresses
from armsledger.domain.states.course import Course
from armsledger.domain.states.disputes import value_in_words
from armsledger.domain.states.stream_day import StreamDay


def check_contested(day: StreamDay) -> Iterable[Finding]:
    """Sources disagree about one occurrence."""
    for occurrence in day.possible:
        for contest in occurrence.contests:
            values = "; ".join(
                f"{value_in_words(getattr(e.event, contest.field))} ({e.event.source})" for e in contest.entries
            )
            is_tie = contest.rule == BY_ID
            yield Finding(
                "tie" if is_tie else "contested",
                "warning",
                day.stream,
                f"{occurrence.event.name}: sources differ in {contest.field}: {values}; the first is taken"
                + (", for nothing else decides between them" if is_tie else ""),
                addresses(contest.entries),
                contest.field,
                contest.rule,
            )


def check_denied(day: StreamDay) -> Iterable[Finding]:
    """Somebody denies an occurrence."""
    for occurrence in day.possible:
        if occurrence.denials:
            who = ", ".join(sorted({entry.event.source or "?" for entry in occurrence.denials}))
            verdict = "it stands" if occurrence.established else "it does not count as certain"
            yield Finding(
                "denied",
                "warning",
                day.stream,
                f"{occurrence.event.name} is denied by {who}; {verdict}",
                addresses([*occurrence.entries, *occurrence.denials]),
            )
    for entry in day.belief.denials:
        if entry.event.on.first <= day.ordinal:
            message = f"{entry.event.name} is denied by {entry.event.source or '?'}; nobody says that it happened"
            yield Finding("denied", "warning", day.stream, message, addresses([entry]))


def check_unverified(day: StreamDay) -> Iterable[Finding]:
    """Only claims or inferences speak for an occurrence."""
    for occurrence in day.possible:
        if not occurrence.established and not occurrence.denials:
            yield Finding(
                "unverified",
                "warning",
                day.stream,
                f"{occurrence.event.name} rests on a {occurrence.entry.event.status} alone; it counts as possible only",
                addresses(occurrence.entries),
            )


def check_disputed(day: StreamDay) -> Iterable[Finding]:
    """Somebody disputes an entry."""
    entries = {entry.id: entry for entry in day.belief.entries}
    repairs = day.belief.repairs
    for target, disputes in repairs.disputed_by.items():
        entry = entries.get(target)
        if entry is None or target in repairs.retracted_by:
            continue
        reasons = "; ".join(getattr(dispute.event, "reason", None) or "no reason given" for dispute in disputes)
        yield Finding(
            "disputed",
            "warning",
            day.stream,
            f"{entry.event.name} is disputed: {reasons}",
            addresses([entry, *disputes]),
        )


def check_unreadable(day: StreamDay) -> Iterable[Finding]:
    """An entry cannot be read by this release."""
    for entry in day.belief.unreadable:
        if isinstance(entry.event, Unreadable):
            who = named_with_login(entry.recorded_by, entry.login)
            problem = entry.event.problem(day.stream.partition("/")[0])
            yield Finding(
                "unreadable",
                "error",
                day.stream,
                f"what {who} recorded cannot be read, and is left out: {problem}; retract it, or use a later release",
                addresses([entry]),
            )


def _days_of_denials(course: Course) -> Iterable[int]:
    of_occurrences = (one.first for one in course.belief.occurrences if one.denials)
    return (*of_occurrences, *(entry.event.on.first for entry in course.belief.denials))


CHECKS: tuple[Check, ...] = (
    Check(check_contested, lambda told: told.is_contested, first_days_of(lambda one: one.contests)),
    Check(check_denied, lambda told: told.is_denied or bool(told.belief.denials), _days_of_denials),
    Check(check_unverified, lambda told: told.is_unverified, first_days_of(lambda one: not one.established)),
    Check(check_disputed, lambda told: bool(told.belief.repairs.disputed_by), no_days),
    Check(check_unreadable, lambda told: bool(told.belief.unreadable), no_days),
)
"""Checks of any stream."""
