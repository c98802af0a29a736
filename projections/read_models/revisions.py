"""Revisions: what each release of a register changed, a row for each deal, release and column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from armsledger.domain.values.words import REGISTER_COLUMNS, REVISION_ORDER, Direction
from armsledger.projections.codec import Number
from armsledger.projections.filtering import Looked
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Row

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

    FILTERS: ClassVar = {
        "item": Looked(("designation",), contained=True),
        "release": Looked(("release", "released")),
        "column": Looked(("column",), among=(*REGISTER_COLUMNS, PLAN)),
        "classes": Looked(("classes",), among=(*REVISION_ORDER, PLAN)),
        "change": Looked(("change", "volume_change")),
        "slip": Looked(("slip_first_years", "slip_last_years")),
    }

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


REVISIONS = Projection("revisions", RevisedCell, "armsledger.projections.spans.revisions:revision_spans")
