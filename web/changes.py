"""The latest changes of belief: of one day, what was believed before and what is believed after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from armsledger.application.pictures.belief_changes import BeliefChange, ChangedBelief
from armsledger.application.pictures.overview import Overview
from armsledger.domain.values.when import When
from armsledger.web.frame import Framed, framed
from armsledger.web.links import LedgerLinks
from armsledger.web.markup import Markup, escape
from armsledger.web.phrases import headline, small_row, small_table
from armsledger.web.table_bars import pair_bar
from armsledger.web.words import counted, day_words, party_words, when_words

MOST: Final = 500
"""So many changes of one belief are on the page of changes; it says how many more there are."""
COUNTS: Final = ("ordered", "delivered")
BARS: Final = " Outlined before, filled after; dashed or hatched where a number is about."
LISTED: Final = (
    "Changes of what was believed of an earlier day, and was certain then or is so now. What came to pass since that"
    " day is news, and left out; so is what is only possible."
)
"""What changes are listed; those of one deal are on its own page, with what is possible."""
PARTY_FIELDS: Final = ("supplier", "buyer")


def changes(overview: Overview, links: LedgerLinks) -> str:
    """The page of the latest changes of belief."""
    main = changes_table(overview.changes, links, MOST)
    content = Framed("Changes of belief", LISTED, main)
    return framed(content, overview, links, "changes")


def changes_table(beliefs: Sequence[ChangedBelief], links: LedgerLinks, most: int) -> Markup:
    """The changes that some beliefs brought, a table each; at most so many in all, those in number first."""
    if not beliefs:
        return Markup('<p class="none">No belief about a day has changed.</p>')
    parts, room = [], most
    for belief in beliefs:
        if room <= 0:
            break
        shown = sorted(belief.changes, key=_rank)[:room]
        room -= len(shown)
        parts.append(_told(belief, shown, links))
    return Markup("\n").join(parts)


def _told(belief: ChangedBelief, shown: Sequence[BeliefChange], links: LedgerLinks) -> Markup:
    days = [day_words(day.toordinal()) for day in (belief.at, belief.before, belief.after)]
    what = "as the register told of it on" if belief.is_release else "as believed on"
    deals = len({change.deal for change in belief.changes})
    left_out = len(belief.changes) - len(shown)
    more = f" {counted(left_out, 'more change')} {'is' if left_out == 1 else 'are'} not shown here." if left_out else ""
    words = (
        f" Of {counted(belief.rewordings, 'further deal')}, only a mark of uncertainty or a word differs."
        if belief.rewordings
        else ""
    )
    bars = list(map(_bar, shown))
    sub = (
        f"State at {days[0]}, {what} {days[1]} and on {days[2]}: {counted(deals, 'deal')} changed."
        f"{BARS if any(bars) else ''}{words}{more}"
    )
    lines = [
        small_row(
            ("wide", headline(change.row, links)),
            ("small", change.field.replace("_", " ")),
            *([("pairb", bar)] if any(bars) else []),
            ("wide", _words(change)),
        )
        for change, bar in zip(shown, bars, strict=True)
    ]
    heads = ("Deal", "Field", *(["Before and after"] if any(bars) else []), "What it says")
    table = small_table(heads, lines)
    return Markup('<p class="sub">{}</p>{}').format(sub, table)


def _rank(change: BeliefChange) -> tuple[float, str]:
    """Numbers that moved most come first, then all else in the order of keys."""
    old, new = _number(change.old), _number(change.new)
    if change.field not in COUNTS or old is None or new is None:
        return 1.0, change.deal
    return -abs(new - old) / max(old, new, 1), change.deal


def _number(value: Any) -> int | None:
    """The one number of a field of quantities; None where there are several, or none."""
    return value[0].count if isinstance(value, tuple) and len(value) == 1 and hasattr(value[0], "count_high") else None


def _bar(change: BeliefChange) -> Markup:
    old, new = _number(change.old), _number(change.new)
    if old is None or new is None or change.field not in COUNTS:
        return Markup()
    largest = max(old, new, 1)
    return pair_bar(
        old / largest, new / largest, old_about=change.old[0].approximate, new_about=change.new[0].approximate
    )


def _words(change: BeliefChange) -> Markup:
    old, new = (_value(change.field, value) for value in (change.old, change.new))
    return Markup("{} → <b>{}</b>").format(old, new)


def _value(field: str, value: Any) -> Markup:
    if value is None or value == ():
        return escape("nothing")
    if isinstance(value, When):
        return escape(when_words(value))
    if field in PARTY_FIELDS:
        return escape(party_words(value))
    parts = value if isinstance(value, tuple) else (value,)
    if field == "sanctions":  # ``USA: threatened``
        parts = tuple(
            f"{party_words(party)}: {status}" for party, _, status in (part.partition(": ") for part in parts)
        )
    return escape("; ".join(map(str, parts)).replace("~", "about "))
