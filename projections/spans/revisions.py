"""Revisions: what each release of a register changed, a row for each deal, release and column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from armsledger.domain.beliefs.repairs import NO_REPAIRS
from armsledger.domain.entry import Entry
from armsledger.domain.events.register import Listed
from armsledger.domain.registers.cells import BLANK, Cell, cell_of, movement, window_cell
from armsledger.domain.registers.history import Step, history_of
from armsledger.domain.registers.plans import PlanChange, plan_changes
from armsledger.domain.values.edtf import OPEN_FUTURE
from armsledger.projections.codec import Number
from armsledger.projections.projection import SEPARATOR
from armsledger.projections.read_models.revisions import PLAN, RevisedCell
from armsledger.projections.spans.parties import parties_of
from armsledger.projections.timeline import Span, Timeline


def revision_spans(timeline: Timeline) -> Iterator[Span]:
    """A row for each column that a release changed, from the day of the release on."""
    belief = timeline.belief
    for entry in belief.entries:
        if type(entry.event) is Listed and (entry.event.revisions or belief.repairs is not NO_REPAIRS):
            yield from _spans_of_listing(timeline, entry)


def _spans_of_listing(timeline: Timeline, listing: Entry) -> Iterator[Span]:
    belief, only = timeline.belief, timeline.only
    steps = history_of(listing, belief.entries, belief.repairs)
    if len(steps) < 2 and not any(step.whole for step in steps):
        return
    supplier, buyer = parties_of(belief)
    plans: dict[str, list[PlanChange]] = {}
    for plan in plan_changes(belief.entries, belief.repairs, steps):
        plans.setdefault(plan.release, []).append(plan)
    for step in steps:
        if only is not None and step.released > only:
            break
        rows = cells_of_step(timeline.key, supplier, buyer, step, plans.get(step.release, ()))
        for number, row in enumerate(rows):
            place = SEPARATOR.join((row.released.isoformat(), step.release, listing.id, f"{number:02}"))
            yield Span(step.released, OPEN_FUTURE, place, row)


def cells_of_step(
    deal: str, supplier: str | None, buyer: str | None, step: Step, plans: Sequence[PlanChange]
) -> Iterator[RevisedCell]:
    """What a release changed: first the whole row, then column by column, then the plan."""
    released = date.fromordinal(step.released)
    for revised in _revised(step, plans):
        yield _row(deal, supplier, buyer, step, released, revised)


class _Revised(NamedTuple):
    """What a release changed: the column (None for the whole row), the classes, both cells, and the entries."""

    column: str | None
    classes: tuple[str, ...]
    old: Cell
    new: Cell
    entries: tuple[str, ...]


def _revised(step: Step, plans: Sequence[PlanChange]) -> Iterator[_Revised]:
    if step.whole is not None:
        yield _Revised(None, (step.whole,), BLANK, BLANK, step.entries)
    for column, classes, old, new in step.changes:
        yield _Revised(column, classes, cell_of(column, old), cell_of(column, new), step.entries)
    for plan in plans:
        yield _Revised(PLAN, (PLAN,), window_cell(plan.old), window_cell(plan.new), (plan.entry,))


def _row(
    deal: str, supplier: str | None, buyer: str | None, step: Step, released: date, revised: _Revised
) -> RevisedCell:
    old, new = revised.old, revised.new
    moved = movement(old, new)
    words = step.after
    return RevisedCell(
        deal=deal,
        supplier=supplier,
        buyer=buyer,
        designation=str(words.get("designation", "")).strip(),
        order_year=cell_of("order_year", words.get("order_year")).first,
        release=step.release,
        released=released,
        column=revised.column,
        classes=revised.classes,
        old=old.text,
        new=new.text,
        direction=moved.direction,
        old_count=old.number,
        new_count=new.number,
        change=moved.number,
        old_flag=old.flag,
        new_flag=new.flag,
        old_first=old.first,
        old_last=old.last,
        new_first=new.first,
        new_last=new.last,
        slip_first_years=moved.first_years,
        slip_last_years=moved.last_years,
        old_volume=number_of(old.volume),
        new_volume=number_of(new.volume),
        volume_change=number_of(moved.volume),
        entries=revised.entries,
    )


def number_of(volume: Decimal | None) -> Number | None:
    """A volume as a number of JSON and frames."""
    return None if volume is None else Number(volume)
