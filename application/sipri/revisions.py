"""How SIPRI's register was revised between two beliefs: a row for each deal whose listing changed, or for each column.

What the releases said by one belief and by the other is compared, whatever they said in between. What others correct
is no revision of the register.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, cast

from armsledger.application.beliefs import Beliefs
from armsledger.application.sipri.revised_cells import revised_cells
from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.near import near
from armsledger.domain.registers.cells import VOLUMES
from armsledger.domain.registers.columns import FLAGGED, in_order
from armsledger.domain.values.words import REGISTER_COLUMNS, REVISION_ORDER, Revision
from armsledger.projections.codec import Number
from armsledger.projections.read_models.revisions import PLAN, RevisedCell
from armsledger.projections.rows import Row
from armsledger.storage.collecting import seldom_collecting

UNKNOWN: Final = "unknown"
COUNTED: Final = ("ordered", "delivered")
UNMOVED: Final[dict[str, None]] = dict.fromkeys(
    [*(f"{name}_change" for name in (*COUNTED, *VOLUMES)), "slip_first_years", "slip_last_years"]
)
"""By how much the numbers, the volumes and the plan of a deal moved, where they did not."""
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


def revision_rows(earlier: Beliefs, later: Beliefs, left_out: LeftOut = NOTHING) -> list[RevisionRow]:
    """The deals whose row changed between two beliefs; none if the register was not taken.

    A row is new if the earlier belief does not know it, and has reappeared if it had vanished by then.
    """
    with seldom_collecting():
        rows = (_row(cells, left_out) for cells in revised_cells(earlier, later))
        return [row for row in rows if row is not None]


def column_rows(earlier: Beliefs, later: Beliefs, left_out: LeftOut = NOTHING) -> list[RevisedCell]:
    """The columns that changed between two beliefs, deal by deal; the release is the last one that changed the row."""
    return [cell for cells in revised_cells(earlier, later) for cell in _kept(cells, left_out)]


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


def _row(cells: Sequence[RevisedCell], left_out: LeftOut) -> RevisionRow | None:
    """The row of a deal; None if nothing is left of what changed but its plan."""
    by_column = {cell.column: cell for cell in _kept(cells, left_out)}
    whole, plan = by_column.pop(None, None), by_column.pop(PLAN, None)
    if whole is None and not by_column:
        return None
    some = cells[0]
    classes: tuple[str, ...] = in_order({cast("Revision", one) for cell in by_column.values() for one in cell.classes})
    year = None if some.order_year is None else str(some.order_year)
    moved: dict[str, Any] = {f"{name}_change": by_column[name].change for name in COUNTED if name in by_column}
    moved |= {f"{name}_change": by_column[name].volume_change for name in VOLUMES if name in by_column}
    if plan is not None:
        moved |= {"slip_first_years": plan.slip_first_years, "slip_last_years": plan.slip_last_years}
    return RevisionRow(
        deal=some.deal,
        buyer=some.buyer or UNKNOWN,
        supplier=some.supplier or UNKNOWN,
        designation=some.designation,
        order_year=year,
        decade=UNKNOWN if year is None else f"{year[:3]}0s",
        revisions=classes if whole is None else (*whole.classes, *classes),
        columns=tuple(map(str, by_column)),
        changes=tuple(_text(cell) for cell in by_column.values()),
        **{**UNMOVED, **moved},
    )


def _kept(cells: Iterable[RevisedCell], left_out: LeftOut) -> Iterator[RevisedCell]:
    """The cells of which something is left."""
    for cell in cells:
        kept = left_out.kept(cell.column, cell.classes)
        if kept:
            yield cell if kept == cell.classes else replace(cell, classes=kept)


def _text(cell: RevisedCell) -> str:
    unit = " times" if cell.column == "rows" else ""
    old, new = ("nothing" if text is None else f"{text}{unit}" for text in (cell.old, cell.new))
    return f"{cell.column}: {old} -> {new}"
