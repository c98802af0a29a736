"""Rows, states and comparisons as HTML, which notebooks show. What a source wrote is text there, never markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice
from typing import Final

MOST_ROWS: Final = 50
"""Rows that a notebook shows; it says how many more there are."""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], total: int, caption: str = "") -> str:
    """A table of texts: as many rows as a notebook shows, and how many more there are of ``total``."""
    body = "".join(row_of(row) for row in islice(rows, MOST_ROWS))
    more = max(total - MOST_ROWS, 0)
    foot = f'<tfoot><tr><td colspan="{len(heads)}">and {more:,} more</td></tr></tfoot>' if more else ""
    return whole(heads, f"<tbody>{body}</tbody>{foot}", caption)


def card(title: str, lines: Iterable[tuple[str, str, str]]) -> str:
    """What is certain and what is possible, a line a field; one cell for both where they agree."""
    body = "".join(
        f'<tr><th>{escape(name)}</th><td colspan="2">{escape(certain)}</td></tr>'
        if certain == possible
        else f"<tr><th>{escape(name)}</th><td>{escape(certain)}</td><td>{escape(possible)}</td></tr>"
        for name, certain, possible in lines
    )
    return whole(("", "certain", "possible"), f"<tbody>{body}</tbody>", title)


def row_of(cells: Iterable[str]) -> str:
    """A line of a table."""
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def whole(heads: Sequence[str], body: str, caption: str = "") -> str:
    """A table around its body."""
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    return f"<table>{title}<thead><tr>{head}</tr></thead>{body}</table>"
