"""Elements of SVG as text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from armsledger.charts.elements import element, rect, text_of, title, words
from tests.charts.drawn import parsed, texts

HOSTILE = '</text><script>alert(1)</script>" onload="alert(2) \x00\ud800&amp;'


def test_a_text_is_never_markup() -> None:
    drawn = element("g", title(HOSTILE), words(1, 2, text_of(HOSTILE), class_=HOSTILE))
    root = parsed(drawn)
    assert [one.tag for one in root.iter()] == ["svg", "g", "title", "text"]
    assert texts(drawn) == [HOSTILE.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")]
    assert set(next(root.iter("text")).keys()) == {"x", "y", "class"}


@given(st.text())
def test_whatever_is_written_is_well_formed(text: str) -> None:
    assert len(texts(words(0, 0, text_of(text), data_told=text))) == 1


def test_an_attribute_without_a_value_is_left_out_and_numbers_are_short() -> None:
    assert rect(1.0, -0.01, 2.345, -3, class_=None, data_first="7") == (
        '<rect x="1" y="0" width="2.3" height="0" data-first="7"/>'
    )
