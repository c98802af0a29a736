"""Lists: any table of a ledger as pages of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from armsledger.application.pictures.overview import Overview
from armsledger.projections.rows import Row
from armsledger.web.cells import cell
from armsledger.web.frame import Framed, framed
from armsledger.web.links import LedgerLinks
from armsledger.web.markup import Markup, escape
from armsledger.web.words import counted

ROWS_A_PAGE: Final = 200


class Shown(NamedTuple):
    """How a table is shown: its title, what its rows are, the columns with their heads, and the fields they sort by."""

    title: str
    deck: str
    columns: Mapping[str, str]
    here: str = ""
    sorts: Mapping[str, str] = {}

    def order_of(self, column: str, row_type: type[Row]) -> str | None:
        """The field by which a column is sorted; None for one that is not."""
        name = self.sorts.get(column, column)
        return name if name in row_type.__dataclass_fields__ and name not in UNSORTED else None


UNSORTED: Final = frozenset(
    {"entries", "sources", "ordered", "delivered", "paid", "values", "sanctions", "participants"}
)
"""Fields that are lists."""
LISTS: Final[Mapping[str, Shown]] = {
    "deals": Shown(
        "Deals",
        "What was ordered, and how much of it came. Below what is certain stands what is only possible.",
        {
            "name_of_deal": "Deal",
            "supplier": "Supplier",
            "buyer": "Buyer",
            "stage": "Stage",
            "signed_on": "Signed",
            "value": "Value",
            "ordered": "Ordered",
            "delivered": "Delivered",
            "paid": "Paid",
            "sanctions": "Sanctions",
        },
        "deals",
        {"name_of_deal": "deal"},
    ),
    "expectations": Shown(
        "Forecasts",
        "What was expected, by whom, and what became of it. A forecast is never counted as something that happened.",
        {
            "about": "About",
            "what": "What",
            "due": "Due",
            "holder": "Expected by",
            "source": "Source",
            "stated": "Stated",
            "outcome": "What became of it",
            "met_on": "Met on",
            "slip": "Slip",
            "entry": "Entry",
        },
        "expectations",
        {"about": "stream", "slip": "slip_most_days"},
    ),
    "findings": Shown(
        "Findings",
        "What does not fit together: sources that disagree, totals that the parts contradict, rows that may be one.",
        {
            "about": "About",
            "severity": "How grave",
            "code": "Kind",
            "message": "What",
            "rule": "Decided by",
            "entries": "Entries",
        },
        "findings",
        {"about": "stream"},
    ),
    "sources": Shown(
        "Sources",
        "Who says so, how far each can be relied on (A to F), and how much rests on it.",
        {
            "source": "Source",
            "publisher": "Publisher",
            "title": "Title",
            "published": "Published",
            "reliability": "Grade",
            "cited": "Entries that cite it",
            "alone": "Rest on it alone",
            "url": "Address",
        },
        "sources",
    ),
    "sanctions": Shown(
        "Exposure to sanctions",
        "Threats, sanctions and waivers, by authority and legal basis.",
        {
            "about_deal": "Deal",
            "by": "By",
            "against": "Against",
            "basis": "Basis",
            "status": "Where it stands",
            "since": "Since",
            "position": "Stated position",
            "entries": "Entries",
        },
        "",
        {"about_deal": "deal"},
    ),
    "deliveries": Shown(
        "Deliveries",
        "By tranche, item and unit: what was planned, what came, what is missing.",
        {
            "about_deal": "Deal",
            "tranche": "Tranche",
            "status": "Status",
            "on": "On",
            "count": "Number",
            "unit": "Unit",
            "window": "Planned",
            "expected": "Expected",
            "outstanding": "Outstanding",
            "slip": "Slip",
            "entries": "Entries",
        },
        "",
        {"about_deal": "deal", "slip": "slip_most_days"},
    ),
    "payments": Shown(
        "Payments",
        "By tranche and currency: what is due, what was paid.",
        {
            "about_deal": "Deal",
            "tranche": "Tranche",
            "status": "Status",
            "on": "On",
            "amount": "Amount",
            "currency": "Currency",
            "due": "Due",
            "outstanding": "Outstanding",
            "slip": "Slip",
            "entries": "Entries",
        },
        "",
        {"about_deal": "deal", "slip": "slip_most_days"},
    ),
    "engagements": Shown(
        "Meetings",
        "Summits, visits, commissions and dialogues.",
        {
            "engagement": "Meeting",
            "status": "Status",
            "format": "Format",
            "series": "Series",
            "participants": "Participants",
            "place": "Place",
            "expected": "Expected",
            "held_on": "Held",
        },
    ),
    "frameworks": Shown(
        "Frameworks",
        "The agreements within which deals are made, and how long they hold.",
        {
            "framework": "Framework",
            "status": "Status",
            "parties": "Parties",
            "signed_on": "Signed",
            "renewed_on": "Renewed",
            "until": "Until",
            "expected": "What was expected",
        },
    ),
    "links": Shown(
        "Links",
        "What is a part of what, resold from what, or told by two streams.",
        {
            "stream": "This",
            "relation": "is",
            "to": "that",
            "since": "Since",
            "certain": "Certain",
            "entries": "Entries",
        },
    ),
    "relations": Shown(
        "Relations",
        "Suppliers and buyers, with all that stands between them. What is certain counts.",
        {
            "supplier": "Supplier",
            "buyer": "Buyer",
            "deals": "Deals",
            "open_deals": "In force",
            "values": "Values",
            "paid": "Paid",
            "delivered": "Delivered",
            "engagements": "Meetings",
            "last_held": "Last met",
        },
        "parties",
    ),
    "scorecard": Shown(
        "Who forecast how well",
        "How often what somebody expected came true, and by how much it slipped: the median over what came. In the bar,"
        " black came true, red came late, an outline is overdue, and blue is open.",
        {
            "holder_name": "Expected by",
            "score": "True, late, overdue, open",
            "stated": "Stated",
            "came_true": "Came true",
            "late": "Came late",
            "broken": "Came though ruled out",
            "overdue": "Overdue",
            "open": "Open",
            "revised": "Revised",
            "dropped": "Dropped",
            "median_slip": "Median slip",
        },
        "expectations",
        {"holder_name": "name", "median_slip": "median_slip_most_days"},
    ),
}
"""The tables that have a list, and how each is shown."""


def listing(overview: Overview, table: str, links: LedgerLinks, page: int = 1) -> str:
    """A page of the rows of a table, one of `LISTS`."""
    shown, rows = LISTS[table], overview.table(table)
    pages = pages_of(rows)
    page = min(max(page, 1), pages)
    start = (page - 1) * ROWS_A_PAGE
    steps = _steps(table, links, page, pages)
    listed = rows_table(rows[start : start + ROWS_A_PAGE], shown.columns, links)
    main = Markup("").join([_above(len(rows), table, links), steps, listed, steps])
    title = shown.title if pages == 1 else f"{shown.title}, page {page} of {pages}"
    return framed(Framed(title, shown.deck, main), overview, links, shown.here or table)


def pages_of(rows: Sequence[Any]) -> int:
    """How many pages the rows of a list take; an empty one takes one."""
    return max(1, -(-len(rows) // ROWS_A_PAGE))


def rows_table(
    rows: Sequence[Row], columns: Mapping[str, str], links: LedgerLinks, heads: Mapping[str, Markup] | None = None
) -> Markup:
    """Rows as a table; of a narrow window, each row is a card whose cells say what they are."""
    if not rows:
        return Markup('<p class="none">None.</p>')
    head = Markup("").join(
        (heads or {}).get(name) or Markup('<th scope="col">{}</th>').format(words) for name, words in columns.items()
    )
    labels = [(name, escape(words)) for name, words in columns.items()]
    lines = []
    for row in rows:
        cells = []
        for name, label in labels:
            text = cell(row, name, links)
            cells.append(f'<td data-l="{label}">{text}</td>' if text else '<td class="blank"></td>')
        lines.append(f"<tr>{''.join(cells)}</tr>\n")
    return Markup(
        '<div class="wide-table"><table class="rows"><thead><tr>{}</tr></thead><tbody>\n{}</tbody></table></div>'
    ).format(head, Markup("".join(lines)))


def _above(count: int, table: str, links: LedgerLinks) -> Markup:
    """How many rows there are, and where they are for other programs."""
    formats = [(format, links.download(table, format)) for format in ("csv", "json", "parquet")]
    found = [
        Markup('<a href="{}">{}</a>').format(address, {"csv": "CSV", "json": "JSON", "parquet": "Parquet"}[format])
        for format, address in formats
        if address is not None
    ]
    as_file = Markup(", all of them as {}").format(Markup(", ").join(found)) if found else ""
    return Markup('<p class="sub">{}{}.</p>').format(counted(count, "row"), as_file)


def _steps(table: str, links: LedgerLinks, page: int, pages: int) -> Markup:
    """The way to the other pages of a list: the first, the last, and those near."""
    if pages == 1:
        return Markup()
    near = sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
    parts, before = [], 0
    for number in near:
        if number > before + 1:
            parts.append(Markup("<span>…</span>"))
        address = links.listing(table, number)
        current = Markup(' aria-current="page"') if number == page else ""
        parts.append(Markup('<a href="{}"{}>{}</a>').format(address, current, number))
        before = number
    return Markup('<nav class="pages noprint" aria-label="Pages of the list">{}</nav>').format(Markup("").join(parts))
