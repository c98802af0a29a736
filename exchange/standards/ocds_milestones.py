"""Milestones of OCDS: what is planned or expected of a deal, and which steps of it are reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.delivery import MilestoneReached
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.values.when import When
from armsledger.exchange.standards.facts import first_version, is_total, title_of, words_of
from armsledger.exchange.standards.ocds_terms import EXTENSION, MILESTONE_TYPES, SCHEDULED, has_place
from armsledger.exchange.standards.ocds_values import day_text, due_text, inexact_date, whole_date


def milestone(occurrence: Occurrence, status: str, *, is_plan: bool = False) -> dict[str, Any]:
    """A milestone; the date of a plan, of a total or of a denial is none on which it was met."""
    event = occurrence.event
    is_met = status == "met" and not is_plan and not is_total(event)
    title = event.milestone.replace("-", " ") if isinstance(event, MilestoneReached) else title_of(event)
    return {
        "id": f"{event.name}-{first_version(occurrence)}",
        "title": title,
        "type": MILESTONE_TYPES[event.name],
        "description": words_of(event) or None,
        "dateMet": day_text(event.on) if is_met else None,
        "status": status,
        EXTENSION: {
            "entry": occurrence.entry.address,
            **(inexact_date(event.on, "on") if is_met else whole_date(event.on, "on")),
        },
    }


def scheduled_milestone(occurrence: Occurrence, certain: Sequence[Occurrence]) -> dict[str, Any]:
    """The milestone of a plan; it is met once all of its tranche has come, in part by an instalment or a total."""
    event = occurrence.event
    field, meeting = SCHEDULED[event.name]
    due: When | None = getattr(event, field)
    tranche = getattr(event, "tranche", None)
    told = [one.event for one in certain if one.event.name in meeting and has_place(one.event)]
    of_it = [] if tranche is None else [one for one in told if getattr(one, "tranche", None) == tranche]
    is_met = any(not is_total(one) and not getattr(one, "part", None) for one in of_it)
    status = "met" if is_met else "partiallyMet" if of_it else "scheduled"
    plan = milestone(occurrence, status, is_plan=True) | {"dueDate": due_text(due)}
    plan[EXTENSION] |= inexact_date(due, field)
    return plan


def expected_milestone(judgement: Judgement, status: str) -> dict[str, Any]:
    """The milestone that somebody expects."""
    stated = judgement.expectation
    on = None if judgement.occurrence is None else judgement.occurrence.event.on
    counted = stated.quantity or stated.amount
    return {
        "id": f"expected-{stated.entry.version}",
        "title": f"{stated.what} ({counted})" if counted else str(stated.what),
        "type": MILESTONE_TYPES[stated.what.event],
        "dueDate": due_text(stated.due),
        "dateMet": day_text(on) if status == "met" else None,
        "status": status,
        EXTENSION: {
            "entry": stated.entry.address,
            **inexact_date(stated.due, "due"),
            "outcome": judgement.outcome,
            "modality": stated.modality,
            "holder": stated.holder,
            "so_far": stated.is_total or None,
            "stated": str(stated.stated),
        },
    }
