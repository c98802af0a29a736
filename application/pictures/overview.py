"""An overview: what a view tells of the deals that filters choose, and of all that belongs to them.

Boards, lists and pages of suppliers and buyers are made from one overview, so their figures agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from armsledger.application.view import View
from armsledger.domain.values.words import LATE, OPEN
from armsledger.projections.rows import Row, Rows

if TYPE_CHECKING:
    from armsledger.application.pictures.belief_changes import ChangedBelief
    from armsledger.projections.read_models.deals import DealRow
    from armsledger.projections.read_models.deliveries import DeliveryRow
    from armsledger.projections.read_models.engagements import EngagementRow
    from armsledger.projections.read_models.expectations import ExpectationRow
    from armsledger.projections.read_models.findings import FindingRow
    from armsledger.projections.read_models.frameworks import FrameworkRow
    from armsledger.projections.read_models.links import LinkRow
    from armsledger.projections.read_models.payments import PaymentRow
    from armsledger.projections.read_models.relations import RelationRow
    from armsledger.projections.read_models.sanctions import SanctionRow
    from armsledger.projections.read_models.scorecard import ScoreRow
    from armsledger.projections.read_models.sources import SourceRow
    from armsledger.projections.read_models.volumes import VolumeRow

R = TypeVar("R", bound=Row)
ONE_DEAL: Final = ("same-deal-as", "listed-as")
"""Relations of two streams that tell of one deal, such as a dossier and a row of a register."""
COMING: Final = ("pending", "indeterminate")
"""Outcomes of expectations that may still come."""
TABLES: Final = (
    "deals",
    "payments",
    "deliveries",
    "sanctions",
    "expectations",
    "engagements",
    "frameworks",
    "links",
    "sources",
    "findings",
    "relations",
    "scorecard",
    "volumes",
)
"""The tables of an overview, each of which it has as a property."""


class Figures(NamedTuple):
    """How many there are of each kind.

    ``in_force`` counts deals that are certainly signed or delivering, each once, however many streams tell of it;
    ``perhaps_in_force`` those that only may be, and ``perhaps_over`` those in force that may have ended by now.
    ``overdue`` and ``coming`` count forecasts, ``..._streams`` what they are about.
    """

    deals: int
    in_force: int
    perhaps_in_force: int
    perhaps_over: int
    delivering: int
    signed: int
    overdue: int
    overdue_streams: int
    coming: int
    coming_streams: int
    findings: int
    finding_streams: int
    contested: int
    sanctions: Mapping[str, int]
    sanctioned: int


class Overview:
    """What a view tells of the deals that filters choose, and of what belongs to them; without filters, of all.

    The filters are those of `View.deals`, and ``title`` is what the whole calls itself. What belongs to the chosen
    deals are the meetings and frameworks in which a supplier and a buyer of one of them both take part, or which are
    linked to one, and the sources that these cite.
    """

    def __init__(self, view: View, filters: Mapping[str, Any] | None = None, title: str = "") -> None:
        self.view = view
        self.title = title
        self.filters = {name: value for name, value in (filters or {}).items() if value is not None}

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return not self.filters

    def table(self, name: str) -> Rows[Any]:
        """One of `TABLES`."""
        rows: Rows[Any] = getattr(self, name)
        return rows

    # what is chosen

    @cached_property
    def deals(self) -> Rows[DealRow]:
        """The chosen deals."""
        return self.view.deals(**self.filters)

    @cached_property
    def streams(self) -> frozenset[str]:
        """The names of the streams that are chosen, and of those that belong to them, but for sources.

        They are those of which something is known at the view's belief and day.
        """
        if not self.is_whole:
            return self._deal_streams | self._beside
        meetings = {f"engagement/{row.engagement}" for row in self.view.engagements()}
        frameworks = {f"framework/{row.framework}" for row in self.view.frameworks()}
        expected = {row.stream for row in self.view.expectations() if not row.stream.startswith("source/")}
        return self._deal_streams | meetings | frameworks | expected

    @cached_property
    def source_streams(self) -> frozenset[str]:
        """The names of the streams of the sources."""
        return frozenset(f"source/{row.source}" for row in self.sources)

    @cached_property
    def _deal_streams(self) -> frozenset[str]:
        return frozenset(f"deal/{row.deal}" for row in self.deals)

    @cached_property
    def _beside(self) -> frozenset[str]:
        """The meetings and frameworks that belong to the chosen deals."""
        pairs = {(supplier, buyer) for row in self.deals for supplier, buyer in pairs_of(row)}
        linked = {link.to for link in self._all_links if link.stream in self._deal_streams}
        linked |= {link.stream for link in self._all_links if link.to in self._deal_streams}
        found = {name for name in linked if not name.startswith(("deal/", "source/"))}
        for meeting in self.view.engagements():
            if _holds_pair(meeting.participants, pairs):
                found.add(f"engagement/{meeting.engagement}")
        for framework in self.view.frameworks():
            if _holds_pair(framework.parties, pairs):
                found.add(f"framework/{framework.framework}")
        return frozenset(found)

    def _chosen(self, rows: Rows[R], stream_of: Callable[[R], str]) -> Rows[R]:
        if self.is_whole:
            return rows
        return Rows(rows.row_type, (row for row in rows if stream_of(row) in self.streams))

    # tables

    @cached_property
    def payments(self) -> Rows[PaymentRow]:
        """The payments of the chosen deals."""
        return self._chosen(self.view.payments(), _deal_of)

    @cached_property
    def deliveries(self) -> Rows[DeliveryRow]:
        """The deliveries of the chosen deals."""
        return self._chosen(self.view.deliveries(), _deal_of)

    @cached_property
    def sanctions(self) -> Rows[SanctionRow]:
        """The lines of sanctions over the chosen deals."""
        return self._chosen(self.view.sanctions(), _deal_of)

    @cached_property
    def expectations(self) -> Rows[ExpectationRow]:
        """What was expected of what is chosen."""
        return self._chosen(self.view.expectations(), _stream_of)

    @cached_property
    def engagements(self) -> Rows[EngagementRow]:
        """The meetings."""
        return self._chosen(self.view.engagements(), lambda row: f"engagement/{row.engagement}")

    @cached_property
    def frameworks(self) -> Rows[FrameworkRow]:
        """The frameworks."""
        return self._chosen(self.view.frameworks(), lambda row: f"framework/{row.framework}")

    @cached_property
    def findings(self) -> Rows[FindingRow]:
        """What does not fit."""
        rows = self.view.findings()
        if self.is_whole:
            return rows
        kept = (row for row in rows if row.stream in self.streams or row.stream in self.source_streams)
        return Rows(rows.row_type, kept)

    @cached_property
    def _all_links(self) -> Rows[LinkRow]:
        return self.view.links()

    @cached_property
    def links(self) -> Rows[LinkRow]:
        """The links between streams that are both chosen."""
        if self.is_whole:
            return self._all_links
        kept = (row for row in self._all_links if row.stream in self.streams and row.to in self.streams)
        return Rows(self._all_links.row_type, kept)

    @cached_property
    def volumes(self) -> Rows[VolumeRow]:
        """The deliveries with their volumes, of which a register tells."""
        return self._chosen(self.view.rows("volumes"), _deal_of)

    @cached_property
    def sources(self) -> Rows[SourceRow]:
        """The sources that are cited, and how much of what is chosen rests on each."""
        rows = self.view.sources()
        if self.is_whole:
            return rows
        from armsledger.projections.read_models.sources import Cited, with_citations

        cited: dict[str, Cited] = {}
        for row in self.view.rows("citations"):
            if row.stream in self.streams:
                for source, entries, alone in row.cited:
                    before = cited.get(source, Cited())
                    cited[source] = Cited(before.entries + entries, before.alone + alone)
        return Rows(rows.row_type, with_citations([row for row in rows if row.source in cited], cited))

    @cached_property
    def relations(self) -> Rows[RelationRow]:
        """Suppliers and buyers, and what stands between them."""
        from armsledger.projections.read_models.relations import RelationRow, relation_rows

        return Rows(RelationRow, relation_rows(self.deals, self.engagements))

    @cached_property
    def scorecard(self) -> Rows[ScoreRow]:
        """How often what each holder expected came true."""
        from armsledger.projections.read_models.scorecard import ScoreRow, score_rows

        return Rows(ScoreRow, score_rows(self.expectations, "holder"))

    # what boards tell

    @cached_property
    def overdue(self) -> Sequence[ExpectationRow]:
        """The forecasts whose window has passed unmet, in whole or in part, those that passed first before others."""
        return sorted((row for row in self.expectations if row.outcome in LATE), key=lambda row: row.due.last)

    @cached_property
    def coming(self) -> Sequence[ExpectationRow]:
        """The forecasts whose window has not passed, those that end first before others."""
        day = self.view.at.toordinal()
        rows = (row for row in self.expectations if row.outcome in COMING and row.due.last >= day)
        return sorted(rows, key=lambda row: (row.due.last, row.due.first))

    @cached_property
    def in_force(self) -> Sequence[DealRow]:
        """The deals that are certainly signed or delivering; those that delivery has begun of come first."""
        return [row for row in self.deals if row.stage in OPEN]

    @cached_property
    def parties(self) -> Mapping[str, tuple[int, int]]:
        """All suppliers and buyers, and of how many chosen deals each is a supplier, and a buyer."""
        counts: dict[str, list[int]] = {}
        for row in self.deals:
            for place, names in enumerate((suppliers_of(row), buyers_of(row))):
                for name in names:
                    counts.setdefault(name, [0, 0])[place] += 1
        return {name: (counts[name][0], counts[name][1]) for name in sorted(counts)}

    @cached_property
    def changes(self) -> Sequence[ChangedBelief]:
        """The latest changes of belief about the chosen deals."""
        from armsledger.application.pictures.belief_changes import latest_changes

        return latest_changes(self.view, None if self.is_whole else self.streams)

    @cached_property
    def figures(self) -> Figures:
        """How many there are of each kind."""
        certain = [f"deal/{row.deal}" for row in self.in_force]
        perhaps = [row for row in self.deals if row.stage not in OPEN and row.possible_stage in OPEN]
        stages = [row.stage for row in self.in_force]
        twice = len(certain) - _deals_among(certain, self.links)
        statuses = [row.status or row.possible_status or "possible" for row in self.sanctions]
        return Figures(
            deals=len(self.deals),
            in_force=len(certain) - twice,
            perhaps_in_force=len(perhaps),
            perhaps_over=sum(row.possible_stage not in OPEN for row in self.in_force),
            delivering=stages.count("delivering"),
            signed=stages.count("signed"),
            overdue=len(self.overdue),
            overdue_streams=len({row.stream for row in self.overdue}),
            coming=len(self.coming),
            coming_streams=len({row.stream for row in self.coming}),
            findings=len(self.findings),
            finding_streams=len({row.stream for row in self.findings}),
            contested=sum(row.code == "contested" for row in self.findings),
            sanctions={status: statuses.count(status) for status in dict.fromkeys(statuses)},
            sanctioned=len({row.deal for row in self.sanctions}),
        )


def suppliers_of(row: Any) -> tuple[str, ...]:
    """All suppliers of a row that belongs to a deal."""
    return row.suppliers or (() if row.supplier is None else (row.supplier,))


def buyers_of(row: Any) -> tuple[str, ...]:
    """All buyers of a row that belongs to a deal."""
    return row.buyers or (() if row.buyer is None else (row.buyer,))


def pairs_of(row: Any) -> list[tuple[str, str]]:
    """Each supplier of a row with each buyer."""
    return [(supplier, buyer) for supplier in suppliers_of(row) for buyer in buyers_of(row)]


def _deal_of(row: Any) -> str:
    return f"deal/{row.deal}"


def _stream_of(row: Any) -> str:
    return str(row.stream)


def _holds_pair(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> bool:
    among = set(names)
    return any(supplier in among and buyer in among for supplier, buyer in pairs)


def _deals_among(streams: Sequence[str], links: Iterable[LinkRow]) -> int:
    """How many deals some streams tell of, where those that certainly tell of one deal count once."""
    leader = {stream: stream for stream in streams}

    def led_by(stream: str) -> str:
        while leader[stream] != stream:
            stream = leader[stream]
        return stream

    for link in links:
        if link.certain and link.relation in ONE_DEAL and link.stream in leader and link.to in leader:
            leader[led_by(link.stream)] = led_by(link.to)
    return sum(leader[stream] == stream for stream in streams)
