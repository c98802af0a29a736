"""Orders in tables: how much of each was delivered, certainly and possibly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from armsledger.domain.values.words import OPEN
from armsledger.web.links import LedgerLinks
from armsledger.web.markup import Markup, escape
from armsledger.web.phrases import deal_name, linked, parties_of, small_row, small_table
from armsledger.web.table_bars import share_bar
from armsledger.web.words import when_words

MOST_DEALS: Final = 40
LINES_SHOWN: Final = 3


def first_deals(deals: Sequence[Any]) -> Sequence[Any]:
    """The deals that a board shows: those in force and signed last before others."""

    def rank(row: Any) -> tuple[bool, int]:
        return row.stage not in OPEN, -(row.signed_on.first if row.signed_on is not None else 0)

    return sorted(deals, key=rank)[:MOST_DEALS]


def deals_table(rows: Sequence[Any], links: LedgerLinks) -> Markup:
    """Deals with how much of each order was delivered."""
    if not rows:
        return Markup('<p class="none">None.</p>')
    lines = [_deal_line(row, links) for row in rows]
    return small_table(("Deal", "Stage, signed", "Delivered of ordered", "In numbers"), lines)


def _deal_line(row: Any, links: LedgerLinks) -> Markup:
    value = Markup('<span class="mute small">, {}</span>').format(row.value) if row.value is not None else ""
    under = "".join(
        Markup(' <span class="ne">sanctions {}</span>').format(text.partition(": ")[2] or text)
        for text in row.sanctions
    )
    signed = Markup('<br><span class="mute">{}</span>').format(when_words(row.signed_on)) if row.signed_on else ""
    bars, words = delivered_of_ordered(row)
    name = linked(Markup("<b>{}</b>").format(deal_name(row)), links.stream(f"deal/{row.deal}"))
    head = Markup('{}{}<br><span class="mute small">{}</span>{}').format(name, Markup(under), parties_of(row), value)
    return small_row(
        ("wide", head),
        ("small", Markup("{}{}").format(_stage_words(row), signed)),
        ("pg", bars),
        ("small wide", words),
    )


def _stage_words(row: Any) -> str:
    stage = row.stage or "not certainly begun"
    stage = "in prospect" if stage == "prospective" else stage
    possible = row.possible_stage
    return stage if possible in (None, row.stage) else f"{stage}, possibly {possible}"


def delivered_of_ordered(row: Any) -> tuple[Markup, Markup]:
    """A bar and words for each line of an order: what was delivered of it, certainly and possibly.

    Units are never converted: what came in another unit than was ordered is told in words alone.
    """
    if not row.ordered:
        came = "; ".join(map(str, row.delivered)) or ("begun, number not stated" if row.delivery_begun else "")
        words = f"{came}; order not stated" if came else "order not stated"
        return share_bar(0, 0, stated=False), Markup('<span class="mute">{}</span>').format(words)
    bars: list[Markup] = []
    told: list[Markup] = []
    certain = {line.key: line for line in row.delivered}
    possible = {line.key: line for line in row.possible_delivered}
    for line in row.ordered[:LINES_SHOWN]:
        came, perhaps = certain.pop(line.key, None), possible.pop(line.key, None)
        bars.append(_line_bar(line, came, perhaps, begun=row.delivery_begun is not None and not row.delivered))
        told.append(_line_words(line, came, perhaps, row))
    if len(row.ordered) > LINES_SHOWN:
        told.append(escape(f"and {len(row.ordered) - LINES_SHOWN} more items"))
    if certain:
        told.append(escape(f"also delivered: {'; '.join(map(str, certain.values()))}"))
    return Markup("").join(bars), Markup("<br>").join(told)


def _line_bar(line: Any, came: Any, perhaps: Any, *, begun: bool) -> Markup:
    if begun:
        return share_bar(0, 1)
    if not line.count:
        return share_bar(0, 0, stated=False)
    least = came.count / line.count if came is not None else 0.0
    most = (
        (perhaps.count_high or perhaps.count) / line.count
        if perhaps is not None and isinstance(perhaps.count_high or 0, int)
        else least
    )
    return share_bar(least, max(least, most), approximate=bool(came is not None and came.approximate))


def _line_words(line: Any, came: Any, perhaps: Any, row: Any) -> Markup:
    of = Markup('{} <span class="mute">{}</span>').format(_number(line), unit_of(line))
    if came is None and perhaps is None:
        begun = row.delivery_begun is not None and not row.delivered
        return Markup("{}, of {}").format("begun, number not stated" if begun else "none reported", of)
    told = _number(came) if came is not None else "none certain"
    if perhaps is not None and (came is None or perhaps.count != came.count):
        told += f", possibly {_number(perhaps)},"
    return Markup("{} of {}").format(told, of)


def _number(line: Any) -> str:
    """The number of a quantity without its unit."""
    about = "about " if line.approximate else ""
    if line.count_high is None:
        return f"{about}{line.count:,}"
    return f"{about}{line.count:,}+" if line.count_high == "open" else f"{about}{line.count:,} to {line.count_high:,}"


def unit_of(line: Any) -> str:
    """The unit of a quantity as its own text has it, with the item where it names one."""
    text = str(line).removeprefix("~")
    return text.lstrip("0123456789,+-").removeprefix("up to ").strip()
