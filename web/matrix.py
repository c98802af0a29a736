"""Who supplies whom: a matrix of suppliers and buyers, in which a dot's area is the number of deals in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from armsledger.application.pictures.overview import Overview, pairs_of
from armsledger.web.links import LedgerLinks
from armsledger.web.markup import Markup, escape
from armsledger.web.phrases import linked
from armsledger.web.table_bars import dot
from armsledger.web.words import counted, party_words

MOST_SUPPLIERS: Final = 15
MOST_BUYERS: Final = 6
GRAVE: Final = ("threatened", "imposed", "in-effect")


def matrix(overview: Overview, links: LedgerLinks) -> Markup:
    """Deals in force by supplier and buyer: a dot's area is their number."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in overview.in_force:
        counts.update(pairs_of(row))
    if not counts:
        return Markup('<p class="none">No deal is in force.</p>')
    suppliers = _greatest(counts, 0)
    buyers = _greatest(counts, 1)
    rings = _rings(overview)
    shown_suppliers, shown_buyers = suppliers[:MOST_SUPPLIERS], buyers[:MOST_BUYERS]
    largest = max(counts.values())
    heads = [
        Markup('<th scope="col">{}</th>').format(linked(party_words(buyer), links.page(f"country/{buyer}")))
        for buyer in shown_buyers
    ]
    other_buyers = buyers[MOST_BUYERS:]
    if other_buyers:
        heads.append(Markup('<th scope="col" class="mute">{} others</th>').format(len(other_buyers)))
    lines = []
    for supplier in shown_suppliers:
        cells = [
            _matrix_cell(supplier, buyer, counts[supplier, buyer], largest, rings.get((supplier, buyer), ""))
            for buyer in shown_buyers
        ]
        if other_buyers:
            cells.append(_plain_cell(sum(counts[supplier, buyer] for buyer in other_buyers)))
        total = sum(count for (one, _), count in counts.items() if one == supplier)
        lines.append(_matrix_line(linked(party_words(supplier), links.page(f"country/{supplier}")), cells, total))
    other_suppliers = suppliers[MOST_SUPPLIERS:]
    if other_suppliers:
        cells = [_plain_cell(sum(counts[one, buyer] for one in other_suppliers)) for buyer in shown_buyers]
        if other_buyers:
            cells.append(_plain_cell(sum(counts[one, two] for one in other_suppliers for two in other_buyers)))
        total = sum(counts[pair] for pair in counts if pair[0] in set(other_suppliers))
        lines.append(_matrix_line(escape(f"{len(other_suppliers)} others"), cells, total))
    return Markup(
        '<table class="mat"><caption class="vh">Deals in force by supplier (rows) and buyer (columns)</caption>'
        '<thead><tr><td></td>{}<th scope="col" class="n">all</th></tr></thead><tbody>{}</tbody></table>'
    ).format(Markup("").join(heads), Markup("").join(lines))


def _greatest(counts: Mapping[tuple[str, str], int], place: int) -> list[str]:
    """The suppliers (place 0) or buyers (1), those with most deals first."""
    totals: Counter[str] = Counter()
    for pair, count in counts.items():
        totals[pair[place]] += count
    return sorted(totals, key=lambda party: (-totals[party], party))


def _rings(overview: Overview) -> dict[tuple[str, str], str]:
    """The pairs of which a deal is under a threat of sanctions, or under sanctions."""
    rings: dict[tuple[str, str], str] = {}
    for row in overview.sanctions:
        status = row.status
        if status in GRAVE:
            ring = "threatened" if status == "threatened" else "imposed"
            for pair in pairs_of(row):
                if rings.get(pair) != "imposed":
                    rings[pair] = ring
    return rings


def _matrix_cell(supplier: str, buyer: str, count: int, largest: int, ring: str) -> Markup:
    if not count:
        return Markup("<td></td>")
    words = f"{party_words(supplier)} to {party_words(buyer)}: {counted(count, 'deal')}"
    under = f", sanctions {ring}" if ring else ""
    return Markup('<td title="{}{}">{}<span>{}</span>{}</td>').format(
        words,
        under,
        dot(count, largest, ring),
        count,
        Markup('<span class="vh">{}</span>').format(under) if ring else "",
    )


def _plain_cell(count: int) -> Markup:
    return Markup('<td class="mute">{}</td>').format(count or "")


def _matrix_line(head: Markup, cells: Iterable[Markup], total: int) -> Markup:
    return Markup('<tr><th scope="row">{}</th>{}<td class="n mute">{}</td></tr>').format(
        head, Markup("").join(cells), f"{total:,}"
    )
