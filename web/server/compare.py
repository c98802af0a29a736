"""Two beliefs about one day, compared: the later one is that of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from armsledger.domain.errors import UsageError
from armsledger.web.cells import entry
from armsledger.web.environment import render
from armsledger.web.server.answer import Answer, json_of
from armsledger.web.server.pages import page
from armsledger.web.server.tables import FORMATS, SHAPING, downloaded
from armsledger.web.server.visit import Page, Visit

if TYPE_CHECKING:
    from armsledger.application.comparison import Comparison

MOST_SHOWN: Final = 500
DECK: Final = (
    "What was believed then, and is believed otherwise at the dates of this page; and the entries that changed it."
)


def answer(visit: Visit) -> Answer:
    """What changed since an earlier belief, and which entries changed it."""
    since = visit.parameters.one("since")
    if since is None:
        if visit.format != "html":
            raise UsageError("a comparison needs an earlier belief date", remedy="give it: ?since=2021-11-12")
        return _page(visit, None)
    comparison = _compared(visit, since)
    match visit.format:
        case "json":
            return json_of(comparison.to_dict() | {"revisions": _revisions(visit, since)})
        case "csv":
            return downloaded("compare", visit, comparison.changes)
        case _:
            return _page(visit, comparison)


def _compared(visit: Visit, since: str) -> Comparison:
    from armsledger.application.comparison import compare

    later = visit.view
    earlier = visit.ledger.at(later.at, since, later.known_by)
    stream = visit.parameters.one("stream")
    named = None if stream is None else later.named(stream)
    return compare(earlier, later, named, releases=stream is not None or visit.format == "json")


def _revisions(visit: Visit, since: str) -> dict[str, Any]:
    """The revisions of a register between both beliefs, counted."""
    from armsledger.application.sipri.revisions import tallies

    stream = visit.parameters.one("stream")
    deal = None if stream is None else visit.view.named(stream).removeprefix("deal/")
    known = (since, visit.view.known)
    return tallies(visit.ledger.revisions(known=known, known_by=visit.view.known_by, deal=deal))


def _page(visit: Visit, comparison: Comparison | None) -> Answer:
    links = visit.links
    differences = () if comparison is None else comparison.differences
    rows = [
        (one, links.stream(one.stream), [entry(address, links, one.stream) for address in one.entries])
        for one in differences[:MOST_SHOWN]
    ]
    given = {
        "since": visit.parameters.one("since") or "",
        "stream": visit.parameters.one("stream") or "",
        "kept": visit.parameters.pairs(["since", "stream"]),
        "rows": None if comparison is None else rows,
        "more": max(0, len(differences) - MOST_SHOWN),
        "files": [(format, links.to(f"/compare.{format}", visit.parameters.pairs(TAKEN))) for format in FORMATS[1:]],
    }
    return page("Two beliefs", DECK, render("server/compare.html", **given), visit, "changes")


TAKEN: Final = ("at", "known", "known_by", "as_recorded")
PAGES: Final = (Page("/compare", answer, ("since", "stream", *SHAPING), FORMATS, keeps=False),)
