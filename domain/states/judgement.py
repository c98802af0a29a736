"""What became of an expectation by a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from armsledger.domain.beliefs.expectation import Expectation
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.entry import Entry
from armsledger.domain.events.delivery import DeliveryCompleted, DeliveryMilestone
from armsledger.domain.events.expectation import What
from armsledger.domain.events.statement import Statement, is_silent
from armsledger.domain.values.edtf import OPEN_PAST
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When

Outcome = Literal[
    "pending",
    "overdue",
    "met",
    "met-early",
    "met-late",
    "indeterminate",
    "partially-met",
    "moot",
    "withdrawn",
    "revised",
]


class Judgement(NamedTuple):
    """The outcome of an expectation at a date, and the occurrence that met it."""

    expectation: Expectation
    outcome: Outcome
    occurrence: Occurrence | None = None


def judge(
    expectation: Expectation,
    occurrences: Sequence[Occurrence],
    day: int,
    ended: When | None,
    *,
    possible: bool,
) -> Judgement:
    """What became of an expectation by a day (a proleptic ordinal), seen from one of the two bounds.

    ``occurrences`` are those of that bound, in the order of the fold; ``ended`` is when the deal ended.
    The possible bound also counts an occurrence that is silent on a field the expectation asks for.
    """
    if _has_begun(expectation.revised_by, day, possible=possible):
        return Judgement(expectation, "revised")
    what, name = expectation.what, expectation.what.event
    matching = [o for o in occurrences if o.event.name == name and matches(o, what, possible=possible)]
    if expectation.quantity is not None:
        counted = [o for o in matching if o.event.on.last >= expectation.stated.first or "tranche" in what.selectors]
        judgement = _judge_quantity(expectation, expectation.quantity, counted)
    else:
        met = _first_after(matching, expectation)
        judgement = None if met is None else Judgement(expectation, compare_due(expectation.due, met.event.on), met)
    if judgement is not None:
        return judgement
    if _has_begun(expectation.withdrawn_by, day, possible=possible):
        return Judgement(expectation, "withdrawn")
    if ended is not None and ended.last <= expectation.due.last:
        return Judgement(expectation, "moot")
    return Judgement(expectation, "pending" if day <= expectation.due.last else "overdue")


def _has_begun(entry: Entry | None, day: int, *, possible: bool) -> bool:
    """Whether a revision or withdrawal holds by a day, seen from one of the two bounds."""
    if entry is None:
        return False
    return entry.event.on.first <= day if possible else entry.event.on.last <= day


def compare_due(due: When, on: When) -> Outcome:
    """The outcome of an expectation that an occurrence meets, from the two intervals alone."""
    if due.first != OPEN_PAST and on.last < due.first:
        return "met-early"
    if on.first > due.last:
        return "met-late"
    return "met" if on.last <= due.last else "indeterminate"


def matches(occurrence: Occurrence, what: What, *, possible: bool) -> bool:
    """Whether an occurrence is what was expected."""
    event = occurrence.event
    if event.name != what.event or _is_part_of_the_whole(event, what):
        return False
    return all(
        possible if is_silent(value := getattr(event, name, None)) else _agrees(value, wanted)
        for name, wanted in what.selectors.items()
    )


def _is_part_of_the_whole(event: Statement, what: What) -> bool:
    """Whether only one batch is complete: this does not complete the delivery. The first batch does begin it."""
    return isinstance(event, DeliveryCompleted) and event.tranche is not None and "tranche" not in what.selectors


def _agrees(value: Any, wanted: Any) -> bool:
    """Whether a field of an occurrence has the value of the selector; of a list, all parts that are wanted."""
    if isinstance(value, tuple):
        wanted = wanted if isinstance(wanted, list) else [wanted]
        parts = {str(part).casefold() for part in value}
        return all(str(part).casefold() in parts for part in wanted)
    return str(value).casefold() == str(wanted).casefold()


def _first_after(matching: Sequence[Occurrence], expectation: Expectation) -> Occurrence | None:
    """The first occurrence that is not definitely before the statement.

    An earlier one can meet the expectation only where the expectation can mean no other.
    """
    stated = expectation.stated.first
    for occurrence in matching:
        if occurrence.event.on.last >= stated:
            return occurrence
    return next((o for o in matching if _is_unique(o, expectation.what)), None)


def _is_unique(occurrence: Occurrence, what: What) -> bool:
    """Whether the expectation can mean this occurrence only."""
    identity = occurrence.event.identity
    if "tranche" in what.selectors:
        return True
    return identity is not None and ("tranche" not in identity or isinstance(occurrence.event, DeliveryMilestone))


def _judge_quantity(expectation: Expectation, wanted: Quantity, matching: Sequence[Occurrence]) -> Judgement | None:
    """The outcome for a quantity: the occurrence that completes it meets it; other units are never converted."""
    counted = 0
    other_units = False
    for occurrence in matching:
        quantity = getattr(occurrence.event, "quantity", None)
        if quantity is None or quantity.unit != wanted.unit:
            other_units = True
            continue
        counted += quantity.count
        if counted >= wanted.count:
            return Judgement(expectation, compare_due(expectation.due, occurrence.event.on), occurrence)
    if counted:
        return Judgement(expectation, "partially-met", matching[0])
    return Judgement(expectation, "indeterminate", matching[0]) if other_units else None
