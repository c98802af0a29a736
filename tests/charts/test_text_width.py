"""How wide a text is at most."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.charts.text_width import in_lines, shortened, width_of

# The advance widths of DejaVu Sans, in thousandths of its size, from the blank to the tilde.
DEJAVU = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
]  # fmt: skip


def test_no_character_is_taken_for_narrower_than_in_the_widest_usual_font() -> None:
    for code, advance in enumerate(DEJAVU, start=32):
        assert width_of(chr(code), 1000) >= advance, chr(code)


def test_accents_take_no_room_and_other_scripts_take_enough() -> None:
    assert width_of("Türkiye", 10) == width_of("Turkiye", 10)
    assert width_of("\u4e2d\u570b", 10) >= 20


@given(st.text(max_size=60), st.integers(0, 400))
def test_a_shortened_text_has_room(text: str, room: int) -> None:
    short = shortened(text, room, 12.5)
    assert width_of(short, 12.5) <= room or short == ""


@pytest.mark.parametrize(
    ("room", "told"),
    [
        (400, "Cabinet Committee on Security approves"),
        (220, "Cabinet Committee on Security…"),
        (200, "Cabinet Committee…"),  # "on" would hang in the air
        (30, ""),
    ],
)
def test_a_text_is_cut_between_words(room: int, told: str) -> None:
    assert shortened("Cabinet Committee on Security approves", room, 12.5) == told


def test_a_title_is_broken_into_lines_of_which_the_last_is_shortened() -> None:
    assert in_lines("First delivery begins", 120, 10) == ["First delivery begins"]
    assert in_lines("First delivery begins at once here", 90, 10) == ["First delivery", "begins at once…"]
