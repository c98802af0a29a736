"""The sources that are cited: their grades as believed, and links that lead nowhere but to the web."""

from __future__ import annotations

import pytest

from armsledger import Ledger
from armsledger.web.parts.sources import Sources, is_web_address
from tests.application.book import DEAL, book, entry, opened, paid
from tests.web.parts.shown import html_of, text_of


def test_the_sources_of_the_s400_are_those_that_had_spoken(story: Ledger) -> None:
    then = text_of(Sources, story, DEAL, "2018-12-31", known="2018-12-31")
    assert then["sources/ndtv-2018-10-05"].endswith("ndtv-2018-10-05 A 5 Oct 2018 12")
    assert "sources/theprint-2021-11-12" not in then
    now = text_of(Sources, story, DEAL, "2026-11-30")
    assert now["sources/theprint-2021-11-12"].startswith("ThePrint")
    assert now["sources/theprint-2021-11-12"].partition("12 Nov 2021 ")[2].startswith("1 2 3 4 5 6 7 8")


def test_a_source_that_was_graded_anew_tells_its_grades_and_since_when() -> None:
    regraded = entry(
        "source/wire", "regraded", reliability="D", on="2022-03-01", asserted="2022-03-01", reason="it made things up"
    )
    ledger = book(opened(), paid("USD 8m"), regraded)
    before = text_of(Sources, ledger, "deal/x", "2022-06-01", known="2021-12-31")["sources/wire"]
    assert before == "Wire wire B 12 Nov 2021 1 2"
    after = text_of(Sources, ledger, "deal/x", "2022-06-01")["sources/wire"]
    assert after == "Wire wire D B at first; D from 1 Mar 2022, it made things up 12 Nov 2021 1 2"


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("https://www.ndtv.com/india-news/a-1927382", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt://example.org/%0Aalert(1)", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("//example.org/no-scheme", False),
        ("https:alert(1)", False),
        ("https://[::1", False),
        ("https://example.org/\nnew", False),
    ],
)
def test_only_an_address_of_the_web_becomes_a_link(address: str, leads: bool) -> None:
    assert is_web_address(address) == leads


def test_an_address_that_is_none_is_told_as_text() -> None:
    source = {"key": "odd", "publisher": "Odd", "url": "javascript:alert(1)", "published": "2021-11-12"}
    html = html_of(Sources, book(source, opened(source="odd")), "deal/x", "2022-06-01")["sources/odd"]
    assert "<a" not in html.partition("<code>")[0]
    assert 'Odd <span class="mute small">javascript:alert(1)</span>' in html
