"""The marks of facts: what each looks like, and where it stands on a scale of a pixel a day."""

from __future__ import annotations

import pytest

from armsledger.charts.facts import draw_fact, extent_of
from armsledger.charts.marks import Days, Fact, Look
from armsledger.charts.time_scale import TimeScale
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from tests.charts.drawn import numbers, of_class, parsed

START = 700_000
SCALE = TimeScale((START, START + 999), 0, 1000)
MIDDLE = 50


def fact(
    first: int, last: int, look: Look = "solid", *, qualified: bool = False, rivals: tuple[Days, ...] = ()
) -> Fact:
    days = (
        first if first in (OPEN_PAST, OPEN_FUTURE) else START + first,
        last if last in (OPEN_PAST, OPEN_FUTURE) else START + last,
    )
    return Fact("contract", days, "Signed", look=look, is_qualified=qualified, rivals=rivals)


def drawn(one: Fact) -> list[tuple[str, tuple[float, ...]]]:
    """The rectangles: the class of each, with its place and size."""
    root = parsed(draw_fact(one, SCALE, MIDDLE))
    return [(rect.get("class", ""), numbers(rect, "x", "y", "width", "height")) for rect in root.iter("rect")]


@pytest.mark.parametrize(
    ("one", "kind", "box"),
    [
        (fact(100, 100), "ink", (100, 43, 3.6, 14)),  # a day: a tick
        (fact(100, 130), "unc", (100, 44, 31, 12)),  # some day within: a band over all of them
        (fact(100, 100, qualified=True), "unc apx", (100, 44, 6, 12)),  # about a day: a dashed edge
        (fact(100, 130, qualified=True), "unc apx", (100, 44, 31, 12)),
        (fact(100, 100, "possible"), "unc", (100, 44, 6, 12)),  # a single claim
        (fact(100, 100, "hollow"), "hol", (100, 43, 6, 14)),  # not binding, put off, denied
        (fact(100, 130, "hollow"), "hol", (100, 44, 31, 12)),
        (fact(100, 130, "retracted"), "ret", (100, 44, 31, 12)),
    ],
)
def test_each_kind_of_fact_has_a_mark_of_its_own(one: Fact, kind: str, box: tuple[float, ...]) -> None:
    assert drawn(one) == [(kind, box)]


def test_an_open_start_fades_in_up_to_a_hard_edge() -> None:
    one = fact(OPEN_PAST, 199)
    steps = drawn(one)
    assert [kind for kind, _ in steps] == ["hat"] * 3
    assert [box[0] for _, box in steps] == [168, 178.7, 189.3]  # 32 pixels that end after the last day
    (edge,) = of_class(draw_fact(one, SCALE, MIDDLE), "edge")
    assert edge.get("d") == "M200.0 43.0v14"
    strengths = [rect.get("opacity") for rect in parsed(draw_fact(one, SCALE, MIDDLE)).iter("rect")]
    assert strengths == ["0.25", "0.55", "1"]


def test_an_open_end_fades_out_after_a_hard_edge() -> None:
    one = fact(200, OPEN_FUTURE)
    (edge,) = of_class(draw_fact(one, SCALE, MIDDLE), "edge")
    assert edge.get("d") == "M200.0 43.0v14"
    assert [box[0] for _, box in drawn(one)] == [200, 210.7, 221.3]


def test_a_rival_date_is_a_hollow_box_that_a_dotted_line_joins_from_afar() -> None:
    rival = (START + 300, START + 309)
    one = fact(100, 109, rivals=(rival,))
    assert drawn(one) == [("unc", (100, 44, 10, 12)), ("rv", (300, 46.5, 10, 7))]
    (join,) = of_class(draw_fact(one, SCALE, MIDDLE), "rvl")
    assert join.get("d") == "M112.0 50.0H298.0"
    near = fact(100, 109, rivals=((START + 112, START + 121),))
    assert of_class(draw_fact(near, SCALE, MIDDLE), "rvl") == []
    assert tuple(extent_of(one, SCALE)) == (100, 310)
