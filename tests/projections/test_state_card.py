"""A state shows itself briefly, in a terminal and in a notebook."""

from __future__ import annotations

import pytest

from armsledger import Ledger
from tests.application.book import DEAL, book, delivered, entry, expected, opened


def test_a_state_says_what_a_deal_is_known_by_and_where_its_bounds_differ() -> None:
    with book(
        opened(items=["S-400"]),
        entry("deal/x", "contract-signed", on="2018-10-05", value="~USD 5bn", quantity="5 units"),
        delivered("2 units", on="2021"),
    ) as ledger:
        state = ledger.at("2021-06-30").deal("x")
    assert repr(state) == (
        "<deal/x at 2021-06-30: stage: signed, possibly delivering, supplier: RUS, buyer: IND, items: S-400,"
        " value: ~USD 5bn, ordered: 5 units, delivered: nothing certain, possibly 2 units,"
        " stages: signed, possibly signed; delivering, signed on: 2018-10-05,"
        " delivery begun: nothing certain, possibly 2021>"
    )
    assert repr(state.certain) == (
        "<Deal: stage: signed, supplier: RUS, buyer: IND, items: S-400, value: ~USD 5bn, ordered: 5 units,"
        " signed_on: 2018-10-05>"
    )


def test_a_notebook_shows_both_bounds_side_by_side_and_once_where_they_agree() -> None:
    with book(
        opened(),
        delivered("2 units", on="2021"),
        expected("delivered", "../2020-12", asserted="2020-01-01"),
        entry("deal/x", "sanction-threat-raised", on="2018-09", by="USA", against="IND", basis="CAATSA"),
    ) as ledger:
        shown = ledger.at("2021-06-30", known="2021-11-12", known_by="asserted").deal("x")._repr_html_()
    assert shown.startswith(
        "<table><caption>deal/x at 2021-06-30, as known by 2021-11-12, by asserted date</caption>"
        "<thead><tr><th></th><th>certain</th><th>possible</th></tr></thead>"
    )
    assert '<tr><th>supplier</th><td colspan="2">RUS</td></tr>' in shown
    assert "<tr><th>delivered</th><td></td><td>2 units</td></tr>" in shown
    assert '<tr><th>sanctions</th><td colspan="2">USA threatened under CAATSA</td></tr>' in shown
    assert "<tr><th>expectations</th><td>1 overdue</td><td>1 met-late</td></tr>" in shown


def test_what_a_source_wrote_is_no_markup() -> None:
    script = "<script>alert('&')</script>"
    with book(opened(title=script, items=[script])) as ledger:
        shown = ledger.at().deal("x")._repr_html_()
    assert "<script>" not in shown
    assert shown.count("&lt;script&gt;alert(&#x27;&amp;&#x27;)&lt;/script&gt;") == 2


@pytest.mark.parametrize("day", ["2018-10-05", "2021-11-12", "2030-01-01"])
def test_every_state_of_the_story_and_both_its_bounds_are_brief(story: Ledger, day: str) -> None:
    view = story.at(day)
    for stream in story.streams():
        state = view.state(stream)
        assert all(len(repr(shown)) < 500 for shown in (state, state.certain, state.possible))


def test_a_state_that_has_not_begun_says_no_more_than_its_name(story: Ledger) -> None:
    assert repr(story.at("1990").state(DEAL)) == f"<{DEAL} at 1990-12-31>"
