"""Tables as pages: rows with filters, in an order, page by page; and the same as JSON and CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from armsledger.domain.errors import UsageError
from armsledger.projections.codec import codec_of
from armsledger.projections.columns import CSV
from armsledger.projections.filtering import currency_of
from armsledger.web.environment import render
from armsledger.web.listing import LISTS, Shown, rows_table
from armsledger.web.markup import Markup
from armsledger.web.server.answer import Answer, csv_of, json_list, svg
from armsledger.web.server.columns import chosen
from armsledger.web.server.filters import Filter, filters, read_filters
from armsledger.web.server.pages import page
from armsledger.web.server.recent import RecentLog
from armsledger.web.server.visit import QUESTION, Page, Visit
from armsledger.web.words import party_words

if TYPE_CHECKING:
    from armsledger.projections.rows import Row, Rows

ROWS_A_PAGE: Final = 100
MOST_ROWS_A_PAGE: Final = 1_000
MOST_ROWS: Final = 10_000_000
MOST_PAGES: Final = 1_000_000
MOST_OF_A_FACET: Final = 12
SHAPING: Final = ("order_by", "columns", "limit", "page")
"""The parameters that shape an answer and choose no rows."""
FORMATS: Final = ("html", "json", "csv")
DRAWN: Final = frozenset({"relations", "volumes"})
NOTHING_CHANGED: Final[Mapping[str, Sequence[str]]] = {}
UNCOUNTED: Final = frozenset(
    {"deal", "engagement", "framework", "source", "stream", "item", "title", "to", "place", "field"}
)
"""Filters of which there are too many words to count."""
PARTIES: Final = frozenset({"against", "buyer", "by", "participants", "parties", "payee", "payer", "supplier"})


class Table(NamedTuple):
    """A table: its name and title, and the parameters of its method that are no filters."""

    name: str
    title: str
    about: str
    subjects: tuple[str, ...] = ()

    @property
    def takes(self) -> tuple[str, ...]:
        """The parameters of its page."""
        return (*self.subjects, *(one.name for one in filters(self.name)), *SHAPING)


TABLES: Final = (
    Table("deals", "Deals", "Where each deal stands."),
    Table(
        "deliveries", "Deliveries", "By tranche, item and unit: scheduled or expected, delivered, outstanding, late."
    ),
    Table("payments", "Payments", "By tranche and currency: scheduled, paid, outstanding, late."),
    Table("expectations", "Forecasts", "What was expected, by whom, and what became of it."),
    Table("scorecard", "Forecasters", "How much of what a holder expected, or a source reported, came true.", ("by",)),
    Table("sanctions", "Sanctions", "Threats, sanctions and waivers, by deal and authority."),
    Table("engagements", "Meetings", "Summits, visits and other meetings."),
    Table("frameworks", "Frameworks", "The agreements within which deals are made."),
    Table("sources", "Sources", "How reliable each source is, and how much rests on it."),
    Table("relations", "Suppliers and buyers", "Who supplies whom: deals, sums and meetings."),
    Table("findings", "Findings", "What does not fit together.", ("stream",)),
    Table("links", "Links", "How streams are related.", ("stream",)),
    Table("revisions", "Revisions", "What releases of SIPRI's register changed, a row for each deal and column."),
    Table("log", "Log", "Every entry, in the order of recording.", ("stream",)),
    Table("precedents", "Precedents", "What became of other deals under the same law or supplier.", ("deal",)),
    Table(
        "volumes", "Volumes", "What registers say was delivered, in millions of TIV.", ("by", "from_year", "to_year")
    ),
)


OWN_COLUMNS: Final = {
    "log": (
        "position",
        "entry",
        "event",
        "on",
        "asserted",
        "source",
        "attribution",
        "reliability",
        "status",
        "quote",
        "note",
        "recorded_at",
        "recorded_by",
        "login",
    ),
    "revisions": ("deal", "released", "column", "revision", "by"),
}
"""Columns of tables that only the server lists; others show all that they have."""


def formats_of(table: Table) -> tuple[str, ...]:
    """The formats that a table is answered in."""
    return (*FORMATS, "svg") if table.name in DRAWN else FORMATS


class Facet(NamedTuple):
    """A filter with the words that rows have, how many rows each has, and where they lead."""

    label: str
    choices: Sequence[tuple[str, int, str, bool]]


def answer(table: Table, visit: Visit) -> Answer:
    """The table in the format that is asked for."""
    given = dict(read_filters(table.name, visit.parameters, visit.today))
    if visit.format == "html" and table.name == "log" and not given and _asks_whole_log(visit):
        return _page(table, visit, RecentLog(visit.view), [])
    rows = rows_of(table, visit, given)
    if visit.format == "html":
        return _page(table, visit, rows, _facets(table, visit, rows))
    if visit.format == "svg":
        drawn: Any = rows  # only the tables that have this format can be drawn
        return svg(drawn.plot())
    limit = visit.parameters.number("limit", None, 1, MOST_ROWS)
    page = visit.parameters.number("page", 1, 1, MOST_PAGES) or 1
    kept = rows if limit is None else rows[(page - 1) * limit : page * limit]
    return downloaded(table.name, visit, kept)


def _asks_whole_log(visit: Visit) -> bool:
    """Whether every entry of a ledger is asked for, of which there may be very many: they are read page by page."""
    return visit.view.question.by_position and not {"stream", "at", "order_by"} & set(visit.parameters)


def downloaded(name: str, visit: Visit, rows: Rows[Any]) -> Answer:
    """Rows as JSON or CSV, with the columns that are asked for."""
    asked = [part for text in visit.parameters.all("columns") for part in text.split(",") if part]
    if visit.format == "json":
        names = chosen(asked, rows.columns)
        return json_list(_picked(rows, names), name)
    columns = [column.name for column in rows.columns_in(CSV)]
    places = [columns.index(column) for column in chosen(asked, columns) or columns]
    lines = (line for page in rows.spread(CSV) for line in zip(*page, strict=True))
    return csv_of([columns[place] for place in places], ([line[place] for place in places] for line in lines), name)


def _picked(rows: Iterable[Any], names: Sequence[str]) -> Iterable[Mapping[str, Any]]:
    for row in rows:
        told = row.to_dict()
        yield {name: told[name] for name in names} if names else told


def rows_of(table: Table, visit: Visit, given: Mapping[str, Any]) -> Rows[Any]:
    """The rows that filters keep, in the order that is asked for."""
    asked = {**_subjects(table, visit), **given}
    rows = visit.view.answer(table.name, asked)
    order = visit.parameters.all("order_by")
    if not order:
        return rows
    currency = currency_of(given)
    what = f"{table.name} by {order}"
    ordered: Rows[Any] = visit.view.keep(what, asked, lambda: rows.order_by(*order, currency=currency))
    return ordered


def _subjects(table: Table, visit: Visit) -> dict[str, Any]:
    """The arguments of the table's method that are no filters; raises UsageError."""
    parameters = visit.parameters
    match table.name:
        case "log":
            return {"stream": parameters.one("stream"), "begun": "at" in parameters}
        case "volumes":
            years = {name: parameters.number(name, None, 1, 9999) for name in ("from_year", "to_year")}
            return {"by": parameters.all("by") or (["year"] if visit.format == "svg" else []), **years}
        case "precedents" if "deal" not in parameters:
            raise UsageError("precedents are those of a deal", remedy="name it: ?deal=KEY")
        case _:
            return {name: parameters.one(name) for name in table.subjects if name in parameters}


# as a page


def _page(table: Table, visit: Visit, rows: Rows[Any] | RecentLog, facets: Sequence[Facet]) -> Answer:
    parameters = visit.parameters
    limit = parameters.number("limit", ROWS_A_PAGE, 1, MOST_ROWS_A_PAGE) or ROWS_A_PAGE
    last = max(1, -(-len(rows) // limit))
    number = parameters.number("page", 1, 1, MOST_PAGES) or 1
    to = partial(_address, table, visit)
    own = [one.name for one in filters(table.name)]
    columns = _columns(table, visit, rows)
    heads = _heads(table, visit, columns, rows.row_type)
    given = {
        "table": rows_table(rows[(number - 1) * limit : number * limit], columns, visit.links, heads),
        "total": len(rows),
        "page": number,
        "last": last,
        "earlier": to(page=number - 1) if number > 1 else "",
        "later": to(page=number + 1) if number < last else "",
        "files": [(format, to(path=f"/{table.name}.{format}")) for format in formats_of(table)[1:]],
        "facets": facets,
        "filters": [(one, parameters.all(one.name)) for one in filters(table.name)],
        "kept": parameters.pairs([*own, "page"]),
        "without": to(dict.fromkeys(own, ())) if any(name in parameters for name in own) else "",
    }
    return page(table.title, table.about, render("server/table.html", **given), visit, table.name)


def _columns(table: Table, visit: Visit, rows: Rows[Any] | RecentLog) -> dict[str, str]:
    """The columns to show, and the words above each."""
    asked = [part for text in visit.parameters.all("columns") for part in text.split(",") if part]
    if asked:
        return {name: name.replace("_", " ") for name in chosen(asked, rows.columns)}
    if table.name in LISTS:
        return dict(LISTS[table.name].columns)
    return {name: name.replace("_", " ") for name in OWN_COLUMNS.get(table.name, rows.columns)}


def _heads(table: Table, visit: Visit, columns: Mapping[str, str], row_type: type[Row]) -> dict[str, Markup]:
    """Heads that lead to the rows in their order; the one that they are in says so."""
    order = (visit.parameters.all("order_by") or [""])[0]
    shown = LISTS.get(table.name, Shown("", "", {}))
    heads = {}
    for column, words in columns.items():
        field = shown.order_of(column, row_type)
        if field is not None:
            now = "ascending" if order == field else "descending" if order == f"-{field}" else "none"
            where = _address(table, visit, {"order_by": [f"-{field}" if now == "ascending" else field]})
            arrow = {"ascending": " \N{UPWARDS ARROW}", "descending": " \N{DOWNWARDS ARROW}"}.get(now, "")
            heads[column] = Markup('<th scope="col" aria-sort="{}"><a href="{}">{}{}</a></th>').format(
                now, where, words, arrow
            )
    return heads


def _address(
    table: Table,
    visit: Visit,
    changed: Mapping[str, Sequence[str]] = NOTHING_CHANGED,
    *,
    path: str = "",
    page: int = 1,
) -> str:
    """The address of the table as it is asked for, with some parameters changed, or without those that have none."""
    pairs = visit.parameters.pairs([*QUESTION, "page", *changed])
    pairs += [(name, value) for name, values in changed.items() for value in values]
    pairs += [("page", str(page))] if page > 1 else []
    return visit.links.to(path or f"/{table.name}", pairs)


def _facets(table: Table, visit: Visit, rows: Rows[Any]) -> Sequence[Facet]:
    """The words that rows have in the fields that are filtered by words, the most frequent ones first."""
    codec = codec_of(rows.row_type)
    counted = [one for one in filters(table.name) if _is_counted(one, codec.indexes)]
    counts = _counts(table, visit, rows, counted)
    return [facet for one in counted if (facet := _facet(one, counts[one.name], table, visit)).choices]


def _is_counted(one: Filter, fields: Mapping[str, int]) -> bool:
    return one.name in fields and one.kind not in ("YesNo", "Tranche") and not one.is_end and one.name not in UNCOUNTED


def _counts(
    table: Table, visit: Visit, rows: Rows[Any], counted: Sequence[Filter]
) -> Mapping[str, Sequence[tuple[str, int]]]:
    def count() -> Mapping[str, Sequence[tuple[str, int]]]:
        places = [(one.name, codec_of(rows.row_type).indexes[one.name]) for one in counted]
        found: dict[str, Counter[str]] = {name: Counter() for name, _ in places}
        for row in rows:
            values = row.__dict__.get("_values") or row.to_values()  # some page may have read it before
            for name, place in places:
                value = values[place]
                if isinstance(value, str):
                    found[name][value] += 1
                elif isinstance(value, list):
                    found[name].update(part for part in value if isinstance(part, str))
        return {name: counter.most_common(MOST_OF_A_FACET) for name, counter in found.items()}

    asked = {"chosen": visit.parameters.pairs([*SHAPING, *QUESTION])}
    counts: Mapping[str, Sequence[tuple[str, int]]] = visit.view.keep(f"facets of {table.name}", asked, count)
    return counts


def _facet(one: Filter, counts: Sequence[tuple[str, int]], table: Table, visit: Visit) -> Facet:
    given = visit.parameters.all(one.name)
    choices = []
    for word, count in counts:
        is_given = word in given
        others = [value for value in given if value != word]
        where = _address(table, visit, {one.name: others if is_given else [word]})
        choices.append((party_words(word) if one.name in PARTIES else word, count, where, is_given))
    return Facet(one.label, choices if len(choices) > 1 or given else [])


def page_of(table: Table) -> Page:
    """The page of a table."""
    return Page(f"/{table.name}", partial(answer, table), table.takes, formats_of(table))


PAGES: Final = tuple(map(page_of, TABLES))
