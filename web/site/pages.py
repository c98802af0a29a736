"""The pages of a site that tell of many streams: the board, lists, parties, the index for search. They are made anew
at each run, and written where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from armsledger.application.pictures.overview import Overview
from armsledger.web.about import about
from armsledger.web.board import board
from armsledger.web.changes import changes
from armsledger.web.country import OfParty, country, parties
from armsledger.web.environment import render, static
from armsledger.web.frame import Framed, framed
from armsledger.web.listing import LISTS, listing, pages_of
from armsledger.web.site.downloads import downloads_of
from armsledger.web.site.links import Contents, FileLinks, links_for
from armsledger.web.site.paths import listing_path, page_path
from armsledger.web.site.search_index import index_files

SINGLE: Final = ("board", "parties", "changes", "search", "about")
ALWAYS: Final = ("deals", "expectations", "findings", "sources")
"""Lists that every site has, as all pages lead to them."""
ASSETS: Final = ("page.css", "page.js", "board.css", "search.js")


def contents_of(overview: Overview) -> Contents:
    """What a site of an overview has pages of."""
    lists = [table for table in LISTS if table in ALWAYS or overview.table(table)]
    return Contents(
        overview.streams | overview.source_streams,
        frozenset(overview.parties),
        frozenset((*SINGLE, *lists)),
        frozenset(downloads_of(overview)),
    )


def page_paths(overview: Overview, contents: Contents) -> list[str]:
    """The paths of all pages that tell of many streams, but for the index for search."""
    paths = [f"static/{name}" for name in ASSETS]
    paths += [page_path(name) for name in SINGLE]
    paths += [page_path(f"country/{party}") for party in overview.parties]
    return paths + [path for table in LISTS if table in contents.pages for path in _listing_paths(overview, table)]


def _listing_paths(overview: Overview, table: str) -> list[str]:
    return [listing_path(table, page) for page in range(1, pages_of(overview.table(table)) + 1)]


def pages(overview: Overview, contents: Contents) -> Iterator[tuple[str, str]]:
    """The pages that tell of many streams with their paths, styles and scripts among them."""
    top = links_for(contents, "")
    for name in ASSETS:
        yield f"static/{name}", static(name)
    yield page_path("board"), board(overview, top)
    yield page_path("changes"), changes(overview, top)
    yield page_path("about"), about(overview, top)
    yield page_path("search"), search_page(overview, top)
    yield page_path("parties"), parties(overview, top)
    of_party = OfParty(overview)
    for party in overview.parties:
        path = page_path(f"country/{party}")
        yield path, country(overview, party, links_for(contents, path), of_party)
    for table in LISTS:
        if table in contents.pages:
            for number, path in enumerate(_listing_paths(overview, table), 1):
                yield path, listing(overview, table, links_for(contents, path), number)
    yield from index_files(overview)


def search_page(overview: Overview, links: FileLinks) -> str:
    """The page that looks in the site's own index."""
    main = Markup(render("search.html", links=links))
    deck = "Deals, suppliers and buyers, meetings, frameworks and sources. Quotes and notes are on their pages alone."
    return framed(Framed("Search", deck, main), overview, links, "search", ("search.js",))
