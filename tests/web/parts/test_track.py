"""The stage track: what is reached, where the deal is, what is possible, and what is to come."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger import Ledger
from armsledger.web.parts.track import Track, rungs_of
from tests.application.book import DEAL, book, delivered, entry, opened
from tests.web.standpoints import shown, signed, standpoint

SIGNED_AND_BEGUN = [signed(quantity="5 units"), delivered("1 unit", on="2021-12")]


def track(ledger: Ledger, at: str, stream: str = "deal/x") -> dict[str, str]:
    return {rung.stage: rung.standing for rung in rungs_of(standpoint(ledger, at, None, stream).stream_day)}


def test_the_steps_before_a_contract_stand_in_the_order_in_which_they_were_taken(story: Ledger) -> None:
    html = shown(Track(), standpoint(story, "2026-11-29", None, DEAL))["track"]
    assert html == (
        '<ol class="track" aria-label="Stage">'
        '<li class="done">In prospect<small>2015</small></li>'
        '<li class="done">Agreed<small>15 Oct 2016</small></li>'
        '<li class="done">Approved<small>about 26 Sep 2018</small></li>'
        '<li class="done">Contract signed<small>5 Oct 2018</small></li>'
        '<li class="now" aria-current="step">Delivering<small>since Dec 2021</small></li>'
        '<li class="next">Completed</li></ol>'
    )


@pytest.mark.parametrize(
    ("entries", "at", "rungs"),
    [
        pytest.param(
            [], "2018-06-01",
            {"prospective": "now", "signed": "next", "delivering": "next", "completed": "next"}, id="in prospect",
        ),
        pytest.param(
            SIGNED_AND_BEGUN, "2021-12-15",
            {"prospective": "done", "signed": "now", "delivering": "poss", "completed": "next"}, id="perhaps begun",
        ),
        pytest.param(
            [signed(), delivered("up to 5 units")], "2021-12-15",
            {"prospective": "done", "signed": "now", "delivering": "poss", "completed": "next"}, id="up to five",
        ),
        pytest.param(
            [signed(), entry("deal/x", "suspended", on="2020"), entry("deal/x", "resumed", on="2020")], "2020-06-30",
            {"prospective": "done", "signed": "now", "suspended": "poss", "delivering": "next", "completed": "next"},
            id="perhaps on hold, perhaps resumed",
        ),
        pytest.param(
            [*SIGNED_AND_BEGUN, entry("deal/x", "suspended", on="2022-05")], "2022-05-10",
            {"prospective": "done", "signed": "done", "delivering": "now", "suspended": "poss", "completed": "next"},
            id="perhaps on hold",
        ),
        pytest.param(
            [signed(), entry("deal/x", "approval-granted", on="2020-05", authority="USA")], "2021-01-01",
            {"prospective": "done", "signed": "now", "delivering": "next", "completed": "next"},
            id="what is approved after the contract is no step to it",
        ),
        pytest.param(
            [signed(), entry("deal/x", "cancelled", on="2020-05-01")], "2021-01-01",
            {"prospective": "done", "signed": "done", "cancelled": "now"}, id="what is cancelled goes no further",
        ),
        pytest.param(
            [signed(quantity="5 units"), delivered("5 units")], "2021-12-31",
            {"prospective": "done", "signed": "done", "delivering": "done", "delivered": "now"}, id="delivered in full",
        ),
    ],
)  # fmt: skip
def test_a_deal_stands_where_it_certainly_is(entries: list[dict[str, Any]], at: str, rungs: dict[str, str]) -> None:
    with book(opened(), *entries) as ledger:
        assert track(ledger, at) == rungs


def test_a_deal_that_may_not_have_begun_stands_nowhere() -> None:
    with book(opened(on="2018")) as ledger:
        html = shown(Track(), standpoint(ledger, "2018-06-01"))["track"]
        assert '<li class="poss">In prospect<small>possible, 2018</small></li>' in html
        assert "aria-current" not in html
