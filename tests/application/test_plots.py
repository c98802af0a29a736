"""States and rows that draw themselves, as notebooks show them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from armsledger import Ledger
from armsledger.charts.picture import NothingToDraw, Picture
from armsledger.domain.errors import UsageError
from tests.application.book import book, opened


def words(picture: Picture) -> str:
    return " ".join(ElementTree.fromstring(picture._repr_svg_()).itertext())


def test_a_state_draws_its_charts_at_its_day_and_belief(seed: Ledger) -> None:
    state = seed.at("2021-11-12", "2021-11-12", "asserted").deal("india-s400")
    told = words(state.plot())
    assert "State at 12 Nov 2021, as sources had said by 12 Nov 2021." in told
    assert "Contract signed: ~USD 5bn, 5 units" in told
    assert "Paid, USD" in words(state.plot("payments"))
    assert "<table" in state._repr_html_()


def test_a_meeting_and_a_framework_have_a_timeline_too(seed: Ledger) -> None:
    assert "India Russia Annual Summit" in words(
        seed.at("2021-12-31").state("engagement/india-russia-annual-summit-21").plot()
    )


def test_a_chart_of_which_nothing_is_known_says_so(seed: Ledger) -> None:
    state = seed.at("2021-11-12").deal("india-s400")
    with pytest.raises(NothingToDraw, match="deal/india-s400"):
        state.plot("deliveries")
    with pytest.raises(UsageError, match="there is no chart"):
        state.plot("pie")  # type: ignore[arg-type]


def test_relations_draw_a_matrix() -> None:
    view = book(opened(), opened("deal/y", id="y", buyer="TUR")).at("2021-12-31")
    told = words(view.relations().plot())
    assert "Russia to India: 1 deal, 0 open" in told
    assert "Russia to T\u00fcrkiye: 1 deal, 0 open" in told
    with pytest.raises(NothingToDraw):
        view.relations(supplier="FRA").plot()
