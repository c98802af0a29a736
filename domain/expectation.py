"""What was expected, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from armsledger.domain.entry import Entry
from armsledger.domain.events.common import ExpectationRevised, ExpectationWithdrawn, Expected, What
from armsledger.domain.events.deal import DeliveryCompleted, DeliveryMilestone
from armsledger.domain.events.statement import Identity, Statement
from armsledger.domain.occurrence import Occurrence
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import OPEN_PAST, When

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


class Expectation(NamedTuple):
    """One link of an expectation: as first stated, or as revised.

    ``revised_by`` is the next link; the revision carries the expectation on. ``withdrawn_by`` is set
    on every link of an expectation that was given up.
    """

    entry: Entry
    what: What
    due: When
    quantity: Quantity | None
    modality: str | None
    holder: str | None
    revises: Entry | None = None
    revised_by: Entry | None = None
    withdrawn_by: Entry | None = None

    @property
    def stated(self) -> When:
        """When the expectation was stated."""
        return self.entry.event.on


class Judgement(NamedTuple):
    """The outcome of an expectation at a date, and the occurrence that met it."""

    expectation: Expectation
    outcome: Outcome
    occurrence: Occurrence | None = None


def expectations_of(entries: Sequence[Entry], visible: Sequence[Entry] = ()) -> list[Expectation]:
    """The expectations with their revisions, in the order in which they were stated.

    ``visible`` also holds what was retracted: the revision of a revision that was taken back carries
    the expectation on all the same.
    """
    parents = {
        entry.id: entry.event.target for entry in (*visible, *entries) if isinstance(entry.event, ExpectationRevised)
    }
    first = [entry for entry in entries if isinstance(entry.event, Expected)]
    revisions: dict[str, list[Entry]] = {}
    withdrawals: dict[str, list[Entry]] = {}
    for entry in entries:
        if isinstance(entry.event, ExpectationRevised):
            revisions.setdefault(_root(entry.event.target, parents), []).append(entry)
        elif isinstance(entry.event, ExpectationWithdrawn):
            withdrawals.setdefault(_root(entry.event.target, parents), []).append(entry)
    links = [
        link for entry in first for link in _chain(entry, revisions.get(entry.id, ()), withdrawals.get(entry.id, ()))
    ]
    return sorted(links, key=lambda link: (link.stated.first, link.entry.event.asserted.last, link.entry.position))


def _root(target: str, parents: Mapping[str, str]) -> str:
    """The entry that first stated what a revision or withdrawal speaks of."""
    seen: set[str] = set()
    while target in parents and target not in seen:
        seen.add(target)
        target = parents[target]
    return target


def _chain(root: Entry, revisions: Sequence[Entry], withdrawals: Sequence[Entry]) -> list[Expectation]:
    """The links from the first statement to the last revision, in the order in which they were said."""
    said = sorted(revisions, key=lambda entry: (entry.event.asserted.last, entry.position))
    links = [_first_link(root)]
    for revision in said:
        links[-1] = links[-1]._replace(revised_by=revision)
        links.append(_revised_link(links[-1], revision))
    withdrawn_by = min(withdrawals, key=_first_to_hold, default=None)
    return [link._replace(withdrawn_by=withdrawn_by) for link in links]


def _first_to_hold(entry: Entry) -> tuple[int, int, int, int]:
    event = entry.event
    return event.on.first, event.on.last, event.asserted.last, entry.position


def _first_link(entry: Entry) -> Expectation:
    event = entry.event
    assert isinstance(event, Expected)
    return Expectation(entry, event.what, event.due, event.quantity, event.modality, event.holder)


def _revised_link(before: Expectation, entry: Entry) -> Expectation:
    event = entry.event
    assert isinstance(event, ExpectationRevised)
    return Expectation(
        entry,
        before.what,
        event.due,
        before.quantity,
        event.modality or before.modality,
        event.holder or before.holder,
        revises=before.entry,
    )


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
    if entry is None:
        return False
    return entry.event.on.first <= day if possible else entry.event.on.last <= day


def compare_due(due: When, on: When) -> Outcome:
    """The outcome of an expectation whose occurrence is known, from the two intervals alone."""
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
        possible if _is_silent(value := getattr(event, name, None)) else _agrees(value, wanted)
        for name, wanted in what.selectors.items()
    )


def _is_part_of_the_whole(event: Statement, what: What) -> bool:
    """One batch completed does not complete the delivery; one batch begun does begin it."""
    return isinstance(event, DeliveryCompleted) and event.tranche is not None and "tranche" not in what.selectors


def _is_silent(value: Any) -> bool:
    return value is None or value == ()


def _agrees(value: Any, wanted: Any) -> bool:
    if isinstance(value, tuple):
        wanted = wanted if isinstance(wanted, list) else [wanted]
        have = {str(part).casefold() for part in value}
        return all(str(part).casefold() in have for part in wanted)
    return str(value).casefold() == str(wanted).casefold()


def _first_after(matching: Sequence[Occurrence], expectation: Expectation) -> Occurrence | None:
    """The first occurrence that is not definitely before the statement.

    One before it can meet the expectation only where just one occurrence can be meant.
    """
    stated = expectation.stated.first
    for occurrence in matching:
        if occurrence.event.on.last >= stated:
            return occurrence
    return next((o for o in matching if _is_unique(o, expectation.what)), None)


def _is_unique(occurrence: Occurrence, what: What) -> bool:
    identity = occurrence.event.identity
    if identity is Identity.OWN:
        return "tranche" in what.selectors
    named = "tranche" in what.selectors or isinstance(occurrence.event, DeliveryMilestone)
    return identity is not Identity.TRANCHE or named


def _judge_quantity(expectation: Expectation, wanted: Quantity, matching: Sequence[Occurrence]) -> Judgement | None:
    """Met by the occurrence that completes the quantity; other units are never converted."""
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
