"""Search as a page: the streams that hold some words, the best first."""

from __future__ import annotations

from typing import Final

from armsledger.domain.errors import UsageError
from armsledger.domain.near import did_you_mean
from armsledger.domain.values.stream import KINDS
from armsledger.web.cells import entry
from armsledger.web.environment import render
from armsledger.web.markup import Markup
from armsledger.web.server.answer import Answer
from armsledger.web.server.pages import page
from armsledger.web.server.tables import FORMATS, downloaded
from armsledger.web.server.visit import Page, Visit

ROWS_FIRST: Final = 20
MOST_ROWS: Final = 500


def answer(visit: Visit) -> Answer:
    """What a search finds at the date and the belief date; without words, the form alone."""
    from armsledger.application.searching.excerpt import marks
    from armsledger.application.searching.near import near
    from armsledger.application.searching.search import search

    parameters = visit.parameters
    text, kind = parameters.one("q"), _kind(parameters.one("kind"))
    limit = parameters.number("limit", ROWS_FIRST, 1, MOST_ROWS)
    if text is None:
        if visit.format != "html":
            raise UsageError("a search needs words", remedy="give them: ?q=S-400")
        return _page(visit, {"text": "", "kind": kind, "hits": None, "near": [], "more": 0})
    found = search(visit.view, text, kind=kind, limit=limit)
    if visit.format != "html":
        return downloaded("search", visit, found.rows)
    hits = [
        (
            row,
            row.to_words(),
            _marked(row.text, marks(found.query, row.text)),
            visit.links.stream(row.stream),
            entry(row.entry, visit.links, row.stream),
        )
        for row in found.rows
    ]
    close = [] if hits else near(visit.view, found.query)
    more = max(0, found.at_most - len(hits))
    return _page(visit, {"text": text, "kind": kind, "hits": hits, "near": close, "more": more})


def _kind(text: str | None) -> str | None:
    if text is not None and text not in KINDS:
        remedy = did_you_mean(text, KINDS) or f"there are {', '.join(KINDS)}"
        raise UsageError(f"there are no streams of the kind {text!r:.80}", remedy=remedy)
    return text


def _marked(text: str, places: list[tuple[int, int]]) -> Markup:
    """A text in which some places are marked."""
    parts, last = [], 0
    for start, end in sorted(places):
        parts += [Markup("{}<mark>{}</mark>").format(text[last:start], text[start:end])]
        last = end
    return Markup("").join([*parts, Markup("{}").format(text[last:])])


def _page(visit: Visit, told: dict[str, object]) -> Answer:
    kept = visit.parameters.pairs(["q", "kind"])
    return page("Search", "", render("server/search.html", kinds=list(KINDS), kept=kept, **told), visit, "search")


PAGES: Final = (Page("/search", answer, ("q", "kind", "limit", "columns"), FORMATS, keeps=False),)
