"""How to read the pages: what is certain, what is possible, the grades, and the two dates."""

from __future__ import annotations

from armsledger.application.pictures.overview import Overview
from armsledger.web.board import chosen_words
from armsledger.web.environment import render
from armsledger.web.frame import Framed, framed
from armsledger.web.links import LedgerLinks
from armsledger.web.markup import Markup
from armsledger.web.table_bars import bracket, share_bar, tail


def about(overview: Overview, links: LedgerLinks) -> str:
    """The page that says how to read the others, and what they are made of."""
    info = overview.view.reader.meta()
    main = Markup(
        render(
            "about.html",
            certain=share_bar(0.6, 0.6),
            possible=share_bar(0.2, 0.6),
            unknown=share_bar(0, 0, stated=False),
            window=bracket(0.2, 0.7, 0.5),
            overdue=tail(0.8),
            ledger=info.get("ledger_id", ""),
            deals=len(overview.deals),
            chosen=chosen_words(overview.filters),
            position=overview.view.question.position,
        )
    )
    return framed(Framed("How to read this", "", main), overview, links, "about")
