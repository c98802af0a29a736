"""Drawings that stand alone."""

from __future__ import annotations

from armsledger.charts.alone import Drawing, Frame, standing_alone
from armsledger.charts.elements import rect
from armsledger.charts.panels import Panel, side_by_side
from armsledger.charts.style import DARK, LIGHT, page_style, with_colours
from tests.charts.drawn import numbers, parsed, texts

FRAME = Frame("Russia to India: <S-400>", ["State at 12 Nov 2021, as sources had said by 12 Nov 2021."])
ALONE = standing_alone(Drawing(400, 100, rect(0, 0, 400, 100, class_="ink"), [("day", "on this day")]), FRAME)


def test_it_says_of_which_day_and_belief_it_is_and_what_its_marks_mean() -> None:
    assert texts(ALONE) == [FRAME.heading, FRAME.caption[0], "on this day"]
    assert parsed(ALONE).findtext("title") == f"{FRAME.heading}. {FRAME.caption[0]}"


def test_it_brings_its_style_for_light_and_dark_and_its_pattern_and_asks_for_nothing() -> None:
    style = parsed(ALONE).findtext("style") or ""
    assert LIGHT["ink"] in style
    assert style.index("prefers-color-scheme:dark") < style.index(DARK["ink"])
    assert [one.get("id") for one in parsed(ALONE).iter("pattern")] == ["h"]
    assert not any("href" in name for one in parsed(ALONE).iter() for name in one.attrib)
    assert "http" not in ALONE.replace("http://www.w3.org/2000/svg", "")


def test_all_of_it_lies_within_its_size() -> None:
    root = parsed(ALONE)
    width, height = numbers(root, "width", "height")
    assert root.get("viewBox") == f"0 0 {width:.1f} {height:.1f}"
    tops = [
        float((one.get("transform") or "").partition(" ")[2].rstrip(")"))
        for one in root.iter("g")
        if one.get("transform")
    ]
    assert width == 440
    assert max(tops) + 20 < height


def test_colours_can_stand_in_place_of_variables() -> None:
    assert "var(" not in with_colours(ALONE)
    assert LIGHT["ink"] in with_colours(ALONE, LIGHT)


def test_on_a_page_the_style_holds_within_drawings_alone() -> None:
    rules = [rule for line in page_style().splitlines() for rule in line.split("}") if rule]
    assert rules
    for rule in rules:
        assert all(selector.startswith("svg ") for selector in rule.partition("{")[0].split(","))


def test_panels_stand_three_abreast() -> None:
    drawing = side_by_side([Panel(f"Batch {place}", "", rect(0, 0, 1, 1)) for place in range(4)], 100, 50)
    assert drawing.width == 3 * 100 + 2 * 28
    assert texts(drawing.body) == [f"Batch {place}" for place in range(4)]
