"""How SIPRI's register was revised between two beliefs: a row for each deal whose listing changed, or for each column.

What the releases said by one belief and by the other is compared, whatever they said in between. What others correct
is no revision of the register.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from armsledger.application.beliefs import Beliefs
from armsledger.application.codes import Codes
from armsledger.application.sipri.register import is_listing, release_keys
from armsledger.application.sipri.standing import Releases
from armsledger.domain.beliefs.belief import known_entries
from armsledger.domain.beliefs.repairs import repairs_of
from armsledger.domain.entry import Entry
from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.events.statement import Role
from armsledger.domain.near import near
from armsledger.domain.registers.cells import UNMOVED, VOLUMES, cell_of, movement, window_cell
from armsledger.domain.registers.columns import FLAGGED, NAMING, ColumnChange, Words, in_order, times
from armsledger.domain.registers.history import Step, history_of
from armsledger.domain.registers.plans import PlanChange, plan_changes
from armsledger.domain.values.known import EVERYTHING
from armsledger.domain.values.words import REGISTER_COLUMNS, REVISION_ORDER
from armsledger.exchange.sipri.names import Names
from armsledger.projections.codec import Number
from armsledger.projections.read_models.revisions import PLAN, RevisedCell
from armsledger.projections.rows import Row
from armsledger.projections.spans.revisions import cells_of_step, number_of

UNDATED: Final = "unknown"
WITH_FLAGS: Final = (*sorted(FLAGGED), "deliveries")


@dataclass(frozen=True)
class RevisionRow(Row):
    """A deal whose row in the register changed between two beliefs.

    ``revisions`` are the classes of the changes, ``columns`` the columns that differ, and ``changes`` their old and new
    texts. ``buyer`` and ``supplier`` are codes or names, ``decade`` that of the year of order, such as ``2010s``.
    ``..._change`` are by how much numbers and volumes moved, ``slip_..._years`` the ends of the window of planned
    delivery; they are None where nothing changed, or one side is not known.
    """

    deal: str
    buyer: str
    supplier: str
    designation: str
    order_year: str | None
    decade: str
    revisions: tuple[str, ...]
    columns: tuple[str, ...]
    changes: tuple[str, ...]
    ordered_change: int | None
    delivered_change: int | None
    volume_per_unit_change: Number | None
    volume_ordered_change: Number | None
    volume_delivered_change: Number | None
    slip_first_years: int | None
    slip_last_years: int | None


class LeftOut(NamedTuple):
    """What a comparison leaves out: whole columns, and the marks of uncertain data of some columns."""

    columns: Collection[str] = ()
    flags_of: Collection[str] = ()

    @classmethod
    def of(cls, without: Collection[str] | str = (), without_flags_of: Collection[str] | str = ()) -> LeftOut:
        """What is left out; raises UsageError for what is no column, or has no marks of uncertain data."""
        left_out = cls(_several(without), _several(without_flags_of))
        for name in left_out.columns:
            _check(name, (*REGISTER_COLUMNS, PLAN), f"the register has no column {quoted(name)}")
        for name in left_out.flags_of:
            _check(name, WITH_FLAGS, f"the register has no column {quoted(name)} with marks of uncertain data")
        return left_out

    def __str__(self) -> str:
        """What is left out, in words."""
        return ", ".join([*self.columns, *(f"flags of {name}" for name in self.flags_of)])

    def kept(self, column: str | None, classes: Collection[Any]) -> tuple[Any, ...]:
        """The classes of a change that are kept; none if the column is left out."""
        if column in self.columns:
            return ()
        return tuple(one for one in classes if not (one == "flag" and column in self.flags_of))


def _several(names: Collection[str] | str) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _check(name: str, known: Collection[str], message: str) -> None:
    if name not in known:
        close = near(name, known)
        raise UsageError(message, remedy=f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}")


NOTHING: Final = LeftOut()


class Tally(NamedTuple):
    """How many deals of a country or decade were revised, in all and by class."""

    name: str
    deals: int
    classes: Mapping[str, int]


class _Side(NamedTuple):
    """What one belief knows of a deal's row: its steps, and the changes of its plan."""

    steps: list[Step]
    plans: list[PlanChange]


class Revised(NamedTuple):
    """What releases did to a deal between two beliefs, in one step."""

    deal: str
    step: Step
    plans: list[PlanChange]

    @property
    def words(self) -> Words:
        """The last words of the row."""
        return self.step.after


def revision_rows(earlier: Beliefs, later: Beliefs, left_out: LeftOut = NOTHING) -> list[RevisionRow]:
    """The deals whose row changed between two beliefs; none if the register was not taken.

    A row is new if the earlier belief does not know it, and has reappeared if it had vanished by then.
    """
    names = Names(Codes())
    rows = (_row(revised, names, left_out) for revised in _all_revised(earlier, later))
    return [row for row in rows if row is not None]


def column_rows(earlier: Beliefs, later: Beliefs, left_out: LeftOut = NOTHING) -> list[RevisedCell]:
    """The columns that changed between two beliefs, deal by deal; the release is the last one that changed the row."""
    names = Names(Codes())
    rows = []
    for deal, step, plans in _all_revised(earlier, later):
        supplier, buyer = (names.known(step.after[name]) for name in ("supplier", "recipient"))
        for row in cells_of_step(deal, supplier, buyer, step, plans):
            kept = left_out.kept(row.column, row.classes)
            if kept:
                rows.append(row if kept == row.classes else replace(row, classes=kept))
    return rows


def tally_by(rows: Iterable[RevisionRow], name: str) -> list[Tally]:
    """The revised deals counted by a field of their rows, the highest count first, but decades in their order."""
    deals: Counter[str] = Counter()
    classes: dict[str, Counter[str]] = {}
    for row in rows:
        value = str(getattr(row, name))
        deals[value] += 1
        classes.setdefault(value, Counter()).update(row.revisions)
    order = sorted(deals) if name == "decade" else [value for value, _ in deals.most_common()]
    return [Tally(value, deals[value], classes[value]) for value in order]


def tally(rows: Iterable[RevisionRow]) -> dict[str, int]:
    """The revised deals counted by class; a deal can be of several classes."""
    counts = Counter(revision for row in rows for revision in row.revisions)
    return {revision: counts[revision] for revision in REVISION_ORDER if counts[revision]}


def tallies(rows: Iterable[RevisionRow]) -> dict[str, Any]:
    """The revised deals counted by class, buyer, supplier and decade of order, in the types of JSON."""
    revised = list(rows)
    counts = {
        f"by_{name}": {group.name: {"deals": group.deals, **group.classes} for group in tally_by(revised, name)}
        for name in ("buyer", "supplier", "decade")
    }
    return {"deals": len(revised), "by_class": tally(revised), **counts}


def _visible(entries: list[Entry], view: Beliefs) -> list[Entry]:
    question = view.question
    recorded = [entry for entry in entries if entry.position <= question.position]
    return recorded if question.cut == EVERYTHING else known_entries(recorded, question.cut)


def _all_revised(earlier: Beliefs, later: Beliefs) -> Iterator[Revised]:
    """What releases did to each deal between two beliefs."""
    upto = max(earlier.question.position, later.question.position)
    releases = release_keys(later.reader)
    for stream, entries in later.deal_entries(upto):
        before, after = _visible(entries, earlier), _visible(entries, later)
        if before != after:
            deal = stream.partition("/")[2]
            step, plans = _between(_side(before, releases), _side(after, releases))
            if step is not None:
                yield Revised(deal, step, plans)


def _side(entries: list[Entry], releases: Releases) -> _Side:
    """What the entries that are known tell of a deal's row."""
    listings = [entry for entry in entries if is_listing(entry, releases)]
    repairs = repairs_of([entry for entry in entries if entry.event.role is Role.REPAIR], ()) if listings else None
    for listing in listings:
        assert repairs is not None
        steps = history_of(listing, entries, repairs)
        if steps:
            return _Side(steps, list(plan_changes(entries, repairs, steps)))
    return _Side([], [])


def _between(before: _Side, after: _Side) -> tuple[Step | None, list[PlanChange]]:
    """What became of a row from one belief to the other, as one step; None if nothing did."""
    old, new = (side.steps[-1] if side.steps else None for side in (before, after))
    some = new or old
    if some is None or old == new:
        return None, []
    apart = [step for step in (*before.steps, *after.steps) if (step in before.steps) != (step in after.steps)]
    was_gone, is_gone = old is not None and old.is_gone, new is None or new.is_gone
    if (old is None or was_gone) and is_gone:
        return None, []
    step = some._replace(
        before=None if old is None else old.after,
        after=old.after if old is not None and is_gone else some.after,
        was_gone=was_gone,
        is_gone=is_gone,
        classes=("new",) if old is None else (),
        renamed=tuple(name for name in NAMING if all(_only_renames(one, name) for one in apart)),
        entries=tuple(dict.fromkeys(address for one in apart for address in one.entries)),
        touched=None,
    )
    stays = old is not None and not is_gone
    return step, _plans_between(before.plans, after.plans) if stays else []


def _only_renames(step: Step, column: str) -> bool:
    """Whether a step leaves a column as it is but for its name."""
    before = step.before or step.after
    return before.get(column) == step.after.get(column) or column in step.renamed


def _plans_between(before: list[PlanChange], after: list[PlanChange]) -> list[PlanChange]:
    """How the plan moved from one belief to the other, if it did."""
    undone = [change for change in before if change not in after]
    done = [change for change in after if change not in before]
    old = undone[-1].new if undone else done[0].old if done else None
    new = done[-1].new if done else undone[0].old if undone else None
    return [] if old == new else [(done or undone)[-1]._replace(old=old, new=new)]


def _row(revised: Revised, names: Names, left_out: LeftOut) -> RevisionRow | None:
    """The row of a deal; None if nothing is left of what changed."""
    deal, step, plans = revised
    changes = _kept(step.changes, left_out)
    if step.whole is None and not changes:
        return None
    classes = in_order({one for change in changes for one in change.classes})
    words = step.after
    year = str(words.get("order_year", "")).rstrip("?")
    return RevisionRow(
        deal=deal,
        buyer=names.known(words["recipient"]),
        supplier=names.known(words["supplier"]),
        designation=str(words["designation"]).strip(),
        order_year=year or None,
        decade=f"{year[:3]}0s" if year else UNDATED,
        revisions=classes if step.whole is None else (step.whole, *classes),
        columns=tuple(change.column for change in changes),
        changes=tuple(_text(change) for change in changes),
        **_moved(changes, [] if PLAN in left_out.columns else plans),
    )


def _moved(changes: Iterable[ColumnChange], plans: Iterable[PlanChange]) -> dict[str, Any]:
    """By how much the numbers, the volumes and the plan of a deal moved."""
    moved = {one.column: movement(cell_of(one.column, one.old), cell_of(one.column, one.new)) for one in changes}
    plan = next((movement(window_cell(one.old), window_cell(one.new)) for one in plans), UNMOVED)
    counts = {f"{name}_change": moved.get(name, UNMOVED).number for name in ("ordered", "delivered")}
    volumes = {f"{name}_change": number_of(moved.get(name, UNMOVED).volume) for name in VOLUMES}
    return counts | volumes | {"slip_first_years": plan.first_years, "slip_last_years": plan.last_years}


def _text(change: ColumnChange) -> str:
    old, new = (_cell_text(change.column, cell) for cell in (change.old, change.new))
    return f"{change.column}: {old} -> {new}"


def _kept(changes: Iterable[ColumnChange], left_out: LeftOut) -> list[ColumnChange]:
    """The changes of which something is left."""
    kept = (change._replace(classes=left_out.kept(change.column, change.classes)) for change in changes)
    return [change for change in kept if change.classes]


def _cell_text(name: str, value: Any) -> str:
    if name == "rows":
        return f"{times(value)} times"
    if name == "deliveries":
        return ", ".join(" ".join(str(part) for part in delivery.values()) for delivery in value or ()) or "nothing"
    return "nothing" if value is None else str(value)
