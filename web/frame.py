"""The frame of the pages of a whole ledger: a head with both dates, the way to other pages, and a foot."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from armsledger.application.pictures.overview import Overview
from armsledger.application.question import Question
from armsledger.web.environment import render, unturned
from armsledger.web.links import LedgerLinks
from armsledger.web.markup import Markup
from armsledger.web.words import day_words

STYLES: Final = ("page.css", "marks.css", "board.css")
WAYS: Final = {
    "board": "Board",
    "deals": "Deals",
    "parties": "Suppliers and buyers",
    "expectations": "Forecasts",
    "findings": "Findings",
    "changes": "Changes of belief",
    "sources": "Sources",
    "search": "Search",
    "about": "How to read",
}
"""The parts of a ledger to which each page leads, and what they are called."""


class Framed(NamedTuple):
    """What a page shows within its frame: its title, a line below it, and the rest."""

    title: str
    deck: str | Markup
    main: Markup


def framed(content: Framed, overview: Overview, links: LedgerLinks, here: str, scripts: tuple[str, ...] = ()) -> str:
    """A whole page; ``here`` is the part of the ledger that it belongs to, one of `WAYS`."""
    question = overview.view.question
    page = render(
        "frame.html",
        content=content,
        site=overview.title,
        at=day_words(question.day.toordinal()),
        believed=believed_words(question),
        ways=[(name, words, links.page(name)) for name, words in WAYS.items()],
        here=here,
        links=links,
        styles=STYLES,
        scripts=scripts,
    )
    return unturned(page)


def believed_words(question: Question) -> str:
    """The belief date of a question in words."""
    if question.known is None:
        return "as believed now"
    by = "sources had said by" if question.known_by == "asserted" else "recorded by"
    try:
        known = day_words(date.fromisoformat(question.known).toordinal())
    except ValueError:  # a position, a time, a month
        known = question.known
    return f"as {by} {known}"
