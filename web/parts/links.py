"""Links: what the stream has to do with others, what its parts come to, and the register's row beside it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from armsledger.application.beside import DATES, Beside, Verdict
from armsledger.application.links import PART_OF
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.application.pictures.linked import Linked
from armsledger.application.pictures.standpoint import Standpoint
from armsledger.domain.values.when import When
from armsledger.projections.read_models.links import COVERS, LinkRow
from armsledger.projections.read_models.parts import Parts
from armsledger.web.links import ALONE
from armsledger.web.links import Links as Addresses
from armsledger.web.part import Markup, Part, Slots
from armsledger.web.words import counted, day_words, party_words, refs, when_words

WAYS: Final[Mapping[str, tuple[str, str]]] = {
    "part-of": ("Part of", "Has the part"),
    "succeeds": ("Succeeds", "Succeeded by"),
    "resale-of": ("Resale of", "Resold as"),
    "supplied-from": ("Supplied from", "Supplies"),
    "offset-of": ("Offset of", "Has the offset"),
    "in-exchange-for": ("In exchange for", "Exchanged for"),
    "caused-by": ("Caused by", "Caused"),
    "same-deal-as": ("The same deal as", "The same deal as"),
    "listed-as": ("Listed as", "The register's row of"),
    "split-from": ("Split from", "Split into"),
    "merged-into": ("Merged into", "Merged from"),
    COVERS: ("A payment is for it, too", "A payment of it is for this, too"),
}
"""A relation as it reads from either end."""
SUMS: Final = {"value": "Value", "ordered": "Ordered", "paid": "Paid", "delivered": "Delivered"}
VERDICTS: Final[Mapping[Verdict, str]] = {
    "agree": "both can be right",
    "differ": "≠ differ",
    "not-comparable": "not comparable",
    "only-first": "only the deal says so",
    "only-second": "only the register says so",
}
LISTED_AS: Final = "listed-as"
PARTIES: Final = ("supplier", "buyer", "end_user")


@dataclass(frozen=True)
class RowBeside:
    """The register's row of a deal beside it, field by field."""

    deal: str
    row: str
    fields: tuple[Beside, ...]


@dataclass(frozen=True)
class SumsOfParts:
    """How many deals are parts, and what they come to for certain and possibly."""

    deals: int
    sums: tuple[tuple[str, str, str], ...]


class StreamLinks(Part):
    """The links both ways as each belief has them on the day of the page.

    What the parts come to, and the register's row, are those of the page's own belief; they are not shown at another.
    """

    name: ClassVar[str] = "links"
    by_day: ClassVar[bool] = False

    def __init__(self, links: Addresses = ALONE) -> None:
        super().__init__(links)
        self._linked: Linked | None = None

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """The links, the sums of the parts, and the rows of registers."""
        self._stream, view = standpoint.stream, standpoint.view
        self._day = view.at.toordinal()
        if self._linked is None:
            self._linked = Linked(Pictures(view), self._stream)
        rows = self._linked.at(standpoint)
        told: dict[str, Hashable] = {"links/table": rows} if rows else {}
        if not standpoint.is_latest:
            return told
        if any(row.to == self._stream and row.relation == PART_OF and row.certain for row in rows):
            parts = view.related(self._stream).parts
            told |= {} if parts is None else {"links/parts": sums_of(parts)}
        for number, (deal, listing) in enumerate(listings(self._stream, rows)):
            told[f"links/row/{number:02}"] = RowBeside(deal, listing, tuple(view.beside(deal, listing)))
        return told

    def html(self, slot: str, data: Any) -> Markup:
        """The table of links, the sums of the parts, or a register's row beside the deal."""
        match data:
            case RowBeside():
                return self._beside(data)
            case SumsOfParts():
                return _parts(data)
        return self._table(data)

    def section(self, slots: Slots) -> Markup:
        """Nothing where there are no links."""
        names = slots.of(self)
        if not names:
            return Markup()
        blocks = Markup("").join(slots.element(name, "div", class_="block") for name in sorted(names, key=_place))
        return Markup('<section id="links"><h2 class="hs">What it has to do with others</h2>{}</section>').format(
            blocks
        )

    def _table(self, rows: Sequence[LinkRow]) -> Markup:
        body = Markup("").join(map(self._link, rows))
        return Markup(
            '<p class="sub">Links both ways, as of {}.</p>'
            '<table class="au ft"><thead><tr><th>Relation</th><th>Other</th>'
            "<th>Since</th><th>Entries</th></tr></thead><tbody>{}</tbody></table>"
        ).format(day_words(self._day), body)

    def _link(self, row: LinkRow) -> Markup:
        forth, back = WAYS.get(row.relation, (row.relation, f"{row.relation} of"))
        way, other = (forth, row.to) if row.stream == self._stream else (back, row.stream)
        amount = "" if row.amount is None else f" ({row.amount})"
        return Markup(
            '<tr><td class="wide">{}{}{}</td><td class="wide">{}</td><td class="num" data-l="since">{}</td>'
            "<td>{}</td></tr>"
        ).format(
            way,
            amount,
            "" if row.certain else " (possibly)",
            stream_link(self.links, other),
            when_words(row.since),
            entry_refs(row.entries, self._stream, self.links),
        )

    def _beside(self, beside: RowBeside) -> Markup:
        body = Markup("").join(map(_field, beside.fields))
        return Markup(
            '<h3>The row of the register beside it</h3><p class="sub">{} and {}, field by field, as of {}.</p>'
            '<table class="diff"><thead><tr><th>Field</th><th>The deal</th><th>The register</th><th>Together</th></tr>'
            "</thead><tbody>{}</tbody></table>"
        ).format(stream_link(self.links, beside.deal), stream_link(self.links, beside.row), day_words(self._day), body)


def listings(stream: str, rows: Sequence[LinkRow]) -> Iterator[tuple[str, str]]:
    """The pairs of a deal that people record and a register's row of it, one of which is the stream."""
    pairs = [(row.stream, row.to) for row in rows if row.relation == LISTED_AS and row.certain]
    yield from dict.fromkeys(pair for pair in pairs if stream in pair and all(one.startswith("deal/") for one in pair))


def sums_of(parts: Parts) -> SumsOfParts:
    """What parts come to, in words."""
    sums = parts.sums
    told = ((name, sums[name], sums.get(f"possible_{name}", sums[name])) for name in SUMS)
    words = ((name, *(" + ".join(map(str, amounts)) for amounts in bounds)) for name, *bounds in told)
    return SumsOfParts(len(parts.deals), tuple((name, least, most) for name, least, most in words if most))


def _parts(parts: SumsOfParts) -> Markup:
    rows = Markup("").join(
        Markup('<tr><td>{}</td><td class="wide">{}</td></tr>').format(
            SUMS[name], most if least == most else f"{least or 'nothing certain'}; possibly {most}"
        )
        for name, least, most in parts.sums
    )
    return Markup('<h3>What its {} come to</h3><table class="au ft"><tbody>{}</tbody></table>').format(
        counted(parts.deals, "part"), rows
    )


def _field(field: Beside) -> Markup:
    name = field.field.replace("_", " ")
    told = Markup('<span class="{}">{}</span>').format(
        "ne" if field.verdict == "differ" else "mute", VERDICTS[field.verdict]
    )
    cells = (name[0].upper() + name[1:], *(_value(field.field, value) for value in (field.first, field.second)), told)
    return Markup('<tr><td>{}</td><td data-l="deal">{}</td><td data-l="register">{}</td><td>{}</td></tr>').format(
        *cells
    )


def _value(name: str, value: Any) -> str:
    """A value of one side, dates and parties in words."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_value(name, part) for part in value)
    if name in DATES:
        return when_words(When.parse(value))
    return party_words(value) if name in PARTIES else str(value)


def _place(slot: str) -> tuple[bool, str]:
    """The order of the blocks: the links themselves first."""
    return slot != "links/table", slot


def stream_link(links: Addresses, stream: str) -> Markup:
    """A stream by its name, as a link where there is a page of it."""
    address = links.stream(stream)
    name = Markup('<span class="mono">{}</span>').format(stream)
    return name if address is None else Markup('<a href="{}">{}</a>').format(address, name)


def entry_refs(addresses: Sequence[str], stream: str, links: Addresses) -> Markup:
    """References to entries: those of the page lead to its record, those of other streams to theirs, if it is there."""
    told = []
    for address in addresses:
        other, _, version = address.rpartition("@")
        page = None if other == stream else links.stream(other)
        if other == stream:
            told.append(refs([address], stream))
        elif page is None:
            told.append(Markup('<span class="mono small">{}</span>').format(address))
        else:
            told.append(Markup('<a class="r" href="{}#e{}">{}</a>').format(page, version, address.partition("/")[2]))
    return Markup(" ").join(told)
