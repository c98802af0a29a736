"""Pages of the whole ledger: the board, suppliers and buyers, changes of belief, and how to read all this."""

from __future__ import annotations

from typing import Final

from armsledger.application.names.filters import party_filter
from armsledger.application.pictures.overview import Overview
from armsledger.domain.errors import UnknownStream
from armsledger.domain.near import did_you_mean
from armsledger.web.about import about
from armsledger.web.board import board
from armsledger.web.changes import changes
from armsledger.web.country import country, parties
from armsledger.web.server.answer import Answer, html
from armsledger.web.server.filters import filters, read_filters
from armsledger.web.server.visit import Page, Visit
from armsledger.web.words import party_words


def overview_of(visit: Visit) -> Overview:
    """What the view tells of the deals that the address chooses."""
    return Overview(visit.view, read_filters("deals", visit.parameters, visit.today))


def of_party(visit: Visit) -> Answer:
    """The page of a supplier or buyer, by code or name; raises UnknownStream."""
    named = visit.path["party"]
    party, overview = party_filter(named), overview_of(visit)
    if party not in overview.parties:
        words = {party_words(one): one for one in overview.parties}
        remedy = did_you_mean(named, [*words, *overview.parties]) or "the page of suppliers and buyers lists them"
        raise UnknownStream(f"no deal has the supplier or buyer {named[:80]!r} at these dates", remedy=remedy)
    return html(country(overview, party, visit.links))


def of_board(visit: Visit) -> Answer:
    """The board."""
    return html(board(overview_of(visit), visit.links))


def of_parties(visit: Visit) -> Answer:
    """All suppliers and buyers."""
    return html(parties(overview_of(visit), visit.links))


def of_changes(visit: Visit) -> Answer:
    """The latest changes of belief."""
    return html(changes(overview_of(visit), visit.links))


def of_reading(visit: Visit) -> Answer:
    """How to read the pages."""
    return html(about(overview_of(visit), visit.links))


DEALS: Final = tuple(one.name for one in filters("deals"))
PAGES: Final = (
    Page("/", of_board, DEALS),
    Page("/parties", of_parties, DEALS),
    Page("/country/{party}", of_party),
    Page("/changes", of_changes),
    Page("/about", of_reading, keeps=False),
)
