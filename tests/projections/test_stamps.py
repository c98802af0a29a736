"""A table is built anew when its projection has changed, and not when a module has moved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from armsledger.projections.projection import Projection
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.read_models.deals import DEALS
from armsledger.projections.rows import Row
from armsledger.projections.schema import LAYOUT


@dataclass(frozen=True)
class Counted(Row):
    """A row of two fields."""

    deal: str
    count: int | None


COUNTED = Projection("counted", Counted, "somewhere:rows", version=4)


def test_a_stamp_tells_the_layout_the_version_the_kinds_and_the_fields_with_their_types() -> None:
    assert COUNTED.stamp == f"{LAYOUT}.4: deal; deal str; count int | None"


def test_no_stamp_names_a_module() -> None:
    assert not any("armsledger" in projection.stamp or "<class" in projection.stamp for projection in BUILT_IN)


def test_another_version_another_kind_and_other_fields_make_another_stamp() -> None:
    stamps = {
        COUNTED.stamp,
        replace(COUNTED, version=5).stamp,
        replace(COUNTED, kinds=("deal", "framework")).stamp,
        replace(COUNTED, row=DEALS.row).stamp,
    }
    assert len(stamps) == 4
