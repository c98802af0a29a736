"""The board: the figures of a ledger in words, at a day and a belief."""

from __future__ import annotations

import re

from armsledger import Ledger
from armsledger.application.pictures.overview import Overview
from armsledger.web.board import board
from armsledger.web.country import country
from armsledger.web.markup import Markup
from armsledger.web.site.links import Contents, FileLinks
from tests.application.book import SEED, STORY, book, delivered, entry, expected, ledger_of_examples, opened

LINKS = FileLinks(
    Contents(frozenset(), frozenset(), frozenset({"board", "about", "deals"}), frozenset()),
    0,
)


def told(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(Markup(page).striptags().split())


def figures(page: str) -> dict[str, str]:
    """The figures of a board by what they count."""
    cells = re.findall(r"<div[^>]*><b>([\d,]+)</b>(.*?)</div>", page.partition('class="fig"')[2])
    return {told(words): number for number, words in cells}


def story(at: str, **known: str) -> str:
    """The board of the seed article and the longer story."""
    with ledger_of_examples(SEED, STORY) as ledger:
        return board(Overview(ledger.at(at, **known)), LINKS)


def test_a_board_knows_nothing_that_its_belief_does_not() -> None:
    then = story("2021-11-12", known="2021-11-12", known_by="asserted")
    assert "State at 12 Nov 2021, as sources had said by 12 Nov 2021" in told(then)
    assert "1 deal in force" in told(then)
    assert figures(then)["being delivered"] == "0"
    assert figures(then)["signed, no delivery reported"] == "1"
    now = story("2021-12-31")
    assert figures(now)["being delivered"] == "1"
    assert "State at 31 Dec 2021, as believed now" in told(now)


def test_what_may_be_in_force_is_told_apart() -> None:
    with book(
        opened("deal/x", id="x"),
        entry("deal/x", "contract-signed", on="2021-11/2021-12", quantity="4 ships"),
    ) as ledger:
        page = told(board(Overview(ledger.at("2021-11-30")), LINKS))
    assert "0 deals in force" in page
    assert "1 deal in all, from 4 sources. 1 more may be in force: the dates do not tell." in page


def test_delivered_of_ordered_tells_blank_from_none_and_certain_from_about() -> None:
    with book(
        opened("deal/none", id="none"),
        entry("deal/none", "contract-signed", on="2019", quantity="4 ships"),
        opened("deal/some", id="some"),
        entry("deal/some", "contract-signed", on="2019", quantity="4 ships"),
        delivered("~1 ship", "deal/some"),
        opened("deal/silent", id="silent"),
        entry("deal/silent", "contract-signed", on="2019"),
    ) as ledger:
        page = told(board(Overview(ledger.at("2021-11-30")), LINKS))
    for words in ("none reported, of 4 ships", "about 1 of 4 ships", "order not stated"):
        assert words in page


def test_the_page_of_a_party_has_both_roles() -> None:
    with book(
        opened("deal/in", id="in", supplier="FRA", buyer="IND"),
        entry("deal/in", "contract-signed", on="2019", quantity="4 ships"),
        expected("delivered", "2022", "deal/in"),
        opened("deal/out", id="out", supplier="IND", buyer="ARM"),
    ) as ledger:
        page = told(country(Overview(ledger.at("2023-01-01")), "IND", LINKS))
    assert "Supplies in 1 deal, of which 0 in force. Buys in 1 deal, of which 1 in force. 1 forecast overdue." in page
    assert "delivered, due 2022" in page


def test_an_empty_ledger_has_a_board() -> None:
    with Ledger.in_memory() as ledger:
        ledger.session.journal(to_write=True)
        page = told(board(Overview(ledger.at("2021-11-30")), LINKS))
    assert "0 deals in force" in page
