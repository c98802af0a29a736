"""The pages of a site that tell of many streams: the board, lists, parties. They are made anew whenever anything was
recorded, and written where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from armsledger.application.pictures.overview import Overview
from armsledger.web import frame
from armsledger.web.about import about
from armsledger.web.board import board
from armsledger.web.changes import changes
from armsledger.web.country import OfParty, country, parties
from armsledger.web.environment import render, static
from armsledger.web.frame import Framed, framed
from armsledger.web.listing import LISTS, listing, pages_of
from armsledger.web.markup import Markup
from armsledger.web.page import SCRIPTS, STYLES
from armsledger.web.site.downloads import downloads_of
from armsledger.web.site.links import Contents, FileLinks, links_for
from armsledger.web.site.paths import listing_path, page_path

ALWAYS: Final = ("deals", "expectations", "findings", "sources")
"""Lists that every site has, as all pages lead to them."""
ASSETS: Final = tuple(dict.fromkeys((*STYLES, *SCRIPTS, *frame.STYLES, "search.js")))


def contents_of(overview: Overview) -> Contents:
    """What a site of an overview has pages of."""
    lists = [table for table in LISTS if table in ALWAYS or overview.table(table)]
    return Contents(
        overview.streams | overview.source_streams,
        frozenset(overview.parties),
        frozenset((*MADE_BY, *lists)),
        frozenset(downloads_of(overview)),
        tuple((table, LISTS[table].title) for table in lists if table not in frame.WAYS),
    )


def page_paths(overview: Overview, contents: Contents) -> list[str]:
    """The paths of all pages that tell of many streams, but for the index for search."""
    paths = [f"static/{name}" for name in ASSETS]
    paths += [page_path(name) for name in MADE_BY]
    paths += [page_path(f"country/{party}") for party in overview.parties]
    return paths + [path for table in LISTS if table in contents.pages for path in _listing_paths(overview, table)]


def _listing_paths(overview: Overview, table: str) -> list[str]:
    return [listing_path(table, page) for page in range(1, pages_of(overview.table(table)) + 1)]


def pages(overview: Overview, contents: Contents) -> Iterator[tuple[str, Callable[[], str]]]:
    """The pages that tell of many streams with their paths, styles and scripts among them; each is made when asked."""
    top = links_for(contents, "")
    for name in ASSETS:
        yield f"static/{name}", partial(static, name)
    for name, make in MADE_BY.items():
        yield page_path(name), partial(make, overview, top)
    of_party = OfParty(overview)
    for party in overview.parties:
        path = page_path(f"country/{party}")
        yield path, partial(country, overview, party, links_for(contents, path), of_party)
    for table in LISTS:
        if table in contents.pages:
            for number, path in enumerate(_listing_paths(overview, table), 1):
                yield path, partial(listing, overview, table, links_for(contents, path), number)


def search_page(overview: Overview, links: FileLinks) -> str:
    """The page that looks in the site's own index."""
    main = Markup(render("search.html", links=links))
    deck = "Deals, suppliers and buyers, meetings, frameworks and sources. Quotes and notes are on their pages alone."
    return framed(Framed("Search", deck, main), overview, links, "search", ("search.js",))


MADE_BY: Final[Mapping[str, Callable[[Overview, FileLinks], str]]] = {
    "board": board,
    "parties": parties,
    "changes": changes,
    "search": search_page,
    "about": about,
}
"""The pages of which there is one."""
