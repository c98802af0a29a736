"""Volumes: what a register says was delivered of each deal in each year, in trend-indicator values (TIV)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from armsledger.projections.codec import Number
from armsledger.projections.filtering import Looked
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.deals import OF_DEAL
from armsledger.projections.rows import Row


@dataclass(frozen=True)
class VolumeRow(Row):
    """A delivery of which a register tells: one year of a deal, or several among which nobody knows how it was split.

    ``tiv`` is the volume in millions of SIPRI trend-indicator values, which compare military capability and are no
    money; None where the register leaves it blank. ``year`` is the year, where it is one; ``years`` are all that the
    register names, so of "2019; 2022" the years between are not among them; where it names none, there are none.
    ``count`` is how many were delivered. ``approximate`` is the register's mark of uncertain data, behind the number or
    the year: it widens nothing. ``certain`` is False until the last of the years is over. A row that stands in the
    register twice to the letter is two deliveries, as the register's own totals count both.
    """

    FILTERS: ClassVar = {**OF_DEAL, "item": Looked(("designation",), contained=True)}

    deal: str
    supplier: str | None
    suppliers: tuple[str, ...]
    buyer: str | None
    buyers: tuple[str, ...]
    category: str | None
    designation: str
    description: str | None
    year: int | None
    first_year: int | None
    last_year: int | None
    years: tuple[int, ...]
    tiv: Number | None
    count: int | None
    approximate: bool
    certain: bool
    register: str
    entries: tuple[str, ...]
    sources: tuple[str, ...]


VOLUMES = Projection("volumes", VolumeRow, "armsledger.projections.spans.volumes:volume_spans")
