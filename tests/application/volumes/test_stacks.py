"""Volumes by year as bars."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from armsledger.application.volumes.stacks import stacks_of
from armsledger.application.volumes.sums import VolumeSum, VolumeSums, sum_type
from armsledger.charts.bars import TINTS, Share
from armsledger.charts.picture import NothingToDraw
from armsledger.domain.errors import UsageError

BY = ("supplier", "year")
TOTAL = sum_type(())(tiv=0, possible_tiv=0, deliveries=0, share=None, possible_share=None, precision="exact")  # type: ignore[call-arg]


def row(supplier: str | None, year: int | None, tiv: float, possible: float | None = None) -> VolumeSum:
    made = sum_type(BY)
    return made(  # type: ignore[call-arg]
        supplier=supplier, year=year, tiv=tiv, possible_tiv=possible or tiv, deliveries=2,
        share=None, possible_share=None, precision="exact",
    )  # fmt: skip


def sums(*rows: VolumeSum, by: tuple[str, ...] = BY) -> VolumeSums:
    return VolumeSums(sum_type(by), rows, TOTAL, "State at 31 Dec 2021, as recorded by 1 Jan 2022.")


def test_suppliers_are_stacked_by_their_volume_the_greatest_first() -> None:
    stacks, undated = stacks_of(sums(row("FRA", 2020, 10), row("RUS", 2020, 30, 45), row("RUS", 2021, 5)), "supplier")
    assert list(stacks.names) == ["Russia", "France"]
    assert stacks.years == {2020: {"France": Share(10, 10), "Russia": Share(30, 45)}, 2021: {"Russia": Share(5, 5)}}
    assert undated == 0


def test_those_for_whom_there_is_no_tint_are_others_together() -> None:
    codes = ("RUS", "FRA", "USA", "DEU", "CHN", "ITA", "GBR", "ESP", "SWE", "ISR")
    rows = [row(code, 2020, 100 - place) for place, code in enumerate(codes)]
    stacks, _ = stacks_of(sums(*rows), "supplier")
    assert len(stacks.names) == TINTS
    assert stacks.names[-1] == "others"
    assert stacks.years[2020]["others"] == Share(93 + 92 + 91, 93 + 92 + 91)


def test_deliveries_without_a_year_are_told_and_not_drawn() -> None:
    picture = sums(row("RUS", 2020, 30), row("RUS", None, 5)).plot()
    told = " ".join(ElementTree.fromstring(picture.svg).itertext())
    assert "2 deliveries without a year are not drawn." in told
    assert "State at 31 Dec 2021, as recorded by 1 Jan 2022." in told
    assert "Russia, 2020: 30" in told


def test_what_is_not_by_year_is_not_drawn() -> None:
    with pytest.raises(UsageError, match="by year"):
        sums(by=("supplier",)).plot()
    with pytest.raises(NothingToDraw):
        sums().plot()
