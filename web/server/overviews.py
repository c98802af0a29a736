"""Pages of the whole ledger: the board, suppliers and buyers, changes of belief, and how to read all this."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from armsledger.application.names.filters import party_filter
from armsledger.application.pictures.overview import Overview, buyers_of, suppliers_of
from armsledger.domain.errors import UnknownStream
from armsledger.domain.near import did_you_mean
from armsledger.projections.codec import to_words
from armsledger.web.about import about
from armsledger.web.board import board
from armsledger.web.changes import changes
from armsledger.web.country import country, parties
from armsledger.web.server.answer import Answer, csv_of, html, json_list, json_of
from armsledger.web.server.filters import filters, read_filters
from armsledger.web.server.tables import FORMATS, SHAPING, downloaded
from armsledger.web.server.visit import Page, Visit
from armsledger.web.words import party_words


def overview_of(visit: Visit) -> Overview:
    """What the view tells of the deals that the address chooses."""
    return Overview(visit.view, read_filters("deals", visit.parameters, visit.today))


def of_party(visit: Visit) -> Answer:
    """The page of a supplier or buyer, by code or name, or its deals; raises UnknownStream."""
    named = visit.path["party"]
    party, overview = party_filter(named), overview_of(visit)
    if party not in overview.parties:
        words = {party_words(one): one for one in overview.parties}
        remedy = did_you_mean(named, [*words, *overview.parties]) or "the page of suppliers and buyers lists them"
        raise UnknownStream(f"no deal has the supplier or buyer {named[:80]!r} at these dates", remedy=remedy)
    if visit.format == "html":
        return html(country(overview, party, visit.links))
    deals = overview.deals.where(lambda row: party in (*suppliers_of(row), *buyers_of(row)))
    return downloaded(f"country-{party}", visit, deals)


def of_board(visit: Visit) -> Answer:
    """The board, or its figures."""
    overview = overview_of(visit)
    if visit.format == "html":
        return html(board(overview, visit.links))
    view = visit.view
    asked = {"at": view.at.isoformat(), "known": view.known, "known_by": view.known_by}
    return json_of({**asked, "position": view.question.position, "figures": overview.figures._asdict()})


def of_parties(visit: Visit) -> Answer:
    """All suppliers and buyers, and in how many deals each is one."""
    overview = overview_of(visit)
    if visit.format == "html":
        return html(parties(overview, visit.links))
    rows = [(party, supplies, buys) for party, (supplies, buys) in overview.parties.items()]
    return _listed("parties", ("party", "supplies", "buys"), rows, visit)


def of_changes(visit: Visit) -> Answer:
    """The latest changes of belief."""
    overview = overview_of(visit)
    if visit.format == "html":
        return html(changes(overview, visit.links))
    rows = [
        (*(day.isoformat() for day in (belief.at, belief.before, belief.after)), change.deal, change.field, old, new)
        for belief in overview.changes
        for change in belief.changes
        for old, new in [(to_words(change.old), to_words(change.new))]
    ]
    return _listed("changes", ("at", "before", "after", "deal", "field", "old", "new"), rows, visit)


def _listed(name: str, columns: Sequence[str], rows: Sequence[Sequence[object]], visit: Visit) -> Answer:
    """Lines as JSON or CSV."""
    if visit.format == "csv":
        return csv_of(columns, rows, name)
    return json_list((dict(zip(columns, row, strict=True)) for row in rows), name)


def of_reading(visit: Visit) -> Answer:
    """How to read the pages."""
    return html(about(overview_of(visit), visit.links))


DEALS: Final = tuple(one.name for one in filters("deals"))
PAGES: Final = (
    Page("/", of_board, DEALS),
    Page("/board", of_board, DEALS, ("json",)),
    Page("/parties", of_parties, DEALS, FORMATS),
    Page("/country/{party}", of_party, SHAPING, FORMATS),
    Page("/changes", of_changes, (), FORMATS),
    Page("/about", of_reading, keeps=False),
)
