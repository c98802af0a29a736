"""Forecasts in tables: what is overdue, and what is expected next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from armsledger.application.pictures.overview import Overview
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When
from armsledger.web.glance.other_decks import framework_title, meeting_title
from armsledger.web.links import LedgerLinks
from armsledger.web.markup import Markup, escape
from armsledger.web.phrases import headline, how_long, linked, small_row, small_table, what_words
from armsledger.web.table_bars import bracket, tail
from armsledger.web.words import when_words

MOST_OVERDUE: Final = 9
FORECASTS_OF_ONE: Final = 3
MOST_COMING: Final = 16
MAY: Final = {"partially-met": "may have come in part", "moot": "may be moot", "withdrawn": "may have been withdrawn"}
"""What a forecast that is overdue may have come to, by what is only possible."""
OVERDUE: Final = (
    "From the last day that a forecast allowed, to the day of this page. No source reports that it came as forecast."
)
"""What overdue means."""
YEARS_BEFORE: Final = 2
YEARS_SHOWN: Final = 9
"""Years of the scale of what is expected next, and how many of them are before the page's own."""


def grouped(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Rows by the stream that they are about, in their order."""
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.stream, []).append(row)
    return groups


class Titled(NamedTuple):
    """What a meeting or a framework is called, and when it was held, if it certainly was."""

    title: str
    held_on: When | None = None


def titles_of(overview: Overview) -> Mapping[str, Titled]:
    """The meetings and frameworks of an overview by their streams."""
    titles = {
        f"engagement/{row.engagement}": Titled(
            meeting_title(row.series, row.edition, row.format, map(Party.stored, row.participants)) or row.engagement,
            row.held_on if row.status == "held" else None,
        )
        for row in overview.engagements
    }
    return titles | {
        f"framework/{row.framework}": Titled(
            row.title or framework_title(map(Party.stored, row.parties)) or row.framework
        )
        for row in overview.frameworks
    }


def overdue_table(
    rows: Sequence[Any], day: int, links: LedgerLinks, titles: Mapping[str, Titled], most: int = MOST_OVERDUE
) -> Markup:
    """What is overdue, by the deal, that which is so for longest first; a tail is as long as it has been."""
    if not rows:
        return Markup('<p class="none">Nothing is overdue.</p>')
    longest = max(day - row.due.last for row in rows)
    lines = []
    for stream, group in list(grouped(rows).items())[:most]:
        told = [
            Markup("{}, due {}{}").format(what_words(row.what), when_words(row.due), _perhaps(row))
            for row in group[:FORECASTS_OF_ONE]
        ]
        held_on = titles[stream].held_on if stream in titles else None
        if held_on is not None:
            told.insert(0, escape(f"held {when_words(held_on)}, otherwise than forecast:"))
        if len(group) > FORECASTS_OF_ONE:
            told.append(escape(f"and {len(group) - FORECASTS_OF_ONE} more"))
        tails = Markup("").join(tail((day - row.due.last) / longest) for row in group)
        lines.append(
            small_row(
                ("wide", _stream_head(group[0], stream, links, titles)),
                ("wide small", Markup("<br>").join(told)),
                ("barcell", tails),
                ("n num", f"for {how_long(day - group[0].due.last)}"),
            )
        )
    return small_table(("About", "Forecast", "How long overdue", "Longest"), lines)


def _perhaps(row: Any) -> str:
    """What is only possible, or came in part."""
    if row.outcome == "partially-met":
        return ", came in part"
    return "" if row.possible_outcome == row.outcome else f", {MAY.get(row.possible_outcome, 'may have come')}"


def _stream_head(row: Any, stream: str, links: LedgerLinks, titles: Mapping[str, Titled]) -> Markup:
    """What a forecast is about: a deal with its parties, a meeting or framework by its title."""
    if row.items or row.supplier or row.buyer:
        return headline(row, links, stream)
    kind, _, key = stream.partition("/")
    title = titles[stream].title if stream in titles else key
    return linked(Markup("<b>{}</b>").format(title), links.stream(stream)) + Markup(
        '<br><span class="mute small">{}</span>'
    ).format("meeting" if kind == "engagement" else kind)


def coming_table(
    rows: Sequence[Any], day: int, links: LedgerLinks, titles: Mapping[str, Titled], most: int = MOST_COMING
) -> Markup:
    """What is expected next, by the deal, that which is due first before others, along a scale of years."""
    if not rows:
        return Markup('<p class="none">Nothing is expected that has a date.</p>')
    first, last = _scale(day)
    lines = []
    for stream, group in list(grouped(rows).items())[:most]:
        brackets = [
            bracket(_place(row.due.first, first, last), _place(row.due.last, first, last), _share(day, first, last))
            for row in group
        ]
        lines.append(
            small_row(
                ("wide", _stream_head(group[0], stream, links, titles)),
                ("small wide", what_words(group[0].what)),
                ("num small", when_words(group[0].due)),
                ("gantt", Markup("").join(brackets)),
            )
        )
    return small_table(("About", "First", "Due", _years(first, last)), lines)


def _scale(day: int) -> tuple[int, int]:
    """The days between which what is expected is drawn: from some years before to more after."""
    year = date.fromordinal(day).year
    start = max(year - YEARS_BEFORE, 1)
    return date(start, 1, 1).toordinal(), date(min(start + YEARS_SHOWN, 9999), 1, 1).toordinal()


def _share(day: int, first: int, last: int) -> float:
    return (day - first) / (last - first)


def _place(day: int, first: int, last: int) -> float | None:
    return None if day in (OPEN_PAST, OPEN_FUTURE) else _share(day, first, last)


def _years(first: int, last: int) -> Markup:
    """The heads of a scale of years."""
    years = range(date.fromordinal(first).year, date.fromordinal(last).year)
    texts = Markup("").join(
        Markup('<text x="{:.2f}%" y="12">{}</text>').format(
            100 * _share(date(year, 1, 1).toordinal(), first, last), f"{year}"
        )
        for year in years
    )
    return Markup(
        '<svg class="barline h16 years" width="100%" height="16" aria-hidden="true">{}</svg>'
        '<span class="vh">When</span>'
    ).format(texts)
