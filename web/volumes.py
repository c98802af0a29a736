"""Volumes over time on the page of a supplier or buyer: bars by year, and the same as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, Literal

from armsledger.application.volumes.question import ask
from armsledger.application.volumes.stacks import amount_words, stacks_of
from armsledger.application.volumes.sums import sums_of
from armsledger.charts.alone import Drawing
from armsledger.charts.bars import Share, draw_stacks
from armsledger.web.markup import Markup
from armsledger.web.phrases import small_row, small_table
from armsledger.web.words import counted

Role = Literal["supplier", "buyer"]
SUB: Final = (
    "What registers say was delivered in each year, in millions of SIPRI trend-indicator values, which compare "
    "military capability and are no money. Solid tints are certain; hatched above them is what is possible beyond: of "
    "a delivery over several years, the years in which it came are known within bounds. So what is hatched in several "
    "years must not be added up."
)
OTHER: Final[dict[Role, Role]] = {"supplier": "buyer", "buyer": "supplier"}
"""By the role of the party, that of those among whom its bars are shared out."""
TITLES: Final[dict[Role, str]] = {"supplier": "Volumes supplied, by buyer", "buyer": "Volumes received, by supplier"}


def volumes(rows: Sequence[Any], role: Role, day: date) -> Markup:
    """The section about what a party supplied, or received; nothing where no register tells of any."""
    if not rows:
        return Markup()
    stacks, undated = stacks_of(sums_of(rows, ask((OTHER[role], "year"), None, None, {}), day), OTHER[role])
    if not stacks.years:
        return Markup()
    whole = {year: _whole(parts.values()) for year, parts in sorted(stacks.years.items(), reverse=True)}
    lines = [
        small_row(("", f"{year}"), ("n", amount_words(share.least)), ("n", _possible(share)))
        for year, share in whole.items()
    ]
    table = small_table(("Year", "Certain", "At most"), lines)
    note = f" {counted(undated, 'delivery', 'deliveries')} without a year {'is' if undated == 1 else 'are'} left out."
    title, sub = TITLES[role], f"{SUB}{note if undated else ''}"
    return Markup(
        '<section><h2>{0}</h2><p class="sub">{1}</p>'
        '<div class="wide-table" tabindex="0" role="region" aria-label="{0}">{2}</div>'
        "<details><summary>The same as a table</summary>{3}</details></section>"
    ).format(title, sub, _svg(draw_stacks(stacks, amount_words), title), table)


def _svg(drawing: Drawing, title: str) -> Markup:
    return Markup('<svg class="by-year" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">{}</svg>').format(
        drawing.width, drawing.height, title, Markup(drawing.body)
    )


def _whole(parts: Iterable[Share]) -> Share:
    """All parts of a bar together."""
    own = list(parts)
    least = sum(part.least for part in own)
    most = sum(part.most for part in own if part.most is not None)
    return Share(least, None if any(part.most is None for part in own) else most)


def _possible(share: Share) -> str:
    return "not told" if share.most is None else amount_words(share.most)
