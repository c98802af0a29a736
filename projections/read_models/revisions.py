"""Revisions: what each release of a register changed, a row for each deal, release and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final, NamedTuple, get_args

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.beliefs.repairs import NO_REPAIRS
from armsledger.domain.entry import Entry
from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.events.contract import Opened
from armsledger.domain.events.register import Listed
from armsledger.domain.registers.cells import BLANK, Cell, Direction, cell_of, movement, window_cell
from armsledger.domain.registers.columns import COLUMNS, ORDER
from armsledger.domain.registers.history import Step, history_of
from armsledger.domain.registers.plans import PlanChange, plan_changes
from armsledger.domain.values.edtf import OPEN_FUTURE
from armsledger.domain.values.several import leading
from armsledger.projections.codec import Number
from armsledger.projections.projection import SEPARATOR, Projection
from armsledger.projections.rows import Row
from armsledger.projections.timeline import Span, Timeline

PLAN: Final = "plan"
"""The window of delivery that a comment plans, as a column and as a class."""


@dataclass(frozen=True)
class RevisedCell(Row):
    """What a release of a register changed in one column of a deal's row, from the day of that release on.

    ``classes`` are ``value``, ``flag`` (a mark of uncertain data came or went), ``comment``, ``vocabulary`` (another
    name for the same), ``duplicate`` (how often the row stands in the release) and ``plan``; a row of which ``column``
    is empty tells that the whole row is ``new``, ``vanished`` or ``reappeared``. What the first release lists is no
    revision. ``old`` and ``new`` are the cells as the register has them, and the fields that begin so what they say: a
    number, whether it is marked as uncertain, the first and the last year, a volume in millions. ``change``,
    ``volume_change`` and ``slip_first_years``, ``slip_last_years`` are by how much these moved. The column ``plan`` is
    the window of planned delivery. ``direction`` is ``up`` or ``down`` for numbers and volumes, ``later`` or
    ``earlier`` for years and windows of which no end moved the other way. ``designation`` and ``order_year`` are those
    of that release, and ``entries`` how it was recorded.
    """

    deal: str
    supplier: str | None
    buyer: str | None
    designation: str
    order_year: int | None
    release: str
    released: date
    column: str | None
    classes: tuple[str, ...]
    old: str | None
    new: str | None
    direction: Direction | None
    old_count: int | None
    new_count: int | None
    change: int | None
    old_flag: bool | None
    new_flag: bool | None
    old_first: int | None
    old_last: int | None
    new_first: int | None
    new_last: int | None
    slip_first_years: int | None
    slip_last_years: int | None
    old_volume: Number | None
    new_volume: Number | None
    volume_change: Number | None
    entries: tuple[str, ...]

    @staticmethod
    def several_of(name: str) -> str | None:
        """A release can be named by its day too."""
        return "released" if name == "release" else None

    @property
    def revision(self) -> str:
        """The change in one text: ``6? -> 8``, or ``vanished``."""
        if self.column is None:
            return ", ".join(self.classes)
        return f"{self.old or 'nothing'} -> {self.new or 'nothing'}"

    @property
    def by(self) -> str:
        """By how much it moved: a number, a volume, or the years of both ends."""
        amount = self.change or self.volume_change
        if amount:
            return f"{amount:+}"
        if self.slip_first_years or self.slip_last_years:
            ends = (self.slip_first_years, self.slip_last_years)
            return " ".join(f"{end:+}" if end is not None else "open" for end in ends)
        return ""


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
    supplier, buyer = _parties(belief)
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


def _parties(belief: Belief) -> tuple[str | None, str | None]:
    """The leading supplier and buyer, of a row that has vanished too."""
    opened = [entry for entry in belief.entries if type(entry.event) is Opened]
    if not opened:
        return None, None
    standing = [entry for entry in opened if entry.id not in belief.repairs.retracted_by]
    event = belief.current((standing or opened)[0]).event
    assert isinstance(event, Opened)
    return str(leading(event.supplier)), str(leading(event.buyer))


REVISIONS = Projection("revisions", RevisedCell, revision_spans)
SINGULAR: Final = {"classes": "class"}
WORDS: Final = {
    "column": (*COLUMNS, PLAN),
    "classes": (*ORDER, PLAN),
    "direction": get_args(Direction),
}
"""The words that a field can hold."""


def check_words(filters: Mapping[str, Any]) -> None:
    """Check that filters ask for words that there are; raises UsageError."""
    for name, words in WORDS.items():
        word = filters.get(name)
        if word is not None and word not in words:
            near = get_close_matches(str(word), words, n=3)
            remedy = f"did you mean {' or '.join(near)}?" if near else f"write one of {', '.join(words)}"
            raise UsageError(f"{quoted(word)} is no {SINGULAR.get(name, name)} of a revision", remedy=remedy)
