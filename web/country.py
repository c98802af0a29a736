"""Pages of suppliers and buyers: what a party supplies and to whom, what it buys and from whom, and whom it met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, Final

from armsledger.application.pictures.overview import Overview, buyers_of, suppliers_of
from armsledger.domain.errors import UsageError
from armsledger.domain.values.words import OPEN
from armsledger.web.exposure import sanctions_table
from armsledger.web.forecasts import OVERDUE, coming_table, overdue_table, titles_of
from armsledger.web.frame import Framed, framed
from armsledger.web.links import LedgerLinks
from armsledger.web.listing import LISTS, rows_table
from armsledger.web.markup import Markup
from armsledger.web.orders import deals_table, first_deals
from armsledger.web.phrases import linked, small_row, small_table
from armsledger.web.table_bars import stacked
from armsledger.web.volumes import Role, volumes
from armsledger.web.words import counted, party_words

ROLES: Final[tuple[Role, ...]] = ("supplier", "buyer")
MOST_PARTNERS: Final = 15
MOST_MEETINGS: Final = 30


class OfParty:
    """What an overview tells of one party, found once for all parties."""

    def __init__(self, overview: Overview) -> None:
        self.overview = overview

    def deals(self, party: str, role: Role) -> Sequence[Any]:
        """The deals in which a party is a supplier, or a buyer."""
        return self._deals[role].get(party, ())

    def of(self, table: str, party: str) -> list[Any]:
        """The rows of a table that belongs to deals in which the party has either role, in their order."""
        return self._tables[table].get(party, [])

    def volumes(self, party: str, role: Role) -> Sequence[Any]:
        """The deliveries with their volumes of which a party is the supplier, or the buyer."""
        return self._volumes[role].get(party, ())

    def meetings(self, party: str) -> Sequence[Any]:
        """The meetings in which a party took part, or was expected."""
        return self._meetings.get(party, [])

    @cached_property
    def _deals(self) -> dict[Role, dict[str, list[Any]]]:
        return _by_roles(self.overview.deals)

    @cached_property
    def _volumes(self) -> dict[Role, dict[str, list[Any]]]:
        return _by_roles(self.overview.volumes)

    @cached_property
    def _tables(self) -> dict[str, dict[str, list[Any]]]:
        def both(row: Any) -> Iterable[str]:
            return dict.fromkeys((*suppliers_of(row), *buyers_of(row)))

        return {
            "overdue": _by(self.overview.overdue, both),
            "coming": _by(self.overview.coming, both),
            "sanctions": _by(self.overview.sanctions, both),
        }

    @cached_property
    def _meetings(self) -> dict[str, list[Any]]:
        return _by(self.overview.engagements, lambda row: row.participants)


def country(overview: Overview, party: str, links: LedgerLinks, of_party: OfParty | None = None) -> str:
    """The page of a supplier or buyer; ``of_party`` is shared by the pages of one overview. Raises UsageError."""
    found = of_party or OfParty(overview)
    supplied, bought = found.deals(party, "supplier"), found.deals(party, "buyer")
    if not supplied and not bought:
        raise UsageError(f"no deal has the supplier or buyer {party!r}", remedy="see the list of suppliers and buyers")
    name, day = party_words(party), overview.view.at.toordinal()
    parts = []
    for rows, role in ((supplied, "supplier"), (bought, "buyer")):
        if rows:
            parts.append(_role(rows, role, links))  # type: ignore[arg-type]  # mypy widens the literals of a tuple
    overdue, coming = found.of("overdue", party), found.of("coming", party)
    if overdue:
        parts.append(
            _section(
                "Overdue",
                overdue_table(overdue, day, links, titles_of(overview)),
                OVERDUE,
            )
        )
    if coming:
        parts.append(
            _section(
                "What is expected next",
                coming_table(coming, day, links, titles_of(overview)),
                "A bracket spans the days that a forecast allows; a dotted lead is “by” that day.",
            )
        )
    if sanctions := found.of("sanctions", party):
        parts.append(_section("Exposure to sanctions", sanctions_table(sanctions, links)))
    parts += [volumes(found.volumes(party, role), role, overview.view.at) for role in ROLES]
    if meetings := found.meetings(party):
        parts.append(_section("Meetings", rows_table(meetings[:MOST_MEETINGS], LISTS["engagements"].columns, links)))
    told = [
        *(
            [f"Supplies in {counted(len(supplied), 'deal')}, of which {_in_force(supplied):,} in force."]
            if supplied
            else []
        ),
        *([f"Buys in {counted(len(bought), 'deal')}, of which {_in_force(bought):,} in force."] if bought else []),
        *([f"{counted(len(overdue), 'forecast')} overdue."] if overdue else []),
    ]
    content = Framed(name, " ".join(told), Markup("\n").join(parts))
    return framed(content, overview, links, "parties")


def parties(overview: Overview, links: LedgerLinks) -> str:
    """The list of all suppliers and buyers."""
    lines = []
    found = OfParty(overview)
    for party in sorted(overview.parties, key=lambda one: party_words(one).casefold()):
        supplied, bought = found.deals(party, "supplier"), found.deals(party, "buyer")
        lines.append(
            small_row(
                ("wide", linked(Markup("<b>{}</b>").format(party_words(party)), links.page(f"country/{party}"))),
                ("n", _count_words(supplied, "supplies")),
                ("n", _count_words(bought, "buys")),
                ("n", f"{len(found.of('overdue', party)):,} overdue" if found.of("overdue", party) else ""),
            )
        )
    heads = ("Party", "Supplies in deals", "Buys in deals", "Forecasts overdue")
    main = small_table(heads, lines) if lines else Markup('<p class="none">None.</p>')
    relations = links.page("relations")
    if relations is not None and lines:
        main = Markup('<p><a href="{}">Each supplier with each buyer</a></p>{}').format(relations, main)
    content = Framed("Suppliers and buyers", f"{counted(len(lines), 'party', 'parties')}.", main)
    return framed(content, overview, links, "parties")


def _count_words(deals: Sequence[Any], verb: str) -> str:
    if not deals:
        return ""
    return f"{verb} in {len(deals):,}, {_in_force(deals):,} in force"


def _role(rows: Sequence[Any], role: Role, links: LedgerLinks) -> Markup:
    """A party as a supplier, or as a buyer: its partners, and its open orders."""
    others: Callable[[Any], tuple[str, ...]] = buyers_of if role == "supplier" else suppliers_of
    counts: Counter[str] = Counter(other for row in rows if row.stage in OPEN for other in others(row))
    ever: Counter[str] = Counter(other for row in rows for other in others(row))
    largest = max(counts.values(), default=0)
    ranked = sorted(ever, key=lambda other: (-counts[other], -ever[other], other))
    lines = [
        small_row(
            ("wide", linked(party_words(other), links.page(f"country/{other}"))),
            ("share", stacked([("ink", counts[other] / largest)]) if counts[other] else ""),
            ("n", f"{counts[other]:,} in force"),
            ("n mute", f"{ever[other]:,} ever"),
        )
        for other in ranked[:MOST_PARTNERS]
    ]
    if len(ranked) > MOST_PARTNERS:
        rest = ranked[MOST_PARTNERS:]
        open_now, all_ever = sum(counts[other] for other in rest), sum(ever[other] for other in rest)
        lines.append(
            small_row(
                ("wide", f"{len(rest)} others"),
                ("share", ""),
                ("n", f"{open_now:,} in force"),
                ("n mute", f"{all_ever:,} ever"),
            )
        )
    heads = ("To" if role == "supplier" else "From", "Share", "Deals in force", "Deals ever")
    title = "Supplies" if role == "supplier" else "Buys"
    in_force = [row for row in rows if row.stage in OPEN]
    shown = first_deals(in_force)
    orders = deals_table(shown, links) if shown else Markup('<p class="none">No deal is in force.</p>')
    more = counted(len(in_force) - len(shown), "more deal") + " in force" if len(in_force) > len(shown) else ""
    return Markup("<section><h2>{}</h2>{}</section><section><h2>{}</h2>{}{}</section>").format(
        title,
        small_table(heads, lines),
        f"Open orders, as {role}",
        orders,
        Markup("<p>{}</p>").format(linked(f"{more}, among all deals", links.page("deals"))) if more else "",
    )


def _section(title: str, inside: Markup, sub: str = "") -> Markup:
    below = Markup('<p class="sub">{}</p>').format(sub) if sub else ""
    return Markup("<section><h2>{}</h2>{}{}</section>").format(title, below, inside)


def _in_force(rows: Sequence[Any]) -> int:
    return sum(row.stage in OPEN for row in rows)


def _by_roles(rows: Sequence[Any]) -> dict[Role, dict[str, list[Any]]]:
    return {"supplier": _by(rows, suppliers_of), "buyer": _by(rows, buyers_of)}


def _by(rows: Iterable[Any], names: Callable[[Any], Iterable[str]]) -> dict[str, list[Any]]:
    """Rows by each of the names that they have."""
    groups: dict[str, list[Any]] = {}
    for row in rows:
        for name in names(row):
            groups.setdefault(name, []).append(row)
    return groups
