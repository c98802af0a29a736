"""The plans of a register's row: how each release moved the window of delivery that its comment states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from armsledger.domain.beliefs.repairs import Repairs
from armsledger.domain.entry import Entry
from armsledger.domain.events.expectation import ExpectationRevised, ExpectationWithdrawn, Expected
from armsledger.domain.events.statement import Role
from armsledger.domain.registers.history import VANISHED, Step
from armsledger.domain.values.when import When


class PlanChange(NamedTuple):
    """What a release did to a plan: the window before and after, None where there was none or is none any more."""

    release: str
    old: When | None
    new: When | None
    entry: str


def plan_changes(entries: Sequence[Entry], repairs: Repairs, steps: Sequence[Step]) -> Iterator[PlanChange]:
    """How the releases of a row's history moved its plan, in the order in which they did.

    A plan that came with the row is no change, and one that went with it, or because all was delivered, is none either.
    """
    releases = {step.release for step in steps}
    about: dict[str, list[Entry]] = {}
    plans: list[Entry] = []
    roots: dict[str, str] = {}
    for entry in entries:
        event = entry.event
        if event.role is not Role.EXPECTATION or event.source not in releases or not _stands(entry, repairs):
            continue
        if isinstance(event, Expected):
            plans.append(entry)
        elif isinstance(event, ExpectationRevised | ExpectationWithdrawn):
            root = roots[entry.id] = roots.get(event.target, event.target)
            about.setdefault(root, []).append(entry)
    for plan in plans:
        yield from _of_plan(plan, about.get(plan.id, ()), repairs, steps[0].release)


def _stands(entry: Entry, repairs: Repairs) -> bool:
    """Whether an entry stands, or went with its row."""
    retraction = repairs.retracted_by.get(entry.id)
    return retraction is None or getattr(retraction.event, "reason", None) == VANISHED


def _of_plan(plan: Entry, later: Sequence[Entry], repairs: Repairs, first: str) -> Iterator[PlanChange]:
    window = _window(plan, repairs)
    if plan.event.source != first:
        yield PlanChange(str(plan.event.source), None, window, plan.address)
    for entry in sorted(later, key=lambda entry: (entry.event.asserted.last, entry.position)):
        new = _window(entry, repairs)
        if isinstance(entry.event, ExpectationRevised):
            new = new or window
        if new != window:
            yield PlanChange(str(entry.event.source), window, new, entry.address)
        window = new


def _window(entry: Entry, repairs: Repairs) -> When | None:
    """The window that an entry states, with the corrections of our copy; of a withdrawal none."""
    due = getattr(repairs.events.get(entry.id, entry.event), "due", None)
    return due if isinstance(due, When) else None
