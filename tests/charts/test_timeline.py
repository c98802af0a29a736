"""The timeline: labels that never collide, lanes, and what is faded."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger.charts.boxes import Box
from armsledger.charts.elements import joined
from armsledger.charts.marks import Comb, Days, Fact, Forecast, Lane, Look
from armsledger.charts.timeline import NARROW, WIDE, Marks, Size, Timeline
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from tests.charts.drawn import mark_boxes, of_class, parsed, text_boxes, texts

DAY = 737_000  # 2 Nov 2018
LANES = (Lane("contract", "Contract", "approvals and signature"), Lane("delivery", "Deliveries"))
BATCH = Comb("delivery", "Batch 1 delivered")


def fact(first: int, last: int | None = None, head: str = "Signed", **more: object) -> Fact:
    return Fact("contract", (DAY + first, DAY + (first if last is None else last)), head, **more)  # type: ignore[arg-type]


def timeline(*facts: Fact, size: Size = WIDE) -> Timeline:
    return Timeline(Marks(LANES, {str(place): [one] for place, one in enumerate(facts)}, {}, [DAY]), size)


def drawn(chart: Timeline, *facts: Fact, day: int = DAY + 5000) -> Iterator[str]:
    """Each fact with its label."""
    return (chart.fact(str(place), one, day) for place, one in enumerate(facts))


# Labels


@st.composite
def days(draw: st.DrawFn) -> Days:
    first = DAY + draw(st.integers(0, 4000))
    last = first + draw(st.sampled_from([0, 0, 0, 30, 364]))
    return draw(st.sampled_from([(first, last), (first, last), (first, last), (OPEN_PAST, last), (first, OPEN_FUTURE)]))


WORDS = st.text(st.sampled_from("abcm WT≠é中"), min_size=1, max_size=40)
FACTS = st.builds(
    Fact,
    lane=st.just("contract"),
    days=days(),
    head=WORDS,
    detail=st.one_of(st.just(""), WORDS),
    look=st.sampled_from(["solid", "possible", "hollow", "retracted"]),
    is_contested=st.booleans(),
    rivals=st.one_of(st.just(()), st.tuples(days())),
)


@settings(max_examples=60)
@given(st.lists(st.lists(FACTS, min_size=1, max_size=2), min_size=1, max_size=30), st.sampled_from([WIDE, NARROW]))
def test_no_label_overlaps_another_one_or_a_mark_and_none_leaves_the_drawing(
    facts: list[list[Fact]], size: Size
) -> None:
    chart = Timeline(Marks(LANES, {str(place): own for place, own in enumerate(facts)}, {}, [DAY]), size)
    marks: list[tuple[str, Box]] = []
    labels: list[tuple[str, Box]] = []
    for place, variants in enumerate(facts):
        for one in variants:  # of the variants of one mark only one is there at a time
            svg = chart.fact(str(place), one, DAY)
            marks += [(str(place), box) for box in mark_boxes(svg)]
            labels += [(str(place), box) for box in text_boxes(svg)]
    whole = Box(0, 0, size.width, chart.height)
    assert all(box.is_within(whole) for _, box in labels)
    for label, thing in (*combinations(labels, 2), *product(labels, marks)):
        assert label[0] == thing[0] or not label[1].overlaps(thing[1])


def test_a_label_stands_at_the_right_of_its_mark_and_at_its_left_where_the_drawing_ends() -> None:
    facts = fact(0), fact(3000, head="Contract terminated by both sides")
    chart = timeline(*facts)
    anchors = [parsed(svg).find(".//text").get("text-anchor") for svg in drawn(chart, *facts)]  # type: ignore[union-attr]
    assert anchors == ["start", "end"]


def test_what_has_no_room_is_shortened_and_a_dispute_keeps_its_sign() -> None:
    one = fact(1500, head="Cabinet Committee on Security approves", detail=": at last", is_contested=True)
    others = fact(0), fact(3000)
    chart = timeline(one, *others, size=NARROW)
    (label,) = texts(chart.fact("0", one, DAY))
    assert label.startswith("Cabinet Committee")
    assert label.endswith("…\u00a0≠")


def test_a_mark_keeps_its_place_whatever_it_says_by_another_belief() -> None:
    early, late = (
        fact(100, head="Advance paid"),
        fact(100, head="Advance paid", detail=", ~USD 800m", is_contested=True),
    )
    chart = Timeline(Marks(LANES, {"advance": [early, late], "other": [fact(130)]}, {}, [DAY]))
    first, second = (parsed(chart.fact("advance", one, DAY)) for one in (early, late))
    assert [one.attrib for one in first.iter("rect")] == [one.attrib for one in second.iter("rect")]
    assert "800m" not in "".join(first.itertext())


# Lanes, combs, days


def test_only_lanes_in_which_something_is_are_drawn() -> None:
    assert texts(timeline(fact(0)).frame())[-2:] == ["Contract", "approvals and signature"]
    assert texts(timeline(fact(0), size=NARROW).frame())[-1] == "Contract"


def test_what_is_later_than_the_day_of_the_chart_is_faded() -> None:
    one = fact(100)
    chart = timeline(one)
    assert of_class(chart.fact("0", one, DAY + 100), "fut") == []
    (faded,) = of_class(chart.fact("0", one, DAY + 99), "fut")
    assert faded.get("data-first") == str(DAY + 100)


def test_the_day_of_the_chart_is_a_line_with_its_date() -> None:
    chart = timeline(fact(0))
    svg = chart.day_line(DAY, "2 Nov 2018")
    (line,) = parsed(svg).iter("g")
    assert line.get("transform") == f"translate({chart.scale.place(DAY):.1f} 0)"
    assert texts(svg) == ["2 Nov 2018"]


def forecast(said: int, **more: object) -> Forecast:
    return Forecast(BATCH, (DAY + said, DAY + said), (DAY + 400, DAY + 500), "pending", **more)  # type: ignore[arg-type]


def test_the_forecasts_of_one_thing_are_a_comb_in_the_order_in_which_they_were_said() -> None:
    told = {"late": [forecast(30)], "early": [forecast(10)]}
    chart = Timeline(Marks(LANES, {}, told, [DAY]))
    assert chart.combs == [BATCH]
    assert list(chart.order()) == ["early", "late"]
    heights = [of_class(chart.forecast(key, told[key][0], DAY), "brt")[0].get("cy") for key in ("early", "late")]
    assert float(heights[1] or 0) - float(heights[0] or 0) == pytest.approx(6, abs=0.11)
    assert texts(chart.comb(BATCH, 2)) == ["Batch 1 delivered", "2 forecasts"]
    assert texts(chart.comb(BATCH, 1))[-1] == "1 forecast"


def test_a_mark_leads_to_its_entry_where_there_is_one_to_lead_to() -> None:
    one = fact(0, entry="deal/x@3", told="Signed: 2 Nov 2018")
    linked = Timeline(Marks(LANES, {"a": [one]}, {}, [DAY]), link=lambda entry: f"#{entry}")
    (anchor,) = parsed(linked.fact("a", one, DAY)).iter("a")
    assert (anchor.get("href"), anchor.findtext("title")) == ("#deal/x@3", "Signed: 2 Nov 2018")
    assert list(parsed(timeline(one).fact("0", one, DAY)).iter("a")) == []


@pytest.mark.parametrize("look", ["solid", "possible", "hollow", "retracted"])
def test_a_hostile_label_stays_a_text(look: Look) -> None:
    one = fact(0, head='<script>"&', detail="</text>", look=look, told="</title><b>")
    chart = timeline(one)
    root = parsed(joined(chart.fact("0", one, DAY)))
    assert {element.tag for element in root.iter()} <= {"svg", "g", "title", "rect", "text"}
    assert '<script>"&</text>' in "".join(root.itertext())
