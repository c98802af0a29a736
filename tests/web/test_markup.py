"""HTML as text that is not escaped again."""

from __future__ import annotations

from armsledger.web.markup import Markup


def test_what_is_put_in_is_escaped_unless_it_is_html() -> None:
    filled = Markup("<p>{} {bold}</p>").format("<script>", bold=Markup("<b>{}</b>").format('"&'))
    assert filled == "<p>&lt;script&gt; <b>&#34;&amp;</b></p>"
    assert isinstance(filled, Markup)


def test_numbers_take_a_format() -> None:
    assert Markup("{:,} of {:.1f}%, {}").format(1234, 12.5, True) == "1,234 of 12.5%, True"
    assert Markup("{0} {0}").format("{1}") == "{1} {1}"  # what is put in is no place for another value
