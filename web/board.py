"""The board: a whole ledger, or what filters choose of it, on one page, at a day and a belief."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from armsledger.application.pictures.overview import Figures, Overview
from armsledger.web.changes import changes_table
from armsledger.web.environment import render
from armsledger.web.exposure import MOST_SANCTIONS, sanctions_table
from armsledger.web.forecasts import MOST_COMING, MOST_OVERDUE, coming_table, grouped, overdue_table
from armsledger.web.frame import Framed, framed
from armsledger.web.links import LedgerLinks
from armsledger.web.markup import Markup, escape
from armsledger.web.matrix import matrix
from armsledger.web.orders import MOST_DEALS, deals_table, first_deals
from armsledger.web.phrases import linked
from armsledger.web.words import counted, listed, party_words

MOST_CHANGES: Final = 9


def board(overview: Overview, links: LedgerLinks) -> str:
    """The board of an overview."""
    figures = overview.figures
    title = counted(figures.in_force, "deal in force", "deals in force")
    main = Markup(
        render(
            "board.html",
            figures=figure_cells(figures, links),
            choice=Choice(overview) if links.live else None,
            links=links,
            matrix=matrix(overview, links),
            overdue=overdue_table(overview.overdue, overview.view.at.toordinal(), links),
            overdue_more=max(0, len(grouped(overview.overdue)) - MOST_OVERDUE),
            coming=coming_table(overview.coming, overview.view.at.toordinal(), links),
            coming_more=max(0, len(grouped(overview.coming)) - MOST_COMING),
            sanctions=sanctions_table(overview.sanctions, links),
            sanctions_more=max(0, len(overview.sanctions) - MOST_SANCTIONS),
            changes=changes_table(overview.changes, links, MOST_CHANGES),
            deals=deals_table(first_deals(overview.deals), links),
            deals_count=len(overview.deals),
            deals_shown=min(MOST_DEALS, len(overview.deals)),
        )
    )
    return framed(Framed(title, deck(overview), main), overview, links, "board")


# figures


def deck(overview: Overview) -> str:
    """What the figures are of, in a sentence or two."""
    figures = overview.figures
    told = [f"{counted(figures.deals, 'deal')} in all"]
    told += [counted(len(overview.sources), "source")]
    perhaps = []
    if figures.perhaps_in_force:
        perhaps.append(f"{figures.perhaps_in_force:,} more may be in force")
    if figures.perhaps_over:
        perhaps.append(f"{figures.perhaps_over:,} of those in force may have ended")
    more = f" {listed(perhaps)}: the dates do not tell." if perhaps else ""
    chosen = chosen_words(overview.filters)
    return f"{f'Only {chosen}: ' if chosen else ''}{', from '.join(told)}.{more}"


def chosen_words(filters: Mapping[str, Any]) -> str:
    """What filters choose, in words: ``buyer India``."""
    return "; ".join(f"{name.replace('_', ' ')} {_filter_words(name, value)}" for name, value in filters.items())


def _filter_words(name: str, value: Any) -> str:
    if value is True:
        return "yes"
    values = [value] if isinstance(value, str) or not isinstance(value, Sequence) else value
    return listed((party_words(str(one)) if name in ("supplier", "buyer") else str(one) for one in values), "or")


class Choice:
    """The suppliers and buyers that a form on the board offers, and those that are chosen."""

    def __init__(self, overview: Overview) -> None:
        whole = overview if overview.is_whole else Overview(overview.view)
        named = sorted(((party_words(party), party) for party in whole.parties), key=lambda pair: pair[0].casefold())
        self.suppliers = [pair for pair in named if whole.parties[pair[1]][0]]
        self.buyers = [pair for pair in named if whole.parties[pair[1]][1]]
        self.supplier = overview.filters.get("supplier")
        self.buyer = overview.filters.get("buyer")


def figure_cells(figures: Figures, links: LedgerLinks) -> list[tuple[str, str, Markup]]:
    """The figures of a board: the class of each, the number, and what it counts."""
    statuses = ", ".join(f"{count} {status}" for status, count in figures.sanctions.items())
    twice = figures.delivering + figures.signed - figures.in_force
    late = linked(_noun(figures.overdue, "forecast overdue", "forecasts overdue"), "#overdue")
    found = linked(_noun(figures.findings, "finding", "findings"), links.page("findings"))
    date = _noun(figures.coming, "date still to come, of", "dates still to come, of")
    told = [
        ("", figures.delivering, escape("being delivered")),
        (
            "",
            figures.signed,
            escape(f"signed, no delivery reported{f'; {twice:,} told twice, counted once above' if twice else ''}"),
        ),
        ("lt", figures.overdue, late + escape(f", about {_streams(figures.overdue_streams)}")),
        ("ft", figures.coming, escape(f"{date} {_streams(figures.coming_streams)}")),
        ("ct", figures.findings, found + escape(f", {figures.contested:,} of them contested values")),
        ("", figures.sanctioned, escape(f"under sanctions or threat{f': {statuses}' if statuses else ''}")),
    ]
    return [(name, f"{number:,}", words) for name, number, words in told]


def _noun(number: int, one: str, many: str) -> str:
    return one if number == 1 else many


def _streams(number: int) -> str:
    return counted(number, "deal or meeting", "deals or meetings")
